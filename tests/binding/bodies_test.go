package binding_test

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type order struct {
	XMLName xml.Name `json:"-" xml:"order"`
	Item    string   `json:"item" xml:"item" validate:"min=2"`
	Count   int      `json:"count" xml:"count" default:"1" validate:"min=1"`
	Lines   []struct {
		Note string `json:"note" xml:"note" validate:"max=3"`
	} `json:"lines,omitempty" xml:"line"`
	Pin   string `json:"pin,omitempty" xml:"pin" validate:"max=4" secret:"true"`
	Least int    `json:"least,omitempty" xml:"least" validate:"ltefield=Count"`
	Copy  string `json:"copy,omitempty" xml:"copy" validate:"eqfield=Pin" secret:"true"`
}

// TestBodyDecoderReadsItsMediaType: a decoded body has the defaults, rules and located errors of a JSON body. What the
// decoder reports is not shown, unless it is an HTTPError. A media tag narrows the types of a body; a type that no
// decoder reads answers 415.
func TestBodyDecoderReadsItsMediaType(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.BodyDecoder("Application/XML", xml.Unmarshal), brio.BodyDecoder("text/x-refused", func([]byte, any) error { return brio.Error(418, "tea") }))
	count := func(in brio.Body[order]) int { return in.Value.Count }
	app.Post("/both", count)
	app.Post("/xml", func(in struct {
		Order order `body:"" media:"application/xml"`
	}) int {
		return in.Order.Count
	})
	app.Post("/member", func(in struct {
		Order order `body:"order"`
	}) int {
		return in.Order.Count
	})
	app.Post("/api", func(in struct {
		Order order `body:"" media:"application/vnd.api+json"`
	}) int {
		return in.Order.Count
	})
	app.Post("/inner", count, brio.BodyDecoder("application/xml", func([]byte, any) error { return errors.New("no") }))
	accepted := map[string]string{ // RFC 9110, 15.5.16
		"/both": "application/json, application/xml, text/x-refused", "/xml": "application/xml", "/member": "application/json", "/api": "application/vnd.api+json",
	}
	const doc = `<order><item>hat</item><count>3</count></order>`
	for _, c := range []struct {
		path, mediaType, body string
		status                int
		want                  string
	}{
		{"/both", "application/json", `{"item":"hat","count":2}`, 200, "2"},
		{"/both", "application/xml; charset=utf-8", doc, 200, "3"},
		{"/both", "application/xml", "<order><item>hat</item></order>", 200, "1"},
		{"/both", "application/yaml", "item: hat", 415, ""},
		{"/both", "", doc, 415, ""},
		{"/both", "text/x-refused", "x", 418, `{"detail":"tea"}`},
		{"/both", "application/xml", "<order", 422, `{"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, the body is not valid application/xml","input":null,"ctx":{"error":{}}}]}`},
		{"/both", "application/xml", "<order><item>h</item><count>0</count><line><note>long</note></line><pin>12345</pin></order>", 422,
			`{"detail":[{"type":"string_too_short","loc":["body","item"],"msg":"String should have at least 2 characters","input":"h","ctx":{"min_length":2}},` +
				`{"type":"greater_than_equal","loc":["body","count"],"msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}},` +
				`{"type":"string_too_long","loc":["body","lines",0,"note"],"msg":"String should have at most 3 characters","input":"long","ctx":{"max_length":3}},` +
				`{"type":"string_too_long","loc":["body","pin"],"msg":"String should have at most 4 characters","input":null,"ctx":{"max_length":4}}]}`},
		{"/both", "application/xml", "<order><item>hat</item><count>3</count><least>4</least><copy>x</copy></order>", 422,
			`{"detail":[{"type":"value_error","loc":["body","least"],"msg":"Value error, must satisfy ltefield=Count","input":4,"ctx":{"error":{}}},` +
				`{"type":"value_error","loc":["body","copy"],"msg":"Value error, must satisfy eqfield=Pin","input":null,"ctx":{"error":{}}}]}`},
		{"/both", "application/xml", "", 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"/xml", "application/xml", doc, 200, "3"},
		{"/xml", "application/json", `{"item":"hat"}`, 415, ""},
		{"/member", "application/xml", doc, 415, ""},
		{"/api", "application/vnd.api+json", `{"item":"hat"}`, 200, "1"},
		{"/api", "application/json", `{"item":"hat"}`, 415, ""},
		{"/inner", "application/xml", doc, 422, `{"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, the body is not valid application/xml","input":null,"ctx":{"error":{}}}]}`},
	} {
		var headers []string
		if c.mediaType != "" {
			headers = []string{"Content-Type", c.mediaType}
		}
		w := testkit.Do(app, "POST", c.path, c.body, headers...)
		if got := w.Body.String(); w.Code != c.status || c.want != "" && strings.TrimSpace(got) != c.want {
			t.Errorf("%s %s %s: %d %s, want %d %s", c.path, c.mediaType, c.body, w.Code, got, c.status, c.want)
		}
		if want := accepted[c.path]; c.status == 415 && w.Header().Get("Accept") != want {
			t.Errorf("%s %s: Accept %q, want %q", c.path, c.mediaType, w.Header().Get("Accept"), want)
		}
	}
}

type (
	named struct {
		Name string `body:"name"`
	}
	aged struct {
		Age  int    `body:"age" default:"1"`
		Name string `body:"name"`
	}
)

// TestBodyIsSharedByFunctions: functions of a route that read the same body, or members of it, read it once, with any
// method. An error of a member that two functions read is reported once.
func TestBodyIsSharedByFunctions(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/members", func(in aged, n string) string { return n + in.Name }, brio.Provide(func(in named) string { return in.Name }))
	app.Post("/whole", func(in brio.Body[order], n int) int { return n + in.Value.Count }, brio.Provide(func(in struct {
		O order `body:""`
	}) int {
		return in.O.Count
	}))
	methods := []string{"GET", "DELETE", "OPTIONS", "PUT"}
	app.Handle(methods, "/any", func(in aged) string { return in.Name })
	for _, method := range methods {
		w := testkit.Do(app, method, "/any", `{"name":"x"}`, "Content-Type", "application/json")
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, `"x"`)
	}
	for _, c := range []struct{ path, body, want string }{
		{"/members", `{"name":"a"}`, `"aa"`},
		{"/members", `{"age":"a"}`, `{"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":null},{"type":"int_type","loc":["body","age"],"msg":"Input should be a valid integer","input":"a"}]}`},
		{"/whole", `{"item":"hat","count":2}`, `4`},
	} {
		testkit.WantBody(t, testkit.PostJSON(app, c.path, c.body), c.want)
	}
}

// TestCheckRefusesConflictingBodies: functions of a route that read the body as different types, or a media type without
// a decoder, are a start-up error.
func TestCheckRefusesConflictingBodies(t *testing.T) {
	t.Parallel()
	for want, register := range map[string]func(*brio.App){
		"reads the whole body as map[string]int, and brio.Body[binding_test.order] as binding_test.order": func(a *brio.App) {
			a.Post("/", func(brio.Body[map[string]int], brio.Body[order]) {})
		},
		"brio.Body[binding_test.order] reads the whole body, and binding_test.aged members of it": func(a *brio.App) {
			a.Post("/", func(brio.Body[order]) {}, brio.Depends(func(aged) {}))
		},
		"field O takes application/xml, which nothing decodes": func(a *brio.App) {
			a.Post("/", func(struct {
				O order `body:"" media:"application/xml"`
			}) {
			})
		},
		"field O is a member of a body of type application/xml": func(a *brio.App) {
			a.Post("/", func(struct {
				O order `body:"o" media:"application/xml"`
			}) {
			}, brio.BodyDecoder("application/xml", xml.Unmarshal))
		},
	} {
		app := brio.New()
		register(app)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestExtraForbidAllowsParametersOfRoute: extra:"forbid" accepts each name that any function of the route reads,
// deepObject included.
func TestExtraForbidAllowsParametersOfRoute(t *testing.T) {
	t.Parallel()
	type token struct {
		Token string         `query:"token"`
		Where map[string]int `query:"where,omitempty" style:"deepObject"`
	}
	type closed struct {
		_ struct{} `extra:"forbid"`
		A int      `query:"a"`
	}
	app := brio.New(brio.Depends(func(token) {}))
	app.Get("/", func(in closed) int { return in.A })
	testkit.WantBody(t, testkit.Get(app, "/?a=1&token=x&where[a]=1"), "1")
	w := testkit.Get(app, "/?a=1&token=x&b=1&b=2")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, `{"detail":[{"type":"extra_forbidden","loc":["query","b"],"msg":"Extra inputs are not permitted","input":["1","2"]}]}`)
}

// TestPatchAppliesSentMembers: Patch changes the members that the body has, in nested objects too (RFC 7396), and checks
// only those.
func TestPatchAppliesSentMembers(t *testing.T) {
	t.Parallel()
	type owner struct{ Name, Mail string }
	type item struct {
		Name  string `json:"name" validate:"min=2"`
		Price int    `json:"price" validate:"min=0"`
		Owner *owner `json:"owner"`
	}
	stored := item{"hat", 5, &owner{"Ann", "a@example.com"}}
	app := brio.New()
	app.Patch("/", func(p brio.Body[brio.Patch[item]]) item {
		changed := stored
		p.Value.Apply(&changed)
		return changed
	})
	for body, want := range map[string]string{
		`{"price":0}`:               `{"name":"hat","price":0,"owner":{"Name":"Ann","Mail":"a@example.com"}}`,
		`{"owner":{"Mail":"b"}}`:    `{"name":"hat","price":5,"owner":{"Name":"Ann","Mail":"b"}}`,
		`{"owner":null}`:            `{"name":"hat","price":5,"owner":null}`,
		`{"name":"h","price":null}`: `{"detail":[{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 2 characters","input":"h","ctx":{"min_length":2}},{"type":"int_type","loc":["body","price"],"msg":"Input should be a valid integer","input":null}]}`,
	} {
		testkit.WantBody(t, testkit.Do(app, "PATCH", "/", body, "Content-Type", "application/json"), want)
	}
}
