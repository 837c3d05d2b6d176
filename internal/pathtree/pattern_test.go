package pathtree

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// mustPattern parses a pattern that the test knows to be legal.
func mustPattern(t testing.TB, s string) Pattern {
	t.Helper()
	p, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParsePattern(t *testing.T) {
	literal := func(s string) segment { return segment{text: s} }
	single := func(s string) segment { return segment{text: s, kind: single} }
	multi := func(s string) segment { return segment{text: s, kind: multi} }
	for _, test := range []struct {
		pattern  string
		text     string
		segments []segment
		names    []string
	}{
		{"/", "/", []segment{literal("")}, nil},
		{"/{$}", "/", []segment{literal("")}, nil},
		{"/items", "/items", []segment{literal("items")}, nil},
		{"/items/", "/items/", []segment{literal("items"), literal("")}, nil},
		{"/items/{$}", "/items/", []segment{literal("items"), literal("")}, nil},
		{"/items/{id}", "/items/{id}", []segment{literal("items"), single("id")}, []string{"id"}},
		{"/{a}/{b_2}/", "/{a}/{b_2}/", []segment{single("a"), single("b_2"), literal("")}, []string{"a", "b_2"}},
		{"/{a}/{rest...}", "/{a}/{rest...}", []segment{single("a"), multi("rest")}, []string{"a", "rest"}},
		{"/{_}/{été}", "/{_}/{été}", []segment{single("_"), single("été")}, []string{"_", "été"}},
		{"/café au lait/100%", "/café au lait/100%", []segment{literal("café au lait"), literal("100%")}, nil},
		{"/items:batch/a*b/.well-known/...", "/items:batch/a*b/.well-known/...",
			[]segment{literal("items:batch"), literal("a*b"), literal(".well-known"), literal("...")}, nil},
	} {
		p, err := Parse(test.pattern)
		if err != nil {
			t.Errorf("%q: %v", test.pattern, err)
			continue
		}
		if p.String() != test.text || !slices.Equal(p.segments, test.segments) || !slices.Equal(p.Names, test.names) {
			t.Errorf("%q: got %q %v %v", test.pattern, p, p.segments, p.Names)
		}
	}
}

func TestParsePatternErrors(t *testing.T) {
	for _, test := range []struct{ pattern, want string }{
		{``, `path pattern is empty; a path begins with "/", and the root is "/"`},
		{`items`, `path pattern "items" does not begin with "/"; write the path only, without method or host`},
		{`GET /items`, `path pattern "GET /items" does not begin with "/"; write the path only, without method or host`},
		{"/\xff", `path pattern "/\xff" is not valid UTF-8; write it decoded, as UTF-8 text`},
		{"/a\n", `path pattern "/a\n" contains a control character at byte 2; write printable text`},
		{`/a//b`, `path pattern "/a//b": empty segment "//"; write a single slash`},
		{`//`, `path pattern "//": empty segment "//"; write a single slash`},
		{`//{$}`, `path pattern "//{$}": empty segment "//"; write a single slash`},
		{`/a/./b`, `path pattern "/a/./b": segment "." can never match, for clients resolve it; leave it out`},
		{`/..`, `path pattern "/..": segment ".." can never match, for clients resolve it; leave it out`},
		{`/{}`, `path pattern "/{}": wildcard "{}" has no name; write {name} or {name...}`},
		{`/{...}`, `path pattern "/{...}": wildcard "{...}" has no name; write {name} or {name...}`},
		{`/{id`, `path pattern "/{id": unbalanced brace in "{id"; a wildcard is a whole segment, {name} or {name...}`},
		{`/id}`, `path pattern "/id}": unbalanced brace in "id}"; a wildcard is a whole segment, {name} or {name...}`},
		{`/{a/b}`, `path pattern "/{a/b}": unbalanced brace in "{a"; a wildcard is a whole segment, {name} or {name...}`},
		{`/}a{`, `path pattern "/}a{": unbalanced brace in "}a{"; a wildcard is a whole segment, {name} or {name...}`},
		{`/{x}y`, `path pattern "/{x}y": wildcard and text are mixed in "{x}y"; a wildcard is a whole segment, as in /{name}/`},
		{`/x{y}`, `path pattern "/x{y}": wildcard and text are mixed in "x{y}"; a wildcard is a whole segment, as in /{name}/`},
		{`/{x}{y}`, `path pattern "/{x}{y}": wildcard and text are mixed in "{x}{y}"; a wildcard is a whole segment, as in /{name}/`},
		{`/{rest...}/x`, `path pattern "/{rest...}/x": "{rest...}" is not at the end; a wildcard with ... takes the rest of the path, so it is the last segment`},
		{`/{rest...}/`, `path pattern "/{rest...}/": "{rest...}" is not at the end; a wildcard with ... takes the rest of the path, so it is the last segment`},
		{`/{$}/x`, `path pattern "/{$}/x": "{$}" is not at the end; it stands for a trailing slash and is legal only after the last "/"`},
		{`/{a}/{a}`, `path pattern "/{a}/{a}": wildcard name "a" occurs twice; give each wildcard its own name`},
		{`/{a}/{a...}`, `path pattern "/{a}/{a...}": wildcard name "a" occurs twice; give each wildcard its own name`},
		{`/{1a}`, `path pattern "/{1a}": wildcard name "1a" is not a Go identifier; use letters, digits and underscores, no digit first`},
		{`/{user-id}`, `path pattern "/{user-id}": wildcard name "user-id" is not a Go identifier; use letters, digits and underscores, no digit first`},
		{`/{ id }`, `path pattern "/{ id }": wildcard name " id " is not a Go identifier; use letters, digits and underscores, no digit first`},
		{`/{p:path}`, `path pattern "/{p:path}": "{p:path}" is another framework's wildcard; write {p...}`},
		{`/{p:.*}`, `path pattern "/{p:.*}": "{p:.*}" is another framework's wildcard; write {p...}`},
		{`/{p:int}`, `path pattern "/{p:int}": "{p:int}" declares a type in the path; write {p} and declare the type in the parameter struct`},
		{`/{p:[0-9]{3}}`, `path pattern "/{p:[0-9]{3}}": "{p:[0-9]{3}}" declares a type in the path; write {p} and declare the type in the parameter struct`},
		{`/{*rest}`, `path pattern "/{*rest}": "{*rest}" is another framework's wildcard; write {rest...}`},
		{`/:id/x`, `path pattern "/:id/x": ":id" is another framework's wildcard; write {id}`},
		{`/*rest`, `path pattern "/*rest": "*rest" is another framework's wildcard; write {rest...}`},
		{`/*`, `path pattern "/*": "*" is another framework's wildcard; write {rest...}`},
		{`/caf%C3%A9`, `path pattern "/caf%C3%A9": percent-encoding "%C3" in "caf%C3%A9"; patterns are written decoded`},
		{`/a?b=c`, `path pattern "/a?b=c": "?" in "a?b=c"; a pattern is a path only, query parameters are declared in the parameter struct`},
		{`/a?b={c}`, `path pattern "/a?b={c}": "?" in "a?b={c}"; a pattern is a path only, query parameters are declared in the parameter struct`},
		{`/a#b`, `path pattern "/a#b": "#" in "a#b"; a pattern is a path only, query parameters are declared in the parameter struct`},
	} {
		p, err := Parse(test.pattern)
		if err == nil {
			t.Errorf("%q: parsed as %v", test.pattern, p.segments)
		} else if err.Error() != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.pattern, err, test.want)
		}
	}
}

func TestFillPattern(t *testing.T) {
	for _, test := range []struct {
		pattern string
		values  map[string]string
		want    string
	}{
		{"/", nil, "/"},
		{"/items/", nil, "/items/"},
		{"/café/a b", nil, "/caf%C3%A9/a%20b"},
		{"/items/{id}", map[string]string{"id": "a/b?c#d%e"}, "/items/a%2Fb%3Fc%23d%25e"},
		{"/{a}/x/{b}", map[string]string{"a": "1", "b": "é"}, "/1/x/%C3%A9"},
		{"/files/{rest...}", map[string]string{"rest": "a b/c%/"}, "/files/a%20b/c%25/"},
		{"/files/{rest...}", map[string]string{"rest": ""}, "/files/"},
	} {
		got, err := mustPattern(t, test.pattern).Fill(test.values, "", "")
		if got != test.want || err != nil {
			t.Errorf("%q with %v: got %q, %v", test.pattern, test.values, got, err)
		}
	}
}

func TestFillPatternErrors(t *testing.T) {
	for _, test := range []struct {
		pattern string
		values  map[string]string
		want    string
	}{
		{"/{id}", nil, `path pattern "/{id}": no value for {id}`},
		{"/{id}", map[string]string{"id": ""}, `path pattern "/{id}": the value of {id} is empty; a segment needs at least one character`},
		{"/{id}", map[string]string{"id": ".."}, `path pattern "/{id}": the value ".." of {id} has a dot segment, which clients resolve; use other text`},
		{"/{r...}", map[string]string{"r": "a/../b"}, `path pattern "/{r...}": the value "a/../b" of {r} has a dot segment, which clients resolve; use other text`},
		{"/{r...}", map[string]string{"r": "/evil.example"}, `path pattern "/{r...}": the value "/evil.example" of {r...} begins with a slash; the pattern already has it`},
		{"/{id}", map[string]string{"id": "1", "z": "", "item": ""}, `path pattern "/{id}" has no wildcard "item"; leave the value out`},
	} {
		got, err := mustPattern(t, test.pattern).Fill(test.values, "", "")
		if err == nil || err.Error() != test.want {
			t.Errorf("%q with %v: got %q, %v", test.pattern, test.values, got, err)
		}
	}
}

func TestComparePatterns(t *testing.T) {
	for _, test := range []struct {
		p, q    string
		want    Relation
		example string // of a path both match
	}{
		{"/a", "/a", Same, "/a"},
		{"/a", "/b", Disjoint, ""},
		{"/a", "/a/", Disjoint, ""},
		{"/a/", "/a/{$}", Same, "/a/"},
		{"/a/{x}", "/a/", Disjoint, ""},
		{"/a/{x...}", "/a", Disjoint, ""},
		{"/a/{x...}", "/a/", General, "/a/"},
		{"/a/{x...}", "/a/{x}", General, "/a/x"},
		{"/a/{x...}", "/a/{x}/{y...}", General, "/a/x/"},
		{"/a/{x}", "/a/{y}", Same, "/a/y"},
		{"/a/{x...}", "/a/{y...}", Same, "/a/"},
		{"/a/b", "/a/{x}", Specific, "/a/b"},
		{"/a/{x}", "/{y}/b", Overlap, "/a/b"},
		{"/a/{x}/c", "/{y}/b/c", Overlap, "/a/b/c"},
		{"/a/{x}/c", "/{y}/b/d", Disjoint, ""},
		{"/a/{x...}", "/{y}/b", Overlap, "/a/b"},
		{"/a/{x...}", "/{y}/{z}", Overlap, "/a/z"},
		{"/a/{x...}", "/{y}/", Overlap, "/a/"},
		{"/a/{x...}", "/{y}", Disjoint, ""},
		{"/{x}/b/{r...}", "/a/{r...}", Overlap, "/a/b/"},
	} {
		p, q := mustPattern(t, test.p), mustPattern(t, test.q)
		if got := p.Compare(q); got != test.want {
			t.Errorf("%s to %s: got %d, want %d", p, q, got, test.want)
		}
		inverse := test.want
		switch inverse {
		case General:
			inverse = Specific
		case Specific:
			inverse = General
		}
		if got := q.Compare(p); got != inverse {
			t.Errorf("%s to %s: got %d, want %d", q, p, got, inverse)
		}
		if test.want != Disjoint {
			if got := exampleOf(p, q); got != test.example {
				t.Errorf("%s and %s: example %q, want %q", p, q, got, test.example)
			}
		}
	}
}

// FuzzPattern: parsing never panics, and what parses is stable, fills, and matches what it filled.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"/", "/{$}", "/a/{b}/{c...}", "/a/", "/{p:path}", "/:id", "/{x}y", "//", "/é%/{_}", "/{a}/{a}", "/%41", "/{"} {
		f.Add(s, "value")
	}
	f.Add("/{a}/b/{c...}", "x/y%2F z")
	f.Fuzz(func(t *testing.T, text, value string) {
		p, err := Parse(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("%q: error of several lines: %q", text, err)
			}
			return
		}
		again, err := Parse(p.String())
		if err != nil || !slices.Equal(again.segments, p.segments) || again.Text != p.Text {
			t.Fatalf("%q: parsed again: %v, %v", text, again, err)
		}
		values := map[string]string{}
		for i, name := range p.Names {
			values[name] = value
			if i%2 == 1 {
				values[name] = "v" + value
			}
		}
		path, err := p.Fill(values, "", "")
		if err != nil {
			for name := range values { // illegal values; these never are
				values[name] = "x" + value + "x"
			}
			if path, err = p.Fill(values, "", ""); err != nil && !strings.Contains(err.Error(), "dot segment") {
				t.Fatalf("%q with %q: %v", text, values, err)
			}
			if err != nil {
				return
			}
		}
		var tr Tree[int]
		if err := tr.Insert(p, 7); err != nil {
			t.Fatal(err)
		}
		v, got, ok := tr.Match(path, true, nil)
		if v != 7 || !ok || len(got) != len(p.Names) {
			t.Fatalf("%q: %q: got %v, %q, %v", text, path, v, got, ok)
		}
		filled := map[string]string{}
		for i, name := range p.Names {
			filled[name] = got[i]
		}
		if !maps.Equal(filled, values) {
			t.Errorf("%q: filled %q, matched %q", text, values, filled)
		}
	})
}
