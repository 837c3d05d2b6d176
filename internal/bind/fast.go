package bind

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// Most parameters are a string, an int or a list of strings, of no type of the program's. They are read without the walk
// through their type, and judged without a reason being looked for; whatever is not plainly right is read again.

// plain says how a parameter is read.
type plain uint8

const (
	notPlain plain = iota
	plainString
	plainInt
	plainStrings
)

// setPlain finds out how a parameter of a struct is read, and puts what that needs beside it: a request looks at nothing
// further off.
func (p *text) setPlain(typ reflect.Type) {
	if p.plain = plainOf(p); p.plain == notPlain {
		return
	}
	var ok bool
	if p.at, ok = model.OffsetOf(typ, p.Index); !ok {
		p.plain = notPlain
		return
	}
	if !p.Rules.Empty() {
		p.rules = p.Rules
	}
}

func plainOf(p *text) plain {
	if p.ReadOnly || !p.Rules.IsQuick() || p.json != nil || p.Source == model.FormText || p.Source == model.FormFile {
		return notPlain
	}
	switch p.Type.Go {
	case reflect.TypeFor[string]():
		return plainString
	case reflect.TypeFor[int]():
		return plainInt
	case reflect.TypeFor[[]string]():
		if (p.Source == model.Query || p.Source == model.Header) && p.Style != model.Comma && p.Style != model.DeepObject && (p.Rules == nil || p.Rules.Elem.Empty()) {
			return plainStrings
		}
	}
	return notPlain
}

// allPlain reports whether a struct has nothing but such parameters, and perhaps a plain body.
func (b *Binder) allPlain() bool {
	return (b.body == nil || b.body.plain) && len(b.strict) == 0 && len(b.typ.Cross) == 0 && !b.typ.Validates &&
		!slices.ContainsFunc(b.texts, func(p text) bool { return p.plain == notPlain || p.whole != nil })
}

// bindPlain reads the parameters of a struct all of which are plainly right. Where it is not ok, the struct has been filled
// in part, with what the other way of reading will fill in again.
func (b *Binder) bindPlain(x *exchange.Exchange, dst unsafe.Pointer) (ok bool) {
	for i := range b.texts {
		if !b.texts[i].bindPlain(x, dst) {
			return false
		}
	}
	return true
}

// glance is what a first scan of the body has found, where there was one.
type glance struct {
	report json.Report
	done   bool
}

// setPlain finds out whether the body of a struct is one value that a scan fills and that can be judged at once.
func (b *body) setPlain(typ reflect.Type) {
	if b.object != nil || !b.fills { // nor does the scan fill what is raw
		return
	}
	f, ok := &b.fields[0], false
	b.at, ok = model.OffsetOf(typ, f.Index)
	b.plain = ok && (f.accept != nil || !f.checks)
}

// bindPlain reads a JSON body that is plainly right into its field of the struct at dst. Else first is what there is to know.
func (b *body) bindPlain(x *exchange.Exchange, s *Settings, dst unsafe.Pointer) (first glance, ok bool) {
	mediaType, known := x.MediaType()
	if !known || s.LaxJSON || !exchange.IsJSON(mediaType) || !takes(b.media, mediaType) || s.decoder(mediaType) != nil || x.Encoded() {
		return first, false
	}
	doc, owned, err := x.OwnBody(s.MaxBody)
	if err != nil || len(doc) == 0 {
		return first, false // OwnBody will say it again
	}
	value, f := unsafe.Add(dst, b.at), &b.fields[0]
	first = glance{json.ScanInto(b.shape, doc, s.limits(), value, owned), true}
	return first, first.report.Filled && f.isRight(value, first.report.Absent)
}

// bindPlain reads a parameter that is plainly right, or absent as it may be, into its field of the struct at dst.
func (p *text) bindPlain(x *exchange.Exchange, dst unsafe.Pointer) (ok bool) {
	field := unsafe.Add(dst, p.at)
	if p.plain == plainStrings {
		var room [8]string
		values := p.several(x, room[:0])
		if len(values) == 0 {
			return p.fillAbsent(field)
		}
		list := make([]string, len(values))
		copy(list, values)
		store(field, list)
		return p.rules.AcceptsLen(len(values))
	}
	s, sent := p.one(x)
	if !sent {
		return p.fillAbsent(field)
	}
	if p.plain == plainString {
		store(field, s)
		return p.rules.AcceptsString(s)
	}
	n, ok := plainNumber(s)
	store(field, n)
	return ok && p.rules.AcceptsInt(int64(n))
}

// fillAbsent does what there is to do for a parameter that was not sent; false where that is an error.
func (p *text) fillAbsent(field unsafe.Pointer) bool {
	switch {
	case p.Default == nil:
		return !p.Required
	case p.plain == plainString:
		store(field, p.Default.Value.String())
	case p.plain == plainInt:
		store(field, int(p.Default.Value.Int()))
	default:
		p.Default.Apply(reflect.NewAt(p.Type.Go, field).Elem())
	}
	return true
}

// plainNumber reads up to nine digits, which fit an int of any size.
func plainNumber(s string) (n int, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}
