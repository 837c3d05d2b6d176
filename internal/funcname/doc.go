// Package funcname splits the names that the runtime gives to functions: package, receiver and the function's own name, without the
// suffixes that the compiler adds.
//
// It takes a function value and returns texts for logs, error messages and operation IDs. It knows nothing of the rest of the framework.
package funcname
