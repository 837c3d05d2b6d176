// Package merge has tests of how whole apps merge the temporal Response into the answer, and no code of its own.
package merge
