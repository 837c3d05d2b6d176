// Package responses has tests of the answers of whole apps, and no code of its own.
package responses
