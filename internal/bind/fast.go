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

// fastKind says how a parameter is read.
type fastKind uint8

const (
	notFast fastKind = iota
	fastString
	fastInt
	fastStrings
)

// setFastKind finds out how a parameter of a struct is read, and puts what that needs beside it: a request looks at nothing
// further off.
func (p *parameter) setFastKind(typ reflect.Type) {
	if p.fast = fastKindOf(p); p.fast == notFast {
		return
	}
	var ok bool
	if p.offset, ok = model.OffsetOf(typ, p.Index); !ok {
		p.fast = notFast
		return
	}
	if !p.Rules.Empty() {
		p.fastRules = p.Rules
	}
}

func fastKindOf(p *parameter) fastKind {
	if p.ReadOnly || !p.Rules.IsQuick() || p.jsonText != nil || p.Source == model.FormText || p.Source == model.FormFile {
		return notFast
	}
	switch p.Type.Go {
	case reflect.TypeFor[string]():
		return fastString
	case reflect.TypeFor[int]():
		return fastInt
	case reflect.TypeFor[[]string]():
		if (p.Source == model.Query || p.Source == model.Header) && p.Style != model.Comma && p.Style != model.DeepObject && (p.Rules == nil || p.Rules.Elem.Empty()) {
			return fastStrings
		}
	}
	return notFast
}

// allFast reports whether a struct has nothing but such parameters, and perhaps a plain body.
func (b *Binder) allFast() bool {
	return (b.body == nil || b.body.isFast) && len(b.forbidden) == 0 && len(b.typ.Cross) == 0 && !b.typ.Validates &&
		!slices.ContainsFunc(b.parameters, func(p parameter) bool { return p.fast == notFast || p.sourceModel != nil })
}

// bindFast reads the parameters of a struct all of which are plainly right. Where it is not ok, the struct has been filled
// in part, with what the other way of reading will fill in again.
func (b *Binder) bindFast(x *exchange.Exchange, dst unsafe.Pointer) (ok bool) {
	for i := range b.parameters {
		if !b.parameters[i].bindFast(x, dst) {
			return false
		}
	}
	return true
}

// firstScan is what a first scan of the body has found, where there was one.
type firstScan struct {
	report json.Report
	hasRun bool
}

// setFast finds out whether the body of a struct is one value that a scan fills and that can be judged at once.
func (b *body) setFast(typ reflect.Type) {
	if b.object != nil || !b.scanFills { // nor does the scan fill what is raw
		return
	}
	f, ok := &b.fields[0], false
	b.offset, ok = model.OffsetOf(typ, f.Index)
	b.isFast = ok && (f.accept != nil || !f.needsCheck)
}

// bindFast reads a JSON body that is plainly right into its field of the struct at dst. Else first is what there is to know.
func (b *body) bindFast(x *exchange.Exchange, s *Settings, dst unsafe.Pointer) (first firstScan, ok bool) {
	mediaType, known := x.MediaType()
	if !known || s.LaxJSON || !exchange.IsJSON(mediaType) || !acceptsMediaType(b.media, mediaType) || s.decoderFor(mediaType) != nil || x.Encoded() {
		return first, false
	}
	doc, owned, err := x.OwnBody(s.MaxBody)
	if err != nil || len(doc) == 0 {
		return first, false // OwnBody will say it again
	}
	value, f := unsafe.Add(dst, b.offset), &b.fields[0]
	first = firstScan{json.ScanInto(b.shape, doc, s.limits(), value, owned), true}
	return first, first.report.Filled && f.passes(value, first.report.Absent)
}

// bindFast reads a parameter that is plainly right, or absent as it may be, into its field of the struct at dst.
func (p *parameter) bindFast(x *exchange.Exchange, dst unsafe.Pointer) (ok bool) {
	field := unsafe.Add(dst, p.offset)
	if p.fast == fastStrings {
		var room [8]string
		values := p.appendValues(x, room[:0])
		if len(values) == 0 {
			return p.setAbsent(field)
		}
		list := make([]string, len(values))
		copy(list, values)
		store(field, list)
		return p.fastRules.AcceptsLen(len(values))
	}
	s, sent := p.value(x)
	if !sent {
		return p.setAbsent(field)
	}
	if p.fast == fastString {
		store(field, s)
		return p.fastRules.AcceptsString(s)
	}
	n, ok := shortNumber(s)
	store(field, n)
	return ok && p.fastRules.AcceptsInt(int64(n))
}

// setAbsent does what there is to do for a parameter that was not sent; false where that is an error.
func (p *parameter) setAbsent(field unsafe.Pointer) bool {
	switch {
	case p.Default == nil:
		return !p.Required
	case p.fast == fastString:
		store(field, p.Default.Value.String())
	case p.fast == fastInt:
		store(field, int(p.Default.Value.Int()))
	default:
		p.Default.Apply(reflect.NewAt(p.Type.Go, field).Elem())
	}
	return true
}

// shortNumber reads up to nine digits, which fit an int of any size.
func shortNumber(s string) (n int, ok bool) {
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
