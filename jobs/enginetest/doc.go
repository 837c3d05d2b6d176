// Package enginetest is the contract of a jobs.Engine: tests that each engine must pass, also one of the program.
//
//	func TestEngine(t *testing.T) {
//		enginetest.Engine(t, func(t *testing.T) jobs.Engine { return newEngine(t) })
//	}
//
// [Engine] tests one engine with a store of its own. [Shared] tests several on one store, as processes have them. [Faults] runs jobs through
// a proxy that cuts connections, loses answers and delays them, and stops and starts the server; it prints what it tried, and fails unless
// nothing was wrong.
package enginetest
