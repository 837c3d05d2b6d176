// Package middleware has the tests of middleware in whole apps: its errors in the app's format, its place in the stack, and
// what the handler and the router see of it. Each middleware alone is tested beside its code. The package has no code.
package middleware
