// Package documents has tests of whole apps, and no code of its own.
package documents
