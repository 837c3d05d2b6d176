//go:build !race

package encode

import (
	"github.com/brio-go/brio/internal/memory"
	"reflect"
	"testing"
)

// Plain values cost no allocations: structs, slices, strings, numbers, pointers, Optionals and interfaces that hold them.
func TestAllocations(t *testing.T) {
	in, out := benchUsers()
	c := newCompiler()
	e, _ := c.Compile(of[[]userInDB](), of[[]userOut](), Options{})
	none, _ := c.Compile(of[[]userInDB](), of[[]userOut](), Options{ExcludeNone: true, ExcludeDefaults: true, ExcludeUnset: true})
	v := reflect.ValueOf(&in).Elem()
	floats := []any{1.5, float32(2), int64(1 << 40), true, "x", 123456}
	tags := map[string]string{"b": "1", "a": "2"}
	opts := optModel{Ptr: p(1)}
	buf := make([]byte, 0, 1<<16)
	if testing.AllocsPerRun(10, func() { n := 1; _ = memory.Load[int](memory.Of(&n)) }) > 0 {
		t.Skip("-d=checkptr makes pointers escape")
	}
	for _, test := range []struct {
		name string
		f    func()
	}{
		{"filtered", func() { _, _ = e.Append(buf, v) }},
		{"with options", func() { _, _ = none.Append(buf, v) }},
		{"pointer without model", func() { _, _ = c.Append(buf, &out) }},
		{"interfaces", func() { _, _ = c.Append(buf, &floats) }},
		{"map of strings", func() { _, _ = c.Append(buf, tags) }},
		{"Optionals", func() { _, _ = c.Append(buf, &opts) }},
	} {
		test.f()
		if n := testing.AllocsPerRun(100, test.f); n >= 1 {
			t.Errorf("%s: %v allocations", test.name, n)
		}
	}
}
