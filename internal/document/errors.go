package document

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// errorStatuses returns the statuses of the errors that the framework itself may answer, in order. Without DocumentErrors that is only
// the 422 of FastAPI: for operations that read parameters or a body and declare no 422.
func (g *generator) errorStatuses(e *entry, op *spec.Operation, read []*bind.Binder) (out []int) {
	body := bodyOf(read, readers{})
	reads := false
	for _, b := range read {
		// A raw body without rules cannot fail validation.
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
	byMedia := e.Versions != nil && e.Versions.By == declare.ByMediaType
	possible(http.StatusBadRequest, parsed || e.Versions != nil && e.Versions.By == declare.ByHeader)
	possible(http.StatusNotAcceptable, len(e.Offers) > 0 || byMedia)
	possible(http.StatusConflict, slices.ContainsFunc(body.fields, func(f *model.Field) bool { return f.Type.Base().Kind == model.JSONPatch }))
	possible(http.StatusGone, e.Settings.Gone.Value() && !e.Settings.Deprecation.Value().Sunset.IsZero())
	possible(http.StatusRequestTimeout, body.use != bind.NoBody && settings.Limits.ReadTimeout > 0)
	possible(http.StatusRequestEntityTooLarge, parsed || body.use != bind.NoBody && settings.MaxBody >= 0)
	possible(http.StatusUnsupportedMediaType, body.use == bind.PartsBody || body.use == bind.JSONBody && settings.Switches&switches.ContentTypeErrors != 0 || len(body.media) > 0)
	possible(http.StatusInternalServerError, e.Plan.ReturnsError)
	slices.Sort(out)
	return slices.Compact(out)
}

// errorContent returns the content of an error response in the app's format.
func (g *generator) errorContent(status int) map[string]any {
	return map[string]any{g.Errors.MediaType(): &spec.MediaType{Schema: g.errorModel(g.Errors.Model(status))}}
}

// errorModel returns the schema of the body of an error. The schemas of FastAPI's two error models are written by hand, as FastAPI has
// them: they are stricter than the Go types.
func (g *generator) errorModel(t reflect.Type) *spec.Schema {
	switch t {
	case reflect.TypeFor[response.HTTPValidationError]():
		return g.validationErrorSchema()
	case reflect.TypeFor[response.Detail]():
		return g.detailSchema()
	}
	return g.modelSchema(t, "")
}

// detailSchema returns the component HTTPError: {"detail": …}, where detail is any JSON.
func (g *generator) detailSchema() *spec.Schema {
	return g.schemas.fixedComponent("HTTPError", func() *spec.Schema {
		out := typeSchema("object")
		out.Properties = map[string]*spec.Schema{"detail": {}}
		out.Required = []string{"detail"}
		if g.AutoTitles {
			out.Properties["detail"].Title, out.Title = "Detail", "HTTPError"
		}
		return out
	})
}

// validationErrorSchema returns the components HTTPValidationError and ValidationError, as FastAPI has them.
func (g *generator) validationErrorSchema() *spec.Schema {
	titled := func(title string, schema *spec.Schema) *spec.Schema {
		if g.AutoTitles {
			schema.Title = title
		}
		return schema
	}
	entry := func() *spec.Schema {
		loc, out := typeSchema("array"), typeSchema("object")
		loc.Items = &spec.Schema{AnyOf: []*spec.Schema{typeSchema("string"), typeSchema("integer")}}
		out.Properties = map[string]*spec.Schema{
			"loc": titled("Location", loc), "msg": titled("Message", typeSchema("string")), "type": titled("Error Type", typeSchema("string")),
			"input": titled("Input", &spec.Schema{}), "ctx": titled("Context", typeSchema("object")),
		}
		out.PropertyOrder = []string{"loc", "msg", "type", "input", "ctx"}
		out.Required = []string{"loc", "msg", "type"}
		out.Title = "ValidationError"
		return out
	}
	return g.schemas.fixedComponent("HTTPValidationError", func() *spec.Schema {
		list, out := typeSchema("array"), typeSchema("object")
		list.Items = g.schemas.fixedComponent("ValidationError", entry)
		out.Properties = map[string]*spec.Schema{"detail": titled("Detail", list)}
		out.Title = "HTTPValidationError"
		return out
	})
}
