//go:build ignore

package other

// list is of another package.
func list() {}
