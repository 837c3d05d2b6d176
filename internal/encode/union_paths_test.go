package encode

import (
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/params"
)

type (
	loopUnion struct {
		params.AnyOf
		Again *loopUnion
		A     *twinA
	}
	unionHolder struct {
		One  twinUnion            `json:"one"`
		Many map[string]loopUnion `json:"many"`
	}
)

// A path into a union holds for the variants that have it; one that none has is a mistake.
func TestPathsIntoUnions(t *testing.T) {
	v := unionHolder{twinUnion{B: &twinB{B: 2}}, map[string]loopUnion{"k": {Again: &loopUnion{A: &twinA{"x"}}}}}
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{}, `{"one":{"b":2},"many":{"k":{"a":"x"}}}`},
		{Options{Exclude: []string{"one.b"}}, `{"one":{},"many":{"k":{"a":"x"}}}`},
		{Options{Exclude: []string{"one.a", "many.*.a"}}, `{"one":{"b":2},"many":{"k":{}}}`},
		{Options{Include: []string{"one.a", "many.a"}}, `{"one":{},"many":{"k":{"a":"x"}}}`},
	} {
		got, err := encode(t, v, of[unionHolder](), test.o)
		if err != nil || got != test.want {
			t.Errorf("%+v: %v\n got %s\nwant %s", test.o, err, got, test.want)
		}
	}
	for _, path := range []string{"one.c", "many.*.b", "one.*"} {
		_, problems := newCompiler().Compile(reflect.TypeOf(v), reflect.TypeOf(v), Options{Include: []string{path}})
		if len(problems) != 1 || !strings.Contains(problems[0], "no variant of ") {
			t.Errorf("%s: %q", path, problems)
		}
	}
}
