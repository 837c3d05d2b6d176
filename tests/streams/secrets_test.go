package streams_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// secretTree has fields that shownTree, its model, does not declare.
type secretTree struct {
	Name   string                `json:"name"`
	Secret string                `json:"secret"`
	Kids   []*secretTree         `json:"kids"`
	ByName map[string]secretTree `json:"by_name"`
	Extra  any                   `json:"extra"`
}

type shownTree struct {
	Name   string               `json:"name"`
	Kids   []*shownTree         `json:"kids"`
	ByName map[string]shownTree `json:"by_name"`
}

// growTree returns a tree of random size whose texts have line breaks of every kind.
func growTree(depth int) *secretTree {
	breaks := []string{"", "\n", "\r\n\r\n", "\ndata: x", "\x00", "é\u2028"}
	t := &secretTree{Name: fmt.Sprint(breaks[rand.IntN(len(breaks))], rand.IntN(100)), Secret: "canary", Extra: "canary"}
	t.ByName = map[string]secretTree{}
	for range rand.IntN(3) * min(depth, 1) {
		t.Kids = append(t.Kids, growTree(depth-1))
		t.ByName[fmt.Sprint(rand.IntN(9))] = *growTree(depth - 1)
	}
	return t
}

// No line and no event has a field that the model does not declare, whatever the items are typed as. A line break in a text
// does not begin another line.
func TestStreamsKeepSecrets(t *testing.T) {
	t.Parallel()
	var forest []*secretTree
	pointers := func(yield func(*secretTree) bool) {
		for _, v := range forest {
			if !yield(v) {
				return
			}
		}
	}
	values := func(yield func(secretTree) bool) { pointers(func(v *secretTree) bool { return yield(*v) }) }
	anys := func(yield func(any) bool) {
		pointers(func(v *secretTree) bool {
			switch rand.IntN(3) {
			case 0:
				return yield(*v)
			case 1:
				return yield(response.Data(v))
			}
			return yield(v)
		})
	}
	model, events := brio.ResponseModel[shownTree](), brio.EventStream()
	app := brio.New(testkit.Quiet())
	app.Get("/lines/pointers", func() iter.Seq[*secretTree] { return pointers }, model)
	app.Get("/lines/values", func() iter.Seq2[secretTree, error] { return withErrors(values, nil) }, model)
	app.Get("/lines/exclude", func() iter.Seq[any] {
		return func(y func(any) bool) { pointers(func(v *secretTree) bool { return y(v) }) }
	}, model)
	app.Get("/events/values", func() iter.Seq[secretTree] { return values }, model, events)
	app.Get("/events/any", func() iter.Seq[any] { return anys }, model, events)
	app.Get("/events/typed", func() response.Events[*secretTree] {
		return withErrors(func(y func(response.Event[*secretTree]) bool) {
			pointers(func(v *secretTree) bool {
				return y(response.Event[*secretTree]{Data: v, Event: "e", ID: "1", Comment: "c"})
			})
		}, nil)
	}, model)
	for range 50 {
		forest = []*secretTree{growTree(2), growTree(3)}
		for _, r := range app.Routes() {
			w := testkit.Get(app, r.Path)
			testkit.WantStatus(t, w, 200)
			if body := w.Body.String(); strings.Contains(body, "canary") || strings.Contains(body, "secret") {
				t.Fatalf("%s: %s", r.Path, body)
			}
			if n := strings.Count(w.Body.String(), "\n"); strings.HasPrefix(r.Path, "/lines") && n != len(forest) {
				t.Fatalf("%s: %d lines for %d items", r.Path, n, len(forest))
			}
		}
	}
}
