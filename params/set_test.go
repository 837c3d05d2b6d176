package params_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/brio-go/brio/params"
)

func TestSet(t *testing.T) {
	s := params.SetOf("b", "a", "b")
	if s.Add("c"); !s.Has("c") || s.Has("d") || len(s) != 3 || !slices.Equal(s.Slice(), []string{"a", "b", "c"}) {
		t.Error(s)
	}
	if got := params.SetOf(10, 9, -1).Slice(); !slices.Equal(got, []int{-1, 9, 10}) {
		t.Error(got)
	}
	if got := params.SetOf[uint8](10, 9).Slice(); !slices.Equal(got, []uint8{9, 10}) {
		t.Error(got)
	}
	if got := params.SetOf(1.5, -1).Slice(); !slices.Equal(got, []float64{-1, 1.5}) {
		t.Error(got)
	}
	if doc, err := json.Marshal(s); err != nil || string(doc) != `["a","b","c"]` {
		t.Errorf("%s %v", doc, err)
	}
	var back params.Set[string]
	if err := json.Unmarshal([]byte(`["a","a"]`), &back); err != nil || len(back) != 1 {
		t.Errorf("%v %v", back, err)
	}
	if err := json.Unmarshal([]byte(`[1]`), &back); err == nil {
		t.Error("a number was taken for a string")
	}
}
