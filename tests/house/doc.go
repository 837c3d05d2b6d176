// Package house reads the source tree of Brio and fails when it gets worse than it is: when the public surface grows, when a
// package imports one above it, when unsafe code spreads, when a package comment makes a claim that is no longer true. It
// has no code of its own beside its tests.
//
// A measure finds places. Each place is a line of a text without line numbers, such as "internal/bind/fast.go" or
// "routing: func Compile: internal/model.Type", so it stays the same while the code around it changes.
//
//   - testdata/bounds.txt is the one table of bounds: how many places each measure may find, and the number to reach.
//   - testdata/known/<measure>.txt lists the places of a measure by name. A place that is not listed fails the test, and so
//     does a line whose place is gone.
//   - testdata/names.txt lists all names that programs can use, so each change of the public surface is a line of a diff.
//   - testdata/engine.txt lists the names of the public surface that are for the framework alone. They become internal.
//   - testdata/oldnames.txt lists the names of declarations that shall change, with the new ones.
//   - floors_test.go has the floor of each package: a package imports only packages of lower floors.
//
// After a change for the better, `go test -C tests ./house -update` writes names.txt anew, takes lines out of the lists and
// lowers the bounds. It never adds a line to a list and never raises a bound: a change for the worse is written by hand, where a
// reviewer sees it.
//
// `go test -C tests -v -run TestMeasures ./house` prints the table of all measures. Each measure has a test of its own on a
// small tree of made-up source, which shows that it finds what it is for.
package house
