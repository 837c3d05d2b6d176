// Package static has tests of whole apps with Static, and of what Static and Frontend share. It has no code of its own.
package static
