package constraint

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
)

// Use says which values a tag will meet.
type Use uint8

const (
	Request Use = iota // a client's: rules that touch the disk or the network are refused
	Reply              // the application's own
)

// Engine owns the one validator of an app, and the app's own rules. Register, SetUnwrap and Compile are for start-up,
// from one goroutine; the checks are safe for concurrent use after that.
type Engine struct {
	validator *validator.Validate
	custom    map[string]func(value any, param string) bool
	unwrap    func(reflect.Type) reflect.Type
	cross     sync.Map // reflect.Type of a struct to its crossPlan
}

// New gives an engine with validator's built-in rules.
func New() *Engine {
	return &Engine{
		validator: validator.New(validator.WithRequiredStructEnabled()),
		custom:    map[string]func(any, string) bool{},
		unwrap: func(t reflect.Type) reflect.Type {
			for t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			return t
		},
	}
}

// SetUnwrap tells how to find, in the element type of a list or map, the type that the rules after dive see. By default
// pointers are stripped; a caller with wrapper types (an optional value) strips those too.
func (e *Engine) SetUnwrap(f func(reflect.Type) reflect.Type) { e.unwrap = f }

// Validation is a rule of the application's: the arguments of [Engine.Register].
type Validation struct {
	Tag  string
	Func func(value any, param string) bool
}

// Register adds a rule of the application's. f gets the value without pointers and the text after =, and is called from
// many goroutines. A panic in it counts as false. Its failures say: Value error, must satisfy tag=param.
//
// A name that validator or this package already gives a meaning is an error, and so is one that cannot stand in a tag.
// Compile calls f on a few sample values (zero, one) to find the types it does not expect.
func (e *Engine) Register(tag string, f func(value any, param string) bool) error {
	switch {
	case f == nil:
		return fmt.Errorf("rule %q: the function is nil", tag)
	case tag == "" || strings.ContainsAny(tag, ".[],|=+()`~!@#$%^&*\\\"/?<>{} \t'"):
		return fmt.Errorf("rule %q: a name is letters, digits, _ and -", tag)
	case isWord(tag) || e.knows(tag):
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

// isWord names what is part of the grammar, not a rule.
func isWord(tag string) bool {
	switch tag {
	case "-", "dive", "keys", "endkeys", "required", "omitempty", "omitnil", "omitzero", "structonly", "nostructlevel", "pattern":
		return true
	}
	return false
}

// knows asks validator itself, so that a rule which a later release brings is known too.
func (e *Engine) knows(tag string) (known bool) {
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

// names gives every rule a tag may use, for hints.
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
