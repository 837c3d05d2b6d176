package params

// Enum is a string or integer type that lists its values; nothing else is accepted in a request. Results are not checked.
// It is here for documentation: a type needs the method only.
type Enum[T any] interface{ Values() []T }
