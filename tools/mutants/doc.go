// Command mutants changes one place of the core at a time and runs the tests: a change that no test notices is a place that no test
// holds. Run it with `make mutants`; CI does not run it.
//
// The places are conditions, comparisons, operands of && and ||, statements and results. A seed decides which of them are changed and
// in which order, so the same seed tries the same mutants on the same source. A sample is a file of names: the share of its mutants that are
// noticed can be compared from one commit to the next. The changed file reaches the compiler by -overlay. The
// source tree is never written.
//
// The mutants of one folder share a build: their functions hold all changed bodies beside their own, and the environment of a test program
// chooses one. For each mutant the tests of its own package run, then the folders of tests/ that drive it (the table subjects), until the
// first failure. Tests that fail although no mutant is chosen, as tests that count allocations may, are left out if they
// pass on the source as it is; otherwise they end the command. A package whose merged tests cannot run has a build for each mutant.
// The outcome is
//
//	noticed    a test failed, or did not end in time
//	survived   all tests passed
//	invalid    the mutant does not compile; it is not counted
//
// Outcomes are appended to a file. A second run with the same file continues where the first stopped, and tries a mutant again only if
// its package has changed. The command ends with the share of mutants that were noticed, and with the survivors that
// accepted.txt does not explain.
package main
