package params

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/exchange"
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

// setPlain finds out how a parameter is read, and puts what that needs beside it: a request looks at nothing further off.
func (p *text) setPlain() {
	if p.plain = plainOf(p); p.plain != notPlain {
		p.at = p.Index[0]
		if !p.Rules.Empty() {
			p.rules = p.Rules
		}
	}
}

func plainOf(p *text) plain {
	if p.ReadOnly || p.json != nil || len(p.Index) != 1 || p.Source == model.FormText || p.Source == model.FormFile {
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

// allPlain reports whether a struct has nothing but such parameters.
func (b *Binder) allPlain() bool {
	return b.body == nil && len(b.strict) == 0 && len(b.typ.Cross) == 0 && !b.typ.Validates &&
		!slices.ContainsFunc(b.texts, func(p text) bool { return p.plain == notPlain || p.whole != nil })
}

// bindPlain reads a struct all of whose parameters are plainly right. Where it is not ok, dst has been filled in part,
// with what the other way of reading will fill in again.
func (b *Binder) bindPlain(x *exchange.Exchange, dst reflect.Value) (ok bool) {
	for i := range b.texts {
		if !b.texts[i].bindPlain(x, dst) {
			return false
		}
	}
	return true
}

// bindPlain reads a parameter that is plainly right, or absent as it may be.
func (p *text) bindPlain(x *exchange.Exchange, dst reflect.Value) (ok bool) {
	field := dst.Field(p.at)
	if p.plain == plainStrings {
		var room [8]string
		values := p.several(x, room[:0])
		if len(values) == 0 {
			return p.fillAbsent(field)
		}
		*field.Addr().Interface().(*[]string) = slices.Clone(values)
		return p.rules == nil || p.rules.Accepts(field)
	}
	s, sent := p.one(x)
	switch {
	case !sent:
		return p.fillAbsent(field)
	case p.plain == plainString:
		field.SetString(s)
	default:
		n, ok := plainNumber(s)
		if !ok {
			return false
		}
		field.SetInt(n)
	}
	return p.rules == nil || p.rules.Accepts(field)
}

// fillAbsent does what there is to do for a parameter that was not sent; false where that is an error.
func (p *text) fillAbsent(field reflect.Value) bool {
	if p.Default != nil {
		p.Default.Apply(field)
		return true
	}
	return !p.Required
}

// several appends the values of a list.
func (p *text) several(x *exchange.Exchange, values []string) []string {
	if p.Source == model.Query {
		return x.AppendQuery(values, p.Name)
	}
	return append(values, x.Header(p.key)...)
}

// plainNumber reads up to nine digits, which fit an int of any size.
func plainNumber(s string) (n int64, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return n, true
}
