package settings

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Error has what is wrong with the environment of a program, one line for each variable. No line has a value.
type Error struct{ Lines []string }

// Error returns the number of variables and their lines.
func (e *Error) Error() string {
	text := "1 environment variable is wrong"
	if n := len(e.Lines); n != 1 {
		text = fmt.Sprintf("%d environment variables are wrong", n)
	}
	return text + "\n\t" + strings.Join(e.Lines, "\n\t")
}

// Read makes a value from an environment. ctx is for methods Validate. The error is an *Error.
func (p *Plan) Read(ctx context.Context, environment map[string]string) (reflect.Value, error) {
	environment = maps.Clone(environment) // read adds defaults, which the option expand can mention
	out := reflect.New(p.typ).Elem()
	var lines []string
	for i := range p.fields {
		f := &p.fields[i]
		step := ""
		v, wrong := p.read(f, environment)
		if wrong == "" {
			at := out.FieldByIndex(f.index)
			at.Set(v)
			step, wrong = f.check(ctx, at)
		}
		if wrong != "" {
			lines = append(lines, f.key+step+": "+wrong)
		}
	}
	for i := 0; i < len(p.structs) && len(lines) == 0; i++ {
		lines = p.structs[i].check(ctx, p, out)
	}
	if len(lines) > 0 {
		return reflect.Value{}, &Error{lines}
	}
	return out, nil
}

// wide are the parsers of int and uint. Those of package env read 32 bits.
var wide = map[reflect.Type]env.ParserFunc{
	reflect.TypeFor[int]():  func(s string) (any, error) { return strconv.Atoi(s) },
	reflect.TypeFor[uint](): func(s string) (any, error) { n, err := strconv.ParseUint(s, 10, strconv.IntSize); return uint(n), err },
}

// read reads the value of a field, or says what is wrong with its variable.
func (p *Plan) read(f *field, environment map[string]string) (v reflect.Value, wrong string) {
	one := reflect.New(f.one)
	if text, set := environment[f.key]; set && text == "" && !f.params.HasDefaultValue && !takesEmpty(one.Elem().Field(0)) {
		return v, "it is empty"
	}
	err := env.ParseWithOptions(one.Interface(), env.Options{
		Environment: environment, FuncMap: wide, RequiredIfNoDef: f.required,
		OnSet: func(key string, value any, isDefault bool) {
			if text, ok := value.(string); ok && isDefault {
				environment[key] = text
			}
		},
	})
	if err != nil {
		return v, f.wrong(err)
	}
	return one.Elem().Field(0), ""
}

// takesEmpty reports whether an empty variable is a value of a field: an empty text or list, or none.
func takesEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Pointer:
		return true
	}
	return false
}

// wrong says why a variable cannot be read. Texts of most errors contain the value, so they are left out.
func (f *field) wrong(err error) string {
	if finite.Is(err, env.VarIsNotSetError{Key: f.key}) {
		return "it is not set"
	}
	if _, ok := finite.As[env.EmptyVarError](err); ok {
		return "it is empty"
	}
	if e, ok := finite.As[env.LoadFileContentError](err); ok {
		if cause, ok := finite.As[*fs.PathError](e.Err); ok {
			return "it names a file that cannot be read: " + cause.Err.Error()
		}
		return "it names a file that cannot be read"
	}
	text := fmt.Sprintf("it is no %s", f.one.Field(0).Type)
	if e, ok := finite.As[env.ParseError](err); ok {
		if cause, ok := finite.As[*strconv.NumError](e.Err); ok {
			text += ": " + cause.Err.Error()
		}
	}
	return text
}

// check says which rule a value breaks, and the step to the element that breaks it. wrong is "" for none.
func (f *field) check(ctx context.Context, v reflect.Value) (step, wrong string) {
	if step, broken := encode.FirstBroken(f.rules, v); broken != nil {
		return step, textOf(broken)
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", ""
		}
		v = v.Elem()
	}
	if broken := f.model.CheckEnum(v); broken != nil {
		return "", textOf(broken)
	}
	return "", validate(ctx, v)
}

// textOf returns the message of a failure as a person reads it at the start of a program.
func textOf(f *constraint.Failure) string { return strings.TrimPrefix(f.Msg, "Value error, ") }

// validate calls the method Validate of a value, and returns the text of its error.
func validate(ctx context.Context, v reflect.Value) string {
	val, ok := v.Addr().Interface().(params.Validator)
	if !ok {
		return ""
	}
	err := val.Validate(ctx)
	if err == nil {
		return ""
	}
	if detail, ok := finite.As[*response.ErrorDetail](err); ok {
		if detail == nil {
			return ""
		}
		return detail.Msg
	}
	return err.Error()
}

// check returns what is wrong with a struct whose fields are legal.
func (g *group) check(ctx context.Context, p *Plan, root reflect.Value) (lines []string) {
	v := root.FieldByIndex(g.index)
	if len(g.cross) > 0 {
		broken := p.engine.CheckCross(v.Addr().Interface(), slices.Sorted(maps.Keys(g.cross)))
		for _, name := range slices.Sorted(maps.Keys(broken)) {
			lines = append(lines, g.cross[name]+": "+textOf(broken[name]))
		}
	}
	if len(lines) == 0 && g.validates {
		if text := validate(ctx, v); text != "" {
			lines = append(lines, typeName(g.typ)+": "+text)
		}
	}
	return lines
}
