// Package decoders has tests of whole apps, and no code of its own.
package decoders
