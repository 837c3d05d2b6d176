package isolation

import (
	"encoding/json"
	"net/http"
	"sync/atomic"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// seeResult receives results from their methods, which keep their receivers. Most results have no field for it.
var seeResult atomic.Pointer[func(any)]

func marshal(self, value any) ([]byte, error) {
	b, err := json.Marshal(value)
	(*seeResult.Load())(self)
	return b, err
}

type (
	textResult   string
	listResult   []string
	mapResult    map[string]string
	structResult struct{ A, B string }
	wordResult   string
	computed     struct {
		A string `json:"a"`
	}
)

func (r *textResult) MarshalJSON() ([]byte, error)   { return marshal(r, string(*r)) }
func (r *listResult) MarshalJSON() ([]byte, error)   { return marshal(r, []string(*r)) }
func (r *mapResult) MarshalJSON() ([]byte, error)    { return marshal(r, map[string]string(*r)) }
func (r *structResult) MarshalJSON() ([]byte, error) { return marshal(r, []string{r.A, r.B}) }
func (r *wordResult) MarshalText() ([]byte, error) {
	b := []byte(*r)
	(*seeResult.Load())(r)
	return b, nil
}
func (r *computed) Twice() string {
	s := r.A + r.A
	(*seeResult.Load())(r)
	return s
}
func (*computed) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("twice", (*computed).Twice)}
}

func results() []gift {
	return []gift{
		result("text", func(t string) textResult { return textResult(t) }),
		result("text method", func(t string) wordResult { return wordResult(t) }),
		result("list", func(t string) listResult { return listResult{t} }),
		result("map", func(t string) mapResult { return mapResult{"a": t} }),
		result("struct", func(t string) structResult { return structResult{t, t} }),
		result("pointer", func(t string) *structResult { return &structResult{t, t} }),
		result("any", func(t string) any { r := textResult(t); return &r }),
		result("any value", func(t string) any { return map[string]*textResult{"a": (*textResult)(&t)} }),
		result("in a list", func(t string) []textResult { return []textResult{textResult(t)} }),
		result("in a map", func(t string) map[string]textResult { return map[string]textResult{"a": textResult(t)} }),
		result("in a struct", func(t string) struct{ A textResult } { return struct{ A textResult }{textResult(t)} }),
		result("computed", func(t string) *computed { return &computed{t} }),
		result("a map as a model", func(t string) map[string]any { r := textResult(t); return map[string]any{"a": &r} }, brio.ResponseModel[struct {
			A textResult `json:"a"`
		}]()),
		result("by a class", func(t string) []string { return []string{t} }, brio.ResponseClass(seeing)),
	}
}

func result[T any](name string, makes func(token string) T, opts ...brio.RouteOption) gift {
	return gift{
		name: "results: " + name, request: get("/"), want: same, answer: same, changesAnswer: false,
		app: func(see func(any)) http.Handler {
			seeResult.Store(&see)
			app := newApp()
			app.Get("/", func(r *http.Request) T { return makes(r.Header.Get("X-Token")) }, opts...)
			return app
		},
	}
}

// seeing is a class whose renderer keeps the value.
var seeing = response.NewClass("text/own", func(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	(*seeResult.Load())(v)
	return b, err
})
