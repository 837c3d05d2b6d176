package pathtree

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// newTree maps each pattern to its text.
func newTree(t testing.TB, patterns ...string) *Tree[string] {
	t.Helper()
	tr := new(Tree[string])
	for _, s := range patterns {
		if err := tr.Insert(mustPattern(t, s), s); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

func TestMatch(t *testing.T) {
	tr := newTree(t,
		"/", "/items", "/items/", "/items/{id}", "/items/{id}/", "/items/mine", "/items/{id}/parts/{part}",
		"/items/mine/parts/{part}/x", "/files/{rest...}", "/files/{name}", "/files/readme", "/files/readme/{section...}",
		"/café/{x}", "/a/b/z", "/a/{x}/c", "/100%", "/a b",
		"/x/{a}/{b}/{r...}", "/x/y/{b}/q",
	)
	for _, test := range []struct {
		path   string
		want   string // "" for no match
		values []string
	}{
		{"/", "/", nil},
		{"", "", nil},
		{"items", "", nil},
		{"*", "", nil},
		{"/items", "/items", nil},
		{"/items/", "/items/", nil},
		{"/items//", "", nil},
		{"/item", "", nil},
		{"/items2", "", nil},
		{"/items/mine", "/items/mine", nil},
		{"/items/min", "/items/{id}", []string{"min"}},
		{"/items/mine2", "/items/{id}", []string{"mine2"}},
		{"/items/mine/", "/items/{id}/", []string{"mine"}},
		{"/items/mine/parts/4", "/items/{id}/parts/{part}", []string{"mine", "4"}},
		{"/items/mine/parts/4/x", "/items/mine/parts/{part}/x", []string{"4"}},
		{"/items/mine/parts/", "", nil},
		{"/items//parts/4", "", nil},
		{"/files", "", nil},
		{"/files/", "/files/{rest...}", []string{""}},
		{"/files/a", "/files/{name}", []string{"a"}},
		{"/files/a/", "/files/{rest...}", []string{"a/"}},
		{"/files//a", "/files/{rest...}", []string{"/a"}},
		{"/files/readme", "/files/readme", nil},
		{"/files/readme/", "/files/readme/{section...}", []string{""}},
		{"/files/readme/b/c", "/files/readme/{section...}", []string{"b/c"}},
		{"/files/readme2/b", "/files/{rest...}", []string{"readme2/b"}},
		{"/café/x", "/café/{x}", []string{"x"}},
		{"/a/b/c", "/a/{x}/c", []string{"b"}}, // goes back
		{"/a/b/z", "/a/b/z", nil},
		{"/a/b/y", "", nil},
		{"/100%", "/100%", nil},
		{"/a b", "/a b", nil},
		{"/x/y/z/q", "/x/y/{b}/q", []string{"z"}},
		{"/x/y/z/r", "/x/{a}/{b}/{r...}", []string{"y", "z", "r"}},
		{"/x/y/z/", "/x/{a}/{b}/{r...}", []string{"y", "z", ""}},
		{"/items/a%41", "/items/{id}", []string{"a%41"}}, // not escaped: text
	} {
		got, values, ok := tr.Match(test.path, false, nil)
		if got != test.want || ok != (test.want != "") || !slices.Equal(values, test.values) {
			t.Errorf("%q: got %q, %q, %v; want %q, %q", test.path, got, values, ok, test.want, test.values)
		}
	}
	for _, test := range []struct {
		path   string
		want   string
		values []string
	}{
		{"/items", "/items", nil},
		{"/%69tem%73", "/items", nil},
		{"/items%2Fmine", "", nil},
		{"/items/%6dine", "/items/mine", nil},
		{"/items/a%2Fb", "/items/{id}", []string{"a/b"}},
		{"/items/%2F", "/items/{id}", []string{"/"}}, // net/http takes this for the trailing slash
		{"/items/mine%2Fparts", "/items/{id}", []string{"mine/parts"}},
		{"/files/a%2Fb/c%20d", "/files/{rest...}", []string{"a/b/c d"}},
		{"/files/%2e%2e/x", "/files/{rest...}", []string{"../x"}},
		{"/caf%C3%A9/x", "/café/{x}", []string{"x"}},
		{"/caf%c3%a9/x", "/café/{x}", []string{"x"}},
		{"/100%25", "/100%", nil},
		{"/a%20b", "/a b", nil},
		{"/items/a+b%2B", "/items/{id}", []string{"a+b+"}},
		{"/items/%", "", nil},
		{"/items/%4", "", nil},
		{"/items/%zz", "", nil},
		{"/100%", "", nil},
		{"%", "", nil},
		{"%2F", "", nil},
	} {
		got, values, ok := tr.Match(test.path, true, nil)
		if got != test.want || ok != (test.want != "") || !slices.Equal(values, test.values) {
			t.Errorf("escaped %q: got %q, %q, %v; want %q, %q", test.path, got, values, ok, test.want, test.values)
		}
	}
}

// Every byte of a literal counts: also those between the two words that are compared first, in a literal of more than 16.
func TestMatchComparesEveryByte(t *testing.T) {
	tr := newTree(t, "/accounts-public-settings", "/accounts-public-settings/{id}", "/a/accounts-public-settings/x")
	for _, path := range []string{"/accounts-secret-settings", "/accounts-secret-settings/1", "/a/accounts-secret-settings/x"} {
		if got, _, ok := tr.Match(path, false, nil); ok {
			t.Errorf("%s matches %s", path, got)
		}
	}
	for size := 1; size <= 40; size++ {
		literal := strings.Repeat("abcdefgh", 5)[:size]
		tr := newTree(t, "/"+literal, "/{other}", "/x/"+literal+"/end")
		if got, _, _ := tr.Match("/"+literal, false, nil); got != "/"+literal {
			t.Errorf("%s matches %q", literal, got)
		}
		for at := range size {
			changed := []byte(literal)
			changed[at] = 'z'
			for _, escaped := range []bool{false, true} {
				if got, values, _ := tr.Match("/"+string(changed), escaped, nil); got != "/{other}" || values[0] != string(changed) {
					t.Errorf("%s matches %q with %q", changed, got, values)
				}
				if got, _, ok := tr.Match("/x/"+string(changed)+"/end", escaped, nil); ok {
					t.Errorf("/x/%s/end matches %q", changed, got)
				}
			}
		}
	}
}

func TestMatchAppends(t *testing.T) {
	tr := newTree(t, "/{a}/{b}", "/{a}/x/{c}/y")
	dst := append(make([]string, 0, 8), "first")
	if _, values, ok := tr.Match("/1/2", false, dst); !ok || !slices.Equal(values, []string{"first", "1", "2"}) {
		t.Errorf("got %q, %v", values, ok)
	}
	if _, values, ok := tr.Match("/1/x/3/z", false, dst); ok || !slices.Equal(values, []string{"first"}) {
		t.Errorf("no match: got %q, %v", values, ok)
	}
}

func TestEmptyTreeMatchesNothing(t *testing.T) {
	for _, path := range []string{"", "/", "/a"} {
		if _, _, ok := new(Tree[int]).Match(path, false, nil); ok {
			t.Errorf("%q matches", path)
		}
	}
}

func TestInsertConflict(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{"/a/{x}", "/a/{y}",
			`path pattern "/a/{y}" matches the same paths as "/a/{x}", for example "/a/x"; remove or change one of them`},
		{"/a/", "/a/{$}",
			`path pattern "/a/" matches the same paths as "/a/", for example "/a/"; remove or change one of them`},
		{"/a/{x}", "/{y}/b",
			`path patterns "/{y}/b" and "/a/{x}" both match "/a/b" and neither is more specific; change one so that it matches only paths of the other, or none`},
		{"/{y}/{z}", "/a/{r...}",
			`path patterns "/a/{r...}" and "/{y}/{z}" both match "/a/z" and neither is more specific; change one so that it matches only paths of the other, or none`},
	} {
		tr := newTree(t, test.old)
		err := tr.Insert(mustPattern(t, test.new), "new")
		var conflict *ConflictError
		if !errors.As(err, &conflict) || err.Error() != test.want {
			t.Errorf("%s after %s: got %v\nwant %s", test.new, test.old, err, test.want)
			continue
		}
		if got, _, ok := tr.Match(conflict.Example, false, nil); !ok || got != test.old {
			t.Errorf("%s after %s: %q matches %q, %v", test.new, test.old, conflict.Example, got, ok)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	tr := newTree(t, "/items", "/items/{id}", "/items/{id}/parts/{part}", "/items/mine/parts/{p}/x", "/files/{rest...}")
	dst := make([]string, 0, 4)
	for _, path := range []string{"/items", "/items/1", "/items/mine/parts/4", "/items/mine/parts/4/x", "/files/a/b", "/none", "/items/1/2",
		strings.Repeat("/", 5000), "/items/mine/parts/4" + strings.Repeat("/a", 5000), "/files" + strings.Repeat("/a", 5000)} {
		if n := testing.AllocsPerRun(100, func() { tr.Match(path, false, dst) }); n != 0 {
			t.Errorf("%q: %v allocations", path, n)
		}
		if n := testing.AllocsPerRun(100, func() { tr.Match(path, true, dst) }); n != 0 {
			t.Errorf("%q without escapes, matched as escaped: %v allocations", path, n)
		}
	}
}

// hostileTree has a pattern with one {x} at every depth, one with only {x} and one with only text, each with an end
// of its own so that they do not conflict: every segment "a" of a path offers two ways.
func hostileTree(t testing.TB, depth int) (*Tree[string], []string) {
	patterns := []string{strings.Repeat("/a", depth) + "/text"}
	all := ""
	for i := range depth {
		end := fmt.Sprintf("/end%d", i)
		all += fmt.Sprintf("/{x%d}", i)
		patterns = append(patterns,
			all+strings.Repeat("/a", depth-1-i)+end,
			strings.Repeat("/a", i)+"/{x}"+strings.Repeat("/a", depth-1-i)+end+"_")
	}
	return newTree(t, patterns...), patterns
}

// TestHostilePathIsCheap: trying each of the two ways at each segment would take 2^20 steps at depth 20, and would not
// end in this universe at depth 60. The best of some runs is measured, so a busy machine does not matter.
func TestHostilePathIsCheap(t *testing.T) {
	for _, depth := range []int{20, 60} {
		tr, _ := hostileTree(t, depth)
		for _, path := range []string{
			strings.Repeat("/a", depth) + "/none",
			strings.Repeat("/a", depth),
			strings.Repeat("/a", 10*depth),
			strings.Repeat("/", 10*depth),
			strings.Repeat("/a", depth-1) + "//none",
			strings.Repeat("/%61", depth) + "/none",
		} {
			best := time.Hour
			for range 20 {
				start := time.Now()
				if v, _, ok := tr.Match(path, path[1] == '%', nil); ok {
					t.Fatalf("depth %d: %q matches %q", depth, path, v)
				}
				best = min(best, time.Since(start))
			}
			if limit := 2 * time.Millisecond; best > limit {
				t.Errorf("depth %d: %.40q took %v, more than %v", depth, path, best, limit)
			}
		}
	}
}

// TestTreeIsTree checks what bounds the cost of match: one way from the root to any node, hence one visit per match,
// and no more than two nodes for each segment of the patterns.
func TestTreeIsTree(t *testing.T) {
	tr, patterns := hostileTree(t, 20)
	segments := 0
	for _, p := range tr.patterns {
		segments += len(p.segments)
	}
	seen := map[*node]bool{}
	leaves := 0
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			t.Fatal("two ways lead to one node")
		}
		seen[n] = true
		if n.leaf != 0 {
			leaves++
		}
		for _, text := range n.textTable {
			if text.node != nil {
				visit(text.node)
			}
		}
		for _, next := range []*node{n.single, n.slash} {
			if next != nil {
				visit(next)
			}
		}
	}
	visit(&tr.root)
	if leaves != len(patterns) || len(seen) > 2*segments {
		t.Errorf("%d leaves of %d patterns; %d nodes of %d segments", leaves, len(patterns), len(seen), segments)
	}
	for _, s := range patterns {
		path := exampleOf(mustPattern(t, s), mustPattern(t, s))
		if got, _, ok := tr.Match(path, false, nil); !ok || got != s {
			t.Errorf("%q: got %q, want %q", path, got, s)
		}
	}
}
