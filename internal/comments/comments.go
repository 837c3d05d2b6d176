package comments

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/funcname"
)

// Comments returns the text of doc comments, without comment marks and directives; "" for a declaration without a comment.
type Comments interface {
	// Func returns the comment of a function or method.
	Func(fn reflect.Value) string
	// Type returns the comment of a type, of a pointer's element, or of a generic type's declaration.
	Type(t reflect.Type) string
	// Field returns the comment above a field of a struct, or the one behind it. goName is the field's Go name; it may lead through
	// embedded structs, as Base.ID does. The owner of a promoted field may be the outer struct.
	Field(owner reflect.Type, goName string) string
}

// Table has comments by the names of their declarations. A key is the import path, a dot, and one of Func(), Type, Type.Method()
// and Type.Field. When a package declares several types of one name, in functions, the names of their fields follow: Type{A,B} and
// Type{A,B}.A. The import path of a program is "main"; the key "main" has its real path: "main": "example.com/shop".
type Table map[string]string

var _ Comments = Table(nil)

// programKey is the key whose value is the import path of package main.
const programKey = "main"

// call ends the keys of functions, because a type inside of a function may have the same name.
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
	owner, name := declaringField(owner, goName)
	if owner == nil {
		return ""
	}
	return t.declared(owner, "."+name)
}

// declared returns the comment of a named type, or with the suffix .Field that of a field.
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

// key returns the key of a name. It replaces the path "main".
func (t Table) key(path, name string) string {
	if program, ok := t[programKey]; ok && path == "main" {
		path = program
	}
	return path + "." + name
}

// fieldList returns the part of a key that tells types of one name apart.
func fieldList(fields []string) string { return "{" + strings.Join(fields, ",") + "}" }

// declaringField returns the struct that declares a field, and the field's name in it; nil when there is no such field.
func declaringField(owner reflect.Type, goName string) (reflect.Type, string) {
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

// deref returns the type that unnamed pointers lead to.
func deref(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	return t
}
