package main

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
)

func readItem(in *struct {
	ID int `path:"id"`
}) map[string]int {
	return map[string]int{"id": in.ID}
}

func main() {
	app := brio.New()
	app.Get("/items/{id}", readItem)
	r := httptest.NewRequest("GET", "/items/7", nil)
	fmt.Println(testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			app.ServeHTTP(httptest.NewRecorder(), r)
		}
	}))
}
