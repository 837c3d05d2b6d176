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

// Decoder reads bodies of a media type that is not JSON, or JSON in a way of its own, into a pointer to the field.
type Decoder struct {
	MediaType string // in lower case, without parameters
	Unmarshal func(doc []byte, to any) error
}

// readMedia reads the media tag of a field: the media types that it takes. None: whatever can be read.
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

// acceptsMediaType reports whether a body of that media type is wanted.
func acceptsMediaType(media []string, mediaType string) bool {
	return len(media) == 0 || slices.ContainsFunc(media, func(m string) bool {
		main, any := strings.CutSuffix(m, "*")
		return m == mediaType || any && strings.HasPrefix(mediaType, main)
	})
}

// Unreadable says which media types of the struct's body nothing can read.
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

// decode gives the document to a decoder and looks at what it made.
func (b *body) decode(w *walker, d *Decoder, doc []byte, dst reflect.Value) {
	f := &b.fields[0]
	target := model.FieldOf(dst, f.Index)
	f.Type.SetDefaults(target) // what it finds cannot be told from zero afterwards
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

func (w *walker) inspectField(f *model.Field, v reflect.Value) {
	outer := w.secret
	w.secret = outer || f.Secret
	w.inspect(f.Type, f.Rules, v)
	w.secret = outer
}

// inspect checks a value that was not decoded from a document that the walk knows: its rules, and those of what is
// inside. What was present cannot be told.
func (w *walker) inspect(t *model.Type, rules *constraint.Rules, v reflect.Value) {
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
	case t.In != model.Plain:
	case t.Kind == model.Struct:
		w.inspectObject(t, v)
	case t.Kind == model.List, t.Kind == model.Array:
		for i := range v.Len() {
			w.path = append(w.path, step{index: i})
			w.inspect(t.Elem, elem, v.Index(i))
			w.pop()
		}
	case t.Kind == model.Map:
		for it := v.MapRange(); it.Next(); {
			name := fmt.Sprint(it.Key().Interface())
			w.push(w.clientName(name))
			w.inspectKey(t.Key, keys, name, it.Key())
			value := addressable(it.Value())
			w.inspect(t.Elem, elem, value)
			v.SetMapIndex(it.Key(), value) // without what the client may not set
			w.pop()
		}
	case t.Kind == model.Set:
		for it := v.MapRange(); it.Next(); { // a Set has no order, so its element stands for the index
			w.push(w.clientName(fmt.Sprint(it.Key().Interface())))
			w.inspect(t.Elem, elem, addressable(it.Key()))
			w.pop()
		}
	case t.Kind == model.Union:
		switch i := t.Chosen(v); {
		case i >= 0:
			w.inspect(t.Variants[i].Type, nil, v.Field(t.Variants[i].Index).Elem())
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

// addressable returns v as a value that can be addressed. Keys and elements of maps cannot.
func addressable(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

func (w *walker) inspectObject(t *model.Type, v reflect.Value) {
	before := w.errs.Len()
	for _, f := range t.Fields {
		field, err := v.FieldByIndexErr(f.Index)
		switch {
		case err != nil: // in an embedded pointer that is nil
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

// echoValue is what an error shows of a decoded value.
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

// JSONBody is the type as which the struct reads the whole JSON body, nil when it does not; keyed says that it reads
// members of it.
func (b *Binder) JSONBody() (whole reflect.Type, keyed bool) {
	switch {
	case b.body == nil || b.body.raw != nil:
		return nil, false
	case b.body.object != nil:
		return nil, true
	}
	return b.body.fields[0].Type.Go, false
}
