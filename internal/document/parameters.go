package document

import (
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// sources are those of parameters, in the order in which they are listed.
var sources = []model.Source{model.Path, model.Query, model.Header, model.Cookie}

// parameters lists the parameters by their sources, and there the handler's own before those of dependencies. One that
// several functions read is listed once, in the place of the first, with the rules of all.
func (g *generator) parameters(e *entry, read []*bind.Binder) (out []*spec.Parameter) {
	for _, source := range sources {
		var fields []*model.Field
		place := map[string]int{}
		for f := range g.fields(read, source) {
			name := f.Name
			if source == model.Header {
				name = strings.ToLower(name)
			}
			if i, ok := place[name]; !ok {
				place[name] = len(fields)
				fields = append(fields, f)
			} else {
				g.schemas.readers.add(fields[i], f)
			}
		}
		for _, f := range fields {
			if g.schemas.readers.shown(f) {
				out = append(out, g.parameter(e, f, read))
			}
		}
		if source == model.Path {
			out = append(out, undeclared(e.path, place)...)
		}
	}
	return out
}

// fields are the parameters from one source; those of a model that takes it as a whole, one by one.
func (g *generator) fields(read []*bind.Binder, source model.Source) func(yield func(*model.Field) bool) {
	return func(yield func(*model.Field) bool) {
		for _, b := range read {
			for _, f := range b.Fields {
				if f.Source != source || f.Whole && hidden(f) {
					continue
				}
				if !f.Whole {
					if !yield(f) {
						return
					}
					continue
				}
				for _, m := range f.Members {
					if !yield(m) {
						return
					}
				}
			}
		}
	}
}

func hidden(f *model.Field) bool { return f.Tag.Get("hidden") == "true" }

// parameter writes one parameter.
func (g *generator) parameter(e *entry, f *model.Field, read []*bind.Binder) *spec.Parameter {
	schema := g.schemas.field(f, input)
	if title := g.headerTitle(f, read); title != "" {
		schema.Title = title
	}
	p := &spec.Parameter{
		Name: f.Name, In: f.Source.String(), Required: pointer(g.schemas.readers.required(f)), Schema: schema,
		Description: schema.Description, Deprecated: schema.Deprecated,
	}
	p.Example, p.Examples = g.examples(e, f)
	switch f.Style {
	case model.Comma:
		if f.Source == model.Query || f.Source == model.Cookie {
			p.Style, p.Explode = "form", pointer(false) // in paths and headers it is what everybody does
		}
	case model.DeepObject:
		p.Style, p.Explode = "deepObject", pointer(true)
	case model.JSON:
		p.Content = map[string]*spec.MediaType{"application/json": {Schema: p.Schema, Example: p.Example, Examples: p.Examples}}
		p.Schema, p.Example, p.Examples = nil, nil, nil
	}
	return p
}

// headerTitle is the title of a field of a header model, "" for other parameters: FastAPI makes it of the field's name, not of
// the header's.
func (g *generator) headerTitle(f *model.Field, read []*bind.Binder) string {
	if !g.FastAPI || !g.AutoTitles || f.Source != model.Header || f.Tag.Get("title") != "" {
		return ""
	}
	for _, b := range read {
		for _, whole := range b.Fields {
			if i := slices.Index(whole.Members, f); i >= 0 {
				return autoTitle(whole.Type.Fields[i].Name)
			}
		}
	}
	return ""
}

func pointer[T any](v T) *T { return &v }

// examples are those of a parameter or body that stand beside its schema: those of the option Examples and of the tag
// openapi_examples, or else the one of the tag example.
func (g *generator) examples(e *entry, f *model.Field) (example any, named []spec.Example) {
	place := f.Source.Place()
	for _, x := range e.Settings.Examples {
		if x.Param == place+"."+f.Name || x.Param == place && f.Whole {
			named = addExamples(named, x.Examples)
		}
	}
	all := append([]*model.Field{f}, g.schemas.readers[f]...)
	for _, f := range all {
		for _, x := range g.schemas.openAPIExamples(f) {
			if !slices.ContainsFunc(named, func(known spec.Example) bool { return known.Name == x.Name }) {
				named = append(named, x)
			}
		}
	}
	for _, f := range all {
		if example == nil && len(named) == 0 {
			example = exampleOf(f)
		}
	}
	return example, named
}

// addExamples adds examples to a list that has one of each name. A later example replaces one with its name.
func addExamples(list, more []spec.Example) []spec.Example {
	for _, x := range more {
		if i := slices.IndexFunc(list, func(old spec.Example) bool { return old.Name == x.Name }); i >= 0 {
			list[i] = x
		} else {
			list = append(list, x)
		}
	}
	return list
}

var template = regexp.MustCompile(`\{([^{}$]+)\}`)

// undeclared are the wildcards of a path that no function asks for: OpenAPI wants to know of them.
func undeclared(path string, declared map[string]int) (out []*spec.Parameter) {
	for _, m := range template.FindAllStringSubmatch(path, -1) {
		name := m[1]
		known := slices.ContainsFunc(out, func(p *spec.Parameter) bool { return p.Name == name })
		if _, ok := declared[name]; !ok && !known {
			out = append(out, &spec.Parameter{Name: name, In: "path", Required: pointer(true), Schema: typed("string")})
		}
	}
	return out
}
