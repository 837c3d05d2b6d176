// Package examples starts each program of examples/ and judges the documents that it serves.
package examples
