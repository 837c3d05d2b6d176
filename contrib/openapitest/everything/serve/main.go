// Command serve serves the app everything.
package main

import (
	"flag"
	"log"

	"github.com/brio-go/brio/contrib/openapitest/everything"
)

func main() {
	addr := flag.String("addr", ":8000", "where to listen")
	flag.Parse()
	if err := everything.New().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
