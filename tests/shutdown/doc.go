// Package shutdown tests what clients see of an app that stops under load: a process of its own serves, and gets SIGTERM. It has no code
// of its own.
package shutdown
