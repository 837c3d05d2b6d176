//go:build race

package house_test

// raceEnabled says that this test was built with the race detector. go list then uses the packages that the build has
// compiled, and compiles none anew.
const raceEnabled = true
