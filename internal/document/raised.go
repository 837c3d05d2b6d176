package document

import (
	"reflect"
	"strconv"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/openapi/spec"
)

// raised adds the error types that the operation or a dependency of it declares. Several of one status, and what the
// framework or Responds has for it, are alternatives.
func (g *generator) raised(e *entry, op *spec.Operation) {
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
		for mediaType, media := range g.raisedContent(d) {
			old, ok := into.Content[mediaType].(*spec.MediaType)
			if !ok || old.Schema == nil {
				overlayMap(&into.Content, map[string]any{mediaType: media})
				continue
			}
			merged := *old // which other responses may share
			merged.Schema = eitherOf(old.Schema, media.(*spec.MediaType).Schema)
			into.Content[mediaType] = &merged
		}
	}
}

// raisedContent is the body of a declared error: the app's format where the type has nothing of its own to say.
func (g *generator) raisedContent(d declare.Documented) map[string]any {
	own := g.errorContent(d.Status)
	if d.Model != g.Errors.Model(d.Status) {
		for mediaType := range own {
			own[mediaType] = &spec.MediaType{Schema: g.model(d.Model, "")}
		}
	}
	return own
}

// eitherOf is a schema for what one or the other describes.
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
