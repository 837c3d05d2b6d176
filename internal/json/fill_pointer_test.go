package json

import (
	"reflect"
	"testing"

	"github.com/brio-go/brio/internal/memory"
)

// A pointer's shape may be a copy of one that was prepared, which knew of no pointer.
func TestFillPointerBesideItsText(t *testing.T) {
	type values struct {
		Pad  [3]byte
		Text string
		To   *string
	}
	text := &Shape{Kind: String, Fill: &Fill{Type: reflect.TypeFor[string]()}}
	text.Prepare()
	behind, fill := text.Copy(), *text.Fill
	fill.Pointers = []reflect.Type{text.Fill.Type}
	behind.Nullable, behind.Fill = true, &fill
	typ := reflect.TypeFor[values]()
	textField, _ := memory.FieldOf(typ, []int{1})
	toField, _ := memory.FieldOf(typ, []int{2})
	s := &Shape{Kind: Struct, Size: int(typ.Size()), Fields: []Field{{Name: "text", Shape: text}, {Name: "to", Shape: &behind}},
		Fill: &Fill{Type: typ, Fields: []memory.Field{textField, toField}}}
	s.Prepare()
	if !s.Fills() {
		t.Fatal("the shape is not filled")
	}
	for doc, want := range map[string]string{`{"text":"a","to":"b"}`: "b", `{"to":"b\n", "text":"a"}`: "b\n", `{"to":"","text":"a"}`: ""} {
		for _, kept := range []bool{false, true} {
			var v values
			if r := ScanInto(s, []byte(doc), Options{NoCopy: kept}, memory.Of(&v)); !r.Filled || v.Text != "a" || v.To == nil || *v.To != want {
				t.Errorf("%s: %+v, %+v", doc, r, v)
			}
		}
	}
	var v values
	if r := ScanInto(s, []byte(`{"to":null,"text":"a"}`), Options{NoCopy: true}, memory.Of(&v)); !r.Filled || v.To != nil || v.Text != "a" {
		t.Errorf("null: %+v, %+v", r, v)
	}
}
