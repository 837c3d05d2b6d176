package document

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// failures are the statuses of errors that the framework may answer itself, in order. Without DocumentErrors it is FastAPI's
// 422 alone, which every operation has that reads anything and documents none of its own.
func (g *generator) failures(e *entry, op *spec.Operation, read []*bind.Binder) (out []int) {
	body := bodyOf(read, readers{})
	reads := false
	for _, b := range read {
		// A body that is taken as it is may be anything, unless a rule says otherwise.
		reads = reads || slices.ContainsFunc(b.Fields, func(f *model.Field) bool { return !f.Raw || !f.Rules.Empty() })
	}
	if reads && op.Responses["422"] == nil && op.Responses["4XX"] == nil && op.Responses["default"] == nil {
		out = append(out, http.StatusUnprocessableEntity)
	}
	if !e.Settings.DocumentErrors.Or(true) {
		return out
	}
	settings := e.Plan.Settings
	possible := func(status int, when bool) {
		if when {
			out = append(out, status)
		}
	}
	parsed := body.use == bind.JSONBody || body.use == bind.FormBody || body.use == bind.PartsBody
	out = append(out, refusals(op.Security, e.Plan.Sources())...)
	possible(http.StatusBadRequest, parsed)
	possible(http.StatusNotAcceptable, len(e.Offers) > 0)
	possible(http.StatusRequestTimeout, body.use != bind.NoBody && settings.Limits.ReadTimeout > 0)
	possible(http.StatusRequestEntityTooLarge, parsed || body.use != bind.NoBody && settings.MaxBody >= 0)
	possible(http.StatusUnsupportedMediaType, body.use == bind.PartsBody || body.use == bind.JSONBody && !settings.TextBodies || len(body.media) > 0)
	possible(http.StatusInternalServerError, e.Plan.Fails)
	slices.Sort(out)
	return slices.Compact(out)
}

// errorContent is the body of an error in the app's format.
func (g *generator) errorContent(status int) map[string]any {
	return map[string]any{g.Errors.MediaType(): &spec.MediaType{Schema: g.errorModel(g.Errors.Model(status))}}
}

// errorModel is the schema of the body of an error. FastAPI's own are written as FastAPI does, more exactly than the types
// are that they are made of.
func (g *generator) errorModel(t reflect.Type) *spec.Schema {
	switch t {
	case reflect.TypeFor[response.HTTPValidationError]():
		return g.validationError()
	case reflect.TypeFor[response.Detail]():
		return g.detail()
	}
	return g.model(t, "")
}

// detail is the component HTTPError: {"detail": …}, of whatever the error has to say.
func (g *generator) detail() *spec.Schema {
	return g.schemas.fixed("HTTPError", func() *spec.Schema {
		out := typed("object")
		out.Properties = map[string]*spec.Schema{"detail": {}}
		out.Required = []string{"detail"}
		if g.AutoTitles {
			out.Properties["detail"].Title, out.Title = "Detail", "HTTPError"
		}
		return out
	})
}

// validationError is the component HTTPValidationError with the one for an entry, as FastAPI has them.
func (g *generator) validationError() *spec.Schema {
	titled := func(title string, schema *spec.Schema) *spec.Schema {
		if g.AutoTitles {
			schema.Title = title
		}
		return schema
	}
	entry := func() *spec.Schema {
		loc, out := typed("array"), typed("object")
		loc.Items = &spec.Schema{AnyOf: []*spec.Schema{typed("string"), typed("integer")}}
		out.Properties = map[string]*spec.Schema{
			"loc": titled("Location", loc), "msg": titled("Message", typed("string")), "type": titled("Error Type", typed("string")),
			"input": titled("Input", &spec.Schema{}), "ctx": titled("Context", typed("object")),
		}
		out.PropertyOrder = []string{"loc", "msg", "type", "input", "ctx"}
		out.Required = []string{"loc", "msg", "type"}
		out.Title = "ValidationError"
		return out
	}
	return g.schemas.fixed("HTTPValidationError", func() *spec.Schema {
		list, out := typed("array"), typed("object")
		list.Items = g.schemas.fixed("ValidationError", entry)
		out.Properties = map[string]*spec.Schema{"detail": titled("Detail", list)}
		out.Title = "HTTPValidationError"
		return out
	})
}
