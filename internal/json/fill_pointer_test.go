package json

import (
	"reflect"
	"testing"
	"unsafe"
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
	behind, fill := *text, *text.Fill
	fill.Pointers++
	behind.Nullable, behind.Fill = true, &fill
	s := &Shape{Kind: Struct, Size: int(unsafe.Sizeof(values{})), Fields: []Field{{Name: "text", Shape: text}, {Name: "to", Shape: &behind}},
		Fill: &Fill{Type: reflect.TypeFor[values](), Offsets: []uintptr{unsafe.Offsetof(values{}.Text), unsafe.Offsetof(values{}.To)}}}
	s.Prepare()
	if !s.Fills() {
		t.Fatal("the shape is not filled")
	}
	for doc, want := range map[string]string{`{"text":"a","to":"b"}`: "b", `{"to":"b\n", "text":"a"}`: "b\n", `{"to":"","text":"a"}`: ""} {
		for _, kept := range []bool{false, true} {
			var v values
			if r := ScanInto(s, []byte(doc), Limits{}, unsafe.Pointer(&v), kept); !r.Filled || v.Text != "a" || v.To == nil || *v.To != want {
				t.Errorf("%s: %+v, %+v", doc, r, v)
			}
		}
	}
	var v values
	if r := ScanInto(s, []byte(`{"to":null,"text":"a"}`), Limits{}, unsafe.Pointer(&v), true); !r.Filled || v.To != nil || v.Text != "a" {
		t.Errorf("null: %+v, %+v", r, v)
	}
}
