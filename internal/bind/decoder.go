package bind

import (
	"fmt"
	"mime"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/response"
)

// Decoder reads bodies of one media type into a pointer to the field.
type Decoder struct {
	MediaType string // in lower case, without parameters
	Unmarshal func(doc []byte, to any) error
}

// readMedia returns the media types in the media tag of a field. Without a tag there are none, and the field accepts all types that
// can be read.
func readMedia(typ *model.Type, f *model.Field) (media []string, problem string) {
	tag, ok := f.Tag.Lookup("media")
	if !ok {
		return nil, ""
	}
	for part := range strings.SplitSeq(tag, ",") {
		mediaType, _, err := mime.ParseMediaType(part)
		if err != nil || strings.Count(mediaType, "/") != 1 {
			return nil, fmt.Sprintf(`%s: field %s: media:%q is no list of media types, as in media:"image/png,image/*"`, typ, f.Go, tag)
		}
		media = append(media, mediaType)
	}
	return media, ""
}

// acceptsMediaType reports whether media has the media type, or a range such as image/* that has it. An empty media has all.
func acceptsMediaType(media []string, mediaType string) bool {
	return len(media) == 0 || slices.ContainsFunc(media, func(m string) bool {
		main, any := strings.CutSuffix(m, "*")
		return m == mediaType || any && strings.HasPrefix(mediaType, main)
	})
}

// Unreadable returns a problem for each media type of the struct's media tags that neither JSON nor a decoder of the route reads.
func (b *Binder) Unreadable(s Settings) (problems []string) {
	if b.body == nil || b.body.raw != nil {
		return nil
	}
	f := b.body.fields[0]
	for _, m := range b.body.media {
		switch other := !exchange.IsJSON(m) && !strings.HasSuffix(m, "*"); {
		case other && s.decoderFor(m) == nil:
			problems = append(problems, fmt.Sprintf("field %s takes %s, which nothing decodes; give the app, a router or the route a brio.BodyDecoder(%q, …)", f.Go, m, m))
		case other && b.body.object != nil:
			problems = append(problems, fmt.Sprintf("field %s is a member of a body of type %s; only a whole body, body:\"\", is decoded from another media type than JSON", f.Go, m))
		}
	}
	return problems
}

// decode reads the body with a decoder, and checks the rules of the value.
func (b *body) decode(w *walker, d *Decoder, doc []byte, dst reflect.Value) {
	f := &b.fields[0]
	target := model.FieldOf(dst, f.Index)
	f.Type.SetDefaults(target) // afterwards an absent member looks like a zero value
	if err := d.Unmarshal(doc, target.Addr().Interface()); err != nil {
		if answer, ok := finite.As[*response.HTTPError](err); ok {
			w.refusal = answer
		} else {
			w.errs.add(constraint.ValueError("the body is not valid "+d.MediaType), f.loc, nil)
		}
		return
	}
	w.push("body")
	w.inspectField(f.Field, target)
	w.pop()
}

// inspectField inspects a field, whose inputs are hidden if it is secret.
func (w *walker) inspectField(f *model.Field, v reflect.Value) {
	outer := w.secret
	w.secret = outer || f.Secret
	w.checkDecoded(f.Type, f.Rules, v)
	w.secret = outer
}

// inspect checks a value that a decoder has made: its rules, and those of all values inside. There is no document, so it does not
// know which members were present.
func (w *walker) checkDecoded(t *model.Type, rules *constraint.Rules, v reflect.Value) {
	if !t.Checks && rules.Empty() || w.full() {
		return
	}
	for t.Kind == model.Pointer || t.Kind == model.Optional {
		if t.Kind == model.Optional {
			inner, presence := v.Addr().Interface().(model.Wrapper).Unwrap()
			if *presence != model.Present {
				return
			}
			v = inner
		} else if v.IsNil() {
			return
		} else {
			v = v.Elem()
		}
		t = t.Elem
	}
	var elem, keys *constraint.Rules
	if rules != nil {
		elem, keys = rules.Elem, rules.Key
	}
	before := w.errs.Len()
	switch {
	case t.In != model.ByKind:
	case t.Kind == model.Struct:
		w.inspectObject(t, v)
	case t.Kind == model.List, t.Kind == model.Array:
		for i := range v.Len() {
			w.path = append(w.path, step{index: i})
			w.checkDecoded(t.Elem, elem, v.Index(i))
			w.pop()
		}
	case t.Kind == model.Map:
		for it := v.MapRange(); it.Next(); {
			name := fmt.Sprint(it.Key().Interface())
			w.push(w.clientName(name))
			w.inspectKey(t.Key, keys, name, it.Key())
			value := addressable(it.Value())
			w.checkDecoded(t.Elem, elem, value)
			v.SetMapIndex(it.Key(), value) // inspect has reset its readonly fields
			w.pop()
		}
	case t.Kind == model.Set:
		for it := v.MapRange(); it.Next(); { // a Set has no order, so the loc has the element in place of an index
			w.push(w.clientName(fmt.Sprint(it.Key().Interface())))
			w.checkDecoded(t.Elem, elem, addressable(it.Key()))
			w.pop()
		}
	case t.Kind == model.Union:
		switch i := t.Chosen(v); {
		case i >= 0:
			w.checkDecoded(t.Variants[i].Type, nil, v.Field(t.Variants[i].Index).Elem())
		case i == -2:
			w.errs.add(constraint.ValueError("more than one variant is given"), w.loc(), w.echoValue(t, v))
		}
	}
	if w.errs.Len() > before || w.full() {
		return
	}
	failure := t.CheckEnum(v)
	if failure == nil {
		failure = rules.Check(v)
	}
	if failure != nil {
		w.errs.add(failure, w.loc(), w.echoValue(t, v))
	} else if t.Validates {
		w.validate(v, func(rel []any) []any { return w.loc(rel...) }, func() any { return w.echoValue(t, v) })
	}
}

// inspectKey checks the key of a map. name is its text.
func (w *walker) inspectKey(t *model.Type, rules *constraint.Rules, name string, key reflect.Value) {
	failure := t.CheckEnum(key)
	if failure == nil {
		failure = rules.Check(key)
	}
	if failure == nil {
		return
	}
	var input any
	if !w.secret {
		input = textInput(name)
	}
	w.errs.add(failure, w.loc("[key]"), input)
}

// addressable returns an addressable copy of v. Keys and elements of maps are not addressable.
func addressable(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// inspectObject inspects the fields of a struct, and the rules that compare them. It resets readonly fields.
func (w *walker) inspectObject(t *model.Type, v reflect.Value) {
	before := w.errs.Len()
	for _, f := range t.Fields {
		field, err := v.FieldByIndexErr(f.Index)
		switch {
		case err != nil: // the field is in an embedded pointer that is nil
		case !f.ReadOnly:
			w.push(f.Name)
			w.inspectField(f, field)
			w.pop()
		case f.Default != nil:
			f.Default.Apply(field)
		default:
			field.SetZero() // the server sets it, not the client
		}
	}
	if t.Extra != nil {
		if extra, err := v.FieldByIndexErr(t.Extra.Index); err == nil {
			w.inspectField(t.Extra, extra)
		}
	}
	if len(t.Cross) == 0 || w.errs.Len() > before || w.full() {
		return
	}
	w.cross(t, v, func(i int, failure *constraint.Failure) {
		f := t.Fields[i]
		var input any
		if !f.Secret {
			input = w.echoValue(f.Type, v.FieldByIndex(f.Index))
		}
		w.errs.add(failure, w.loc(f.Name), input)
	})
}

// echoValue returns a decoded value as errors echo it, nil if it is secret.
func (w *walker) echoValue(t *model.Type, v reflect.Value) any {
	if w.secret || t.Secret {
		return nil
	}
	doc, err := json.Append(nil, v.Interface())
	if err != nil {
		return nil
	}
	return jsonInput(doc)
}

// JSONBody returns the type of the field that is the JSON document, or nil. keyed is true if the fields are members of the document.
func (b *Binder) JSONBody() (whole reflect.Type, keyed bool) {
	switch {
	case b.body == nil || b.body.raw != nil:
		return nil, false
	case b.body.object != nil:
		return nil, true
	}
	return b.body.fields[0].Type.Go, false
}
