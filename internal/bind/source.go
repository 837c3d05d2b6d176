package bind

import (
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// formValues appends the values of a list field in the form. bindForm has refused files among them.
func (p *parameter) formValues(x *exchange.Exchange, all []string) []string {
	for _, v := range x.ParsedForm().Values {
		if v.Name == p.Name && (v.Text != "" || p.Style != model.Comma) {
			all = append(all, v.Text)
		}
	}
	return all
}

// value returns the value of a scalar parameter, and whether the request has it. The last of several values counts, but the first of
// several headers, as in FastAPI.
func (p *parameter) value(x *exchange.Exchange) (string, bool) {
	if p.from == model.Path { // a path parameter costs no second call
		return x.Path(p.pathIndex), true
	}
	return p.lookUp(x)
}

// lookUp is value for all sources but the path.
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
		v, _ := x.ParsedForm().LastValue(p.Name)
		return v.Text, v.Text != "" // an empty text counts as absent, as in FastAPI
	}
	return "", false
}

// values appends the values of a list parameter, and reports whether the request has the parameter.
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

// split splits texts at their commas. An empty text has no elements. trim removes white space around elements, which is no part of
// them in headers (RFC 9110, 5.6.1). split stops after most elements and one more, if most is over 0.
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

// appendValues appends the values of a list of kind fastStrings.
func (p *parameter) appendValues(x *exchange.Exchange, values []string) []string {
	if p.Source == model.Query {
		return x.AppendQuery(values, p.Name)
	}
	return append(values, x.Header(p.headerKey)...)
}
