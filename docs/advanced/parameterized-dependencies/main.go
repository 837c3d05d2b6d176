package main

import (
	"log"
	"slices"

	"github.com/brio-go/brio"
)

// allow returns a guard for the given roles.
func allow(roles ...string) any {
	return func(in struct {
		Role string `header:"X-Role" default:"guest"`
	}) error {
		if !slices.Contains(roles, in.Role) {
			return brio.Error(403, "The role "+in.Role+" may not do this")
		}
		return nil
	}
}

// region method
type Checker struct{ Word string }

// Contains is a dependency with a configuration: the receiver.
func (c Checker) Contains(in struct {
	Q string `query:"q" default:""`
}) Found {
	return Found(in.Q == c.Word)
}

type Found bool

// endregion

func search(found Found) map[string]bool { return map[string]bool{"found": bool(found)} }

func clearIndex() {}

// region nocache
type Ticket struct{ Number int }

var last int

func draw() *Ticket { last++; return &Ticket{Number: last} }

func two(a, b *Ticket) []int { return []int{a.Number, b.Number} }

// endregion

func main() {
	app := brio.New(brio.Title("Search"))
	tea := Checker{Word: "tea"}
	app.Get("/search", search, brio.Provide(tea.Contains), brio.Depends(allow("guest", "admin")))
	app.Delete("/index", clearIndex, brio.Depends(allow("admin")))
	app.Get("/shared", two, brio.Name("shared"), brio.Provide(draw))
	app.Get("/different", two, brio.Name("different"), brio.Provide(brio.NoCache(draw)))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
