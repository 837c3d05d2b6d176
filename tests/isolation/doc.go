// Package isolation tests that no request notices another one: what user code is given may be kept, changed in place, and used
// while other requests run.
package isolation
