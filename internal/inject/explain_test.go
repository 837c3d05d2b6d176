package inject_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/inject"
)

// The tree of a plan has each function with its turn, what it gives, when it is cleaned up, and what it reads. A shared function and a
// shared parameter struct are told once.
func TestTreeWrite(t *testing.T) {
	t.Parallel()
	open := func() (*depA, func()) { return &depA{}, nil }
	active := func(*depA, scopes) *depB { return &depB{} }
	s := newScope(
		provide(inject.BeforeResponse(open), inject.NoCache(inject.Scoped(active, "me"))),
		inject.Level{Guards: providers(func(token) {}), Provided: []*inject.Provider{inject.Value(&depC{}, "main.go:9")}})
	p := newPlan(t, s, func(*depA, *depB, *depC, token, paging) {})
	var b strings.Builder
	for _, n := range p.Tree("getItems", "main.go:12") {
		n.Write(&b, "", nil)
	}
	want := `1. a function literal  place-1
   reads header X-Token
4. getItems  main.go:12
   2. a function literal gives *inject_test.depA (cleaned up before the response)  place-1
   3. a function literal gives *inject_test.depB (runs at each use, scopes me)  place-2
      a function literal gives *inject_test.depA (shared with 2)
   Supply(*inject_test.depC)  main.go:9
   reads query page
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A plan without providers keeps no tree. Its one node has the parameters of the handler.
func TestTreeOfHandlerAlone(t *testing.T) {
	t.Parallel()
	p := newPlan(t, newScope(), func(paging) {})
	tree := p.Tree("getItems", "main.go:12")
	if len(tree) != 1 || tree[0].Name != "getItems" || strings.Join(tree[0].Inputs(), ", ") != "query page" {
		t.Errorf("got %d nodes, reads %q; want getItems, which reads query page", len(tree), tree[0].Inputs())
	}
	if len(p.Used()) != 0 || p.Sources() != nil {
		t.Errorf("got providers %v, sources %v; want none", p.Used(), p.Sources())
	}
}

// Used lists the providers of a plan, once for each use. Unused ones are not in it: the app warns of them.
func TestPlanUsed(t *testing.T) {
	t.Parallel()
	b := func(*depA) *depB { return &depB{} }
	p := newPlan(t, newScope(provide(openA, b, func() *depC { return nil })), func(*depA, *depB) {})
	var got []string
	for _, used := range p.Used() {
		got = append(got, used.Place)
	}
	if want := "place-1 place-2 place-1"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
