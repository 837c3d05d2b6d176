package bind

import (
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// formValues is the values of a list field; none of them is a file.
func (p *parameter) formValues(x *exchange.Exchange, all []string) []string {
	for _, v := range x.Formed().Values {
		if v.Name == p.Name && (v.Text != "" || p.Style != model.Comma) {
			all = append(all, v.Text)
		}
	}
	return all
}

// value is the value of a scalar parameter: of several the last counts, but for headers the first, as in FastAPI.
func (p *parameter) value(x *exchange.Exchange) (string, bool) {
	if p.from == model.Path { // without a further call
		return x.Path(p.pathIndex), true
	}
	return p.lookUp(x)
}

// lookUp is one for a parameter that must be looked for.
func (p *parameter) lookUp(x *exchange.Exchange) (string, bool) {
	switch p.from {
	case model.Query:
		s, n := x.Query(p.Name)
		return s, n > 0
	case model.Header:
		if all := x.Header(p.headerKey); len(all) > 0 {
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

// values appends the values of a list parameter, and reports whether it was sent.
func (p *parameter) values(x *exchange.Exchange, values []string) ([]string, bool) {
	switch p.Source {
	case model.Query:
		values = x.AppendQuery(values, p.Name)
	case model.Header:
		values = append(values, x.Header(p.headerKey)...)
	case model.FormText:
		values = p.formValues(x, values)
	default:
		if s, ok := p.value(x); ok {
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

// appendValues appends the values of a list.
func (p *parameter) appendValues(x *exchange.Exchange, values []string) []string {
	if p.Source == model.Query {
		return x.AppendQuery(values, p.Name)
	}
	return append(values, x.Header(p.headerKey)...)
}
