// Package unused is in the module, but not in the program.
package unused

// List is not listed.
func List() {}

var _ = List
