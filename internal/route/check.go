package route

import (
	"context"
	"reflect"
)

// check runs the Validate methods of a result (ValidateResponses).
func (e *endpoint) check(ctx context.Context, result reflect.Value) error {
	return e.named(e.encoder.Validate(ctx, result))
}

// checkItem is check for an item of a stream. For an event it checks the data.
func (e *endpoint) checkItem(ctx context.Context, item reflect.Value) error {
	if e.sendsEvents() {
		held := item
		if held.Kind() == reflect.Interface && !held.IsNil() {
			held = held.Elem()
		}
		if held.Kind() == reflect.Struct && held.Type().Implements(eventType) {
			item = held.FieldByName("Data")
		}
	}
	return e.check(ctx, item)
}
