package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// patch walks a Patch. The decoder never fills one, because it does not record which members are present.
func (w *walker) patch(t *model.Type, n node, v reflect.Value) {
	outer, decoded := w.given, w.decoded
	value, given, as := v.Addr().Interface().(model.Patcher).Open()
	*given, *as = model.Given{}, t.Elem
	w.given, w.decoded = *given, false
	w.value(t.Elem, nil, n, value)
	w.given, w.decoded = outer, decoded
}

// patchMember walks the value of a field inside of a Patch. It records that the member is present.
func (w *walker) patchMember(f *model.Field, n node, v reflect.Value) {
	outer := w.record(f.Name, f.Type, n)
	w.field(f, n, v)
	w.given = outer
}

// record records a member of an object inside of a Patch. The members of its value are recorded until the caller sets w.given to outer.
func (w *walker) record(name string, t *model.Type, n node) (outer model.Given) {
	outer, w.given = w.given, nil
	if t.Base().Partial && !w.isNull(n) {
		w.given = model.Given{}
	}
	outer[name] = w.given
	return outer
}
