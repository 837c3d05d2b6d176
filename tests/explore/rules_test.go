package explore_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// loose is a model with one member, about which the document says more than the app checks.
type loose[T any] struct {
	Value T `json:"value"`
}

// post declares a route that takes a value of a type.
func post[T any](app *brio.App) {
	app.Post("/a", func(in *brio.Body[loose[T]]) int { return 1 })
}

// TestExploreBreaksEachRule: a rule that the document has and the app does not check is found, at its place and by its name.
func TestExploreBreaksEachRule(t *testing.T) {
	text := &spec.Schema{Type: []string{"string"}}
	for _, c := range []struct {
		declare func(*brio.App)
		rule    spec.Schema
		want    string
	}{
		{post[int], spec.Schema{MultipleOf: "3"}, "body.value: multipleOf 3"},
		{post[int], spec.Schema{MultipleOf: "2"}, "body.value: multipleOf 2"},
		{post[float64], spec.Schema{MultipleOf: "0.5"}, "body.value: multipleOf 0.5"},
		{post[float64], spec.Schema{Minimum: "0.0000000000001"}, "body.value: minimum 0.0000000000001"},
		{post[int], spec.Schema{ExclusiveMaximum: "7"}, "body.value: exclusiveMaximum 7"},
		{post[int], spec.Schema{Enum: []any{1, 2}}, "body.value: the value is none of the enumeration"},
		{post[string], spec.Schema{Enum: []any{"a", "b"}}, "body.value: the value is none of the enumeration"},
		{post[string], spec.Schema{Pattern: "^[α-ω]+(a|b)?.c*$"}, "body.value: pattern ^[α-ω]+(a|b)?.c*$"},
		{post[string], spec.Schema{Format: "email"}, "body.value: format email"},
		{post[string], spec.Schema{MinLength: new(3)}, "body.value: minLength 3"},
		{post[[]int], spec.Schema{MinItems: new(2)}, "body.value: minItems 2"},
		{post[[]int], spec.Schema{MaxItems: new(3)}, "body.value: maxItems 3"},
		{post[[]int], spec.Schema{Items: &spec.Schema{Type: []string{"integer"}, Maximum: "5"}}, "body.value.0: maximum 5"},
		{post[map[string]int], spec.Schema{Required: []string{"b"}, Properties: map[string]*spec.Schema{"b": {Type: []string{"integer"}}}}, "body.value.b: it is missing"},
		{post[[]map[string]any], spec.Schema{Items: &spec.Schema{Type: []string{"object"}, Required: []string{"b"}, Properties: map[string]*spec.Schema{"b": text}}}, "body.value.0.b: it is missing"},
		{post[[]map[string]any], spec.Schema{Items: &spec.Schema{Type: []string{"object"}, Properties: map[string]*spec.Schema{"b": text}}}, "body.value.0.b: null is not allowed"},
		{post[map[string]any], spec.Schema{Properties: map[string]*spec.Schema{"b": {}}, AdditionalProperties: false}, "body.value.undeclared: a member is not declared"},
	} {
		app := newQuietApp(brio.TransformOpenAPI(func(d *spec.Document) {
			for _, s := range d.Components.Schemas {
				if p := s.Properties["value"]; p != nil {
					merged := c.rule
					merged.Type = p.Type
					if merged.Items == nil {
						merged.Items = p.Items
					}
					s.Properties["value"] = &merged
				}
			}
		}))
		c.declare(app)
		failures := explored(t, app)
		if len(failures) != 1 || !strings.Contains(failures[0], "POST /a: invalid refused: the request is invalid by the document ("+c.want+")") {
			t.Errorf("%s: got %q", c.want, failures)
		}
	}
}

// TestExploreReadsMediaTypes: a body of a media type that is not declared is found when the app reads it.
func TestExploreReadsMediaTypes(t *testing.T) {
	app := newQuietApp(brio.TransformOpenAPI(func(d *spec.Document) {
		body := d.Paths["/a"].Operations["post"].RequestBody
		body.Required, body.Content = true, map[string]*spec.MediaType{"application/json": {Schema: &spec.Schema{Type: []string{"integer"}}}}
	}))
	app.Post("/a", func(in *struct {
		Body []byte `body:""`
	}) (int, error) {
		var n *int
		if json.Unmarshal(in.Body, &n) != nil || n == nil {
			return 0, brio.Error(400, "It is no number")
		}
		return *n, nil
	}, brio.Responds[response.Detail](400, "It is no number"))
	failures := explored(t, app)
	if len(failures) != 1 || !strings.Contains(failures[0], "invalid refused: the request is invalid by the document (the media type is not declared), and is answered with 200") {
		t.Errorf("got %q", failures)
	}
}

// TestExploreMeasuresLists: a list is found in an object too, and an answer that is no JSON has none.
func TestExploreMeasuresLists(t *testing.T) {
	type page struct {
		Limit int `query:"limit" default:"3" validate:"min=1,max=9"`
	}
	app := newQuietApp()
	app.Get("/page", func(in *page) map[string]any { return map[string]any{"items": make([]int, 4), "next": "b"} })
	app.Get("/text", func(in *page) string { return "1, 2, 3, 4" }, brio.ResponseClass(response.TextClass))
	failures := explored(t, app)
	if len(failures) != 1 || !strings.Contains(failures[0], "GET /page: limit: limit is 1, and the answer is a list of 4") {
		t.Errorf("got %q", failures)
	}
}

// TestExploreNamesUnmadeRequests: Explore says to which operations it has sent nothing. An example in the document is used if a value of the
// pattern is not found.
func TestExploreNamesUnmadeRequests(t *testing.T) {
	for _, example := range []string{"", strings.Repeat("x", 29) + "y"} {
		app := newQuietApp(brio.TransformOpenAPI(func(d *spec.Document) {
			for _, s := range []*spec.Schema{d.Paths["/query"].Operations["get"].Parameters[0].Schema, d.Paths["/body"].Operations["post"].RequestBody.Content["application/json"].Schema, d.Paths["/body/{id}"].Operations["get"].Parameters[0].Schema} {
				if example != "" {
					s.Examples = []any{example}
				}
			}
		}))
		got := map[string]bool{}
		app.Get("/query", func(in *struct {
			Q string `query:"q" pattern:"^x*y$" validate:"min=30,max=30"`
		}) int {
			got["query "+in.Q] = true
			return 1
		})
		app.Post("/body", func(in *struct {
			Text string `body:"" pattern:"^x*y$" validate:"min=30,max=30"`
		}) map[string]int {
			got["body "+in.Text] = true
			return map[string]int{"id": 1}
		})
		app.Get("/body/{id}", func(in *struct {
			ID string `path:"id" pattern:"^x*y$" validate:"min=30,max=30"`
		}) int {
			got["path "+in.ID] = true
			return 1
		})
		r := &recorder{TB: t}
		briotest.Explore(r, app, briotest.Stateful())
		if len(r.failures) > 0 {
			t.Errorf("example %q: got %q", example, r.failures)
		}
		logged := strings.Join(r.logs, "\n")
		if example == "" && (len(got) > 0 || !strings.Contains(logged, `nothing was sent to ["POST /body" "GET /body/{id}" "GET /query"]`)) {
			t.Errorf("without an example: %v, the log is %q", got, logged)
		}
		if example != "" && (!got["query "+example] || !got["body "+example] || !got["path "+example] || logged != "") {
			t.Errorf("with the example: %v, the log is %q", got, logged)
		}
	}
}

// TestExploreSendsSegments: a path parameter is one segment of a path. Dots alone are none: they match no route. Lists may be JSON in one text.
func TestExploreSendsSegments(t *testing.T) {
	app := newQuietApp()
	var names, lists []string
	app.Get("/files/{name}", func(in *struct {
		Name string `path:"name" validate:"oneof=. .. a... ä?"`
		IDs  []int  `query:"ids,json" default:"[]"`
	}) int {
		names, lists = append(names, in.Name), append(lists, fmt.Sprint(in.IDs))
		return 1
	})
	if failures := explored(t, app); len(failures) > 0 {
		t.Errorf("got %q", failures)
	}
	slices.Sort(names)
	if got := slices.Compact(names); !slices.Equal(got, []string{"a...", "ä?"}) || !slices.ContainsFunc(lists, func(s string) bool { return strings.Contains(s, " ") }) {
		t.Errorf("the handler has had the names %q and the lists %q", got, lists)
	}
}

// TestExploreShowsHead: the command for a HEAD shows its headers, as curl would wait for a body otherwise.
func TestExploreShowsHead(t *testing.T) {
	app := newQuietApp()
	app.Head("/a", func() error { panic("no") })
	failures := explored(t, app)
	if len(failures) != 1 || !strings.Contains(failures[0], "HEAD /a: no 5xx: ") || !strings.Contains(failures[0], "curl -i -I \"$BASE\"'/a'") {
		t.Errorf("got %q", failures)
	}
	app = newQuietApp()
	app.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	app.Get("/a", func() int { return 1 })
	if failures := explored(t, app); len(failures) > 0 {
		t.Errorf("an app without HEAD: got %q", failures)
	}
}

// TestExploreFindsSilence: a handler that does not return is a finding, and Explore goes on. Time is that of a bubble, so waits take none.
func TestExploreFindsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newQuietApp()
		reached := false
		app.Get("/a", func(in *struct {
			Q *string `query:"q"`
		}) int {
			time.Sleep(time.Hour)
			return 1
		})
		app.Get("/b", func() int { reached = true; return 1 })
		failures := explored(t, app, briotest.For(time.Hour))
		if len(failures) != 1 || !strings.Contains(failures[0], "GET /a: whole: there is no answer after 10s\n  curl -i \"$BASE\"'/a'\n") || !reached {
			t.Errorf("got %q, and the other operation: %v", failures, reached)
		}
		time.Sleep(time.Hour)
	})
}
