//go:build !race

package bind_test

import (
	"net/http/httptest"
	"reflect"
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
