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

// outside reads types outside of any app: with the built-in rules alone, and with all foreign tags, which an app may admit. It
// remembers what it has read, as an app does.
var outside = sync.OnceValue(func() *model.Reader {
	r := model.NewReader(constraint.New())
	r.Foreign.All = true
	return r
})

// SchemaOf is the JSON Schema of the values of T that a request may have, complete in itself: what T refers to is in $defs,
// T itself is "#". It is made anew at each call, so the caller may change it. It panics when T is declared wrongly.
//
// The options of documents say how it is written, as SchemaOf[Item](brio.AutoTitles()), and so does [FastAPICompat]; other
// options of an app change nothing.
func SchemaOf[T any](opts ...AppOption) *spec.Schema {
	var a appSettings
	for _, o := range opts {
		o.applyApp(&a)
	}
	s, err := document.SchemaOf(outside(), reflect.TypeFor[T](), a.Document.Config)
	if err != nil {
		panic(fmt.Sprintf("brio.SchemaOf: %v", err))
	}
	return s
}

// Validate reads a JSON document as the body of a request is read: strictly, with the rules of T's tags, its defaults and
// its Validate methods. The error is a *ValidationError, whose locations begin with "body", or the *HTTPError of a Validate
// method. It panics when T is declared wrongly, as an app with it would not start.
//
// Rules of RegisterValidation belong to an app and are not known here.
func Validate[T any](json []byte) (*T, error) {
	document, err := documentOf(reflect.TypeFor[params.Body[T]]())
	if err != nil {
		panic(fmt.Sprintf("brio.Validate: %v", err))
	}
	var body params.Body[T]
	if err := document.Read(context.Background(), json, &bind.Settings{}, reflect.ValueOf(&body).Elem()); err != nil {
		return nil, err
	}
	return &body.Value, nil
}

// documents are the Documents that Validate has made, by type.
var documents sync.Map

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

// Defaults is a T with the defaults of its fields, and of those of the structs inside. Slices, maps and pointers are the
// caller's own.
func Defaults[T any]() T {
	var v T
	outside().Type(reflect.TypeFor[T]()).SetDefaults(reflect.ValueOf(&v).Elem())
	return v
}
