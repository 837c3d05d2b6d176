package comments

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/funcname"
)

// Comments gives the text of doc comments, without comment marks and directives; "" where there is none.
type Comments interface {
	// Func is the comment of a function or method.
	Func(fn reflect.Value) string
	// Type is the comment of a type; pointers are looked through, and of a generic type it is the declaration's.
	Type(t reflect.Type) string
	// Field is the comment above a field of a struct or, without one, behind it. goName is its Go name, which may lead
	// through embedded structs: Base.ID. The owner of a promoted field may be the outer struct.
	Field(owner reflect.Type, goName string) string
}

// Table has comments by what they belong to. A key is the import path, a dot, and a name: Func(), Type, Type.Method() or
// Type.Field. Where a package declares several types of one name, in functions, the names of their fields tell them
// apart: Type{A,B} and Type{A,B}.A. A program is called main, not by its import path, which its own key gives:
// "main": "example.com/shop".
type Table map[string]string

var _ Comments = Table(nil)

// programKey is the key whose value is the import path of package main.
const programKey = "main"

// call is behind the names of functions, which types in functions may share.
const call = "()"

// Func implements Comments.
func (t Table) Func(fn reflect.Value) string {
	n := funcname.Of(fn)
	switch {
	case n.Func == "":
		return ""
	case n.Receiver != "":
		return t[t.key(n.Package, n.Receiver+"."+n.Func+call)]
	}
	return t[t.key(n.Package, n.Func+call)]
}

// Type implements Comments.
func (t Table) Type(typ reflect.Type) string { return t.declared(deref(typ), "") }

// Field implements Comments.
func (t Table) Field(owner reflect.Type, goName string) string {
	owner, name := locate(owner, goName)
	if owner == nil {
		return ""
	}
	return t.declared(owner, "."+name)
}

// declared looks a named type up, or with the suffix .Field a field of it.
func (t Table) declared(typ reflect.Type, suffix string) string {
	if typ == nil || typ.Name() == "" || typ.PkgPath() == "" {
		return ""
	}
	name, _, _ := strings.Cut(typ.Name(), "[")
	key := t.key(typ.PkgPath(), name)
	if typ.Kind() == reflect.Struct {
		fields := make([]string, typ.NumField())
		for i := range fields {
			fields[i] = typ.Field(i).Name
		}
		if text, ok := t[key+fieldList(fields)+suffix]; ok {
			return text
		}
	}
	return t[key+suffix]
}

func (t Table) key(path, name string) string {
	if program, ok := t[programKey]; ok && path == "main" {
		path = program
	}
	return path + "." + name
}

// fieldList tells types of one name apart.
func fieldList(fields []string) string { return "{" + strings.Join(fields, ",") + "}" }

// locate finds the struct that declares a field, and the field's name in it; nil when there is none.
func locate(owner reflect.Type, goName string) (reflect.Type, string) {
	for {
		owner = deref(owner)
		name, rest, more := strings.Cut(goName, ".")
		if owner == nil || owner.Kind() != reflect.Struct {
			return nil, ""
		}
		f, ok := owner.FieldByName(name)
		if !ok {
			return nil, ""
		}
		for _, i := range f.Index[:len(f.Index)-1] {
			owner = deref(owner.Field(i).Type)
		}
		if !more {
			return owner, name
		}
		owner, goName = f.Type, rest
	}
}

func deref(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	return t
}
