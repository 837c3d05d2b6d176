package document

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// describeType adds the documentation of a type: its doc comment, its struct-wide tags, its methods Examples and JSONSchema, in this
// order.
func (s *schemas) describeType(out *spec.Schema, t *model.Type, d direction) {
	switch t.Kind {
	case model.Time, model.Duration, model.Number, model.Raw, model.Set:
		return // types of the standard library and the framework need no description
	}
	if t.Go.PkgPath() == "" && t.Go.Kind() != reflect.Struct {
		return
	}
	if s.comments != nil && t.Go.Name() != "" {
		text := comments.Describe(s.comments.Type(t.Go))
		out.Description, out.Deprecated = cmp.Or(text.Description, out.Description), out.Deprecated || text.Deprecated
	}
	tags := description{schemas: s, schema: out, typ: t, name: t.String()}
	tags.describe(onType, func(tag string) (string, bool) { text := t.Tag(tag); return text, text != "" })
	if t.Partial {
		return // the methods describe complete values, not patches
	}
	receiver := reflect.New(t.Go).Interface()
	if e, ok := receiver.(interface{ Examples() []any }); ok {
		s.guard(t, "Examples", func() {
			for _, v := range e.Examples() {
				out.Examples = append(out.Examples, s.jsonOf(v))
			}
		})
	}
	if e, ok := receiver.(interface{ JSONSchema(*spec.Schema) }); ok {
		s.guard(t, "JSONSchema", func() { e.JSONSchema(out) })
	}
}

// guard calls a method of the program and records a panic as a mistake.
func (s *schemas) guard(t *model.Type, method string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			s.mistake("%s: the method %s of a zero value panics: %v", t, method, v)
		}
	}()
	f()
}

// mistake adds a mistake, once: a field is described for each direction.
func (s *schemas) mistake(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.mistakes, text) {
		s.mistakes = append(s.mistakes, text)
	}
}

// jsonList reads examples: a JSON list, or one JSON value.
func jsonList(text string) (list []any, err error) {
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		var raws []json.RawMessage
		err = json.Unmarshal([]byte(text), &raws)
		for _, raw := range raws {
			list = append(list, raw)
		}
		return list, err
	}
	var one json.RawMessage
	err = json.Unmarshal([]byte(text), &one)
	return []any{one}, err
}

// exampleOf returns the value of the example tag, or nil without the tag.
func exampleOf(f *model.Field) any {
	if text, ok := f.Tag.Lookup("example"); ok {
		return literal(f.Type.Base(), text)
	}
	return nil
}

// openAPIExamples returns the named examples of the openapi_examples tag, which is a JSON object.
func (s *schemas) openAPIExamples(f *model.Field) []spec.Example {
	text, ok := f.Tag.Lookup("openapi_examples")
	if !ok {
		return nil
	}
	var p spec.Parameter
	if err := json.Unmarshal([]byte(`{"examples":`+text+`}`), &p); err != nil {
		s.mistake("%s: openapi_examples:%q is no JSON object of examples: %v", f.Go, text, err)
	}
	names := map[string]bool{}
	for _, x := range p.Examples {
		if names[x.Name] {
			s.mistake("%s: openapi_examples has two examples with the name %q", f.Go, x.Name)
		}
		names[x.Name] = true
	}
	return p.Examples
}

// literal returns the value that the text of a tag has for a type: a scalar by its text, a list as a,b or as JSON, any other type as JSON.
func literal(t *model.Type, text string) any {
	t = t.Base()
	asText := t.Scalar() && (t.In != model.ByKind || t.Kind != model.Bool && t.Kind != model.Int && t.Kind != model.Uint && t.Kind != model.Float && t.Kind != model.Number)
	list := t.Kind == model.List || t.Kind == model.Set || t.Kind == model.Array
	switch {
	case asText:
	case list && t.In == model.ByKind && !strings.HasPrefix(text, "["):
		out := []any{}
		for part := range strings.SplitSeq(text, ",") {
			out = append(out, literal(t.Elem, part))
		}
		return out
	case json.Valid([]byte(text)):
		return json.RawMessage(text)
	}
	return text
}
