package brio

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
)

// outside returns the Reader of types outside of any app: with the built-in rules alone, and with all foreign tags, which an app may
// allow. It keeps what it has read, as that of an app does.
var outside = sync.OnceValue(func() *model.Reader {
	r := model.NewReader(constraint.New())
	r.Foreign.All = true
	return r
})

// SchemaOf returns the JSON Schema of the values of T in requests. It is complete: the schemas of other types are in $defs, and T itself
// is "#". It is made at each call, so the caller may change it. SchemaOf panics if T is declared wrongly.
//
// The options of documents apply, as in SchemaOf[Item](brio.AutoTitles()), and so does [FastAPICompat]. Other options of an app have no
// effect.
func SchemaOf[T any](opts ...AppOption) *spec.Schema { return schemaOf(reflect.TypeFor[T](), opts) }

// schemaOf is SchemaOf for a type.
//
//go:noinline
func schemaOf(t reflect.Type, opts []AppOption) *spec.Schema {
	var a appSettings
	for _, o := range opts {
		if o != nil {
			o.applyApp(&a)
		}
	}
	s, err := document.SchemaOf(outside(), t, a.Document.Config)
	if err != nil {
		panic(fmt.Sprintf("brio.SchemaOf: %v", err))
	}
	return s
}

// Validate reads a JSON document as the body of a request is read: strictly, with the rules of T's tags, its defaults and its Validate
// methods. The error is a *ValidationError, whose locations begin with "body", or the *HTTPError of a Validate method. Validate panics
// if T is declared wrongly, as an app with it would not start.
//
// Rules of RegisterValidation belong to an app and are not known here.
func Validate[T any](json []byte) (*T, error) {
	var body params.Body[T]
	if err := readBody(json, reflect.ValueOf(&body).Elem()); err != nil {
		return nil, err
	}
	return &body.Value, nil
}

// readBody is Validate for a params.Body.
//
//go:noinline
func readBody(json []byte, into reflect.Value) error {
	document, err := documentOf(into.Type())
	if err != nil {
		panic(fmt.Sprintf("brio.Validate: %v", err))
	}
	return document.Read(context.Background(), json, &bind.Settings{}, into)
}

// documents caches the Documents of Validate by type.
var documents sync.Map

// documentOf returns the Document that reads a type, which is made once.
func documentOf(t reflect.Type) (*bind.Document, error) {
	if known, ok := documents.Load(t); ok {
		return known.(*bind.Document), nil
	}
	document, err := bind.NewDocument(outside(), t)
	if err == nil {
		documents.Store(t, document)
	}
	return document, err
}

// Defaults returns a T with the defaults of its fields, and of the fields of structs inside. Slices, maps and pointers belong to the
// caller.
func Defaults[T any]() T {
	var v T
	setDefaults(reflect.ValueOf(&v).Elem())
	return v
}

// setDefaults is Defaults for a value.
//
//go:noinline
func setDefaults(v reflect.Value) { outside().Type(v.Type()).SetDefaults(v) }
