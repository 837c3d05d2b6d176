package responsemodel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
)

// MismatchError says why a value does not fit its model or has no JSON form. Path is the place of the value, such as
// result.items[3].price, Text the reason, and Err the error of the value's own method, or nil. It is for logs: the path may
// hold keys of maps.
type MismatchError = encode.MismatchError

// Encoder writes values of type T through one model. It is safe for concurrent use. New and As make it.
type Encoder[T any] struct {
	core *encode.Encoder
	// fresh is true when a method of T gets a pointer to the value, which it may keep. Each value then has memory of its own.
	fresh bool
	slots sync.Pool // *slot[T]
}

// slot is the memory of one value while it is written. A pool of them saves an allocation for each value.
type slot[T any] struct {
	value T
	buf   []byte // of Encode
}

// maxPooledBuf is how many bytes of a buffer a slot keeps. One large message must not hold its memory for ever.
const maxPooledBuf = 64 << 10

// New compiles the Encoder of T, whose model is T itself. The tags of T say what is written, as in the answer of a route with
// ResponseModel[T]. New returns an error when a type has no JSON form, a tag is wrong, or a path of an option is not in T.
func New[T any](opts ...Option) (*Encoder[T], error) {
	t := reflect.TypeFor[T]()
	return compile[T](t, opts, fmt.Sprintf("New[%s]", t))
}

// As compiles the Encoder of T whose model is Model: a value is written as a Model, and fields that Model does not declare are
// never read. Fields are paired by their Go names, or else by their JSON names, at every depth. As returns an error when
// Model requires a field that T lacks, when a field of T cannot be written as the field of Model, and where New does.
//
// T may be an interface, any for instance, or a map. The values are then checked when they are written.
func As[T, Model any](opts ...Option) (*Encoder[T], error) {
	t, mdl := reflect.TypeFor[T](), reflect.TypeFor[Model]()
	return compile[T](mdl, opts, fmt.Sprintf("As[%s, %s]", t, mdl))
}

// Must returns e and panics when err is not nil. It is for variables of packages and for tests:
//
//	var users = responsemodel.Must(responsemodel.As[UserRow, User]())
func Must[T any](e *Encoder[T], err error) *Encoder[T] {
	if err != nil {
		panic(err)
	}
	return e
}

// compile makes an Encoder. call is the function that the program called, for the texts of errors.
func compile[T any](mdl reflect.Type, opts []Option, call string) (*Encoder[T], error) {
	var s settings
	for i, o := range opts {
		if o == nil {
			s.mistakes = append(s.mistakes, fmt.Sprintf("option %d is nil; legal are options of package responsemodel", i+1))
			continue
		}
		o.apply(&s)
	}
	compiler, err := s.compiler()
	if err != nil {
		return nil, fmt.Errorf("responsemodel: %s: %w", call, err)
	}
	core, problems := compiler.Compile(reflect.TypeFor[T](), mdl, s.options)
	if len(problems) == 0 {
		problems = compiler.ModelProblems(mdl)
	}
	if problems = append(s.mistakes, problems...); len(problems) > 0 {
		var errs []error
		for _, p := range problems {
			errs = append(errs, fmt.Errorf("responsemodel: %s: %s", call, p))
		}
		return nil, errors.Join(errs...)
	}
	return &Encoder[T]{core: core, fresh: s.checkRules || core.LendsPointers()}, nil
}

// Append appends the JSON of v to dst, as append does. It allocates nothing beside dst for structs, slices, strings, numbers and
// pointers to them. On an error Append returns dst as it was. The error is a *[MismatchError].
func (e *Encoder[T]) Append(dst []byte, v T) ([]byte, error) {
	s := e.take(v)
	dst, err := e.append(dst, s)
	e.release(s)
	return dst, err
}

// Encode returns the JSON of v. It allocates the result alone, under the conditions of Append.
func (e *Encoder[T]) Encode(v T) ([]byte, error) {
	s := e.take(v)
	buf, err := e.append(s.buf[:0], s)
	var out []byte
	if err == nil {
		out = bytes.Clone(buf)
	}
	if s.buf = buf; cap(buf) > maxPooledBuf {
		s.buf = nil
	}
	e.release(s)
	return out, err
}

func (e *Encoder[T]) append(dst []byte, s *slot[T]) ([]byte, error) {
	if e.core.Validates() {
		if err := e.core.Validate(context.Background(), reflect.ValueOf(&s.value).Elem()); err != nil {
			return dst, err
		}
	}
	return encode.AppendPointer(e.core, dst, &s.value)
}

// take returns a slot that holds v.
func (e *Encoder[T]) take(v T) *slot[T] {
	s, _ := e.slots.Get().(*slot[T])
	if s == nil {
		s = new(slot[T])
	}
	s.value = v
	return s
}

// release puts the slot back, without the value: a slot of the pool must not keep the caller's memory alive. A slot whose pointer a
// method may have kept does not return. Neither does one whose method has panicked.
func (e *Encoder[T]) release(s *slot[T]) {
	if e.fresh {
		return
	}
	var zero T
	s.value = zero
	e.slots.Put(s)
}

// Append appends the JSON of v to dst, by v's own type and without a model: as a route writes a result of type any. A nil v is null.
// The type is compiled at its first use. A pointer is written as what it points to, and costs no allocation. On an error
// Append returns dst as it was. The error is a *[MismatchError].
func Append(dst []byte, v any) ([]byte, error) { return shared().Append(dst, v) }

// shared compiles for all Encoders without rules of their own. It remembers the types that it has read, as encoding/json does.
var shared = sync.OnceValue(func() *encode.Compiler { return encode.NewCompiler(model.NewReader(constraint.New())) })
