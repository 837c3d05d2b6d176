// Package limit is the reference of the comparison: code written by hand on the standard mux, with goccy/go-json and validator. Handler
// calls validator for each body. Floor has the checks of the body written out, and calls validator only to explain a failure.
package limit
