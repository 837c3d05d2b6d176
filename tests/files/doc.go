// Package files has tests of whole apps that send files, and no code of its own.
package files
