// Package isolation tests that requests do not affect each other: user code may keep the values that it receives, and change them
// in place, while other requests run. It has no code.
package isolation
