// Package order tests in which order the functions of a request run, for each way in which a request can end: docs/dependencies.md
// has the list.
package order
