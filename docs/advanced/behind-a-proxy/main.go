package main

import (
	"log"
	"net/http"

	"github.com/brio-go/brio"
)

func whoAmI(r *http.Request, urls *brio.URLs) (map[string]string, error) {
	link, err := urls.For("whoAmI")
	return map[string]string{"client": brio.ClientHost(r), "link": link}, err
}

func main() {
	app := brio.New(
		brio.Title("Proxy"),
		brio.TrustProxies("127.0.0.1"), // the address of the proxy
		brio.RootPath("/api"),          // where clients find the app
	)
	app.Get("/me", whoAmI)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
