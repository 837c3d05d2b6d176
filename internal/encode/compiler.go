// Package encode writes results as JSON, and only what the response model declares.
//
// A source type (what the handler returns), a model type (what the route declares) and options enter at start-up and
// are compiled into an Encoder; values of the source type enter later and leave as JSON bytes, appended to a slice. A
// field of the source that the model does not have is never looked at: there is no plan for it. Without a model, values
// are written by their own type; both are the same machinery, with source and model alike.
//
// Compiled plans read memory by offset (unsafe.go) and cost no allocations for structs, slices, strings and numbers.
// The package knows nothing of HTTP, and never encodes first and removes later what should not have been there.
package encode

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/model"
)

// Options narrow what an Encoder writes.
//
// Include and Exclude are paths of JSON names: "name", "owner.name", "items.*.id". The * stands for every element of a
// list or map and may be left out: "items.id". Naming a parent means all of it. With both, Exclude takes away from what
// Include leaves.
type Options struct {
	Include, Exclude []string

	ExcludeUnset    bool // leave out what a FieldsSet does not have or, without one, nil pointers, absent Optionals and map keys, and what is filled from a default
	ExcludeDefaults bool // leave out fields that equal their default; a pointer's default is nil unless a tag says else
	ExcludeNone     bool // leave out null members of structs and maps, at all depths

	GoNames bool // call members as their fields are called in Go, not as their json tags say; paths stay those of the tags
}

// Compiler makes Encoders and keeps the plans of types met only at run time. One belongs to each app. It is safe for
// concurrent use.
type Compiler struct {
	reader   *model.Reader
	free     flags // of values without a model
	validate bool

	absentNulls bool // see AbsentNulls

	dynamic [numFlags]sync.Map // flags, then reflect.Type to *root
}

// NewCompiler returns a Compiler for types as r reads them.
func NewCompiler(r *model.Reader) *Compiler { return &Compiler{reader: r} }

// AbsentNulls says whether a key that a map lacks is null where the model's field is a pointer, as a nil one of a struct is;
// else it is left out. It is called before the Compiler is used.
func (c *Compiler) AbsentNulls(on bool) { c.absentNulls = on }

// Encoder appends values of one source type under one model. It is safe for concurrent use.
type Encoder struct {
	source reflect.Type
	node   node
	omits  Omissions // for the document
	judge  *judge    // nil: no Validate method is asked
}

// Compile makes the Encoder of source under mdl. The problems are sentences for the start-up report, each beginning with
// the path of the member it is about; an Encoder that has problems still works, and fails with an error where it reaches
// one of them.
func (c *Compiler) Compile(source, mdl reflect.Type, o Options) (*Encoder, []string) {
	src, m := c.reader.Type(source), c.reader.Type(mdl)
	b := &builder{c: c, flags: o.flags(), validate: c.validate, memo: map[pair]node{}}
	f := b.readPaths(m, o)
	e := &Encoder{source: source, node: b.compile(src, m, f, false, "result"), omits: omissions(src, m, f, o.flags())}
	b.finish()
	if c.validate {
		e.judge = newJudge(m, o)
	}
	return e, b.problems
}

// ModelProblems returns what is declared wrongly in mdl and in the types inside, one sentence each: mistakes in tags, for instance,
// which Compile does not look at.
func (c *Compiler) ModelProblems(mdl reflect.Type) []string {
	return c.reader.Type(mdl).OutputProblems()
}

// Omissions are the members that the Encoder may leave out although the model by itself always writes them.
func (e *Encoder) Omissions() Omissions { return e.omits }

// Append appends v, a value of the source type or assignable to it. A value that is not addressable is copied first,
// which costs an allocation. On an error, which is a *MismatchError, dst comes back as it was. A panic of one of v's
// methods passes through.
func (e *Encoder) Append(dst []byte, v reflect.Value) ([]byte, error) {
	switch {
	case !v.IsValid() && e.source.Kind() == reflect.Interface:
		v = reflect.New(e.source).Elem()
	case !v.IsValid():
		return dst, finishError(fail("there is no value, where a %s is expected", e.source))
	case v.Type() != e.source && !v.Type().AssignableTo(e.source):
		return dst, finishError(fail("the value is a %s, where a %s is expected", v.Type(), e.source))
	case v.Type() != e.source || !v.CanAddr():
		w := reflect.New(e.source).Elem()
		w.Set(v)
		v = w
	}
	return e.AppendAt(dst, v.Addr().UnsafePointer())
}

// AppendAt appends the value of the source type that p points to, as Append does.
func (e *Encoder) AppendAt(dst []byte, p ptr) ([]byte, error) {
	out, err := e.node.append(dst, p, 0)
	if err != nil {
		return dst, finishError(err)
	}
	return out, nil
}

// AppendPointer appends *v, a value of the source type, as AppendAt does. It panics when T is another type.
func AppendPointer[T any](e *Encoder, dst []byte, v *T) ([]byte, error) {
	if t := reflect.TypeFor[T](); t != e.source {
		panic(fmt.Sprintf("encode: a pointer to a %s, where the Encoder is of %s", t, e.source))
	}
	return e.AppendAt(dst, pointer(v))
}

// LendsPointers reports whether methods of the source get a pointer to the value itself, or to a part of it. They may keep
// that pointer, so the memory of the value must not be used again.
func (e *Encoder) LendsPointers() bool { return mutable(e.source) }

// Append appends v by its dynamic type, without a model. A nil v is null. On an error, which is a *MismatchError, dst
// comes back as it was. A panic of one of v's methods passes through.
func (c *Compiler) Append(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, "null"...), nil
	}
	out, err := c.root(reflect.TypeOf(v), c.free).appendValue(dst, v)
	if err != nil {
		return dst, finishError(err)
	}
	return out, nil
}

// MismatchError says why a value does not fit its model or has no JSON form. It is for logs: the path may hold map keys.
type MismatchError struct {
	Path string // result.items[3].price
	Text string
	Err  error // of a method of the value, or nil
}

// Error gives path and reason.
func (e *MismatchError) Error() string { return "responsemodel: " + e.Path + ": " + e.Text }

// Unwrap gives the error of the value's own method, if that is the reason.
func (e *MismatchError) Unwrap() error { return e.Err }

func fail(format string, args ...any) error {
	return &MismatchError{Text: fmt.Sprintf(format, args...)}
}

// at puts a step before the path of err, which comes from inside of it.
func at(err error, step string) error {
	e, ok := err.(*MismatchError)
	if !ok {
		e = &MismatchError{Text: err.Error(), Err: err}
	}
	e.Path = step + e.Path
	if len(e.Path) > maxPath {
		e.Path = e.Path[:maxPath] + "…"
	}
	return e
}

const maxPath = 400 // a cycle has a long one

func finishError(err error) error { return at(err, "result") }
