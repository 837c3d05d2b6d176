//go:build !race

package bind_test

import (
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// TestBindAllocates: common parameters allocate only what the handler may keep, here the elements of the list.
func TestBindAllocates(t *testing.T) {
	type usual struct {
		ID     int      `path:"a" validate:"gt=0"`
		Q      string   `query:"q" validate:"max=50"`
		Limit  int      `query:"limit" default:"10" validate:"gte=1,lte=100"`
		Tags   []string `query:"tags" validate:"max=5,dive,min=1"`
		Token  string   `header:"X-Token" validate:"min=3"`
		Sess   string   `cookie:"session"`
		Strict bool     `query:"strict,omitempty"`
	}
	in := input{path: []string{"42"}, query: "q=hello&limit=20&tags=a&tags=b", headers: []string{"X-Token", "tok-0123456789", "Cookie", "session=s-0123456789; theme=dark"}}
	allocations[usual](t, in, 1)
	type comma struct {
		Tags []string `query:"tags" style:"comma"`
	}
	allocations[comma](t, in, 1)
	in.query = "limit=20&offset=3&tag=aa&tag=bb"
	allocations[params.Query[listing]](t, in, 2) // and the outcome of a rule that compares fields
}

// TestErrorsBeyondTheLimitCostNothing: a client cannot make an answer expensive by many errors. The values after the last error that is
// reported are not looked at.
func TestErrorsBeyondTheLimitCostNothing(t *testing.T) {
	type item struct {
		A, B int
	}
	for _, doc := range []string{`"x",`, `["x","y"],`, `{"A":"x","B":{}},`} {
		cost := func(n int) float64 {
			in := input{body: "[" + strings.Repeat(doc, n) + doc[:len(doc)-1] + "]"}
			switch doc[0] {
			case '[':
				return wrong[[][]int](t, in)
			case '{':
				return wrong[[]item](t, in)
			}
			return wrong[[]int](t, in)
		}
		if few, many := cost(200), cost(10_000); many > few+100 {
			t.Errorf("%s: %v allocations for 200 wrong values, %v for 10000", doc, few, many)
		}
	}
}

// wrong returns the allocations for a body that is no T.
func wrong[T any](t *testing.T, in input) float64 {
	t.Helper()
	b := compile[params.Body[T]](t)
	return testing.AllocsPerRun(5, func() {
		if _, errs, err := try[params.Body[T]](t, b, in); err != nil || len(errs) == 0 {
			t.Fatal(errs, err)
		}
	})
}

func allocations[T any](t *testing.T, in input, most float64) {
	t.Helper()
	b := compile[T](t)
	w, r, s := httptest.NewRecorder(), in.request(), &bind.Settings{MaxBody: 1 << 20, Switches: switches.ContentTypeErrors}
	v := reflect.New(reflect.TypeFor[T]()).Elem()
	var errs bind.Errors
	got := testing.AllocsPerRun(200, func() {
		v.SetZero()
		x := exchange.Acquire(w, r)
		x.SetPath(in.path)
		if err := b.Bind(t.Context(), x, s, memory.OfValue(v), &errs); err != nil || !errs.Empty() {
			t.Fatal(err, errs.Err())
		}
		x.Release()
	})
	if got > most {
		t.Errorf("%T: %v allocations, want at most %v", v.Interface(), got, most)
	}
}
