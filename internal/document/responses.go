package document

import (
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

// responses writes what an operation may answer: its result, what Responds and declared errors add, and the errors that
// the framework finds itself.
func (g *generator) responses(e *entry, op *spec.Operation, read []*bind.Binder) {
	op.Responses = map[string]*spec.Response{strconv.Itoa(e.Result.Status): g.result(e)}
	for _, d := range e.Operation.Responses {
		if d.Raised {
			continue // they stand beside what there is
		}
		key := d.Key()
		if op.Responses[key] == nil {
			op.Responses[key] = &spec.Response{}
		}
		g.document(e, op.Responses[key], d, key)
	}
	if e.Result.Undeclared && !g.FastAPI && e.Settings.Status == 0 && declaresSuccess(e) {
		delete(op.Responses, strconv.Itoa(e.Result.Status))
	}
	for _, status := range g.failures(e, op, read) {
		key := strconv.Itoa(status)
		if op.Responses[key] == nil {
			op.Responses[key] = &spec.Response{Description: phrase(key), Content: g.errorContent(status)}
		}
	}
	g.raised(e, op)
}

// declaresSuccess reports whether Responds says what the handler answers when nothing goes wrong, with another status than
// the one that is assumed.
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

// result is the answer when nothing goes wrong.
func (g *generator) result(e *entry) *spec.Response {
	out := &spec.Response{Description: or(e.Settings.ResponseDescription, "Successful Response")}
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
			media.Schema = typed("string")
		}
	case route.JSONBody:
		media.Schema = g.resultModel(r, "Response "+e.id)
	case route.LinesBody:
		g.items(media, g.resultModel(r, "StreamItem_"+e.id))
	case route.DataBody, route.EventsBody:
		g.items(media, g.event(r, e.id))
	}
	out.Content = map[string]any{mediaType: media}
	for _, offer := range e.Offers {
		out.Content[offer] = media
	}
	return out
}

// textMedia reports whether bodies of a media type are text: JSON, XML and forms are, too.
func textMedia(mediaType string) bool {
	main, sub, _ := strings.Cut(mediaType, "/")
	_, suffix, _ := strings.Cut(sub, "+")
	known := []string{"json", "xml", "javascript", "ecmascript", "x-www-form-urlencoded", "jsonl", "x-ndjson", "yaml", "x-yaml", "toml", "sql", "graphql", "rtf"}
	return main == "text" || main == "multipart" || sub == "svg+xml" || slices.Contains(known, sub) || slices.Contains(known, suffix)
}

// items documents a stream. FastAPI writes itemSchema in every version.
func (g *generator) items(media *spec.MediaType, each *spec.Schema) {
	if g.FastAPI {
		media.Extra = map[string]any{"itemSchema": each}
	} else {
		media.ItemSchema = each
	}
}

// resultModel is the schema of what an operation returns. FastAPI's is that of the model, whatever the options leave out.
func (g *generator) resultModel(r route.Result, title string) *spec.Schema {
	if g.FastAPI {
		return g.model(r.Model, title)
	}
	return g.modelIn(r.Model, title, direction{sent, r.Omits})
}

// model is the schema of results of a type; nil is any JSON. With titles, one that is no component has the given one.
func (g *generator) model(t reflect.Type, title string) *spec.Schema {
	return g.modelIn(t, title, output)
}

func (g *generator) modelIn(t reflect.Type, title string, d direction) *spec.Schema {
	if t == nil {
		return &spec.Schema{}
	}
	schema := g.schemas.of(g.Reader.Type(t), d)
	if g.AutoTitles && schema.Ref == "" && schema.Title == "" && title != "" {
		schema.Title = autoTitle(title)
	}
	return schema
}

// event is the schema of a server-sent event, as FastAPI has it: the data are text that holds JSON. Events that the program
// makes itself may have no data.
func (g *generator) event(r route.Result, id string) *spec.Schema {
	data := typed("string")
	retry := typed("integer")
	retry.Minimum = "0"
	out := typed("object")
	out.Properties = map[string]*spec.Schema{"data": data, "event": typed("string"), "id": typed("string"), "retry": retry}
	out.PropertyOrder = []string{"data", "event", "id", "retry"}
	if r.Model != nil {
		data.ContentMediaType, data.ContentSchema = "application/json", g.resultModel(r, "StreamItem_"+id)
		if r.Kind == route.DataBody {
			out.Required = []string{"data"}
		}
	}
	return out
}

// document adds a response that was declared: its model, and what else was said of it. What an inner level says wins.
func (g *generator) document(e *entry, into *spec.Response, d declare.Documented, key string) {
	given := d.Description
	if d.Model != nil {
		schema := g.model(d.Model, "Response "+key+" "+e.id)
		g.overlayContent(&into.Content, map[string]any{g.mediaTypeOf(e, key): &spec.MediaType{Schema: schema}})
	}
	for _, more := range d.More {
		given = or(more.Description, given)
		g.overlayContent(&into.Content, more.Content)
		overlayMap(&into.Headers, more.Headers)
		overlayMap(&into.Links, more.Links)
		overlayMap(&into.Extra, more.Extra)
		into.Ref = or(more.Ref, into.Ref)
	}
	into.Description = or(given, or(into.Description, phrase(key)))
}

// mediaTypeOf is that of a documented model: the route's where that renders models, for errors that of errors. FastAPI knows
// that of the route's class alone.
func (g *generator) mediaTypeOf(e *entry, key string) string {
	if g.FastAPI {
		return or(e.Result.ClassMedia, "application/json")
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

// overlayContent merges media types into those of a response; where both have one, once the names of components are known.
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
			merged := *a // which other media types of the response may share
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
		g.later = append(g.later, func() { content[name] = merge(normal(old), normal(from[name])) })
	}
}

// overlayMap puts what from has into a map that may not exist yet.
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
	return or(http.StatusText(status), "Additional Response")
}
