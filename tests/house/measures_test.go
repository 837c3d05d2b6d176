package house_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// source is a file of made-up source with a package clause.
func source(pkg string, lines ...string) string {
	return "package " + pkg + "\n\n" + strings.Join(lines, "\n") + "\n"
}

// TestMeasuresFindPlaces runs each measure on small trees of made-up source. Without a case a measure could find nothing at all
// and pass.
func TestMeasuresFindPlaces(t *testing.T) {
	for _, c := range []struct {
		measure, name string
		files         map[string]string
		want          []string // keys
	}{
		{"exported names", "all kinds", map[string]string{
			"params/params.go":          source("params", "func F() {}", "const C = 1", "var V = 1", "type T struct{ Field int }", "func (T) M() {}", "type I interface{ N() }"),
			"params/private.go":         source("params", "func f() {}", "type t struct{}", "func (t) M() {}", "func (T) m() {}"),
			"params/x_test.go":          source("params", "func InTest() {}"),
			"internal/model/model.go":   source("model", "func Internal() {}"),
			"examples/shop/main.go":     source("main", "func Main() {}"),
			"cmd/brio/main.go":          source("main", "func Main() {}"),
			"internal/testkit/t.go":     source("testkit", "func Helper() {}"),
			"tests/binding/binding.go":  source("binding", "func Helper() {}"),
			"params/internal/deep/d.go": source("deep", "func Deep() {}"),
		}, []string{"params: const C", "params: func F", "params: method I.N", "params: method T.M", "params: type I", "params: type T", "params: var V"}},
		{"exported names", "aliases", map[string]string{
			"brio.go":             source("brio", `import ("github.com/brio-go/brio/params"; "github.com/brio-go/brio/internal/in")`, "type A = params.T", "type B = in.T"),
			"params/params.go":    source("params", "type T struct{}", "func (T) M() {}"),
			"internal/in/file.go": source("in", "type T struct{}", "func (*T) N() {}"),
		}, []string{"brio: method B.N", "brio: type A", "brio: type B", "params: method T.M", "params: type T"}},
		{"unsafe files", "another build too", map[string]string{
			"params/params.go": source("params", `import _ "unsafe"`),
			"params/other.go":  "//go:build never\n\n" + source("params", `import "unsafe"`, "var _ unsafe.Pointer"),
			"params/plain.go":  source("params"),
			"params/a_test.go": source("params", `import _ "unsafe"`),
		}, []string{"params/other.go", "params/params.go"}},
		{"unsafe packages", "two files", map[string]string{
			"params/params.go": source("params", `import _ "unsafe"`),
			"params/b.go":      source("params", `import _ "unsafe"`),
			"file.go":          source("brio", `import _ "unsafe"`),
		}, []string{"brio", "params"}},
		{"root files", "files and tests", map[string]string{"go.mod": "", "brio.go": source("brio"), "app_test.go": source("brio"), "docs/x.md": ""},
			[]string{"app_test.go", "brio.go", "go.mod"}},
		{"root tests", "files and tests", map[string]string{"go.mod": "", "brio.go": source("brio"), "app_test.go": source("brio")},
			[]string{"app_test.go"}},
		{"claims on imports", "codec and validator", map[string]string{
			"hub/hub.go":               source("hub", `import _ "encoding/json"`),
			"params/rules.go":          source("params", `import _ "github.com/go-playground/validator/v10"`),
			"internal/json/json.go":    source("json", `import _ "encoding/json"`, `import _ "github.com/goccy/go-json"`),
			"internal/constraint/c.go": source("constraint", `import _ "github.com/go-playground/validator/v10"`),
		}, []string{
			"hub/hub.go imports encoding/json (internal/json: encoding/json is for text that the program has made, and for the name RawMessage in params)",
			"params/rules.go imports github.com/go-playground/validator/v10 (internal/constraint: the only importer of validator)",
		}},
		{"claims on imports", "packages of the module", map[string]string{
			"internal/model/m.go":   source("model", `import _ "github.com/brio-go/brio/internal/json"`, `import _ "github.com/brio-go/brio/internal/sse"`, `import _ "net/http"`),
			"internal/finite/f.go":  source("finite", `import _ "github.com/brio-go/brio/internal/json"`),
			"internal/json/json.go": source("json"),
			"internal/sse/sse.go":   source("sse"),
		}, []string{
			"internal/finite/f.go imports internal/json (internal/finite: knows nothing of the rest of the framework)",
			"internal/model/m.go imports internal/sse (internal/model: imports only internal/json, internal/constraint, internal/finite, internal/memory and openapi/spec)",
			"internal/model/m.go imports net/http (internal/model: knows nothing of HTTP)",
		}},
		{"request readers", "fields and methods", map[string]string{
			"routing/a.go":                 source("routing", `import "net/http"`, `func f(r *http.Request) string { return r.Header.Get("X") }`),
			"routing/b.go":                 source("routing", `import "net/http"`, `func g(r *http.Request) string { return r.FormValue("x") }`),
			"routing/c.go":                 source("routing", `import "net/http"`, `func h(r *http.Request) any { return r.Context() }`),
			"internal/exchange/request.go": source("exchange", `import "net/http"`, `func f(r *http.Request) any { return r.URL }`),
			"internal/exchange/other.go":   source("exchange", `import "net/http"`, `func g(r *http.Request) any { return r.URL }`),
		}, []string{"internal/exchange/other.go reads the request", "routing/a.go reads the request", "routing/b.go reads the request"}},
		{"response writers", "methods and functions", map[string]string{
			"routing/a.go":           source("routing", `import "net/http"`, `func f(w http.ResponseWriter) { w.WriteHeader(200) }`),
			"routing/b.go":           source("routing", `import "net/http"`, `func g(w http.ResponseWriter) { http.Error(w, "", 500) }`),
			"routing/c.go":           source("routing", `import "net/http"`, `func h(w http.ResponseWriter, next http.Handler) { next.ServeHTTP(w, nil) }`),
			"internal/exchange/x.go": source("exchange", `import "net/http"`, `func f(w http.ResponseWriter) { w.WriteHeader(200) }`),
		}, []string{"routing/a.go writes the response", "routing/b.go writes the response"}},
		{"response wrappers", "embedded and in a field", map[string]string{
			"routing/a.go": source("routing", `import "net/http"`, `type embedding struct{ http.ResponseWriter }`,
				`type field struct{ w http.ResponseWriter }`, `func (f *field) Header() http.Header { return f.w.Header() }`,
				`func (f *field) Write(p []byte) (int, error) { return f.w.Write(p) }`, `func (f *field) WriteHeader(status int) {}`,
				`type around struct{ f field }`, `func (around) Header() http.Header { return nil }`,
				`type alone struct{ h http.Header }`, `func (a alone) Header() http.Header { return a.h }`,
				`func (alone) Write(p []byte) (int, error) { return 0, nil }`, `func (alone) WriteHeader(int) {}`),
			"internal/httpwriter/w.go": source("httpwriter", `import "net/http"`, `type Writer struct{ http.ResponseWriter }`),
		}, []string{"routing: embedding wraps http.ResponseWriter", "routing: field wraps http.ResponseWriter"}},
		{"request callers", "functions", map[string]string{
			"internal/exchange/x.go": source("exchange", `import "net/http"`, "type Exchange struct{}", "func (x *Exchange) Request() *http.Request { return nil }", "func f(x *Exchange) any { return x.Request() }"),
			"routing/a.go": source("routing", `import "github.com/brio-go/brio/internal/exchange"`, "type t struct{}",
				"func (*t) m(x *exchange.Exchange) any { return x.Request() }", "func f() {}"),
		}, []string{"routing/a.go: (*t).m calls Exchange.Request"}},
		{"package comments", "places and beginnings", map[string]string{
			"params/doc.go":    "// Package params binds.\npackage params\n",
			"routing/r.go":     "// Package routing routes.\npackage routing\n",
			"openapi/doc.go":   "// Package openapi writes.\npackage openapi\n",
			"openapi/other.go": "// Package openapi reads.\npackage openapi\n",
			"security/doc.go":  "// Schemes are providers.\npackage security\n",
			"cookies/c.go":     "package cookies\n",
			"cmd/brio/main.go": "// Command brio documents.\npackage main\n",
		}, []string{
			"cookies has 0 package comments",
			"openapi has 2 package comments",
			"openapi/other.go has a package comment",
			"routing/r.go has a package comment",
			`security/doc.go: the comment does not begin with "Package security"`,
		}},
		{"without comment", "types and functions", map[string]string{
			"params/a.go": source("params", "type T struct{}", "// U is one.", "type U struct{}", "// These are two.", "type (", "A int", "B int", ")",
				"func F() {}", "// G does.", "func G() {}", "func (T) M() {}", "func (t) N() {}", "func short() {}",
				"func long() {"+strings.Repeat("\n", 12)+"}", "func (t) Long() {"+strings.Repeat("\n", 12)+"}", "type t struct{} // for N"),
			"params/a_test.go":      source("params", "func InTest() {}"),
			"examples/shop/main.go": source("main", "func Main() {}"),
		}, []string{"params: F", "params: T.M", "params: long", "params: type T"}},
		{"packages without example", "with and without output", map[string]string{
			"params/params.go":          source("params"),
			"params/example_test.go":    source("params", "func Example() {", "\t// Output: 1", "}"),
			"routing/routing.go":        source("routing"),
			"routing/example_test.go":   source("routing", "func Example() {}"),
			"security/security.go":      source("security"),
			"internal/model/model.go":   source("model"),
			"cmd/brio/main.go":          source("main"),
			"security/security_test.go": source("security"),
		}, []string{"routing", "security"}},
		{"init functions", "functions and methods", map[string]string{
			"params/params.go":      source("params", "func init() {}"),
			"params/other.go":       source("params", "type t struct{}", "func (t) init() {}"),
			"examples/shop/main.go": source("main", "func init() {}"),
		}, []string{"params/params.go has an init function"}},
		{"mutable variables", "all ways", map[string]string{
			"internal/in/in.go": source("in", `import ("sync"; "sync/atomic"; "errors")`,
				"var assigned int", "var element = map[string]int{}", "var field struct{ f int }", "var counted int", "var addressed int",
				"var deleted = map[string]int{}", "var byMethod number", "var locked struct{ sync.Mutex }", "var stored [4]atomic.Int64",
				"var pool = sync.Pool{}", "var Fixed = map[string]int{}", `var ErrX = errors.New("")`, "var read int", "var FromOutside int",
				"type number int", "func (n *number) set() { *n = 1 }",
				"func f() {", "assigned = 1", `element["x"] = 1`, "field.f = 1", "counted++", "_ = &addressed", `delete(deleted, "")`, "byMethod.set()",
				"pool.Put(1)", "read := read; read = 2; _ = read", "}"),
			"params/params.go": source("params", `import ("errors"; "github.com/brio-go/brio/internal/in")`,
				"var Default = 1", `var ErrY = errors.New("")`, "func f() { in.FromOutside = 1 }"),
		}, []string{
			"internal/in: FromOutside is assigned to",
			"internal/in: addressed has its address taken",
			"internal/in: assigned is assigned to",
			"internal/in: byMethod is changed by a method",
			"internal/in: counted is assigned to",
			"internal/in: deleted is assigned to",
			"internal/in: element is assigned to",
			"internal/in: field is assigned to",
			"internal/in: locked holds state",
			"internal/in: stored holds state",
			"params: Default can be assigned to by programs",
		}},
		{"internal types", "all kinds of declarations", map[string]string{
			"internal/in/in.go": source("in", "type T struct{}", "type I interface{ M() }", "type Wide struct{ A, B, C, D int }", "type Small struct{ A int }"),
			"params/framework.go": source("params", `import "github.com/brio-go/brio/internal/in"`,
				"func Bridge(in.T) {}"),
			"params/params.go": source("params", `import "github.com/brio-go/brio/internal/in"`,
				"func Param(*in.T) {}", "func Result() []in.T { return nil }", "func Constraint[X in.I](X) {}", "func unexported(in.T) {}",
				"var Var map[string]in.T", "type Struct struct { Field in.T; hidden in.T }", "type Func func(in.T)",
				"type embedded struct{ Shown in.T }", "type Promotes struct { embedded }",
				"type Interface interface { Method(in.T) }", "type Of[X any] struct{}", "func Argument() Of[in.T] { return Of[in.T]{} }",
				"type Opaque = in.T", "func ThroughAlias(Opaque) {}", "type Wide = in.Wide",
				"// Said has A.", "type Said = in.Small", "type Unsaid = in.Small",
				"type Option interface { Apply(*in.T) }", "type Optional struct{}", "func (Optional) Unwrap(in.T) {}", "func (Optional) Other(in.T) {}"),
		}, []string{
			"params: field Struct.Field names internal/in.T",
			"params: func Argument names internal/in.T",
			"params: func Constraint names internal/in.I",
			"params: func Param names internal/in.T",
			"params: func Result names internal/in.T",
			"params: method Interface.Method names internal/in.T",
			"params: method Optional.Other names internal/in.T",
			"params: type Func names internal/in.T",
			"params: type Promotes names internal/in.T",
			"params: type Unsaid names internal/in.Small",
			"params: type Wide names internal/in.Wide",
			"params: var Var names internal/in.T",
		}},
	} {
		t.Run(c.measure+" "+c.name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(measures, func(m measure) bool { return m.name == c.measure })
			if i < 0 {
				t.Fatalf("there is no measure %q", c.measure)
			}
			var keys []string
			for _, p := range unique(measures[i].find(newTree(t, c.files))) {
				keys = append(keys, p.key)
			}
			if !slices.Equal(keys, c.want) {
				t.Errorf("found\n\t%s\nwant\n\t%s", strings.Join(keys, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}

// TestWordsAreFound looks for each banned word in comments and pages. Code, names and tests do not count.
func TestWordsAreFound(t *testing.T) {
	t.Parallel()
	h := newTree(t, map[string]string{
		"params/params.go": source("params", "// Nobody reads it, and somebody wrote it.", "var nobody = `somebody`", "/* whoever asks */",
			"// It is for one", "// who asks, and for those", "// that wait: anybody's.", "// Those, that is."),
		"params/params_test.go": source("params", "// nobody"),
		"docs/x.md":             "Line.\nThose that ask.\n",
	})
	var got []string
	for _, p := range words(h) {
		got = append(got, p.at+" "+strings.SplitN(p.key, " at ", 2)[0])
	}
	want := []string{
		`params/params.go:3 params: "nobody"`, `params/params.go:3 params: "somebody"`, `params/params.go:5 params: "whoever"`,
		`params/params.go:6 params: "one who"`, `params/params.go:7 params: "those that"`, `params/params.go:8 params: "anybody"`,
		`docs/x.md:2 docs: "those that"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	if got, want := perPackage(words(h)), "words in docs                          1\nwords in params                        6\n"; got != want {
		t.Errorf("counts\n%s\nwant\n%s", got, want)
	}
}

// TestFloorsFindImports has one import of each kind: down, level, up, of a helper of tests.
func TestFloorsFindImports(t *testing.T) {
	t.Parallel()
	h := newTree(t, map[string]string{
		"params/params.go":      source("params", `import _ "github.com/brio-go/brio/cookies"`, `import _ "github.com/brio-go/brio/security"`),
		"cookies/cookies.go":    source("cookies", `import _ "github.com/brio-go/brio/internal/testkit"`),
		"security/security.go":  source("security"),
		"routing/routing.go":    source("routing", `import _ "github.com/brio-go/brio/security"`),
		"internal/testkit/t.go": source("testkit"),
		"newcomer/new.go":       source("newcomer"),
		"routing/up_test.go":    source("routing", `import _ "github.com/brio-go/brio/params"`),
	})
	var keys []string
	for _, p := range brokenFloors(h, map[string]int{"cookies": 1, "params": 2, "security": 2, "routing": 1, "gone": 0}) {
		keys = append(keys, p.key)
	}
	want := []string{
		"cookies imports internal/testkit, which is for tests",
		"gone has a floor, and is no package",
		"newcomer has no floor",
		"params (floor 2) imports security (floor 2)",
		"routing (floor 1) imports security (floor 2)",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("found\n\t%s\nwant\n\t%s", strings.Join(keys, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// TestEngineNamesAreFound has a name, a type with a method, a method alone, and a whole package.
func TestEngineNamesAreFound(t *testing.T) {
	t.Parallel()
	h := newTree(t, map[string]string{
		"routing/r.go": source("routing", "type Table struct{ Field int }", "func (Table) Seal() {}", "func Wrap() {}", "type Router struct{}", "func (Router) Configure() {}", "func (Router) Get() {}"),
		"openapi/o.go": source("openapi", "func Build() {}"),
	})
	places, gone := h.engine(engineNames{"# text", "routing: Table", "routing: Wrap", "routing: Router.Configure", "openapi: *", "params: Compile"})
	want := []string{"openapi: func Build", "routing: func Wrap", "routing: method Router.Configure", "routing: method Table.Seal", "routing: type Table"}
	var keys []string
	for _, p := range unique(places) {
		keys = append(keys, p.key)
	}
	if !slices.Equal(keys, want) {
		t.Errorf("found %q, want %q", keys, want)
	}
	if got := fmt.Sprint(gone); got != "[params: Compile]" {
		t.Errorf("gone: %s", got)
	}
}

// TestOldNamesAreFound has a type, a method, a field, a function in a package that code moves to, and names that are gone.
func TestOldNamesAreFound(t *testing.T) {
	t.Parallel()
	h := newTree(t, map[string]string{
		"params/text.go":          source("params", "type parameter[T any] struct{ all, one int }", "func (t *parameter[T]) sought() {}", "func misfit() { seen := 1; _ = seen }"),
		"internal/route/route.go": source("route", "const lastWords = 1"),
		"security/text.go":        source("security", "type text struct{}"),
	})
	list := parseOldNames("# remark\nparams: text -> parameter\nparams: text.sought -> lookUp\nparams: parameter.one -> value, values\n" +
		"params: misfit -> wrongForm\nparams: seen -> x\nrouting: lastWords -> taskExitWait\n")
	places, gone := h.oldNames(list)
	var keys []string
	for _, p := range places {
		keys = append(keys, p.key)
	}
	want := []string{"params: text.sought -> lookUp", "params: parameter.one -> value, values", "params: misfit -> wrongForm", "routing: lastWords -> taskExitWait"}
	if !slices.Equal(keys, want) {
		t.Errorf("found %q, want %q", keys, want)
	}
	if want := []string{"params: text -> parameter", "params: seen -> x"}; !slices.Equal(gone, want) {
		t.Errorf("gone: %q, want %q", gone, want)
	}
}

// TestCompareSaysWhatIsWorse has each reason for a failure: more than the bound, a place that is new, and one that is gone.
func TestCompareSaysWhatIsWorse(t *testing.T) {
	t.Parallel()
	m := &measure{name: "two words", rule: "RULE", remedy: "REMEDY", listed: true}
	found := []place{{"a", "a.go:1"}, {"b", "b.go:2"}}
	for _, c := range []struct {
		name   string
		listed bool
		known  []string
		bound  int
		want   []string // each in the failure of that turn
	}{
		{"all known", true, []string{"a", "b"}, 2, nil},
		{"bound not reached", true, []string{"a", "b"}, 9, nil},
		{"number alone", false, nil, 2, nil},
		{"more than the bound", false, nil, 1, []string{"found 2, the bound in testdata/bounds.txt is 1"}},
		{"list longer than the bound", true, []string{"a", "b"}, 1, []string{"found 2, the bound in testdata/bounds.txt is 1"}},
		{"new place", true, []string{"a"}, 1, []string{"found b (b.go:2), which is new"}},
		{"place gone", true, []string{"a", "b", "c"}, 2, []string{"testdata/known/two_words.txt lists c, which is gone"}},
	} {
		m.listed = c.listed
		got := compare(m, found, c.known, c.bound)
		if len(got) != len(c.want) {
			t.Errorf("%s: %q", c.name, got)
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(got[i], want) || !strings.Contains(got[i], "To do: ") {
				t.Errorf("%s: got %q, want %q and what to do", c.name, got[i], want)
			}
		}
	}
}

// TestDifferenceOfNames has a name that is new and one that is gone.
func TestDifferenceOfNames(t *testing.T) {
	t.Parallel()
	got := difference([]string{"x: func A", "x: func New"}, []string{"x: func A", "x: func Old"})
	if want := []string{"it has no line for the exported name x: func New", "there is no exported name x: func Old"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBoundsAreRead reads a table, and writes it as it was. Lines of another form are errors.
func TestBoundsAreRead(t *testing.T) {
	t.Parallel()
	const text = "# a remark\n\nexported names               882   696\n"
	b, err := parseBounds(text)
	if err != nil {
		t.Fatal(err)
	}
	if line := b.of("exported names"); line == nil || line.now != 882 || line.aim != 696 || b.String() != text {
		t.Errorf("got %+v\n%s", line, b)
	}
	for _, wrong := range []string{"names 1\n", "names one 1\n", "1 2\n"} {
		if _, err := parseBounds(wrong); err == nil {
			t.Errorf("%q is read", wrong)
		}
	}
}

// TestListsHaveRemarks reads places without remarks.
func TestListsHaveRemarks(t *testing.T) {
	t.Parallel()
	l := list{lines: []string{"# a remark", "", "params/plain.go", "routing: x  # why"}}
	if got := l.places(); !slices.Equal(got, []string{"params/plain.go", "routing: x"}) {
		t.Errorf("got %q", got)
	}
}
