// Package values has tests of whole apps, and no code of its own.
package values
