package document

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// parameters returns the parameters sorted by source, those of the handler before those of dependencies. A parameter that several
// functions read is listed once, at its first place, with the rules of all.
func (g *generator) parameters(e *entry, read []*bind.Binder) (out []*spec.Parameter) {
	for source := range model.Sources() {
		if source.In() == "" {
			continue
		}
		var fields []*model.Field
		place := map[string]int{}
		for f := range g.fields(read, source) {
			name := source.Name(f.Name)
			if i, ok := place[name]; !ok {
				place[name] = len(fields)
				fields = append(fields, f)
			} else {
				g.schemas.readers.add(fields[i], f)
			}
		}
		for _, f := range fields {
			if g.schemas.readers.isShown(f) && !(source.In() == "path" && isOfHost(e.info.Host, f.Name)) {
				out = append(out, g.parameter(e, f, read))
			}
		}
		if source.In() == "path" {
			out = append(out, undeclared(e.path, place)...)
		}
	}
	return out
}

// isOfHost reports whether a path parameter is a wildcard of the host. It is a variable of the server then.
func isOfHost(pattern, name string) bool { return strings.Contains(pattern, "{"+name+"}") }

// fields yields the parameters of one source. A model that takes the whole source yields its members.
func (g *generator) fields(read []*bind.Binder, source model.Source) func(yield func(*model.Field) bool) {
	return func(yield func(*model.Field) bool) {
		for _, b := range read {
			for _, f := range b.Fields {
				if f.Source != source || f.TakesSource && isHidden(f) {
					continue
				}
				if !f.TakesSource {
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

// isHidden reports whether the document leaves a field out.
func isHidden(f *model.Field) bool { return f.Tag.Get("hidden") == "true" }

// parameter returns the parameter object of a field.
func (g *generator) parameter(e *entry, f *model.Field, read []*bind.Binder) *spec.Parameter {
	schema := g.schemas.field(f, input)
	if title := g.headerTitle(f, read); title != "" {
		schema.Title = title
	}
	p := &spec.Parameter{
		Name: f.Name, In: f.Source.In(), Required: new(g.schemas.readers.isRequired(f)), Schema: schema,
		Description: schema.Description, Deprecated: schema.Deprecated,
	}
	p.Example, p.Examples = g.examples(e, f)
	switch f.Style {
	case model.Comma:
		if p.In == "query" || p.In == "cookie" {
			p.Style, p.Explode = "form", new(false) // style simple, the default in paths and headers, has commas too
		}
	case model.DeepObject:
		p.Style, p.Explode = "deepObject", new(true)
	case model.JSON:
		p.Content = map[string]*spec.MediaType{"application/json": {Schema: p.Schema, Example: p.Example, Examples: p.Examples}}
		p.Schema, p.Example, p.Examples = nil, nil, nil
	}
	return p
}

// headerTitle returns the title of a field of a header model, or "" for other parameters. FastAPI makes it of the name of the field, not of
// the header.
func (g *generator) headerTitle(f *model.Field, read []*bind.Binder) string {
	if !g.FastAPI || !g.AutoTitles || !f.Source.IsHeaders() || f.Tag.Get("title") != "" {
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

// examples returns the examples of a parameter or body that stand beside its schema: those of the option Examples and the tag
// openapi_examples. Without any it returns the value of the tag example.
func (g *generator) examples(e *entry, f *model.Field) (example any, named []spec.Example) {
	place := f.Source.Place()
	for _, x := range e.Settings.Examples {
		if x.Param == place+"."+f.Name || x.Param == place && f.TakesSource {
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

// addExamples appends examples to a list. An example replaces the one of the same name.
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

var pathTemplate = regexp.MustCompile(`\{([^{}$]+)\}`)

// undeclared returns a parameter for each wildcard of a path that no function reads. OpenAPI requires one for each.
func undeclared(path string, declared map[string]int) (out []*spec.Parameter) {
	for _, m := range pathTemplate.FindAllStringSubmatch(path, -1) {
		name := m[1]
		known := slices.ContainsFunc(out, func(p *spec.Parameter) bool { return p.Name == name })
		if _, ok := declared[name]; !ok && !known {
			out = append(out, &spec.Parameter{Name: name, In: "path", Required: new(true), Schema: typeSchema("string")})
		}
	}
	return out
}

// versionParameter returns the header that chooses the version of an operation.
func versionParameter(e *entry) []*spec.Parameter {
	if e.Versions == nil || e.Versions.By != declare.ByHeader {
		return nil
	}
	schema := typeSchema("string")
	schema.Enum = []any{e.info.Version}
	if e.Versions.Default == e.info.Version {
		schema.Default = e.info.Version
	}
	return []*spec.Parameter{{Name: e.Versions.Header, In: "header", Required: new(schema.Default == nil), Schema: schema, Description: "The version of the API"}}
}

// addVersionHeader adds the header with the version to all responses of an operation. Responses of several operations may share a value,
// so each is copied.
func addVersionHeader(e *entry, op *spec.Operation) {
	if e.Versions == nil || e.Versions.By != declare.ByHeader {
		return
	}
	for key, r := range op.Responses {
		own := *r
		own.Headers = maps.Clone(r.Headers)
		overlayMap(&own.Headers, map[string]any{e.Versions.Header: &spec.Header{Description: "The version that answers", Schema: typeSchema("string")}})
		op.Responses[key] = &own
	}
}
