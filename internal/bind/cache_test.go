package bind_test

import (
	"reflect"
	"testing"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// TestBindersCompileStructOncePerPath: a struct is compiled once for each order of its path parameters.
func TestBindersCompileStructOncePerPath(t *testing.T) {
	type page struct {
		Limit int `query:"limit" default:"10"`
	}
	type item struct {
		ID string `path:"id"`
	}
	type both struct {
		Shop string `path:"shop"`
		ID   string `path:"id"`
	}
	type strict struct {
		_ struct{} `extra:"forbid"`
		Q string   `query:"q,omitempty"`
	}
	reader, binders := model.NewReader(constraint.New()), &bind.Binders{}
	compile := func(of reflect.Type, path ...string) (*bind.Binder, []string) {
		return binders.Compile(reader, of, path)
	}
	for _, test := range []struct {
		name         string
		of           reflect.Type
		first, other []string // the wildcards
		shared       bool
	}{
		{"no path parameter", reflect.TypeFor[page](), []string{"id"}, []string{"shop", "id"}, true},
		{"the same place", reflect.TypeFor[item](), []string{"id"}, []string{"id", "part"}, true},
		{"another place", reflect.TypeFor[item](), []string{"id"}, []string{"shop", "id"}, false},
		{"two places", reflect.TypeFor[both](), []string{"shop", "id"}, []string{"shop", "id", "part"}, true},
		{"two places the other way round", reflect.TypeFor[both](), []string{"shop", "id"}, []string{"id", "shop"}, false},
		{"Parts", reflect.TypeFor[params.Parts](), nil, []string{"id"}, true},
		{"a struct that learns the names of its route", reflect.TypeFor[strict](), nil, nil, false},
	} {
		a, problems := compile(test.of, test.first...)
		b, more := compile(test.of, test.other...)
		if len(problems)+len(more) > 0 {
			t.Errorf("%s: %q %q", test.name, problems, more)
		}
		if shared := a == b; shared != test.shared {
			t.Errorf("%s: shared: %t", test.name, shared)
		}
	}
	for range 2 { // mistakes are told each time
		if _, problems := compile(reflect.TypeFor[item](), "other"); len(problems) != 1 {
			t.Errorf("%q", problems)
		}
	}
}
