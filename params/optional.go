package params

import (
	"reflect"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// Optional tells absent, null and value apart, in every source. The zero Optional is absent. In JSON an absent
// Optional is left out of a struct and written as null in a list or map.
type Optional[T any] struct {
	value    T
	presence model.Presence
}

// Some returns an Optional that holds v.
func Some[T any](v T) Optional[T] { return Optional[T]{v, model.Present} }

// Null returns an Optional that was given as null.
func Null[T any]() Optional[T] { return Optional[T]{presence: model.Null} }

// Get returns the value, and false when it is absent or null.
func (o Optional[T]) Get() (T, bool) { return o.value, o.presence == model.Present }

// Or returns the value, or fallback when it is absent or null.
func (o Optional[T]) Or(fallback T) T {
	if o.presence == model.Present {
		return o.value
	}
	return fallback
}

// IsSet reports whether the Optional was given, as a value or as null.
func (o Optional[T]) IsSet() bool { return o.presence != model.Absent }

// IsNull reports whether the Optional was given as null.
func (o Optional[T]) IsNull() bool { return o.presence == model.Null }

// IsZero reports whether the Optional is absent; the omitzero option of json tags asks for it.
func (o Optional[T]) IsZero() bool { return o.presence == model.Absent }

// MarshalJSON writes the value, or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if o.presence != model.Present {
		return []byte("null"), nil
	}
	return json.Append(nil, o.value)
}

// UnmarshalJSON reads a value or null.
func (o *Optional[T]) UnmarshalJSON(doc []byte) error {
	var fresh Optional[T]
	if string(doc) == "null" {
		fresh.presence = model.Null
	} else {
		if err := json.Unmarshal(doc, &fresh.value); err != nil {
			return err
		}
		fresh.presence = model.Present
	}
	*o = fresh
	return nil
}

// ValidatorValue gives rules that compare fields the value inside, nil when there is none.
func (o Optional[T]) ValidatorValue() any {
	if o.presence != model.Present {
		return nil
	}
	return o.value
}

// Unwrap is for the framework: the place of the value, and whether it is there.
func (o *Optional[T]) Unwrap() (reflect.Value, *model.Presence) {
	return reflect.ValueOf(&o.value).Elem(), &o.presence
}
