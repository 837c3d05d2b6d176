// Package errors has tests of what whole apps answer when a request fails, and no code of its own.
package errors
