package security

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
)

// AnyOf is met by any one of the schemes: the first, in the order given, for which the request has credentials that can
// be read. It yields *Credentials, which say what was given; with [As], a struct of yours that has a pointer for each
// scheme. An AnyOf among the schemes stands for what it is of.
//
// It is optional when one of the schemes is. The refusal has the challenge of every scheme, each in a header of its own,
// and otherwise the status and error that the first scheme's options say.
func AnyOf(schemes ...Scheme) Scheme {
	s := &scheme{kind: "AnyOf", alternatives: []*scheme{}, takesAnything: true, settings: settings{status: http.StatusUnauthorized}}
	for i, a := range schemes {
		if a == nil {
			s.fail(fmt.Sprintf("AnyOf is given nil as scheme %d", i+1), "a scheme")
			continue
		}
		s.include(a.scheme())
	}
	if len(schemes) < 2 {
		s.fail(fmt.Sprintf("AnyOf is given %d schemes", len(schemes)), "two or more; a single one stands for itself")
	}
	s.find = func(x *exchange.Exchange) (any, outcome) {
		credentials, by, found := s.first(x)
		if found != given {
			return nil, found
		}
		return &Credentials{s.alternatives[by].key(), credentials}, given
	}
	s.yields, s.provider = reflect.TypeFor[*Credentials](), provide[Credentials](s)
	return s
}

// include adds an alternative, or those of another AnyOf.
func (s *scheme) include(a *scheme) {
	if len(s.alternatives) == 0 {
		s.status, s.unauthorized = a.status, a.unauthorized
	}
	s.mistakes = append(s.mistakes, a.mistakes...)
	s.challenges = append(s.challenges, a.challenges...)
	s.optional = s.optional || a.optional
	s.takesAnything = s.takesAnything && a.takesAnything
	for _, leaf := range a.leaves() {
		for _, o := range s.alternatives {
			if o.key() == leaf.key() && !reflect.DeepEqual(o.define(), leaf.define()) {
				s.fail(fmt.Sprintf("AnyOf has two schemes with the key %q in the document, but of different definitions", o.key()),
					"one definition for each key: give one of them a key of its own with Name, or a type with As")
			}
		}
		s.alternatives = append(s.alternatives, leaf)
	}
}

// first is what the first alternative has found whose credentials are given, and which it is. Without any, what was
// malformed for one of them is malformed.
func (s *scheme) first(x *exchange.Exchange) (credentials any, by int, found outcome) {
	for i, a := range s.alternatives {
		c, f := a.find(x)
		if f == given {
			return c, i, given
		}
		found = max(found, f)
	}
	return nil, -1, found
}

// leaves are the schemes with definitions of their own.
func (s *scheme) leaves() []*scheme {
	if s.alternatives == nil {
		return []*scheme{s}
	}
	return s.alternatives
}
