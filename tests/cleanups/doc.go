// Package cleanups holds tests of the errors of clean-ups that no client sees: the log has each of them.
package cleanups
