// Package storetest is the contract of the stores of package middleware: tests that each store must pass, also a store of the program.
//
//	func TestLimits(t *testing.T) {
//		storetest.RateLimits(t, func(t *testing.T) middleware.Store { return newStore(t) })
//	}
//
// The functions with Faults run the same operations through a proxy that cuts connections, loses answers and delays them, and stop and
// start the server. They print what they tried, and fail unless nothing was wrong.
package storetest
