package bind

import (
	"fmt"
	"mime"
	"reflect"
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
	w.secret = f.Secret
	w.checkDecoded(f.Type, f.Rules, target)
	w.secret = false
	w.pop()
}

// checkDecoded checks a value that a decoder has made: its rules, and those of all values inside. There is no document, so it does not
// know which members were present.
func (w *walker) checkDecoded(t *model.Type, rules *constraint.Rules, v reflect.Value) {
	if !t.Checks && rules.Empty() || w.full() {
		return
	}
	t, v, ok := t.Unwrap(v)
	if !ok {
		return
	}
	before := w.errs.Len()
	if t.In == model.ByKind {
		for in := range t.Inside(v, rules) {
			w.checkInside(t, v, &in)
		}
		if t.Kind == model.Union && t.Chosen(v) == -2 {
			w.errs.add(constraint.ValueError("more than one variant is given"), w.loc(), w.echoValue(t, v))
		}
		if len(t.Cross) > 0 && w.errs.Len() == before && !w.full() {
			w.cross(t, v, func(i int, failure *constraint.Failure) {
				f := t.Fields[i]
				var input any
				if !f.Secret {
					input = w.echoValue(f.Type, v.FieldByIndex(f.Index))
				}
				w.errs.add(failure, w.loc(f.Name), input)
			})
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

// checkInside checks a value inside of v, a decoded value of t. It resets readonly fields, which the server sets and not the client.
func (w *walker) checkInside(t *model.Type, v reflect.Value, in *model.Inside) {
	path, secret := len(w.path), w.secret
	switch f := in.Field; {
	case f == t.Extra && f != nil:
		w.secret = secret || f.Secret
	case f != nil && f.ReadOnly:
		if in.Value.SetZero(); f.Default != nil {
			f.Default.Apply(in.Value)
		}
		return
	case f != nil:
		w.secret = secret || f.Secret
		w.push(f.Name)
	case in.Key.IsValid(): // a Set has no order, so the loc has the element in place of an index
		name := fmt.Sprint(in.Key.Interface())
		w.push(w.clientName(name))
		if t.Kind == model.Map {
			w.checkKey(t.Key, in.KeyRules, name, in.Key)
		}
	case in.Index >= 0:
		w.path = append(w.path, step{index: in.Index})
	}
	w.checkDecoded(in.Type, in.Rules, in.Value)
	if t.Kind == model.Map {
		v.SetMapIndex(in.Key, in.Value) // its readonly fields may have been reset
	}
	w.path, w.secret = w.path[:path], secret
}

// checkKey checks the key of a map. name is its text.
func (w *walker) checkKey(t *model.Type, rules *constraint.Rules, name string, key reflect.Value) {
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
