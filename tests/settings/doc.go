// Package settings has the tests of settings that an app reads from its environment. The package has no code.
package settings
