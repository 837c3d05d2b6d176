// Package health has the tests of what probes of an orchestrator see of an app. The package has no code.
package health
