// Package responses has tests of what whole apps answer a request with, and no code of its own.
package responses
