// Package httptext reads and writes the pieces of HTTP header fields that RFC 9110 gives a grammar: tokens and field names,
// quoted strings, weights, entity tags. Of the structured fields of RFC 9651 it has dictionaries and byte sequences.
//
// Functions take header values as texts and return texts; a slice of lines stands for a field that a message has more than
// once. They fail by a bool, and callers decide what a malformed field means. The package must not know requests, responses
// or what a field is for, and imports nothing of Brio.
package httptext
