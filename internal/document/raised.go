package document

import (
	"reflect"
	"strconv"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/openapi/spec"
)

// addRaised adds the error types that the operation or a dependency declares. Error types of one status are alternatives (anyOf), also to
// the response that the framework or Responds has for that status.
func (g *generator) addRaised(e *entry, op *spec.Operation) {
	for _, d := range e.Operation.Responses {
		if !d.Raised {
			continue
		}
		key := strconv.Itoa(d.Status)
		if op.Responses[key] == nil {
			op.Responses[key] = &spec.Response{Description: phrase(key)}
		}
		into := op.Responses[key]
		if into.Description == "" {
			into.Description = phrase(key)
		}
		g.addAlternatives(into, g.raisedContent(d))
	}
}

// addAlternatives adds the content of an error to a response. Schemas of one media type are alternatives.
func (g *generator) addAlternatives(into *spec.Response, content map[string]any) {
	for mediaType, media := range content {
		old, ok := into.Content[mediaType].(*spec.MediaType)
		if !ok || old.Schema == nil {
			overlayMap(&into.Content, map[string]any{mediaType: media})
			continue
		}
		merged := *old // a copy: other responses may share it
		merged.Schema = eitherOf(old.Schema, media.(*spec.MediaType).Schema)
		into.Content[mediaType] = &merged
	}
}

// raisedContent returns the content of a declared error: the schema of its type, or that of the app's format when the type has no body
// of its own.
func (g *generator) raisedContent(d declare.Documented) map[string]any {
	own := g.errorContent(d.Status)
	if d.Model != g.Errors.Model(d.Status) {
		for mediaType := range own {
			own[mediaType] = &spec.MediaType{Schema: g.modelSchema(d.Model, "")}
		}
	}
	return own
}

// eitherOf returns a schema that accepts what a or b accepts.
func eitherOf(a, b *spec.Schema) *spec.Schema {
	if reflect.DeepEqual(a, b) {
		return a
	}
	if len(a.AnyOf) == 0 || !reflect.DeepEqual(a, &spec.Schema{AnyOf: a.AnyOf}) {
		a = &spec.Schema{AnyOf: []*spec.Schema{a}}
	}
	for _, known := range a.AnyOf {
		if reflect.DeepEqual(known, b) {
			return a
		}
	}
	return &spec.Schema{AnyOf: append(a.AnyOf[:len(a.AnyOf):len(a.AnyOf)], b)}
}
