package model

import (
	"path"
	"reflect"
	"regexp"
)

var (
	// The parts that bareName removes from reflect's names.
	anonymous = regexp.MustCompile(`struct \{.*\}`)
	pathOrDot = regexp.MustCompile(`[^\[\],* ]*[./]|·\d+`) // the package of a type argument; the number of a local type
)

// bareName returns the type's own name, without package and with the bare names of its type arguments; "" for a type without a
// name.
func bareName(t reflect.Type) string {
	return pathOrDot.ReplaceAllString(anonymous.ReplaceAllString(t.Name(), "struct"), "")
}

// typeName returns the name of a type in start-up reports.
func typeName(t reflect.Type) string {
	switch {
	case t.Name() != "" && t.PkgPath() != "":
		return path.Base(t.PkgPath()) + "." + bareName(t)
	case t.Name() != "":
		return t.Name()
	}
	switch t.Kind() {
	case reflect.Struct:
		return "struct"
	case reflect.Pointer:
		return "*" + typeName(t.Elem())
	case reflect.Slice:
		return "[]" + typeName(t.Elem())
	case reflect.Map:
		return "map[" + typeName(t.Key()) + "]" + typeName(t.Elem())
	}
	return t.String()
}
