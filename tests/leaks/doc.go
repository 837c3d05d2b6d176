// Package leaks has tests of what clients see of internal errors, which is nothing, and no code of its own.
package leaks
