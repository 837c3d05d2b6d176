package pathtree

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The oracles of match: net/http.ServeMux, and a list of patterns searched by the definition of "most specific".
// ServeMux redirects an unclean path, and /a where /a/ is registered; there only the list speaks.
type treeOracle struct {
	mux      *http.ServeMux
	patterns []Pattern
	// What the mux did with the last request.
	matched string
	values  []string
	called  bool
}

// muxPattern translates: literals are escaped in a ServeMux, and a trailing slash alone is a subtree there.
func muxPattern(p Pattern) string {
	var b strings.Builder
	for i, seg := range p.segments {
		b.WriteByte('/')
		switch {
		case seg.kind == single:
			b.WriteString("{" + seg.text + "}")
		case seg.kind == multi:
			b.WriteString("{" + seg.text + "...}")
		case seg.text == "" && i == len(p.segments)-1:
			b.WriteString("{$}")
		default:
			b.WriteString(url.PathEscape(seg.text))
		}
	}
	return b.String()
}

// insert returns what ServeMux panicked with, or nil.
func (o *treeOracle) insert(p Pattern) (conflict any) {
	defer func() { conflict = recover() }()
	o.mux.HandleFunc(muxPattern(p), func(_ http.ResponseWriter, r *http.Request) {
		o.called, o.matched, o.values = true, p.Text, nil
		for _, name := range p.Names {
			o.values = append(o.values, r.PathValue(name))
		}
	})
	o.patterns = append(o.patterns, p)
	return nil
}

// byDefinition matches segment by segment and takes the pattern that is more specific than all others.
func (o *treeOracle) byDefinition(escapedPath string) (found *Pattern, values []string) {
	for i := range o.patterns {
		p := &o.patterns[i]
		if got, ok := matchOne(*p, escapedPath); ok && (found == nil || p.Compare(*found) == Specific) {
			found, values = p, got
		}
	}
	return found, values
}

func matchOne(p Pattern, escapedPath string) (values []string, ok bool) {
	if !strings.HasPrefix(escapedPath, "/") {
		return nil, false
	}
	parts := strings.Split(escapedPath[1:], "/")
	for i, seg := range p.segments {
		if i >= len(parts) {
			return nil, false
		}
		text, err := url.PathUnescape(parts[i])
		if seg.kind == multi {
			text, err = url.PathUnescape(strings.Join(parts[i:], "/"))
			return append(values, text), err == nil
		}
		if err != nil || seg.kind == literal && text != seg.text || seg.kind == single && text == "" {
			return nil, false
		}
		if seg.kind == single {
			values = append(values, text)
		}
	}
	return values, len(parts) == len(p.segments)
}

// check compares match with the oracles for the path of a request. It reports whether ServeMux could be asked.
func (o *treeOracle) check(t *testing.T, tr *Tree[string], u *url.URL) (asked bool) {
	t.Helper()
	path := u.EscapedPath()
	got, values, ok := tr.Match(path, true, nil)
	if want, wantValues := o.byDefinition(path); ok != (want != nil) || ok && (got != want.Text || !slices.Equal(values, wantValues)) {
		t.Errorf("%v: %q: got %q %q %v, by definition %v %q", o.patterns, path, got, values, ok, want, wantValues)
	}
	if u.RawPath == "" {
		got2, values2, ok2 := tr.Match(u.Path, false, nil)
		if got2 != got || ok2 != ok || !slices.Equal(values2, values) {
			t.Errorf("%v: %q: got %q %q %v escaped, %q %q %v not escaped", o.patterns, path, got, values, ok, got2, values2, ok2)
		}
	}
	if u.RawPath == "" {
		want := ok && !strings.Contains(got, "{")
		if f := tr.FindText(u.Path); f.OK() != want || want && tr.Value(f) != got {
			t.Errorf("%v: %q: FindText is %v, but Match %q", o.patterns, path, f.OK(), got)
		}
	}
	// ServeMux takes a segment %2F for a trailing slash.
	if slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool { return strings.EqualFold(s, "%2F") }) {
		return false
	}
	o.called = false
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, &http.Request{Method: "GET", Host: "example.com", URL: u, Proto: "HTTP/1.1"})
	if w.Code == http.StatusTemporaryRedirect {
		return false
	}
	if ok != o.called || ok && (got != o.matched || !slices.Equal(values, o.values)) {
		t.Errorf("%v: %q: got %q %q %v, ServeMux %q %q %v", o.patterns, path, got, values, ok, o.matched, o.values, o.called)
	}
	return true
}

// insertBoth inserts patterns into the tree and the oracles and requires that they agree about conflicts.
func insertBoth(t *testing.T, patterns []Pattern) (*Tree[string], *treeOracle, int) {
	t.Helper()
	tr, o, conflicts := new(Tree[string]), &treeOracle{mux: http.NewServeMux()}, 0
	for _, p := range patterns {
		muxConflict := o.insert(p)
		err := tr.Insert(p, p.Text)
		if (err != nil) != (muxConflict != nil) {
			t.Fatalf("%s after %v: insert: %v; ServeMux: %v", p, o.patterns, err, muxConflict)
		}
		if err == nil {
			continue
		}
		conflicts++
		e := err.(*ConflictError)
		for _, q := range []Pattern{e.A, e.B} {
			if _, ok := matchOne(q, (&url.URL{Path: e.Example}).EscapedPath()); !ok {
				t.Errorf("%v: the example does not match %s", err, q)
			}
		}
	}
	return tr, o, conflicts
}

// TestMatchAgreesWithServeMux draws pattern sets and paths over a small alphabet, so that everything overlaps.
func TestMatchAgreesWithServeMux(t *testing.T) {
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	matched, conflicts, asked := 0, 0, 0
	for range rounds {
		var patterns []Pattern
		for range 1 + random.IntN(30) {
			s := ""
			for i := range random.IntN(5) {
				s += "/" + pick("a", "b", "ab", "abc", "é", "%", "{x}", "{x}", "{x}")
				s = strings.ReplaceAll(s, "{x}", fmt.Sprintf("{w%d}", i))
			}
			s += pick("", "", "", "/", "/{$}", "/{rest...}")
			if s == "" {
				s = "/"
			}
			patterns = append(patterns, mustPattern(t, s))
		}
		tr, o, n := insertBoth(t, patterns)
		conflicts += n
		for range 40 {
			s := ""
			for range random.IntN(6) {
				s += "/" + pick("a", "b", "ab", "abc", "a", "b", "%C3%A9", "%25", "%61", "a%2Fb", "abcd", "c", "é", "", ".", "%2F", "w0")
			}
			s += pick("", "", "/")
			u, err := url.Parse("http://example.com" + s)
			if err != nil {
				t.Fatal(err)
			}
			if o.check(t, tr, u) {
				asked++
				if o.called {
					matched++
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d conflicts, %d paths compared with ServeMux, %d of them matched", conflicts, asked, matched)
	if conflicts == 0 || matched < rounds || asked-matched < rounds {
		t.Error("the generator is too weak to show anything")
	}
}

// TestInsertOrderDoesNotMatter: the most specific pattern wins whatever came first.
func TestInsertOrderDoesNotMatter(t *testing.T) {
	patterns := []string{"/", "/{r...}", "/a", "/{x}", "/a/{r...}", "/a/{x}", "/a/b", "/a/b/", "/a/b/c", "/a/{x}/c", "/a/{x}/", "/ab", "/abc"}
	paths := []string{"/", "/a", "/ab", "/abc", "/abd", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a/b/d", "/a/c", "/a/c/", "/a/c/c", "/b"}
	first := newTree(t, patterns...)
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		random.Shuffle(len(patterns), func(i, j int) { patterns[i], patterns[j] = patterns[j], patterns[i] })
		tr := newTree(t, patterns...)
		for _, path := range paths {
			want, wantValues, _ := first.Match(path, false, nil)
			if got, values, ok := tr.Match(path, false, nil); !ok || got != want || !slices.Equal(values, wantValues) {
				t.Fatalf("%q after %q: got %q, want %q", path, patterns, got, want)
			}
		}
	}
}

// FuzzMatch: patterns, one per line, and a path. match never panics, and agrees with ServeMux.
func FuzzMatch(f *testing.F) {
	f.Add("/a/{x}\n/a/b\n/{y}/b/c\n/{rest...}", "/a/b")
	f.Add("/a/{x}\n/{y}/b", "/a/%62")
	f.Add("/files/{r...}\n/files/{n}/\n/", "/files/a%2Fb/")
	f.Add("/é/{a}/{b}\n/é/x/{b}/c", "/%C3%A9/x/y")
	f.Add("/{a}", "/%zz")
	f.Fuzz(func(t *testing.T, lines, path string) {
		var patterns []Pattern
		for line := range strings.SplitSeq(lines, "\n") {
			if p, err := Parse(line); err == nil && len(patterns) < 20 {
				patterns = append(patterns, p)
			}
		}
		tr, o, _ := insertBoth(t, patterns)
		tr.Match(path, true, nil)
		tr.Match(path, false, nil)
		if u, err := url.ParseRequestURI(path); err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") {
			o.check(t, tr, &url.URL{Path: u.Path, RawPath: u.RawPath})
		}
		// Any decoded path at all, as a middleware could set it.
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		o.check(t, tr, &url.URL{Path: path})
	})
}
