// Package steps counts the functions and files of Brio that a request runs. A reader who follows one request through the
// framework has to read these, so the numbers say how far the framework is from plain. It has no code of its own beside its
// tests and its program.
//
// The test builds ./program with counters in every package of the core's module, starts it, and sends one request of each kind. It
// sends a request twice before it measures, so that caches and pools are full. Then it has the program clear its counters, sends
// the request once, waits until the handler has returned, and has the program write its counters. go tool covdata reads them.
//
// The kinds and their bounds are a table in steps_test.go. A bound is what a request ran when it was written; it only falls.
// `make steps` prints the table, and
// `go test -C tests ./steps -v -names body` what the kind called body runs, by name.
//
// Functions of the standard library and of other modules do not count, nor does the program itself. A function literal belongs
// to the function that it is in.
//
// The numbers are the same at each run. The program has one processor and no garbage collection, so a pool gives back what was put
// into it; it serves one request at a time; and each request arrives in one piece.
package steps
