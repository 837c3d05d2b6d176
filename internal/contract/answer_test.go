package contract

import (
	"net/http"
	"slices"
	"testing"

	"github.com/brio-go/brio/openapi/spec"
)

// operations is a document with an operation of each kind.
const operations = `{
	"security":[{"key":["b","a"],"other":[]}],
	"components":{
		"securitySchemes":{"key":{"type":"apiKey"}},
		"headers":{"Count":{"required":true,"schema":{"type":"integer"}}},
		"examples":{"one":{"value":7}}
	},
	"paths":{"/items/{id}":{
		"parameters":[{"in":"path","name":"id","required":true,"schema":{"type":"integer","examples":[3]}}],
		"get":{"operationId":"get","security":[],
			"parameters":[
				{"in":"query","name":"filter","content":{"application/json":{"schema":{"type":"object"},"example":{"a":1},"examples":{"named":{"value":{"b":2}}}}}},
				{"in":"query","name":"ids","explode":false,"example":1,"examples":{"one":{"$ref":"#/components/examples/one"}}},
				{"in":"header","name":"X-A"}],
			"responses":{
				"200":{"headers":{"x-count":{"$ref":"#/components/headers/Count"},"X-Tags":{"schema":{"type":"array"}},"X-On":{"schema":{"type":"boolean"}}},
					"content":{"application/json":{"schema":{"properties":{"a":{"type":"integer"}}},"examples":{"shown":{}}}}},
				"204":{"description":""},
				"4XX":{"content":{"application/problem+json":{"schema":{"type":"object"}},"image/*":{}}}}},
		"post":{"requestBody":{"required":true,"content":{"text/plain":{"schema":{},"examples":{"posted":{}}}}},
			"responses":{"default":{"content":{"text/event-stream":{}}}}},
		"additionalOperations":{"QUERY":{"operationId":"query","responses":{"200":{"content":{"*/*":{}}}}}}
	}}}`

// TestProblems: an answer is held to the status, the headers, the media type and the body that the document has.
func TestProblems(t *testing.T) {
	d := newDocument(t, operations)
	get := d.Operation("GET", "GET /items/{id...}")
	count := http.Header{"X-Count": {"1"}}
	with := func(name, value string) http.Header {
		h := count.Clone()
		h.Set(name, value)
		return h
	}
	isJSON := with("Content-Type", "application/json; charset=utf-8")
	for _, c := range []struct {
		name    string
		answer  Answer
		allowed []string
		want    string
	}{
		{"as declared", Answer{"GET", 200, isJSON, []byte(`{"a":1}`)}, nil, ""},
		{"HEAD has no body", Answer{"HEAD", 200, count, nil}, nil, ""},
		{"status", Answer{"GET", 302, nil, nil}, nil, "the status 302 is not declared; the document has 200, 204, 4XX"},
		{"unasked status", Answer{"GET", 304, nil, nil}, nil, ""},
		{"no media type is declared", Answer{"GET", 204, http.Header{"Content-Type": {"text/plain"}}, []byte("a")}, nil, ""},
		{"range of statuses and of media types", Answer{"GET", 418, http.Header{"Content-Type": {"image/png"}}, []byte("png")}, nil, ""},
		{"undeclared header", Answer{"HEAD", 200, with("X-B", "1"), nil}, nil, "the header X-B is not declared"},
		{"allowed header", Answer{"HEAD", 200, with("X-B", "1"), nil}, []string{"x-b"}, ""},
		{"missing header", Answer{"HEAD", 200, nil, nil}, nil, "the header X-Count is required, and is not there"},
		{"header with another type", Answer{"HEAD", 200, http.Header{"X-Count": {"many"}}, nil}, nil, `the header X-Count: "many" is no integer`},
		{"header of a bool", Answer{"HEAD", 200, with("X-On", "false"), nil}, nil, ""},
		{"header of a list", Answer{"HEAD", 200, with("X-Tags", "a, b"), nil}, nil, ""},
		{"no media type", Answer{"GET", 200, count, []byte("{}")}, nil, `the Content-Type "" is no media type`},
		{"another media type", Answer{"GET", 200, with("Content-Type", "text/html"), []byte("a")}, nil, `the media type "text/html" is not declared; the document has application/json`},
		{"no JSON", Answer{"GET", 200, isJSON, []byte("{")}, nil, "the body is no JSON: unexpected EOF"},
		{"another body", Answer{"GET", 200, isJSON, []byte(`{"a":"b"}`)}, nil, `the body is not as declared: $.a: "b" is no integer`},
	} {
		got := get.Problems(c.answer, c.allowed)
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if !get.Declares(499) || get.Declares(302) {
		t.Error("Declares does not know the range of statuses")
	}
	if get.Schema(200) == nil || get.Schema(418) == nil || get.Schema(204) != nil {
		t.Error("Schema does not find the schemas of JSON")
	}
}

// TestOperations: operations are found by method and pattern, with their parameters, bodies, examples and schemes.
func TestOperations(t *testing.T) {
	d := newDocument(t, operations)
	var all []string
	for _, op := range d.Operations() {
		all = append(all, op.Method+" "+op.Path)
	}
	if !slices.Equal(all, []string{"GET /items/{id}", "POST /items/{id}", "QUERY /items/{id}"}) {
		t.Errorf("the operations are %q", all)
	}
	if op := d.Operation("QUERY", "/items/{id}"); op == nil || op.ID != "query" || op.Declares(500) != true || len(op.Problems(Answer{"QUERY", 200, http.Header{"Content-Type": {"a/b"}}, nil}, nil)) > 0 {
		t.Errorf("QUERY is %+v", op)
	}
	if op := d.Operation("HEAD", "/items/{id}"); op == nil || op.ID != "get" {
		t.Errorf("HEAD is %+v", op)
	}
	if op := d.Operation("PUT", "/items/{id}"); op != nil {
		t.Errorf("PUT is %+v", op)
	}
	get, post := d.Operation("GET", "/items/{id}"), d.Operation("POST", "/items/{id}")
	if get.Security != nil || len(post.Security) != 1 || post.Security[0]["other"] == nil || !slices.Equal(post.Security[0]["key"], []string{"a", "b"}) {
		t.Errorf("GET needs %v and POST %v", get.Security, post.Security)
	}
	if d.Scheme("key")["type"] != "apiKey" {
		t.Error("the scheme is not there")
	}
	var parameters []string
	for _, p := range get.Parameters {
		text := p.In + " " + p.Name + " " + p.Style
		if p.Explode {
			text += " explode"
		}
		if p.IsJSON {
			text += " JSON"
		}
		parameters = append(parameters, text+" "+Short(p.Examples))
	}
	if !slices.Equal(parameters, []string{"path id  [3]", `query filter form explode JSON [{"a":1},{"b":2}]`, "query ids form [1,7]", "header X-A  null"}) {
		t.Errorf("the parameters are %q", parameters)
	}
	if get.Streams() || !post.Streams() {
		t.Error("a stream is not known by its media type")
	}
	for name, shown := range map[string]bool{"named": true, "one": true, "shown": true, "posted": false} {
		if get.Shows(name) != shown || post.Shows(name) == shown {
			t.Errorf("%s is an example of the other operation", name)
		}
	}
}

// TestNew: a document of which JSON cannot be made is an error.
func TestNew(t *testing.T) {
	d, err := New(&spec.Document{})
	if err != nil || d.root["openapi"] != "3.2.0" {
		t.Errorf("got %v and %v", d, err)
	}
	if _, err := New(&spec.Document{Extra: map[string]any{"x-a": func() {}}}); err == nil {
		t.Error("a function has become JSON")
	}
}
