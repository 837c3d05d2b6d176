package declare

import (
	"context"
	"reflect"
)

// Dependency is a provider as an option declares it. A pointer to it is its identity: an option that two routers have declares
// one Dependency. Package inject makes a provider of it when an app is compiled.
type Dependency struct {
	Kind  DependencyKind
	Given any          // a function or a source, perhaps wrapped; of SuppliedValue the value; of BuiltValue a Build
	Type  reflect.Type // of BuiltValue: the type of the value
	Place string       // file:line of the option
}

// DependencyKind says when a dependency is needed, and the form of Given.
type DependencyKind uint8

const (
	Provided      DependencyKind = iota // a function, called if another function takes its result
	Guard                               // a function that is always called
	SuppliedValue                       // a value that exists before the app starts
	BuiltValue                          // a value that is built when the app starts
)

// Build makes a value for the life of the app, and gives the function that ends it; nil: the value needs no end.
type Build = func(ctx context.Context) (value any, stop func(context.Context) error, err error)

// Raised is an error type that a function declares to return.
type Raised struct {
	Type     reflect.Type
	Statuses []int  // of its answers; none: the method StatusCode says it
	Place    string // of the declaration
}
