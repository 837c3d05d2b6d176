package main

import (
	"bytes"
	"encoding/csv"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

type Tea struct {
	Name string `json:"name"`
}

type Put struct {
	Tea string `path:"name"`
}

var stock = map[string]bool{"green": true}

func putTea(in Put) *brio.Response {
	if stock[in.Tea] {
		return response.JSON(Tea{Name: in.Tea})
	}
	return response.JSON(Tea{Name: in.Tea}).Status(201).SetHeader("Location", "/teas/"+in.Tea)
}

// region any
func getTea(in Put) any {
	if in.Tea == "old" {
		return response.Redirect("/teas/green")
	}
	return Tea{Name: in.Tea}
}

// endregion

// region csv
func export() (*brio.Response, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.WriteAll([][]string{{"name", "cups"}, {"green", "3"}})
	return response.Bytes("text/csv; charset=utf-8", out.Bytes()).
		SetHeader("Content-Disposition", `attachment; filename="teas.csv"`), w.Error()
}

// endregion

// region broken
func broken() *brio.Response {
	return response.JSON(map[string]any{"price": func() int { return 3 }})
}

// endregion

func main() {
	app := brio.New(brio.Title("Teas"))
	app.Put("/teas/{name}", putTea,
		brio.Responds[Tea](200, "It exists"),
		brio.Responds[Tea](201, "It is new"))
	app.Get("/teas/{name}", getTea)
	app.Get("/teas.csv", export)
	app.Get("/broken", broken)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
