package encode

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// Options narrow what an Encoder writes.
//
// Include and Exclude are paths of JSON names: "name", "owner.name", "items.*.id". The * stands for each element of a
// list or map and may be left out: "items.id". The name of a parent stands for all of it. With both, a member is written
// that Include has and Exclude has not.
type Options struct {
	Include, Exclude []string

	// ExcludeUnset leaves out members that the source's FieldsSet does not have. Without a FieldsSet it leaves out nil pointers,
	// absent Optionals, absent keys of maps, and members that are filled from a default.
	ExcludeUnset    bool
	ExcludeDefaults bool // leaves out fields that equal their default; a pointer's default is nil unless a tag says another
	ExcludeNone     bool // leaves out null members of structs and maps, at all depths

	GoNames bool // writes the names of fields in Go instead of those of json tags; paths stay those of the tags
}

// Compiler makes Encoders, and remembers the plans of types that are known at run time only. One belongs to each app. It is
// safe for concurrent use.
type Compiler struct {
	reader    *model.Reader
	freeFlags flags // of values without a model
	validate  bool

	absentNulls bool // see AbsentNulls

	dynamic [numFlags]sync.Map // flags, then reflect.Type to *root
}

// NewCompiler returns a Compiler for types as r reads them.
func NewCompiler(r *model.Reader) *Compiler { return &Compiler{reader: r} }

// AbsentNulls decides about a key that a map lacks where the model's field is a pointer. With on it is written as null, as a
// nil pointer of a struct is. Otherwise it is left out. Callers call AbsentNulls before they use the Compiler.
func (c *Compiler) AbsentNulls(on bool) { c.absentNulls = on }

// Encoder appends values of one source type under one model. It is safe for concurrent use.
type Encoder struct {
	source    reflect.Type
	node      node
	omissions Omissions        // for the document
	validator *resultValidator // nil: no Validate method is called
}

// Compile makes the Encoder of source under mdl. The problems are sentences for the start-up report. Each begins with the
// path of its member. An Encoder with problems is usable: Append returns an error where the value reaches one of them.
func (c *Compiler) Compile(source, mdl reflect.Type, o Options) (*Encoder, []string) {
	src, m := c.reader.Type(source), c.reader.Type(mdl)
	b := &builder{c: c, flags: o.flags(), validate: c.validate, memo: map[pair]node{}}
	f := b.readPaths(m, o)
	e := &Encoder{source: source, node: b.compile(src, m, f, false, "result"), omissions: omissions(src, m, f, o.flags())}
	b.finish()
	if c.validate {
		e.validator = newResultValidator(m, o)
	}
	return e, b.problems
}

// ModelProblems returns what is declared wrongly in mdl and in the types inside, one sentence each: mistakes in tags, for instance,
// which Compile does not look at.
func (c *Compiler) ModelProblems(mdl reflect.Type) []string {
	return c.reader.Type(mdl).OutputProblems()
}

// Omissions are the members that the Encoder may leave out although the model by itself always writes them.
func (e *Encoder) Omissions() Omissions { return e.omissions }

// Append appends v, a value of the source type or assignable to it. A value that is not addressable is copied first,
// which costs an allocation. On an error Append returns dst as it was; the error is a *MismatchError. A panic in one of
// v's methods passes through.
func (e *Encoder) Append(dst []byte, v reflect.Value) ([]byte, error) {
	switch {
	case !v.IsValid() && e.source.Kind() == reflect.Interface:
		v = reflect.New(e.source).Elem()
	case !v.IsValid():
		return dst, withRoot(newMismatch("there is no value, where a %s is expected", e.source))
	case v.Type() != e.source && !v.Type().AssignableTo(e.source):
		return dst, withRoot(newMismatch("the value is a %s, where a %s is expected", v.Type(), e.source))
	case v.Type() != e.source || !v.CanAddr():
		w := reflect.New(e.source).Elem()
		w.Set(v)
		v = w
	}
	return e.AppendAt(dst, memory.OfValue(v))
}

// AppendAt appends the value of the source type at p, as Append does.
func (e *Encoder) AppendAt(dst []byte, p memory.Place) ([]byte, error) {
	out, err := e.node.append(dst, p, 0)
	if err != nil {
		return dst, withRoot(err)
	}
	return out, nil
}

// AppendPointer appends *v, a value of the source type, as AppendAt does. It panics when T is another type.
func AppendPointer[T any](e *Encoder, dst []byte, v *T) ([]byte, error) {
	if t := reflect.TypeFor[T](); t != e.source {
		panic(fmt.Sprintf("encode: a pointer to a %s, where the Encoder is of %s", t, e.source))
	}
	return e.AppendAt(dst, memory.Of(v))
}

// LendsPointers reports whether methods of the source get a pointer to the value itself, or to a part of it. They may keep
// that pointer, so the memory of the value must not be used again.
func (e *Encoder) LendsPointers() bool { return lendsPointers(e.source) }

// Append appends v by its dynamic type, without a model. A nil v is null. On an error Append returns dst as it was; the
// error is a *MismatchError. A panic in one of v's methods passes through.
func (c *Compiler) Append(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, "null"...), nil
	}
	out, err := c.root(reflect.TypeOf(v), c.freeFlags).appendValue(dst, v)
	if err != nil {
		return dst, withRoot(err)
	}
	return out, nil
}

// MismatchError says why a value does not fit its model or has no JSON form. It is for logs: the path may hold map keys.
type MismatchError struct {
	Path string // result.items[3].price
	Text string
	Err  error // of a method of the value, or nil
}

// Error returns path and reason.
func (e *MismatchError) Error() string { return "responsemodel: " + e.Path + ": " + e.Text }

// Unwrap returns the error of the value's own method, or nil when the reason is another.
func (e *MismatchError) Unwrap() error { return e.Err }

// newMismatch makes a MismatchError whose path withStep fills on the way out.
func newMismatch(format string, args ...any) error {
	return &MismatchError{Text: fmt.Sprintf(format, args...)}
}

// withStep puts a step before the path of err. err comes from a value inside of that step.
func withStep(err error, step string) error {
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

// maxPath is how many bytes of a path an error has. A cycle of pointers makes a long one.
const maxPath = 400

func withRoot(err error) error { return withStep(err, "result") }

// Validates reports whether Validate calls a method.
func (e *Encoder) Validates() bool { return e != nil && e.validator != nil }
