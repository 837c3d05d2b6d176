// Package nethttp is the service on the standard library alone, written as most programs are: ServeMux, encoding/json, url.Values, and
// validator.
package nethttp
