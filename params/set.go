package params

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/json"
)

// Set is a JSON array without repetitions. In a request, repeated values count once. Results are sorted: numbers by size, texts by
// their bytes. Elements are compared with Go's ==, so two times of one moment in different zones are two elements.
type Set[T comparable] map[T]struct{}

// SetOf returns a Set of the values.
func SetOf[T comparable](values ...T) Set[T] {
	s := make(Set[T], len(values))
	for _, v := range values {
		s[v] = struct{}{}
	}
	return s
}

// Has reports whether v is in the set.
func (s Set[T]) Has(v T) bool {
	_, ok := s[v]
	return ok
}

// Add adds the values. The Set must not be nil.
func (s Set[T]) Add(values ...T) {
	for _, v := range values {
		s[v] = struct{}{}
	}
}

// Slice returns the elements. Strings and numbers are sorted; other elements are in no particular order.
func (s Set[T]) Slice() []T {
	out := make([]T, 0, len(s))
	for v := range s {
		out = append(out, v)
	}
	switch reflect.TypeFor[T]().Kind() {
	case reflect.String:
		sortBy(out, reflect.Value.String)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		sortBy(out, reflect.Value.Int)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		sortBy(out, reflect.Value.Uint)
	case reflect.Float32, reflect.Float64:
		sortBy(out, reflect.Value.Float)
	}
	return out
}

// sortBy sorts a list by a key of its elements.
func sortBy[T any, K cmp.Ordered](list []T, key func(reflect.Value) K) {
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(key(reflect.ValueOf(a)), key(reflect.ValueOf(b))) })
}

// MarshalJSON returns an array. encoding/json calls it; the framework writes results without it.
func (s Set[T]) MarshalJSON() ([]byte, error) { return json.Append(nil, s.Slice()) }

// UnmarshalJSON reads an array.
func (s *Set[T]) UnmarshalJSON(doc []byte) error {
	var list []T
	if err := json.Unmarshal(doc, &list); err != nil {
		return err
	}
	*s = SetOf(list...)
	return nil
}

// ElementType is for the framework. It returns T.
func (Set[T]) ElementType() reflect.Type { return reflect.TypeFor[T]() }
