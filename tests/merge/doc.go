// Package merge has tests of what reaches the client of the temporal Response, and no code of its own.
package merge
