package document

import (
	"errors"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// SchemaOf returns the schema of the values of t that a request may have, with all components in its $defs. The error is about the
// declaration of the type.
func SchemaOf(r *model.Reader, t reflect.Type, cfg Config) (*spec.Schema, error) {
	form := cfg.schemaForm()
	form.reader = r
	return standalone(form, t, input)
}

// standalone returns the complete schema of t, with the schemas that it refers to in $defs. The error has the problems of the type.
func standalone(cfg schemaConfig, t reflect.Type, d direction) (*spec.Schema, error) {
	r := cfg.reader
	m := r.Type(t)
	problems := m.InputProblems()
	if d.way == sent {
		problems = m.OutputProblems()
	}
	cfg.prefix = "#/$defs/"
	s := newSchemas(cfg)
	root := s.schemaOf(m, d)
	defs := s.finish()
	if problems = append(problems, s.mistakes...); len(problems) > 0 {
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
