package encode

import (
	"slices"
	"testing"
)

// TestCompareJSONOrdersNumbersBySize: also integers that are one float64, so that equal elements of a Set are neighbours and the order does
// not depend on that of the list.
func TestCompareJSONOrdersNumbersBySize(t *testing.T) {
	want := []string{
		"-9007199254740993", "-1", "-0.5", "0", "1", "1.5", "2", "10", "9007199254740992", "9007199254740993", "999999999999999999", "1000000000000000000",
		"9999999999999999999", "10000000000000000000",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return compareJSON([]byte(a), []byte(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for _, a := range want {
		for _, b := range want {
			if c := compareJSON([]byte(a), []byte(b)); (c == 0) != (a == b) {
				t.Errorf("compareJSON(%s, %s) is %d", a, b, c)
			}
		}
	}
	if compareJSON([]byte(`"a"`), []byte(`"a!"`)) >= 0 || compareJSON([]byte(`"10"`), []byte(`"9"`)) >= 0 {
		t.Error("texts are not ordered by their bytes")
	}
}
