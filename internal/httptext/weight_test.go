package httptext

import (
	"slices"
	"testing"
)

func TestParseWeighted(t *testing.T) {
	for _, tc := range []struct {
		line string
		want []Weighted
	}{
		{"", nil},
		{"gzip", []Weighted{{"gzip", 1}}},
		{" GZip ; q=0.5 , br;Q=1", []Weighted{{"gzip", 0.5}, {"br", 1}}},
		{"a;q=0, b;q=0.001, c;q=1.000", []Weighted{{"a", 0}, {"b", 0.001}, {"c", 1}}},
		{`text/html;level=1;q=0.2;x="a,b;q=0"`, []Weighted{{"text/html", 0.2}}},
		{"a;q=0.1;q=0.2", []Weighted{{"a", 0.2}}},
		{"a;q=2, b;q=-1, c;q=nan, d;q=x, e;q=, f;q, g", []Weighted{{"g", 1}}},
		{"a;q=2;q=1", nil},
		{", ;q=1, ,a", []Weighted{{"a", 1}}},
	} {
		if got := ParseWeighted([]string{tc.line}); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.line, got, tc.want)
		}
	}
	if got := ParseWeighted([]string{"a", "b;q=0"}); !slices.Equal(got, []Weighted{{"a", 1}, {"b", 0}}) {
		t.Errorf("two lines: got %v", got)
	}
}

func FuzzParseWeighted(f *testing.F) {
	for _, line := range []string{"gzip;q=0.5, br", `a;x="\",";q=1`, ";q=nan"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, e := range ParseWeighted([]string{line}) {
			if e.Value == "" || !(e.Weight >= 0 && e.Weight <= 1) {
				t.Errorf("%q has the element %v", line, e)
			}
		}
	})
}
