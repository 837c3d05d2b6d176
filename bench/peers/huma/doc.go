// Package huma is danielgtaylor/huma v2 with its own binding, validation and RFC 9457 errors, on the standard mux (Go) and on chi (Chi).
// Its $schema links are off, because no other peer has them; they would cost huma more time.
package huma
