package main

import (
	"log"

	"github.com/brio-go/brio"
)

type A struct{}
type B struct{}
type Store struct{}

func newA(*B) *A          { return nil }
func newB(*A) *B          { return nil }
func newStore() *Store    { return nil }
func list(*Store) string  { return "" }
func show(*A) string      { return "" }
func save(s Store) string { return "" }

func main() {
	app := brio.New(brio.Provide(newA, newB))
	items := brio.NewRouter(brio.Prefix("/items"), brio.Provide(newStore))
	items.Get("", list)
	items.Post("", save)
	app.Include(items)
	app.Get("/a", show)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
