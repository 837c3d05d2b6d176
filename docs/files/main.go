package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

func report() *brio.Response {
	return response.File("/srv/reports/2026.pdf", response.Filename("Report 2026.pdf"))
}

func logo() string { return "static/logo.svg" } // with FileClass the result is a path

func main() {
	app := brio.New()
	app.Get("/report", report)
	app.Get("/logo", logo, brio.ResponseClass(response.FileClass))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
