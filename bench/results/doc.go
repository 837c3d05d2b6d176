// Package results reads the output of Go benchmarks in several rounds, and returns medians and ratios.
package results
