package document

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// withBody are the methods whose bodies FastAPI documents.
var withBody = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"}

// bodyReading describes how the functions of a route read its body. The start-up check has made sure that all read it in one way.
type bodyReading struct {
	use    bind.BodyUse
	fields []*model.Field
	media  []string // none: the use decides
}

// bodyOf returns how the Binders of a route read the body. Fields of one name in several structs are one field.
func bodyOf(read []*bind.Binder, further readers) (r bodyReading) {
	for _, b := range read {
		use := b.BodyUse()
		if use == bind.NoBody {
			continue
		}
		r.use = use
		for _, f := range b.Fields {
			if f.Source != model.Body && !f.Source.IsForm() {
				continue
			}
			known := slices.IndexFunc(r.fields, func(o *model.Field) bool { return o.Name == f.Name && o.TakesSource == f.TakesSource })
			if known < 0 {
				r.fields = append(r.fields, f)
			} else {
				further.add(r.fields[known], f)
			}
		}
		for _, m := range b.Media() {
			if !slices.Contains(r.media, m) {
				r.media = append(r.media, m)
			}
		}
	}
	return r
}

// requestBody describes the body that an operation reads. It returns nil when the operation reads none.
func (g *generator) requestBody(e *entry, read []*bind.Binder) *spec.RequestBody {
	further := g.schemas.readers
	body := bodyOf(read, further)
	if g.FastAPI && !slices.Contains(withBody, e.info.Method) || e.info.Method == http.MethodTrace {
		return nil
	}
	switch body.use {
	case bind.JSONBody:
		return g.jsonBody(e, body)
	case bind.FormBody:
		return g.formBody(e, body)
	case bind.BytesBody, bind.ReaderBody:
		return g.rawBody(e, body)
	case bind.PartsBody:
		return &spec.RequestBody{Required: true, Content: map[string]*spec.MediaType{"multipart/form-data": {Schema: typeSchema("object")}}}
	}
	return nil
}

// jsonBody returns the request body of a route that reads JSON: the model of the body, or an object with a member for each field.
func (g *generator) jsonBody(e *entry, body bodyReading) *spec.RequestBody {
	media := &spec.MediaType{}
	if f := body.fields[0]; f.TakesSource {
		named := *f
		named.Name = bodyName(f)
		g.schemas.readers[&named] = g.schemas.readers[f]
		media.Schema = g.schemas.field(&named, input)
		media.Example, media.Examples = g.examples(e, f)
	} else {
		media.Schema = g.schemas.objectComponent("Body_"+e.id, g.shownFields(body.fields), input)
		media.Examples = g.bodyExamples(e)
	}
	types := body.media
	if len(types) == 0 {
		types = []string{"application/json"}
		if e.Versions != nil && e.Versions.By == declare.ByMediaType {
			types[0] = e.Versions.MediaOf(e.info.Version)
		}
		if body.fields[0].TakesSource {
			for _, d := range e.Plan.Settings.Decoders {
				types = append(types, d.MediaType)
			}
		}
	}
	return inMedia(types, media, slices.ContainsFunc(body.fields, g.schemas.readers.isRequired))
}

// inMedia returns a request body that has the same content in several media types.
func inMedia(types []string, media *spec.MediaType, required bool) *spec.RequestBody {
	out := &spec.RequestBody{Content: map[string]*spec.MediaType{}, Required: required}
	for _, t := range types {
		out.Content[t] = media
	}
	return out
}

// bodyName returns the name that the title of a whole body is made of: that of its field, or "" for the Value of brio.Body.
func bodyName(f *model.Field) string {
	name := f.Go[strings.LastIndexByte(f.Go, '.')+1:]
	if name == "Value" {
		return ""
	}
	return Snake(name)
}

// bodyExamples returns the examples that the option Examples gives a body of several fields.
func (g *generator) bodyExamples(e *entry) (out []spec.Example) {
	for _, x := range e.Settings.Examples {
		if x.Param == "body" {
			out = addExamples(out, x.Examples)
		}
	}
	return out
}

func (g *generator) shownFields(fields []*model.Field) []*model.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *model.Field) bool { return !g.schemas.readers.isShown(f) })
}

// formBody describes a form. One model or union that takes the whole form is its schema. Otherwise the fields of all functions make a
// component of their own; with unions there is a component for each combination of variants.
func (g *generator) formBody(e *entry, body bodyReading) *spec.RequestBody {
	media, mediaType, required := &spec.MediaType{}, "application/x-www-form-urlencoded", false
	var fields, unions []*model.Field
	add := func(f *model.Field) {
		known := slices.IndexFunc(fields, func(o *model.Field) bool { return o.Name == f.Name })
		if known < 0 {
			fields = append(fields, f)
		} else {
			g.schemas.readers.add(fields[known], f)
		}
	}
	for _, f := range body.fields {
		if !f.TakesSource {
			add(f)
			continue
		}
		for _, whole := range append([]*model.Field{f}, g.schemas.readers[f]...) {
			for _, m := range whole.Members {
				add(m)
			}
			if whole.Alternatives != nil && !slices.ContainsFunc(unions, func(u *model.Field) bool { return u.Type == whole.Type }) {
				unions = append(unions, whole)
			}
		}
	}
	variants := [][]*model.Field{fields}
	for _, u := range unions {
		var all [][]*model.Field
		for _, known := range variants {
			for _, members := range formVariants(u) {
				all = append(all, g.schemas.readers.join(known, members))
			}
		}
		variants = all
		required = required || !slices.ContainsFunc(formVariants(u), func(members []*model.Field) bool {
			return !slices.ContainsFunc(members, func(m *model.Field) bool { return m.Required })
		})
	}
	for _, f := range fields {
		if f.Source == model.FormFile {
			mediaType = "multipart/form-data"
		}
		required = required || g.schemas.readers.isRequired(f)
	}
	alone := len(body.fields) == 1 && body.fields[0].TakesSource
	switch {
	case alone && len(unions) == 1 && len(fields) == 0:
		named := *unions[0]
		named.Name = bodyName(unions[0])
		media.Schema = g.schemas.field(&named, input)
	case alone && len(g.schemas.readers[body.fields[0]]) == 0:
		media.Schema = g.schemas.schemaOf(body.fields[0].Type, input)
	case len(unions) == 0:
		media.Schema = g.schemas.objectComponent("Body_"+e.id, g.shownFields(fields), input)
	default:
		media.Schema = &spec.Schema{}
		for i, members := range variants {
			media.Schema.AnyOf = append(media.Schema.AnyOf, g.schemas.objectComponent(fmt.Sprintf("Body_%s_%d", e.id, i+1), g.shownFields(members), input))
		}
	}
	media.Examples = g.bodyExamples(e)
	for _, f := range slices.Concat(variants...) {
		if x := encodingOf(f); x != nil && !isHidden(f) {
			if media.Encoding == nil {
				media.Encoding = map[string]*spec.Encoding{}
			}
			media.Encoding[f.Name] = x
		}
	}
	return inMedia([]string{mediaType}, media, required)
}

// formVariants lists the fields of each variant of a union that is a form.
func formVariants(f *model.Field) (out [][]*model.Field) {
	if f.Alternatives == nil {
		return [][]*model.Field{f.Members}
	}
	for _, a := range f.Alternatives {
		out = append(out, formVariants(a)...)
	}
	return out
}

// join returns fields with members appended. When both have a field of one name, the two become one field with two readers.
func (r readers) join(fields, members []*model.Field) []*model.Field {
	out := slices.Clone(fields)
	for _, m := range members {
		i := slices.IndexFunc(out, func(f *model.Field) bool { return f.Name == m.Name })
		if i < 0 {
			out = append(out, m)
			continue
		}
		both := *out[i] // a copy: other variants have the field too
		for _, f := range r[out[i]] {
			r.add(&both, f)
		}
		r.add(&both, m)
		out[i] = &both
	}
	return out
}

// encodingOf describes how a client writes a field of a form. It returns nil for the default of OpenAPI.
func encodingOf(f *model.Field) *spec.Encoding {
	switch {
	case f.Source == model.FormFile:
		if media := f.Tag.Get("media"); media != "" {
			return &spec.Encoding{ContentType: media}
		}
	case f.Style == model.JSON:
		return &spec.Encoding{ContentType: "application/json"}
	case f.Style == model.Comma:
		return &spec.Encoding{Style: "form", Explode: new(false)}
	case f.Style == model.DeepObject:
		return &spec.Encoding{Style: "deepObject", Explode: new(true)}
	}
	return nil
}

// rawBody describes a body that the handler gets as bytes. It is not required: an empty body is legal.
func (g *generator) rawBody(e *entry, body bodyReading) *spec.RequestBody {
	types := body.media
	if len(types) == 0 {
		types = []string{"*/*"} // the server accepts every media type
	}
	out := &spec.RequestBody{Content: map[string]*spec.MediaType{}}
	for _, t := range types {
		media := &spec.MediaType{}
		media.Example, media.Examples = g.examples(e, body.fields[0])
		if strings.HasPrefix(t, "text/") {
			media.Schema = typeSchema("string")
		} // bytes have no schema, see OpenAPI 3.1, 4.8.14.3
		out.Content[t] = media
	}
	return out
}
