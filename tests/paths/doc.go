// Package paths tests what a path means to the router, to handlers, to middleware and behind prefixes. It has no code.
package paths
