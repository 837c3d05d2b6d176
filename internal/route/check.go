package route

import (
	"context"
	"fmt"
	"reflect"
)

// check runs the Validate methods of a result (ValidateResponses).
func (e *endpoint) check(ctx context.Context, result reflect.Value) error {
	if err := e.encoder.Validate(ctx, result); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// checkItem is check for an item of a stream. For an event it checks the data.
func (e *endpoint) checkItem(ctx context.Context, item reflect.Value) error {
	if e.events {
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
