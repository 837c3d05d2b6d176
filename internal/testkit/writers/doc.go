// Package writers has response writers for tests of what wraps them: they log their calls. It imports nothing of Brio, so that tests of
// each package can use it.
package writers
