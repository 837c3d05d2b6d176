package main

import (
	"log"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

func whoami(r *http.Request, urls *brio.URLs) (map[string]string, error) {
	link, err := urls.For("whoami")
	return map[string]string{"client": brio.ClientHost(r), "scheme": middleware.Scheme(r), "link": link}, err
}

func main() {
	app := brio.New(
		brio.TrustProxies("127.0.0.1"), // the address of the proxy
		brio.RootPath("/api"),          // the prefix below which clients reach the app
	)
	app.Get("/whoami", whoami)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
