package security

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
)

// AnyOf makes a scheme that a request meets with credentials for any one of the schemes. The first scheme, in the given order, with
// valid credentials counts. AnyOf yields *Credentials; with [As] it yields a struct with a pointer for each scheme. An AnyOf
// among the schemes is replaced by its own schemes.
//
// It is optional if one of the schemes is. A refusal has the challenges of all schemes, each in a separate header. Its status and
// error are those of the first scheme.
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

// include adds a scheme, or the schemes of another AnyOf, to the alternatives.
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

// first returns the credentials of the first alternative that has some, and its index. Otherwise the outcome is malformed if it is
// malformed for one alternative, else absent.
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

// leaves returns the alternatives of an AnyOf, or the scheme itself.
func (s *scheme) leaves() []*scheme {
	if s.alternatives == nil {
		return []*scheme{s}
	}
	return s.alternatives
}
