// Serve runs one peer as a server, for load from outside.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/brio-go/brio/bench/peers"
)

func main() {
	name := flag.String("peer", peers.Baseline, "name of the peer")
	addr := flag.String("addr", "127.0.0.1:8080", "address to listen on")
	list := flag.Bool("list", false, "print the peers' names and exit")
	flag.Parse()
	log.SetFlags(0)
	if *list {
		for _, p := range peers.All {
			fmt.Println(p.Name)
		}
		return
	}
	p, ok := peers.Find(*name)
	if !ok {
		log.Fatalf("no peer %q", *name)
	}
	if p.Fast != nil {
		log.Fatal((&fasthttp.Server{Handler: p.Fast()}).ListenAndServe(*addr))
	}
	s := &http.Server{Addr: *addr, Handler: p.HTTP(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(s.ListenAndServe())
}
