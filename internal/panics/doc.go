// Package panics makes errors of recovered panics, and finds panics and aborts in the errors of user code.
//
// The value of recover goes in, an error with the stack comes out. The package does not know which function panicked, and
// writes no logs.
package panics
