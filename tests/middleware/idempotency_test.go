package middleware_test

import (
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// documentOf returns the document of an app.
func documentOf(t *testing.T, app *brio.App) *spec.Document {
	t.Helper()
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	var doc spec.Document
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return &doc
}

// schemaText returns the schema of a response of an operation in JSON.
func schemaText(t *testing.T, op *spec.Operation, status, mediaType string) string {
	t.Helper()
	r := op.Responses[status]
	if r == nil {
		t.Fatalf("there is no response %s", status)
	}
	text, err := json.Marshal(r.Content[mediaType])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Documents list the header Idempotency-Key and its answers for the methods of Idempotency, on each level. A header of that name that the
// program declares stays, and answers of the program stay beside those of the middleware.
func TestIdempotencyIsDocumented(t *testing.T) {
	optional := middleware.Idempotency(middleware.IdempotencyOptions{MaxKey: 40})
	required := middleware.Idempotency(middleware.IdempotencyOptions{Required: true, Methods: []string{"PUT"}})
	type item struct {
		Name string `json:"name" validate:"required"`
	}
	type own struct {
		Key string `header:"Idempotency-Key" doc:"mine"`
	}
	app := brio.New(brio.Use(optional))
	app.Get("/get", func() int { return 1 })
	app.Post("/post", func(*brio.Body[item]) int { return 1 }, brio.Responds[response.Detail](409, "The name is taken."))
	app.Post("/own", func(own) int { return 1 }, brio.DocumentErrors(false))
	r := brio.NewRouter(brio.Use(required))
	r.Put("/put", func() int { return 1 })
	app.Include(r)
	doc := documentOf(t, app)
	header := func(op *spec.Operation) (out []*spec.Parameter) {
		for _, p := range op.Parameters {
			if p.In == "header" {
				out = append(out, p)
			}
		}
		return out
	}
	if op := doc.Paths["/get"].Operations["get"]; len(header(op)) != 0 || op.Responses["409"] != nil {
		t.Errorf("GET: got %v, %v, want nothing", op.Parameters, op.Responses)
	}
	post := doc.Paths["/post"].Operations["post"]
	if h := header(post); len(h) != 1 || h[0].Name != "Idempotency-Key" || *h[0].Required || *h[0].Schema.MaxLength != 42 || h[0].Schema.Pattern == "" || h[0].Description == "" {
		t.Errorf("POST: got %+v", h)
	}
	const detail, both = `{"schema":{"$ref":"#/components/schemas/HTTPError"}}`, `{"schema":{"anyOf":[{"$ref":"#/components/schemas/HTTPValidationError"},{"$ref":"#/components/schemas/HTTPError"}]}}`
	if got := schemaText(t, post, "422", "application/json"); got != both {
		t.Errorf("422: got %s, want %s", got, both)
	}
	if got := schemaText(t, post, "400", "application/json"); got != detail {
		t.Errorf("400: got %s, want %s", got, detail)
	}
	for status, want := range map[string]string{
		"400": "Bad Request. The Idempotency-Key is malformed", "409": "The name is taken. A request with this Idempotency-Key is in progress",
		"422": "Validation Error. The Idempotency-Key was used for another request",
	} {
		if got := post.Responses[status].Description; got != want {
			t.Errorf("%s: got %q, want %q", status, got, want)
		}
	}
	if op := doc.Paths["/own"].Operations["post"]; len(header(op)) != 1 || header(op)[0].Description != "mine" || op.Responses["409"] != nil {
		t.Errorf("a header of the program: got %+v, %v", header(op), op.Responses)
	}
	put := doc.Paths["/put"].Operations["put"]
	if h := header(put); len(h) != 1 || !*h[0].Required || put.Responses["400"].Description != "The Idempotency-Key is missing or malformed" {
		t.Errorf("PUT: got %+v, %v", h, put.Responses)
	}
	keys := []string{}
	for status := range put.Responses {
		keys = append(keys, status)
	}
	if want := 4; len(keys) != want {
		t.Errorf("PUT: got responses %v, want 200, 400, 409 and 422", keys)
	}

	problems := brio.New(brio.ProblemDetails(), brio.Use(optional))
	problems.Post("/post", func(*brio.Body[item]) int { return 1 })
	op := documentOf(t, problems).Paths["/post"].Operations["post"]
	if a, b := schemaText(t, op, "409", "application/problem+json"), schemaText(t, op, "422", "application/problem+json"); !reflect.DeepEqual(a, b) {
		t.Errorf("problem details: got %s and %s, want one schema", a, b)
	}
}
