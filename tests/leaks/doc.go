// Package leaks has tests that internal errors do not reach clients, and no code of its own.
package leaks
