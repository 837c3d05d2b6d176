package params

// Enum is a string or integer type whose method Values lists its values. A request with another value gets a 422, and the
// document lists the values. Results are not checked.
//
// The interface documents the method. A type needs the method only.
type Enum[T any] interface{ Values() []T }
