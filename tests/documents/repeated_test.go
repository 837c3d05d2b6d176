package documents_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
)

type first struct {
	A string `json:"a"`
}

type second struct {
	B string `json:"b"`
}

func paid(*brio.Body[first]) {}

func receipt(*brio.Body[second]) {}

// callback is a router with one route, for Callbacks.
func callback(path string, handler any, opts ...brio.RouteOption) *brio.Router {
	r := brio.NewRouter()
	r.Post(path, handler, opts...)
	return r
}

const callURL = "{$request.body#/url}"

func pay(*brio.Body[first]) {}

func search(*struct {
	Q string `query:"q"`
}) {
}

func example(name, value string) spec.Example { return spec.Example{Name: name, Value: value} }

func withHeader(name, description string) spec.Response {
	return spec.Response{Headers: map[string]any{name: &spec.Header{Description: description}}}
}

func withMedia(mediaType string, media *spec.MediaType) spec.Response {
	return spec.Response{Content: map[string]any{mediaType: media}}
}

// TestDocumentRefusesRepeatedNames: the document has one place for each name. Of two declarations of one level the second
// would replace the first without a word, as in FastAPI, so the app does not start.
func TestDocumentRefusesRepeatedNames(t *testing.T) {
	for _, c := range []struct {
		name    string
		declare func(app *brio.App)
		want    []string
	}{
		{"callbacks of a route", func(app *brio.App) {
			app.Post("/pay", pay, brio.Callbacks("paid", callback(callURL+"/a", paid)), brio.Callbacks("paid", callback(callURL+"/b", receipt)))
		}, []string{`a second callback with the name "paid"; the first is at `, "legal: one Callbacks for each name"}},
		{"callbacks of a router", func(app *brio.App) {
			r := brio.NewRouter(brio.Callbacks("paid", callback(callURL, paid)), brio.Callbacks("paid", callback(callURL, receipt)))
			r.Post("/pay", pay)
			app.Include(r)
		}, []string{`a second callback with the name "paid"`}},
		{"callbacks of an include", func(app *brio.App) {
			r := brio.NewRouter()
			r.Post("/pay", pay)
			app.Include(r, brio.Callbacks("paid", callback(callURL, paid)), brio.Callbacks("paid", callback(callURL, receipt)))
		}, []string{`a second callback with the name "paid"`}},
		{"callbacks without a name", func(app *brio.App) {
			app.Post("/pay", pay, brio.Callbacks("", callback(callURL, paid)), brio.Callbacks("", callback(callURL, paid)))
		}, []string{`a second POST ` + callURL + ` of the callback "paid"; the first is at `}},
		{"a named callback after one without", func(app *brio.App) {
			app.Post("/pay", pay, brio.Callbacks("", callback(callURL, paid)), brio.Callbacks("paid", callback(callURL, receipt)))
		}, []string{`a second POST ` + callURL + ` of the callback "paid"`}},
		{"operations of a callback", func(app *brio.App) {
			r := callback(callURL, paid)
			r.Post(callURL, receipt)
			app.Post("/pay", pay, brio.Callbacks("paid", r))
		}, []string{"POST " + callURL + " is registered twice; the first is at "}},
		{"callbacks of a hidden route", func(app *brio.App) {
			app.Post("/pay", pay, brio.Hidden(), brio.Callbacks("paid", callback(callURL, paid)), brio.Callbacks("paid", callback(callURL, receipt)))
		}, []string{`a second callback with the name "paid"`}},
		{"webhooks", func(app *brio.App) {
			app.Webhooks().Post("paid", paid)
			app.Webhooks().Post("paid", receipt)
		}, []string{"POST paid is registered twice; the first is at ", "legal: one handler for a method and path"}},
		{"webhooks that the document writes alike", func(app *brio.App) {
			app.Webhooks().Post("paid/{rest}", paid)
			app.Webhooks().Post("paid/{rest...}", receipt)
		}, []string{"POST paid/{rest...} is registered twice; the first is at "}},
		{"webhooks of two routers", func(app *brio.App) {
			app.Webhooks().Post("paid", paid)
			app.Webhooks().Include(callback("paid", receipt))
		}, []string{"POST paid is registered twice"}},
		{"models of a status", func(app *brio.App) {
			app.Post("/pay", pay, brio.Responds[first](404, ""), brio.Responds[second](404, ""))
		}, []string{"a second model of the response 404; the first is at ", "legal: one type for each status"}},
		{"models of a range", func(app *brio.App) {
			app.Post("/pay", pay, brio.RespondsRange[first]("4XX", ""), brio.RespondsRange[second]("4xx", ""))
		}, []string{"a second model of the response 4XX"}},
		{"models of a router", func(app *brio.App) {
			r := brio.NewRouter(brio.RespondsRange[first]("default", ""), brio.RespondsRange[second]("Default", ""))
			r.Post("/pay", pay)
			app.Include(r)
		}, []string{"a second model of the response default"}},
		{"headers of a response", func(app *brio.App) {
			app.Post("/pay", pay, brio.Responds[first](404, "", withHeader("X-A", "one")), brio.Responds[brio.NoContent](404, "", withHeader("X-A", "two")))
		}, []string{`a second header "X-A" of the response 404`}},
		{"schemas of a media type", func(app *brio.App) {
			app.Post("/pay", pay,
				brio.Responds[brio.NoContent](404, "", withMedia("text/csv", &spec.MediaType{Schema: &spec.Schema{Type: []string{"string"}}})),
				brio.Responds[brio.NoContent](404, "", withMedia("text/csv", &spec.MediaType{Schema: &spec.Schema{Type: []string{"array"}}})))
		}, []string{"a second schema of text/csv of the response 404"}},
		{"examples of a response", func(app *brio.App) {
			app.Post("/pay", pay, brio.Responds[first](404, "",
				withMedia("application/json", &spec.MediaType{Examples: []spec.Example{example("a", "1"), example("a", "2")}})))
		}, []string{`a second application/json example "a" of the response 404`}},
		{"links of a response", func(app *brio.App) {
			app.Post("/pay", pay, brio.Responds[brio.NoContent](404, "",
				spec.Response{Links: map[string]any{"next": map[string]any{"operationId": "a"}}},
				spec.Response{Links: map[string]any{"next": map[string]any{"operationId": "b"}}}))
		}, []string{`a second link "next" of the response 404`}},
		{"examples of a parameter", func(app *brio.App) {
			app.Get("/search", search, brio.Examples("query.q", example("a", "1")), brio.Examples("query.q", example("a", "2")))
		}, []string{`a second example of query.q with the name "a"; the first is at `, "legal: one example for each name"}},
		{"examples of a body in one option", func(app *brio.App) {
			app.Post("/pay", pay, brio.Examples("body", example("a", "1"), example("a", "2")))
		}, []string{`a second example of body with the name "a"`}},
		{"examples of a tag", func(app *brio.App) {
			app.Get("/search", func(*struct {
				Q string `query:"q" openapi_examples:"{\"a\":{\"value\":1},\"a\":{\"value\":2}}"`
			}) {
			})
		}, []string{`openapi_examples has two examples with the name "a"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New()
			c.declare(app)
			wantMistake(t, app, c.want...)
		})
	}
}

// wantMistake fails the test unless the app's report has the parts, with a place of this file.
func wantMistake(t *testing.T, app *brio.App, parts ...string) {
	t.Helper()
	err := app.Check()
	if err == nil {
		t.Fatal("nothing is reported")
	}
	testkit.WantContains(t, err.Error(), parts...)
	if strings.Contains(parts[0], "openapi_examples") {
		return // the place is that of the struct's field, which has no line
	}
	if !regexp.MustCompile(`(?m)^documents/repeated_test\.go:\d+: `).MatchString(err.Error()) {
		t.Errorf("the report names no line of this file:\n%v", err)
	}
	if first := regexp.MustCompile(`the first is at (\S+)`).FindStringSubmatch(err.Error()); first != nil && !strings.HasPrefix(first[1], "documents/repeated_test.go:") {
		t.Errorf("the first is at %s", first[1])
	}
}

// TestDocumentRefusesRepeatedTags: tag names of a document are unique (OpenAPI 3.1, OpenAPI Object). FastAPI writes both.
func TestDocumentRefusesRepeatedTags(t *testing.T) {
	a, b := spec.Tag{Name: "a", Description: "1"}, spec.Tag{Name: "a", Description: "2"}
	for _, c := range []struct {
		name string
		app  *brio.App
	}{
		{"in two options", brio.New(brio.TagInfo(a), brio.TagInfo(b))},
		{"in one option", brio.New(brio.TagInfo(a, b))},
		{"of a further document", brio.New(brio.Document("/v1.json", brio.TagInfo(a), brio.TagInfo(b)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantMistake(t, c.app, `TagInfo: a second tag with the name "a"; the first is at `, "legal: one description for each tag")
		})
	}
}

// TestDocumentNearestDeclarationWins: an inner level may replace what an outer one declares under the same name.
func TestDocumentNearestDeclarationWins(t *testing.T) {
	app := brio.New(
		brio.TagInfo(spec.Tag{Name: "a", Description: "of the app"}, spec.Tag{Name: "b"}),
		brio.Document("/v1.json", brio.TagInfo(spec.Tag{Name: "a", Description: "of v1"}, spec.Tag{Name: "c"})),
	)
	json := func(name string) spec.Response {
		return withMedia("application/json", &spec.MediaType{Examples: []spec.Example{example("a", name), example(name, name)}})
	}
	r := brio.NewRouter(
		brio.Callbacks("paid", callback("{$request.body#/outer}", paid)),
		brio.Callbacks("kept", callback(callURL, paid)),
		brio.Callbacks("", callback(callURL, receipt, brio.Description("outer"))),
		brio.Responds[first](404, "Outer", json("outer"), withHeader("X-A", "outer")),
	)
	r.Post("/pay", pay,
		brio.Callbacks("paid", callback("{$request.body#/inner}", receipt)),
		brio.Callbacks("", callback(callURL, receipt, brio.Description("inner"))),
		brio.Responds[second](404, "Inner", json("inner"), withHeader("X-A", "inner")),
	)
	app.Include(r)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	doc := document(t, app, "3.1.0")
	op := at(doc, "paths", "/pay", "post")
	callbacks, _ := at(op, "callbacks").(map[string]any)
	if len(callbacks) != 3 || callbacks["kept"] == nil {
		t.Errorf("callbacks: got %v", callbacks)
	}
	if paths, _ := callbacks["paid"].(map[string]any); len(paths) != 1 || paths["{$request.body#/inner}"] == nil {
		t.Errorf("paid: got %v, want the route's callback alone", paths)
	}
	wantJSON(t, at(callbacks, "receipt", callURL, "post", "description"), `"inner"`)
	wantJSON(t, at(op, "responses", "404"), `{
		"description": "Inner",
		"headers": {"X-A": {"description": "inner"}},
		"content": {"application/json": {"schema": {"$ref": "#/components/schemas/second"}, "examples": {
			"a": {"value": "inner"}, "inner": {"value": "inner"}}}}}`)
	wantJSON(t, at(doc, "tags"), `[{"name": "a", "description": "of the app"}, {"name": "b"}]`)
	testkit.WantContains(t, testkit.Get(app, "/v1.json").Body.String(), `"tags":[{"name":"a","description":"of v1"},{"name":"b"},{"name":"c"}]`)
}

// TestDocumentRepeatsWithoutConflict: what is said twice in the same words, or can stand side by side, is no mistake.
func TestDocumentRepeatsWithoutConflict(t *testing.T) {
	tag := spec.Tag{Name: "a", Description: "1"}
	app := brio.New(brio.TagInfo(tag), brio.TagInfo(tag))
	r := callback(callURL, paid)
	app.Post("/pay", pay,
		brio.Callbacks("paid", r), brio.Callbacks("paid", r),
		brio.Callbacks("", callback(callURL+"/a", receipt)), brio.Callbacks("", callback(callURL+"/b", receipt)),
		brio.Examples("body", example("a", "1")), brio.Examples("body", example("a", "1"), example("b", "2")),
		brio.Responds[first](404, "", withHeader("X-A", "one")), brio.Responds[first](404, "", withHeader("X-B", "two")),
		brio.Responds[second](405, ""),
	)
	app.Post("/again", pay, brio.Callbacks("paid", r))
	app.Webhooks().Post("paid", paid)
	app.Webhooks().Put("paid", receipt)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	doc := document(t, app, "3.1.0")
	op := at(doc, "paths", "/pay", "post")
	if paths, _ := at(op, "callbacks", "receipt").(map[string]any); len(paths) != 2 {
		t.Errorf("the callback receipt has %v", paths)
	}
	if headers, _ := at(op, "responses", "404", "headers").(map[string]any); len(headers) != 2 {
		t.Errorf("headers of 404: %v", headers)
	}
	wantJSON(t, at(op, "requestBody", "content", "application/json", "examples"), `{"a": {"value": "1"}, "b": {"value": "2"}}`)
	wantJSON(t, at(doc, "tags"), `[{"name": "a", "description": "1"}]`)
	if n := strings.Count(testkit.Get(app, "/openapi.json").Body.String(), `"examples":{"a":{"value":"1"},"b"`); n != 1 {
		t.Errorf("the examples are written %d times", n)
	}
}
