package document

import (
	"cmp"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
)

// addResponses adds the responses of an operation: its result, those of Responds, the errors that the framework itself answers, and the
// declared error types.
func (g *generator) addResponses(e *entry, op *spec.Operation, read []*bind.Binder) {
	op.Responses = map[string]*spec.Response{strconv.Itoa(e.Result.Status): g.mainResponse(e)}
	for _, d := range e.Operation.Responses {
		if d.Raised {
			continue // addRaised adds these at the end
		}
		key := d.Key()
		if op.Responses[key] == nil {
			op.Responses[key] = &spec.Response{}
		}
		g.addDeclared(e, op.Responses[key], d, key)
	}
	if e.Result.Undeclared && !g.FastAPI && e.Settings.Status == 0 && declaresSuccess(e) {
		delete(op.Responses, strconv.Itoa(e.Result.Status))
	}
	for _, status := range g.errorStatuses(e, op, read) {
		key := strconv.Itoa(status)
		if op.Responses[key] == nil {
			op.Responses[key] = &spec.Response{Description: phrase(key), Content: g.errorContent(status)}
		}
	}
	g.addRaised(e, op)
}

// declaresSuccess reports whether Responds declares a success or redirect with another status than the default of the route.
func declaresSuccess(e *entry) bool {
	declared := false
	for _, d := range e.Operation.Responses {
		if d.Raised {
			continue
		}
		if d.Status == e.Result.Status {
			return false
		}
		declared = declared || d.Status/100 == 2 || d.Status/100 == 3 || strings.EqualFold(d.Range, "2XX") || strings.EqualFold(d.Range, "3XX") || strings.EqualFold(d.Range, "default")
	}
	return declared
}

// mainResponse returns the response of a handler that returns no error.
func (g *generator) mainResponse(e *entry) *spec.Response {
	out := &spec.Response{Description: cmp.Or(e.Settings.ResponseDescription, "Successful Response")}
	r := e.Result
	mediaType, _, _ := strings.Cut(r.MediaType, ";")
	media := &spec.MediaType{}
	if r.Undeclared && !g.FastAPI {
		return out
	}
	switch r.Kind {
	case route.NoBody:
		return out
	case route.NullBody:
		media.Schema = &spec.Schema{}
	case route.TextBody:
		if g.FastAPI || textMedia(mediaType) { // bytes have no schema, see OpenAPI 3.1, 4.8.14.3
			media.Schema = typeSchema("string")
		}
	case route.JSONBody:
		media.Schema = g.resultModel(r, "Response "+e.id)
	case route.LinesBody:
		g.addItems(media, g.resultModel(r, "StreamItem_"+e.id))
	case route.DataBody, route.EventsBody:
		g.addItems(media, g.eventSchema(r, e.id))
	}
	if r.IsPage {
		out.Headers = map[string]any{"Link": &spec.Header{Description: "Where the pages first, prev, next and last are, as far as they are known (RFC 8288)", Schema: typeSchema("string")}}
	}
	out.Content = map[string]any{mediaType: media}
	for _, offer := range e.Offers {
		out.Content[offer] = media
	}
	return out
}

// textMedia reports whether bodies of a media type are text. JSON, XML and forms are text too.
func textMedia(mediaType string) bool {
	main, sub, _ := strings.Cut(mediaType, "/")
	_, suffix, _ := strings.Cut(sub, "+")
	known := []string{"json", "xml", "javascript", "ecmascript", "x-www-form-urlencoded", "jsonl", "x-ndjson", "yaml", "x-yaml", "toml", "sql", "graphql", "rtf"}
	return main == "text" || main == "multipart" || sub == "svg+xml" || slices.Contains(known, sub) || slices.Contains(known, suffix)
}

// addItems adds the schema of the items of a stream. FastAPI writes itemSchema in every version of OpenAPI.
func (g *generator) addItems(media *spec.MediaType, each *spec.Schema) {
	if g.FastAPI {
		media.Extra = map[string]any{"itemSchema": each}
	} else {
		media.ItemSchema = each
	}
}

// resultModel returns the schema of the result of an operation. FastAPI ignores the options that leave members out.
func (g *generator) resultModel(r route.Result, title string) *spec.Schema {
	if g.FastAPI {
		return g.modelSchema(r.Model, title)
	}
	return g.modelSchemaIn(r.Model, title, direction{sent, r.Omits})
}

// modelSchema returns the schema of results of type t; nil is any JSON. With AutoTitles an inline schema gets the given title.
func (g *generator) modelSchema(t reflect.Type, title string) *spec.Schema {
	return g.modelSchemaIn(t, title, output)
}

func (g *generator) modelSchemaIn(t reflect.Type, title string, d direction) *spec.Schema {
	if t == nil {
		return &spec.Schema{}
	}
	schema := g.schemas.schemaOf(g.Reader.Type(t), d)
	if g.AutoTitles && schema.Ref == "" && schema.Title == "" && title != "" {
		schema.Title = autoTitle(title)
	}
	return schema
}

// eventSchema returns the schema of a server-sent event, as FastAPI has it: data is a string that contains JSON. It is not required in
// events that the program makes itself.
func (g *generator) eventSchema(r route.Result, id string) *spec.Schema {
	data := typeSchema("string")
	retry := typeSchema("integer")
	retry.Minimum = "0"
	out := typeSchema("object")
	out.Properties = map[string]*spec.Schema{"data": data, "event": typeSchema("string"), "id": typeSchema("string"), "retry": retry}
	out.PropertyOrder = []string{"data", "event", "id", "retry"}
	if r.Model != nil {
		data.ContentMediaType, data.ContentSchema = "application/json", g.resultModel(r, "StreamItem_"+id)
		if r.Kind == route.DataBody {
			out.Required = []string{"data"}
		}
	}
	return out
}

// addDeclared adds a response of Responds: its model, description, media types, headers and links. The inner level wins.
func (g *generator) addDeclared(e *entry, into *spec.Response, d declare.Documented, key string) {
	given := d.Description
	if d.Model != nil {
		schema := g.modelSchema(d.Model, "Response "+key+" "+e.id)
		g.overlayContent(&into.Content, map[string]any{g.mediaTypeOf(e, key): &spec.MediaType{Schema: schema}})
	}
	for _, more := range d.More {
		given = cmp.Or(more.Description, given)
		g.overlayContent(&into.Content, more.Content)
		overlayMap(&into.Headers, more.Headers)
		overlayMap(&into.Links, more.Links)
		overlayMap(&into.Extra, more.Extra)
		into.Ref = cmp.Or(more.Ref, into.Ref)
	}
	into.Description = cmp.Or(given, into.Description, phrase(key))
}

// mediaTypeOf returns the media type of a documented model: that of the route when the route renders models, and that of the error
// format for statuses from 400. FastAPI uses the one of the response class for all.
func (g *generator) mediaTypeOf(e *entry, key string) string {
	if g.FastAPI {
		return cmp.Or(e.Result.ClassMedia, "application/json")
	}
	mediaType, _, _ := strings.Cut(e.Result.MediaType, ";")
	switch {
	case key >= "4":
		return g.Errors.MediaType()
	case e.Result.Kind == route.JSONBody && !e.Result.Undeclared:
		return mediaType
	}
	return "application/json"
}

// overlayContent merges media types into those of a response. Raw objects of one media type are merged at the end, when the names of
// components are known.
func (g *generator) overlayContent(into *map[string]any, from map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(from)) {
		old, ok := (*into)[name]
		if !ok {
			overlayMap(into, map[string]any{name: from[name]})
			continue
		}
		a, typed := old.(*spec.MediaType)
		b, alike := from[name].(*spec.MediaType)
		if typed && alike {
			merged := *a // a copy: other media types of the response may share it
			if b.Schema != nil {
				merged.Schema = b.Schema
			}
			if b.Example != nil {
				merged.Example = b.Example
			}
			merged.Examples = addExamples(slices.Clone(a.Examples), b.Examples)
			(*into)[name] = &merged
			continue
		}
		content := *into
		content[name] = from[name]
		g.deferred = append(g.deferred, func() { content[name] = mergeJSON(jsonValue(old), jsonValue(from[name])) })
	}
}

// overlayMap copies from into a map that may be nil.
func overlayMap(into *map[string]any, from map[string]any) {
	if *into == nil && len(from) > 0 {
		*into = map[string]any{}
	}
	maps.Copy(*into, from)
}

// phrase is the description of a response that declares none: the status phrase.
func phrase(key string) string {
	switch key {
	case "1XX":
		return "Information"
	case "2XX":
		return "Success"
	case "3XX":
		return "Redirection"
	case "4XX":
		return "Client Error"
	case "5XX":
		return "Server Error"
	case "default":
		return "Default Response"
	case "422":
		return "Validation Error"
	}
	status, _ := strconv.Atoi(key)
	if status == http.StatusTeapot {
		return "I'm a Teapot" // Python's spelling
	}
	return cmp.Or(http.StatusText(status), "Additional Response")
}
