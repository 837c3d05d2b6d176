package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

type Tea struct {
	Name string `json:"name"`
	Cups int    `json:"cups"`
}

func welcome() string { return "<h1>Tea</h1>" }

// region class
var csvClass = response.NewClass("text/csv; charset=utf-8", func(v any) ([]byte, error) {
	teas, ok := v.([]Tea)
	if !ok {
		return nil, fmt.Errorf("a %T has no form as CSV", v)
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Write([]string{"name", "cups"})
	for _, tea := range teas {
		w.Write([]string{tea.Name, fmt.Sprint(tea.Cups)})
	}
	w.Flush()
	return []byte(out.String()), w.Error()
})

// endregion

func listTeas() []Tea { return []Tea{{"green", 3}, {"mint", 5}} }

// region problem
func wrong() Tea { return Tea{"green", 3} }

// endregion

func main() {
	app := brio.New(brio.Title("Teas"))
	app.Get("/", welcome, brio.ResponseClass(response.HTMLClass))
	app.Get("/teas", listTeas)
	app.Get("/teas.csv", listTeas, brio.Name("export"), brio.ResponseClass(csvClass))
	app.Get("/wrong", wrong, brio.ResponseClass(csvClass))
	// region hal
	app.Get("/teas.hal", listTeas, brio.Name("hal"), brio.ResponseClass(response.NewClass("application/hal+json", nil)))
	// endregion
	if err := app.Run("127.0.0.1:8000", brio.RequestLog(false)); err != nil {
		log.Fatal(err)
	}
}
