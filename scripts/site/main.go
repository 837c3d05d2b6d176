// Command site makes the guide a website. It serves it, or writes it to a folder:
//
//	go run . -addr 127.0.0.1:8000
//	go run . -out out
//
// `make docs` and `make docs-site` run it. A mistake in a page, such as a link that leads nowhere, ends it with the place of each.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/brio-go/brio/scripts/site/guide"
)

func main() {
	root := flag.String("root", "../..", "folder of the repository")
	addr := flag.String("addr", "127.0.0.1:8000", "address to serve on")
	out := flag.String("out", "", "folder to write the files to, instead of serving them")
	base := flag.String("base", "/", "path of the site on its host; only the page for missing files needs it")
	flag.Parse()
	log.SetFlags(0)

	if *out != "" {
		site, err := guide.Build(os.DirFS(*root), *base)
		if err != nil {
			log.Fatal(err)
		}
		if err := site.Write(*out); err != nil {
			log.Fatal(err)
		}
		log.Printf("%d files in %s", len(site.Files), *out)
		return
	}
	live, err := guide.NewLive(os.DirFS(*root))
	if err != nil {
		log.Fatal(err)
	}
	if err := guide.NewApp(live).Run(*addr); err != nil {
		log.Fatal(err)
	}
}
