// Package cleanups tests the clean-ups of dependencies: their order for each way in which a request ends, the errors that they see and
// replace, and the log of errors that no client sees.
package cleanups
