package document

import (
	"errors"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// SchemaOf returns the schema of the values of t that a request may have, with the schemas that it refers to in $defs. The error has the
// problems of the type.
func SchemaOf(r *model.Reader, t reflect.Type, cfg Config) (*spec.Schema, error) {
	form := cfg.schemaForm()
	form.reader, form.prefix = r, "#/$defs/"
	m := r.Type(t)
	s := newSchemas(form)
	root := s.schemaOf(m, input)
	defs := s.finish()
	if problems := append(m.InputProblems(), s.mistakes...); len(problems) > 0 {
		return nil, errors.New(strings.Join(problems, "\n"))
	}
	if name, ok := strings.CutPrefix(root.Ref, s.prefix); ok && root.IsRef() { // replace the reference by its schema
		for _, c := range s.order {
			if c.name == name {
				root = c.schema
				c.refer("#")
			}
		}
		delete(defs, name)
	}
	if len(defs) > 0 {
		root.Defs = defs
	}
	return root, nil
}
