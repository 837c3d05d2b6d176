// Package finite prints values and walks errors that user code has made, which may contain themselves. fmt prints a cyclic
// map until the stack overflows, which ends the process, and errors.Is walks a cyclic chain for ever.
//
// It knows nothing of the rest of the framework.
package finite
