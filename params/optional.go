package params

import (
	"reflect"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// Optional is a value that may be absent or null, and tells the two apart, in every source. The zero Optional is absent.
//
// As a field of a result, an absent Optional is left out of the JSON object. As an element of a list or a map it is null.
type Optional[T any] struct {
	value    T
	presence model.Presence
}

// Some returns an Optional that holds v.
func Some[T any](v T) Optional[T] { return Optional[T]{v, model.Present} }

// Null returns an Optional that is null.
func Null[T any]() Optional[T] { return Optional[T]{presence: model.Null} }

// Get returns the value. It reports false when the Optional is absent or null; the value is zero then.
func (o Optional[T]) Get() (T, bool) { return o.value, o.presence == model.Present }

// Or returns the value, or fallback when it is absent or null.
func (o Optional[T]) Or(fallback T) T {
	if o.presence == model.Present {
		return o.value
	}
	return fallback
}

// IsSet reports whether the Optional is a value or null.
func (o Optional[T]) IsSet() bool { return o.presence != model.Absent }

// IsNull reports whether the Optional is null.
func (o Optional[T]) IsNull() bool { return o.presence == model.Null }

// IsZero reports whether the Optional is absent. encoding/json calls it for the option omitzero of json tags.
func (o Optional[T]) IsZero() bool { return o.presence == model.Absent }

// MarshalJSON returns the value as JSON, or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if o.presence != model.Present {
		return []byte("null"), nil
	}
	return json.Append(nil, o.value)
}

// UnmarshalJSON reads a value or null. After an error the Optional is as before.
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

// ValidatorValue returns the value, or nil when it is absent or null. Rules that compare fields call it.
func (o Optional[T]) ValidatorValue() any {
	if o.presence != model.Present {
		return nil
	}
	return o.value
}

// Unwrap is for the framework. It returns the place of the value, and of its presence.
func (o *Optional[T]) Unwrap() (reflect.Value, *model.Presence) {
	return reflect.ValueOf(&o.value).Elem(), &o.presence
}
