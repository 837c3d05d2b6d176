// Package health has the tests of what operators see of an app: its health for probes, and the profiles of its process. The package
// has no code.
package health
