package hostile_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type item struct {
	Name  string         `json:"name" validate:"max=2000000"`
	Price float64        `json:"price,omitempty"`
	Count int64          `json:"count,omitempty"`
	Tags  []string       `json:"tags,omitempty"`
	Next  *item          `json:"next,omitempty"`
	Extra map[string]any `json:"extra,omitempty"`
	Any   any            `json:"any,omitempty"`
}

type parameters struct {
	ID     int                `path:"id"`
	Q      int                `query:"q,omitempty"`
	Tags   []string           `query:"tags,omitempty"`
	Flag   bool               `query:"flag" default:"false"`
	Token  string             `header:"X-Token" default:"" validate:"max=10"`
	Cookie string             `cookie:"c" default:""`
	Number brio.Optional[int] `cookie:"n"`
}

// newApp has a route for each source of parameters and for each shape of a JSON body.
func newApp() *brio.App {
	app := brio.New(testkit.Quiet())
	app.Post("/items", func(in *brio.Body[item]) item { return in.Value })
	app.Post("/any", func(in *brio.Body[any]) any { return in.Value })
	app.Post("/list", func(in *brio.Body[[]int]) int { return len(in.Value) })
	app.Post("/keyed", func(in *struct {
		A item `body:"a"`
		B int  `body:"b"`
	}) int {
		return in.B
	})
	app.Get("/params/{id}", func(in *parameters) parameters { return *in })
	app.Get("/files/{rest...}", func(in *struct {
		Rest string `path:"rest"`
	}) string {
		return in.Rest
	})
	return app
}

// TestJSONSyntaxErrorHasLocation: what RFC 8259 does not allow answers 422 json_invalid in the body, whatever the route
// binds it to. Invalid UTF-8, lone surrogates, NaN and a byte order mark count as malformed.
func TestJSONSyntaxErrorHasLocation(t *testing.T) {
	t.Parallel()
	app := newApp()
	for _, body := range []string{
		" ", "\n", "{", "}", "[", "]", `"`, `"a`, `{"name"`, `{"name":`, `{"name":"a"`, `{"name":"a",}`, `{,}`, `{"name" "a"}`, `{name:"a"}`,
		`{'name':'a'}`, `{"name":"a"}}`, `{"name":"a"} x`, `{"name":"a"}{"name":"b"}`, `nul`, `nulll`, `True`, `undefined`, `NaN`, `Infinity`, `-`, `-Infinity`,
		`+1`, `01`, `-01`, `1.`, `.5`, `1e`, `1e+`, `0x10`, `1_000`, `"\x"`, `"\u12"`, `"\uZZZZ"`, "\"\n\"", "\"\x00\"", "\x00", "\ufeff{}", `[1,]`, `[,1]`, `[1 2]`, `[1;2]`,
		`/* c */ {}`, `// c`, `{"name":"a" /* c */}`, `<xml/>`, "\xff\xfe", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "{\"\xff\":1}", "\x1f\x8b\x08\x00",
	} {
		for _, path := range []string{"/items", "/any", "/list", "/keyed"} {
			t.Run(fmt.Sprintf("%s/%q", path, body), func(t *testing.T) {
				w := testkit.PostJSON(app, path, body)
				first := testkit.WantClientError(t, w)
				testkit.WantStatus(t, w, 422)
				if len(first.Loc) == 0 || first.Loc[0] != "body" {
					t.Errorf("loc %v", first.Loc)
				}
				if first.Type != "json_invalid" {
					t.Errorf("type %s: %s", first.Type, w.Body)
				}
			})
		}
	}
}

// TestJSONSizeAndDepthAreBounded: a document over MaxBody or MaxElements answers 413, one over MaxDepth 400, also below
// an unknown key. Long numbers, texts and keys answer 200 or 422.
func TestJSONSizeAndDepthAreBounded(t *testing.T) {
	t.Parallel()
	app := newApp()
	mega := strings.Repeat("1", 1_000_000)
	for _, c := range []struct {
		name, path, body string
		status           []int
	}{
		{"3 MiB over the limit", "/items", `{"name":"` + strings.Repeat("x", 3<<20) + `"}`, []int{413}},
		{"1e6 opening brackets", "/any", strings.Repeat("[", 1_000_000), []int{400}},
		{"5e5 nested lists", "/any", strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000), []int{400}},
		{"1e5 nested objects", "/any", strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), []int{400}},
		{"nested recursive models", "/items", strings.Repeat(`{"name":"a","next":`, 40_000) + "null" + strings.Repeat("}", 40_000), []int{400}},
		{"depth below an unknown key", "/items", `{"name":"a","unknown":` + strings.Repeat("[", 400_000) + strings.Repeat("]", 400_000) + "}", []int{400}},
		{"200k elements", "/list", "[" + strings.Repeat("1,", 199_999) + "1]", []int{413, 200}},
		{"60k members", "/any", manyMembers(60_000), []int{413, 200}},
		{"200k wrong elements", "/list", "[" + strings.Repeat(`"",`, 199_999) + `""]`, []int{413, 422}},
		{"1 MB number", "/any", mega, []int{422, 200}},
		{"1 MB number for a float", "/items", `{"name":"a","price":` + mega + `}`, []int{422}},
		{"1 MB number for an integer", "/items", `{"name":"a","count":` + mega + `}`, []int{422}},
		{"1 MB fraction", "/items", `{"name":"a","price":0.` + mega + `}`, []int{422, 200}},
		{"1 MB exponent", "/items", `{"name":"a","price":1e` + mega + `}`, []int{422}},
		{"1 MB string", "/items", `{"name":"` + mega + `"}`, []int{200}},
		{"1 MB string for a number", "/items", `{"name":"a","count":"` + mega + `"}`, []int{422}},
		{"1 MB unknown key", "/items", `{"name":"a","` + mega + `":1}`, []int{200, 422}},
		{"1 MB of escapes", "/items", `{"name":"` + strings.Repeat(`\u0000`, 170_000) + `"}`, []int{200, 422}},
		{"1 MB of white space", "/items", strings.Repeat(" ", 1_000_000), []int{422}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := testkit.PostJSON(app, c.path, c.body)
			if !slices.Contains(c.status, w.Code) {
				t.Errorf("status %d, want one of %v: %.300s", w.Code, c.status, w.Body)
			}
			if w.Code != 200 {
				testkit.WantClientError(t, w)
			}
		})
	}
}

// manyMembers is a JSON object of n members.
func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":%d`, i, i)
	}
	return "{" + b.String()[1:] + "}"
}

// TestJSONValueErrorHasLocation: a value of another type, out of range or given twice answers 422 with the path to it.
func TestJSONValueErrorHasLocation(t *testing.T) {
	t.Parallel()
	app := newApp()
	for _, c := range []struct{ body, loc string }{
		{`null`, "[body]"}, {`1`, "[body]"}, {`"a"`, "[body]"}, {`[]`, "[body]"}, {`true`, "[body]"}, {`{}`, "[body name]"},
		{`{"name":null}`, "[body name]"}, {`{"name":1}`, "[body name]"}, {`{"name":"a","price":"1"}`, "[body price]"},
		{`{"name":"a","price":1e999}`, "[body price]"}, {`{"name":"a","count":1.5}`, "[body count]"}, {`{"name":"a","count":true}`, "[body count]"},
		{`{"name":"a","count":9223372036854775808}`, "[body count]"}, {`{"name":"a","count":-9223372036854775809}`, "[body count]"},
		{`{"name":"a","tags":{}}`, "[body tags]"}, {`{"name":"a","tags":[1]}`, "[body tags 0]"}, {`{"name":"a","tags":[null]}`, "[body tags 0]"},
		{`{"name":"a","next":{"name":"b","next":{}}}`, "[body next next name]"}, {`{"name":"a","extra":[]}`, "[body extra]"},
		{`{"name":"a","name":"b"}`, "[body name]"}, {`{"Name":"a"}`, "[body name]"}, {`{"name":"a","NAME":"b"}`, "[body NAME]"},
		{`{"name":"a","\u006eame":"b"}`, "[body name]"}, {`{"name":"a","extra":{"k":1,"k":2}}`, "[body extra k]"}, {`{"name":"a","any":{"k":1,"k":2}}`, "[body any k]"},
	} {
		t.Run(c.body, func(t *testing.T) {
			w := testkit.PostJSON(app, "/items", c.body)
			first := testkit.WantClientError(t, w)
			testkit.WantStatus(t, w, 422)
			if got := fmt.Sprint(first.Loc); got != c.loc {
				t.Errorf("loc %s, want %s: %s", got, c.loc, w.Body)
			}
		})
	}
}

// TestJSONBodyNeedsItsContentType: a JSON body is application/json or a +json type (RFC 6839, 3.1), in any case and with
// any parameters. Any other type, or none, answers 415. Of several Content-Type fields the first counts.
func TestJSONBodyNeedsItsContentType(t *testing.T) {
	t.Parallel()
	app := newApp()
	for _, c := range []struct {
		types  []string
		status int
	}{
		{[]string{"application/json"}, 200},
		{[]string{"application/json; charset=utf-8"}, 200},
		{[]string{"application/json;charset=\"utf-8\"; x=y"}, 200},
		{[]string{"Application/JSON"}, 200},
		{[]string{"  application/json  ;;; garbage"}, 200},
		{[]string{"application/merge-patch+json"}, 200},
		{[]string{"application/json;"}, 200},
		{nil, 415},
		{[]string{""}, 415},
		{[]string{"json"}, 415},
		{[]string{"text/json"}, 415},
		{[]string{"application/jsonx"}, 415},
		{[]string{"application/+json"}, 415},
		{[]string{"application/"}, 415},
		{[]string{"/json"}, 415},
		{[]string{"application/json, text/plain"}, 415},
		{[]string{"application/x-www-form-urlencoded"}, 415},
		{[]string{"multipart/form-data; boundary=x"}, 415},
		{[]string{strings.Repeat("a", 1<<16)}, 415},
		{[]string{"\xff/\xfe"}, 415},
		{[]string{"text/plain", "application/json"}, 415},
	} {
		var headers []string
		for _, v := range c.types {
			headers = append(headers, "Content-Type", v)
		}
		w := testkit.Do(app, "POST", "/items", `{"name":"a"}`, headers...)
		if w.Code != c.status {
			t.Errorf("%.60q: status %d, want %d: %s", c.types, w.Code, c.status, w.Body)
		}
		if w.Code != 200 {
			testkit.WantClientError(t, w)
		}
	}
	testkit.WantClientError(t, testkit.Do(app, "POST", "/items", "")) // without a body the error is the missing body, not its type
}

// TestParameterErrorHasLocation: a parameter that does not fit answers with its source and name. What no parameter reads
// is ignored.
func TestParameterErrorHasLocation(t *testing.T) {
	t.Parallel()
	app := newApp()
	long := strings.Repeat("9", 1<<16)
	for _, c := range []struct {
		target  string
		headers []string
		loc     string // of the first error; empty when the request may succeed
	}{
		{"/params/x", nil, "[path id]"},
		{"/params/1%00", nil, "[path id]"},
		{"/params/%FF", nil, "[path id]"},
		{"/params/9223372036854775808", nil, "[path id]"},
		{"/params/" + long, nil, "[path id]"},
		{"/params/1%2F2", nil, ""},
		{"/params/1?q=x", nil, "[query q]"},
		{"/params/1?q=", nil, "[query q]"},
		{"/params/1?q=%FF", nil, "[query q]"},
		{"/params/1?q=1&q=x", nil, "[query q]"},
		{"/params/1?q=" + long, nil, "[query q]"},
		{"/params/1?flag=maybe", nil, "[query flag]"},
		{"/params/1?%zz=1&&;=&=&%", nil, ""},
		{"/params/1?" + strings.Repeat("a&", 1<<16), nil, "[query]"},
		{"/params/1?" + strings.Repeat("tags=a&", 1<<12), nil, "[query]"},
		{"/params/1", []string{"X-Token", long}, "[header x-token]"},
		{"/params/1", []string{"X-Token", "\xff\xfe\x01"}, ""},
		{"/params/1", []string{"Cookie", "n=x"}, "[cookie n]"},
		{"/params/1", []string{"Cookie", `;;=;c;c=;="";n="1`}, ""},
		{"/params/1", []string{"Cookie", `c="` + long + `"`}, ""},
		{"/params/1", []string{"Cookie", "\xff=\xfe; c=\x00"}, ""},
		{"/params/1", []string{"Cookie", strings.Repeat("a=b;", 1<<14)}, "[cookie]"},
		{"/files/..%2f..%2fetc%2fpasswd%00", nil, ""},
		{"/files/%FF%FE", nil, ""},
	} {
		t.Run(fmt.Sprintf("%.40s %.40q", c.target, c.headers), func(t *testing.T) {
			w := testkit.Get(app, c.target, c.headers...)
			if w.Code == 200 {
				if c.loc != "" || !json.Valid(w.Body.Bytes()) {
					t.Errorf("200: %.200s", w.Body)
				}
				return
			}
			first := testkit.WantClientError(t, w)
			if got := fmt.Sprint(first.Loc); c.loc != "" && got != c.loc {
				t.Errorf("loc %s, want %s", got, c.loc)
			}
			if c.loc == "" && w.Code >= 400 {
				t.Logf("refused with %d: %.100s", w.Code, w.Body)
			}
		})
	}
}

// TestQueryAcceptsBadPercentEscapes: a malformed escape in a query is text, or an error of the client.
func TestQueryAcceptsBadPercentEscapes(t *testing.T) {
	t.Parallel()
	app := newApp()
	for _, query := range []string{"q=%", "q=%4", "q=%zz", "q=1%", "tags=%&tags=%zz", "flag=%ff%"} {
		w := testkit.Get(app, "/params/1?"+query)
		if w.Code != 200 {
			testkit.WantClientError(t, w)
		}
	}
}

// TestUnknownPathAnswers404AndMethod405: a 405 has Allow (RFC 9110, 15.5.6), a 404 has none. Methods are case-sensitive
// (RFC 9110, 9.1).
func TestUnknownPathAnswers404AndMethod405(t *testing.T) {
	t.Parallel()
	app := newApp()
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/", 404}, {"GET", "/nothing", 404}, {"GET", "//items", 404}, {"GET", "/params/1/2", 404}, {"GET", "/../x", 404}, {"GET", "/%2e%2e/x", 404},
		{"GET", "/\xff", 404}, {"GET", "/items", 405}, {"DELETE", "/params/1", 405}, {"BREW", "/items", 405}, {"post", "/items", 405}, {"POST", "/" + strings.Repeat("a/", 1<<14), 404},
	} {
		w := testkit.Do(app, c.method, c.target, "")
		testkit.WantStatus(t, w, c.status)
		testkit.WantClientError(t, w)
		if (w.Header().Get("Allow") != "") != (c.status == 405) {
			t.Errorf("%s %.30s: Allow %q", c.method, c.target, w.Header().Get("Allow"))
		}
	}
}
