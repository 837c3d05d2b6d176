// Package testkit has the helpers that tests of several packages share: requests in memory, servers on the loopback interface, a log that
// tests read, and waits with a time limit.
//
// It imports brio, so tests of the packages below brio use it from their external test package. In the module tests, a package whose tests
// call Do has a TestMain that calls contract.Main: it fails the package when an answer broke the contract with the app's document.
package testkit
