package settings

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// Plan reads the values of one struct type. It does not change after Compile and is safe for concurrent use.
type Plan struct {
	typ     reflect.Type
	engine  *constraint.Engine
	fields  []field
	structs []group // structs inside first, the type itself last
}

// field is a field that one variable sets.
type field struct {
	index    []int
	key      string       // the name of the variable
	one      reflect.Type // a struct with this field alone, which package env reads
	params   env.FieldParams
	required bool
	rules    *constraint.Rules
	model    *model.Type // of the value behind pointers
}

// group is a struct with what is checked when each of its fields is legal.
type group struct {
	index     []int
	typ       reflect.Type
	cross     map[string]string // Go names of the fields with rules about other fields, with the names of their variables
	validates bool
}

// Problem is a mistake in the declaration of a field.
type Problem struct {
	Field        string // Go name, with the fields around it: Config.Database.URL
	Found, Legal string
}

var (
	validatorType = reflect.TypeFor[params.Validator]()
	textType      = reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()
)

// Compile reads a struct type. reader has the rules that tags may name.
func Compile(t reflect.Type, reader *model.Reader) (*Plan, []Problem) {
	c := compiler{Plan: &Plan{typ: t, engine: reader.Rules}, reader: reader}
	if t.Kind() != reflect.Struct {
		c.problem(typeName(t), "it is no struct", `a struct with a field for each variable, as in Port int, which is the variable PORT`)
		return nil, c.problems
	}
	c.structOf(t, nil, "", typeName(t))
	if len(c.fields) == 0 && len(c.problems) == 0 {
		c.problem(typeName(t), "it has no exported field", `a field for each variable, as in Port int, which is the variable PORT`)
	}
	return c.Plan, c.problems
}

// typeName returns a type as programs write it.
func typeName(t reflect.Type) string {
	if t.Name() != "" {
		return t.Name()
	}
	return t.String()
}

// compiler makes a Plan.
type compiler struct {
	*Plan
	reader   *model.Reader
	problems []Problem
}

func (c *compiler) problem(field, found, legal string) {
	c.problems = append(c.problems, Problem{field, found, legal})
}

// structOf reads the fields of a struct. prefix is that of its variables, where names the struct in messages.
func (c *compiler) structOf(t reflect.Type, index []int, prefix, where string) {
	g := group{index: index, typ: t, cross: map[string]string{}, validates: reflect.PointerTo(t).Implements(validatorType)}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Tag.Get("env") == "-" {
			continue
		}
		at, name := append(index[:len(index):len(index)], i), where+"."+f.Name
		if f.Type.Kind() == reflect.Struct && !isScalar(f.Type) {
			if f.Tag.Get("env") != "" {
				c.problem(name, fmt.Sprintf("it has the tag env, but its type %s is a struct of further variables", f.Type), `envPrefix:"DB_", which the variables of the struct begin with`)
				continue
			}
			c.structOf(f.Type, at, prefix+f.Tag.Get("envPrefix"), name)
			continue
		}
		if out, ok := c.field(f, prefix, name); ok {
			out.index = at
			c.fields = append(c.fields, out)
			if len(out.rules.Cross) > 0 {
				g.cross[f.Name] = out.key
			}
		}
	}
	if len(g.cross) > 0 {
		if err := c.engine.CompileCross(t, slices.Sorted(maps.Keys(g.cross))); err != nil {
			c.problem(where, err.Error(), "rules about fields of the same struct")
		}
	}
	if g.validates || len(g.cross) > 0 {
		c.structs = append(c.structs, g)
	}
}

// field reads one field.
func (c *compiler) field(f reflect.StructField, prefix, name string) (out field, ok bool) {
	before := len(c.problems)
	if tag, has := f.Tag.Lookup("default"); has {
		c.problem(name, fmt.Sprintf("nothing reads default:%q of a variable", tag), fmt.Sprintf("envDefault:%q", tag))
	}
	base := f.Type
	if base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	if !isReadable(f.Type) {
		c.problem(name, fmt.Sprintf("no text becomes a %s", f.Type),
			"strings, numbers, booleans, time.Duration, url.URL, types with a method UnmarshalText, pointers to them, and lists and maps of them; structs have variables of their own")
		return out, false
	}
	one := reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag}
	known, err := env.GetFieldParamsWithOptions(reflect.New(reflect.StructOf([]reflect.StructField{one})).Interface(),
		env.Options{Prefix: prefix, UseFieldNameByDefault: true})
	if err != nil {
		c.problem(name, fmt.Sprintf("env:%q: %s", f.Tag.Get("env"), optionIn(err)), `env:"NAME", with the options required, notEmpty, expand, file and unset behind commas`)
		return out, false
	}
	out.params = known[0] // a field that is no struct has one
	out.key = out.params.Key
	_, options, _ := strings.Cut(f.Tag.Get("env"), ",")
	one.Tag = reflect.StructTag(fmt.Sprintf("env:%q ", out.key+","+options)) + f.Tag
	out.one = reflect.StructOf([]reflect.StructField{one})
	out.rules, err = c.engine.Compile(base, f.Tag.Get("validate"), f.Tag.Get("pattern"), constraint.Reply)
	if err != nil {
		c.problem(name, err.Error(), "rules that fit the type of the field")
		return out, false
	}
	out.model = c.reader.Type(base)
	switch {
	case out.params.HasDefaultValue:
		if text, _ := f.Tag.Lookup("envDefault"); text != "" && !out.params.Expand && !out.params.LoadFile {
			v, wrong := c.read(&out, map[string]string{out.key: text})
			if wrong == "" {
				_, wrong = out.check(context.Background(), v)
			}
			if wrong != "" {
				c.problem(name, fmt.Sprintf("envDefault:%q: %s", text, wrong), "a value that the field may have")
			}
		}
	case f.Type.Kind() == reflect.Pointer:
		out.required = out.rules.Required
	default:
		out.required = !out.rules.OmitEmpty
	}
	return out, len(c.problems) == before
}

// optionIn returns the text of an error about a tag.
func optionIn(err error) string {
	if e, ok := finite.As[env.NoSupportedTagOptionError](err); ok {
		return fmt.Sprintf("there is no option %q", e.Tag)
	}
	return err.Error()
}

// isReadable reports whether package env reads a type from a text. Structs and lists of structs have several variables.
func isReadable(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			return reflect.PointerTo(t).Implements(textType)
		}
	}
	if isScalar(t) {
		return true
	}
	switch t.Kind() {
	case reflect.Slice:
		e := t.Elem()
		if e.Kind() == reflect.Pointer {
			e = e.Elem()
		}
		return isScalar(e)
	case reflect.Map: // package env reads no text methods here
		return isBasic(t.Key()) && isBasic(t.Elem())
	}
	return false
}

// isScalar reports whether the type has a text without elements.
func isScalar(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(textType) || isBasic(t)
}

// isBasic reports whether package env has a parser for the type.
func isBasic(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[time.Duration](), reflect.TypeFor[url.URL](), reflect.TypeFor[time.Location]():
		return true
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	}
	return false
}
