package document

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// describeType adds the documentation of a type: its struct-wide tags, its doc comment, its methods Examples and JSONSchema, in this
// order.
func (s *schemas) describeType(out *spec.Schema, t *model.Type, d direction) {
	switch t.Kind {
	case model.Time, model.Duration, model.Number, model.Raw, model.Set:
		return // types of the standard library and the framework need no description
	}
	if t.Go.PkgPath() == "" && t.Go.Kind() != reflect.Struct {
		return
	}
	if title := t.Tag("title"); title != "" {
		out.Title = title
	}
	doc := t.Tag("doc")
	if s.comments != nil && t.Go.Name() != "" {
		text := comments.Describe(s.comments.Type(t.Go))
		doc, out.Deprecated = cmp.Or(doc, text.Description), out.Deprecated || text.Deprecated
	}
	out.Description = cmp.Or(doc, out.Description)
	if text := t.Tag("examples"); text != "" {
		if examples, err := jsonList(text); err != nil {
			s.mistake("%s: examples:%q: %v", t, text, err)
		} else {
			out.Examples = examples
		}
	}
	if text := t.Tag("schema"); text != "" {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			s.mistake("%s: schema:%q is no JSON object to merge into a schema: %v", t, text, err)
		}
	}
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

func (s *schemas) mistake(format string, args ...any) {
	s.mistakes = append(s.mistakes, fmt.Sprintf(format, args...))
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

// fieldExamples returns the examples of the tags of a field: examples:"a,b" or a JSON list, example:"a" for a single one. The example of a
// parameter stands beside its schema (exampleOf).
func (s *schemas) fieldExamples(f *model.Field, parameter bool) (out []any) {
	base := f.Type.Base()
	if text, ok := f.Tag.Lookup("examples"); ok {
		if strings.HasPrefix(text, "[") {
			list, err := jsonList(text)
			if err != nil {
				s.mistake("%s: examples:%q is no JSON list: %v", f.Go, text, err)
			}
			return list
		}
		for part := range strings.SplitSeq(text, ",") {
			out = append(out, literal(base, part))
		}
	}
	if example := exampleOf(f); example != nil && !parameter {
		out = append(out, example)
	}
	return out
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
