package constraint

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
)

// Use says which values a tag is for.
type Use uint8

const (
	Request Use = iota // values of clients: rules that use the disk or the network are mistakes
	Reply              // values of the application
)

// Engine has the validator of an app and the app's own rules. Register, SetUnwrap and Compile are for start-up, by one goroutine.
// After that checks are safe for concurrent use.
type Engine struct {
	validator *validator.Validate
	custom    map[string]func(value any, param string) bool
	unwrap    func(reflect.Type) reflect.Type
	cross     sync.Map // crossPlan by reflect.Type of a struct
}

// New returns an Engine with the rules of validator and our own.
func New() *Engine {
	e := &Engine{
		validator: validator.New(validator.WithRequiredStructEnabled()),
		custom:    map[string]func(any, string) bool{},
		unwrap: func(t reflect.Type) reflect.Type {
			for t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			return t
		},
	}
	for name, row := range builtin {
		if row.own {
			if err := e.validator.RegisterValidation(name, e.directly(name)); err != nil {
				panic(err) // the name is none that a tag can have
			}
		}
	}
	return e
}

// directly returns a rule of our own for validator, which evaluates alternatives.
func (e *Engine) directly(name string) validator.Func {
	return func(f validator.FieldLevel) bool {
		accept, _ := e.acceptRule(f.Field().Type(), Rule{Name: name, Param: f.Param()}, -1)
		return accept != nil && accept(f.Field())
	}
}

// SetUnwrap sets the function that returns the type inside of an element type, which the rules after dive are for. The default
// removes pointers. A caller with wrapper types removes those too.
func (e *Engine) SetUnwrap(f func(reflect.Type) reflect.Type) { e.unwrap = f }

// Validation is a rule of the application: the arguments of [Engine.Register].
type Validation struct {
	Tag  string
	Func func(value any, param string) bool
}

// Register adds a rule of the application. f gets the value without pointers and the text after the =. It must be safe for
// concurrent use. A panic in f counts as false. The failure's message is "Value error, must satisfy tag=param".
//
// Register returns an error for a name that validator or this package uses, and for one that cannot stand in a tag. Compile calls f
// on a few samples, zero and others, to find types that f does not expect.
func (e *Engine) Register(tag string, f func(value any, param string) bool) error {
	switch {
	case f == nil:
		return fmt.Errorf("rule %q: the function is nil", tag)
	case tag == "" || strings.ContainsAny(tag, ".[],|=+()`~!@#$%^&*\\\"/?<>{} \t'"):
		return fmt.Errorf("rule %q: a name is letters, digits, _ and -", tag)
	case isWord(tag) || e.isKnown(tag):
		return fmt.Errorf("rule %q: the name is taken", tag)
	}
	err := e.validator.RegisterValidation(tag, func(field validator.FieldLevel) bool {
		return f(field.Field().Interface(), field.Param())
	})
	if err != nil {
		return fmt.Errorf("rule %q: %w", tag, err)
	}
	e.custom[tag] = f
	return nil
}

// isWord reports whether a tag's word is part of the grammar, not a rule.
func isWord(tag string) bool {
	switch tag {
	case "-", "dive", "keys", "endkeys", "required", "omitempty", "omitnil", "omitzero", "structonly", "nostructlevel", patternTag:
		return true
	}
	return false
}

// isKnown reports whether validator has a rule of that name. It asks validator, so that it knows rules of later releases.
func (e *Engine) isKnown(tag string) (known bool) {
	if _, ok := builtin[tag]; ok {
		return true
	}
	defer func() {
		if p := recover(); p != nil {
			known = !strings.HasPrefix(fmt.Sprint(p), "Undefined validation")
		}
	}()
	_ = e.validator.Var("", tag)
	return true
}

// names returns the words that a tag may use, for hints.
func (e *Engine) names() []string {
	out := make([]string, 0, len(builtin)+len(e.custom)+8)
	for name := range maps.Keys(builtin) {
		out = append(out, name)
	}
	for name := range maps.Keys(e.custom) {
		out = append(out, name)
	}
	return append(out, "required", "omitempty", "omitnil", "omitzero", "dive", "keys", "endkeys")
}
