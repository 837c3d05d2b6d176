//go:build race

package analyzer_test

// buildFlags make go list use the packages that were compiled for this test.
var buildFlags = []string{"-race"}
