package main

import (
	"encoding/xml"
	"log"

	"github.com/brio-go/brio"
)

type Tea struct {
	Name string `json:"name" xml:"name" validate:"min=2"`
}

func addTea(in brio.Body[Tea]) Tea { return in.Value }

// region xml
func importTea(in struct {
	Tea Tea `body:"" media:"application/xml,application/json"`
}) Tea {
	return in.Tea
}

// endregion

func main() {
	app := brio.New(brio.Title("Teas"))
	app.Post("/teas", addTea)
	app.Post("/devices/teas", addTea, brio.Name("fromDevice"), brio.StrictContentType(false))
	app.Post("/import", importTea, brio.BodyDecoder("application/xml", xml.Unmarshal))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
