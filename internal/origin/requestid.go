package origin

import "context"

// requestIDKey is the context key of the request's identifier.
type requestIDKey struct{}

// requestIDContext is context.WithValue in one allocation.
type requestIDContext struct {
	context.Context
	id string
}

func (c *requestIDContext) Value(key any) any {
	if key == (requestIDKey{}) {
		return c.id
	}
	return c.Context.Value(key)
}

// WithRequestID returns a context with the identifier, which RequestID returns.
func WithRequestID(ctx context.Context, id string) context.Context {
	return &requestIDContext{ctx, id}
}

// RequestID returns the identifier of the request that ctx belongs to, "" if it has none.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
