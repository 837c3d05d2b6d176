// Command serve serves the app everything or, with -document, prints its document.
package main

import (
	"flag"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/brio-go/brio/contrib/openapitest/everything"
)

func main() {
	addr := flag.String("addr", ":8000", "where to listen")
	version := flag.String("document", "", "print the document as this version of OpenAPI, and do not serve")
	flag.Parse()
	app := everything.New()
	if *version == "" {
		if err := app.Run(*addr); err != nil {
			log.Fatal(err)
		}
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/openapi.json?version="+*version, nil))
	if w.Code != http.StatusOK {
		log.Fatalf("the document: status %d: %s", w.Code, w.Body)
	}
	if _, err := w.Body.WriteTo(os.Stdout); err != nil {
		log.Fatal(err)
	}
}
