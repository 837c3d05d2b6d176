package security

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
)

// As gives the credentials of a scheme another type, so that functions can take the credentials of two schemes of one kind:
//
//	type AdminKey security.APIKey
//
//	admin := security.As[AdminKey](security.APIKeyHeader("X-Admin")) // yields an *AdminKey
//
// The key of the scheme in the document is the name of the type, unless the scheme has a Name. For an [AnyOf], T is a struct with a
// pointer for each type that the schemes yield. The pointer of the scheme that the request met is set:
//
//	type Caller struct {
//		Token *security.Token
//		Key   *security.APIKey
//	}
//
//	caller := security.As[Caller](security.AnyOf(security.HTTPBearer(), security.APIKeyHeader("X-Key"))) // a *Caller
func As[T any](of Scheme) Scheme {
	t := reflect.TypeFor[T]()
	if of == nil {
		s := &scheme{kind: t.Name(), provider: func(*exchange.Exchange) *T { return nil }}
		s.fail(fmt.Sprintf("As[%s] is given nil", t), "a scheme")
		return s
	}
	from := of.scheme()
	s := *from
	s.mistakes = append([]mistake(nil), from.mistakes...)
	if s.alternatives != nil {
		s.find = unionOf[T](&s)
	} else {
		s.find = converted[T](&s, from)
		if strings.Trim(t.Name(), keyCharacters) == "" {
			s.kind = t.Name()
		}
	}
	s.yields, s.provider = reflect.TypeFor[*T](), provide[T](&s)
	return &s
}

// converted returns a finder whose credentials are a *T in the same memory. T is defined as the type of the credentials.
func converted[T any](s, from *scheme) finder {
	if t := reflect.TypeFor[*T](); !from.yields.ConvertibleTo(t) {
		s.fail(fmt.Sprintf("As[%s] of a scheme that yields a %s", t.Elem(), from.yields),
			fmt.Sprintf("a type that is defined as the credentials are: type %s %s", t.Elem().Name(), from.yields.Elem()))
	}
	return func(x *exchange.Exchange) (any, outcome) {
		credentials, found := from.find(x)
		if found != given {
			return nil, found
		}
		return (*T)(reflect.ValueOf(credentials).UnsafePointer()), given
	}
}

// unionOf returns a finder that sets the field of T with the type of the credentials.
func unionOf[T any](s *scheme) finder {
	fields := unionFields(s, reflect.TypeFor[T]())
	return func(x *exchange.Exchange) (any, outcome) {
		credentials, by, found := s.first(x)
		if found != given {
			return nil, found
		}
		union := new(T)
		reflect.ValueOf(union).Elem().Field(fields[by]).Set(reflect.ValueOf(credentials))
		return union, given
	}
}

// unionFields returns the index of the field of t for each alternative.
func unionFields(s *scheme, t reflect.Type) []int {
	legal := "a struct with one exported pointer field for each type that the schemes yield, and no other"
	if t.Kind() != reflect.Struct {
		s.fail(fmt.Sprintf("As[%s] of AnyOf", t), legal)
		return nil
	}
	byType := map[reflect.Type]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		if _, again := byType[f.Type]; again || !f.IsExported() || !s.yieldsA(f.Type) {
			s.fail(fmt.Sprintf("As[%s] of AnyOf: the field %s (%s) is for none of the schemes, or a second one for the same", t, f.Name, f.Type), legal)
			continue
		}
		byType[f.Type] = i
	}
	fields := make([]int, len(s.alternatives))
	for i, a := range s.alternatives {
		at, ok := byType[a.yields]
		if !ok {
			s.fail(fmt.Sprintf("As[%s] of AnyOf: no field for %s, which yields a %s", t, a.key(), a.yields), legal)
		}
		fields[i] = at
	}
	return fields
}

// yieldsA reports whether one of the alternatives yields a t.
func (s *scheme) yieldsA(t reflect.Type) bool {
	for _, a := range s.alternatives {
		if a.yields == t {
			return true
		}
	}
	return false
}
