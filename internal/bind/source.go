package bind

import (
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// formTexts is the values of a list field; none of them is a file.
func (p *text) formTexts(x *exchange.Exchange, all []string) []string {
	for _, v := range x.Formed().Values {
		if v.Name == p.Name && (v.Text != "" || p.Style != model.Comma) {
			all = append(all, v.Text)
		}
	}
	return all
}

// one is the value of a scalar parameter: of several the last counts, but for headers the first, as in FastAPI.
func (p *text) one(x *exchange.Exchange) (string, bool) {
	if p.from == model.Path { // without a further call
		return x.Path(p.place), true
	}
	return p.sought(x)
}

// sought is one for a parameter that must be looked for.
func (p *text) sought(x *exchange.Exchange) (string, bool) {
	switch p.from {
	case model.Query:
		s, n := x.Query(p.Name)
		return s, n > 0
	case model.Header:
		if all := x.Header(p.key); len(all) > 0 {
			return all[0], true
		}
	case model.Cookie:
		s, n := x.Cookie(p.Name)
		return s, n > 0
	case model.FormText:
		v, _ := x.Formed().Last(p.Name)
		return v.Text, v.Text != "" // as in FastAPI, an empty text counts as absent
	}
	return "", false
}

// all appends the values of a list parameter, and reports whether it was sent.
func (p *text) all(x *exchange.Exchange, values []string) ([]string, bool) {
	switch p.Source {
	case model.Query:
		values = x.AppendQuery(values, p.Name)
	case model.Header:
		values = append(values, x.Header(p.key)...)
	case model.FormText:
		values = p.formTexts(x, values)
	default:
		if s, ok := p.one(x); ok {
			values = append(values, s)
		}
	}
	sent := len(values) > 0
	if p.Style == model.Comma {
		values = split(values, p.Source == model.Header, x.Limits().Pairs)
	}
	return values, sent
}

// split takes lists with commas apart. An empty text is an empty list; in headers white space around elements is not
// theirs (RFC 9110, 5.6.1). It stops when there are more than most elements, where most is over 0.
func split(values []string, trim bool, most int) []string {
	n := len(values)
	for _, s := range values[:n:n] {
		for part := range strings.SplitSeq(s, ",") {
			if most > 0 && len(values)-n > most {
				break
			}
			if trim {
				part = strings.Trim(part, " \t")
			}
			if s != "" {
				values = append(values, part)
			}
		}
	}
	return slices.Delete(values, 0, n)
}

// several appends the values of a list.
func (p *text) several(x *exchange.Exchange, values []string) []string {
	if p.Source == model.Query {
		return x.AppendQuery(values, p.Name)
	}
	return append(values, x.Header(p.key)...)
}
