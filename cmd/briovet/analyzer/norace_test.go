//go:build !race

package analyzer_test

// buildFlags are those of a test without the race detector.
var buildFlags []string
