// Package errors has tests of the answers of whole apps when a request fails, and no code of its own.
package errors
