package openapi

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// failures are the statuses of errors that the framework may answer itself, in order. Without DocumentErrors it is FastAPI's
// 422 alone, which every operation has that reads anything and documents none of its own.
func (g *generator) failures(e *entry, op *spec.Operation, read []*params.Binder) (out []int) {
	body := bodyOf(read)
	reads := body.use != params.NoBody
	for _, b := range read {
		reads = reads || len(b.Fields) > 0
	}
	if reads && op.Responses["422"] == nil && op.Responses["4XX"] == nil && op.Responses["default"] == nil {
		out = append(out, http.StatusUnprocessableEntity)
	}
	if e.Settings.DocumentErrors != nil && !*e.Settings.DocumentErrors {
		return out
	}
	settings := e.Plan.Settings
	possible := func(status int, when bool) {
		if when {
			out = append(out, status)
		}
	}
	parsed := body.use == params.JSONBody || body.use == params.FormBody || body.use == params.PartsBody
	out = append(out, refusals(op.Security, e.Plan.Sources)...)
	possible(http.StatusBadRequest, parsed)
	possible(http.StatusNotAcceptable, len(e.Offers) > 0)
	possible(http.StatusRequestTimeout, body.use != params.NoBody && settings.ReadTimeout > 0)
	possible(http.StatusRequestEntityTooLarge, parsed || body.use != params.NoBody && settings.MaxBody >= 0)
	possible(http.StatusUnsupportedMediaType, body.use == params.PartsBody || body.use == params.JSONBody && !settings.TextBodies || len(body.media) > 0)
	possible(http.StatusInternalServerError, e.Plan.Fails)
	slices.Sort(out)
	return slices.Compact(out)
}

// errorContent is the body of an error in the app's format.
func (g *generator) errorContent(status int) map[string]any {
	mediaType, model := "application/json", reflect.TypeFor[response.Detail]()
	if g.Errors != nil {
		mediaType, model = g.Errors.MediaType(), g.Errors.Model(status)
	}
	var schema *spec.Schema
	switch {
	case status == http.StatusUnprocessableEntity && (g.Errors == nil || model.Name() == "HTTPValidationError"):
		schema = g.validationError()
	case model == reflect.TypeFor[response.Detail]():
		schema = g.detail()
	default:
		schema = g.model(model, "")
	}
	return map[string]any{mediaType: &spec.MediaType{Schema: schema}}
}

// detail is the component HTTPError: {"detail": …}, of whatever the error has to say.
func (g *generator) detail() *spec.Schema {
	out := typed("object")
	out.Properties = map[string]*spec.Schema{"detail": {}}
	out.Required = []string{"detail"}
	if g.AutoTitles {
		out.Properties["detail"].Title, out.Title = "Detail", "HTTPError"
	}
	return g.schemas.fixed("HTTPError", out)
}

// validationError is the component HTTPValidationError with the one for an entry, as FastAPI has them.
func (g *generator) validationError() *spec.Schema {
	titled := func(title string, schema *spec.Schema) *spec.Schema {
		if g.AutoTitles {
			schema.Title = title
		}
		return schema
	}
	element := &spec.Schema{AnyOf: []*spec.Schema{typed("string"), typed("integer")}}
	loc, object := typed("array"), typed("object")
	loc.Items = element
	detail := typed("object")
	detail.Properties = map[string]*spec.Schema{
		"loc": titled("Location", loc), "msg": titled("Message", typed("string")), "type": titled("Error Type", typed("string")),
		"input": titled("Input", &spec.Schema{}), "ctx": titled("Context", object),
	}
	detail.PropertyOrder = []string{"loc", "msg", "type", "input", "ctx"}
	detail.Required = []string{"loc", "msg", "type"}
	detail.Title = "ValidationError"
	list := typed("array")
	list.Items = g.schemas.fixed("ValidationError", detail)
	out := typed("object")
	out.Properties = map[string]*spec.Schema{"detail": titled("Detail", list)}
	out.Title = "HTTPValidationError"
	return g.schemas.fixed("HTTPValidationError", out)
}
