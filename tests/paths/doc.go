// Package paths has tests of whole apps, and no code of its own.
package paths
