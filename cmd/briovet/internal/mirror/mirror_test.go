package mirror_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"testing"

	"github.com/brio-go/brio/cmd/briovet/internal/mirror"
)

const source = `package shop

type (
	Status string
	Kind   string
	Own    int
	Tree   struct{ Left *Tree }
	Page   struct {
		Limit int ` + "`query:\"limit\"`" + `
		name  string
	}
	List struct{ Page }
)

func (*Own) UnmarshalText([]byte) error { return nil }

var (
	A map[string][]int
	B Page
	C Own
	D Tree
	E List
	F struct { S Status; K Kind }
)
`

// TestMirrors: kinds, fields and tags are those of the original, and what cannot be shown is not exact.
func TestMirrors(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "shop.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("example.org/shop", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := mirror.New()
	of := func(name string) (reflect.Type, bool) { return m.Type(pkg.Scope().Lookup(name).Type()) }
	if got, exact := of("A"); got != reflect.TypeFor[map[string][]int]() || !exact {
		t.Errorf("a map: got %v, %v", got, exact)
	}
	if got, exact := of("B"); !exact || got.NumField() != 2 || got.Field(0).Tag.Get("query") != "limit" || got.Field(1).IsExported() {
		t.Errorf("a struct: got %v, %v", got, exact)
	}
	if got, exact := of("C"); exact || got != reflect.TypeFor[mirror.Opaque]() {
		t.Errorf("a type that decides itself how it is read: got %v, %v", got, exact)
	}
	if _, exact := of("D"); exact {
		t.Error("the mirror of a type that contains itself is said to be exact")
	}
	if got, exact := of("E"); !exact || !got.Field(0).Anonymous {
		t.Errorf("an embedded struct: got %v, %v", got, exact)
	}
	got, exact := of("F")
	if !exact || got.Field(0).Type.Kind() != reflect.String || got.Field(0).Type == got.Field(1).Type {
		t.Errorf("two named strings: got %v, %v", got, exact)
	}
	name := func(t types.Type) string { return types.TypeString(t, (*types.Package).Name) }
	if text := m.Words("not "+got.Field(0).Type.String(), name); text != "not shop.Status" {
		t.Errorf("got %q, want the name of the original", text)
	}
}
