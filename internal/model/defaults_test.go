package model_test

import (
	"reflect"
	"testing"

	"github.com/brio-go/brio/params"
)

// TestDefaultIsNotShared: what one request changes in its default, another does not see. A list of scalars costs one allocation, and one for
// each pointer before it.
func TestDefaultIsNotShared(t *testing.T) {
	type level int
	type values struct {
		List    []string               `json:"list" default:"a,b"`
		Levels  []level                `json:"levels" default:"[1,2]"`
		Empty   []int                  `json:"empty" default:""`
		Pointer *[]string              `json:"pointer" default:"a,b"`
		Scalar  *int                   `json:"scalar" default:"3"`
		Maybe   params.Optional[[]int] `json:"maybe" default:"1,2"`
		Set     params.Set[string]     `json:"set" default:"a,b"`
		Map     map[string][]int       `json:"map" default:"{\"a\":[1]}"`
		Lists   [][]int                `json:"lists" default:"[[1],[2]]"`
		Any     any                    `json:"any" default:"{\"a\":[1]}"`
	}
	typ := read[values]()
	if p := typ.InputProblems(); len(p) > 0 {
		t.Fatal(p)
	}
	allocations := map[string]float64{"list": 1, "levels": 1, "empty": 0, "pointer": 2, "scalar": 1, "maybe": 1}
	for _, f := range typ.Fields {
		first, second := reflect.New(f.Type.Go).Elem(), reflect.New(f.Type.Go).Elem()
		f.Default.Apply(first)
		f.Default.Apply(second)
		if !reflect.DeepEqual(first.Interface(), f.Default.Value.Interface()) || !reflect.DeepEqual(first.Interface(), second.Interface()) {
			t.Errorf("%s: %v and %v, want %v", f.Name, first, second, f.Default.Value)
		}
		_, a, _ := f.Type.Unwrap(first)
		_, b, _ := f.Type.Unwrap(second)
		switch a.Kind() {
		case reflect.Slice:
			if a.IsNil() || a.Len() > 0 && a.Pointer() == b.Pointer() {
				t.Errorf("%s: two requests share a list", f.Name)
			}
		case reflect.Map:
			if a.Pointer() == b.Pointer() {
				t.Errorf("%s: two requests share a map", f.Name)
			}
		default:
			if a.Addr().Pointer() == b.Addr().Pointer() {
				t.Errorf("%s: two requests share a value", f.Name)
			}
		}
		want, known := allocations[f.Name]
		if got := testing.AllocsPerRun(100, func() { f.Default.Apply(second) }); known && got > want {
			t.Errorf("%s: %v allocations, want %v", f.Name, got, want)
		}
	}
}
