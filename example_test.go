package brio_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/brio-go/brio"
)

// NoSuch is an error of the program, without a status.
type NoSuch struct{ What string }

func (e *NoSuch) Error() string { return "no such " + e.What }

// answerNoSuch answers a NoSuch in the app's error format.
func answerNoSuch(_ *http.Request, err *NoSuch) *brio.Response {
	return brio.Error(404, "There is no "+err.What).Response()
}

func ExampleOnError() {
	app := brio.New(brio.ProblemDetails(), brio.OnError(answerNoSuch))
	app.Get("/items/{id}", func(in *struct {
		ID string `path:"id"`
	}) error {
		return fmt.Errorf("read the item: %w", &NoSuch{"item " + in.ID})
	})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items/7", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"There is no item 7"}
}

// OutOfStock is an error with a status. Clients see its exported fields.
type OutOfStock struct {
	SKU  string `json:"sku"`
	Left int    `json:"left"`
}

func (e *OutOfStock) Error() string   { return e.SKU + " is out of stock" }
func (e *OutOfStock) StatusCode() int { return 409 }

func ExampleRaises() {
	app := brio.New()
	app.Post("/orders", func() error { return &OutOfStock{SKU: "a-1", Left: 2} }, brio.Raises[*OutOfStock]())
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/orders", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 409 {"sku":"a-1","left":2}
}
