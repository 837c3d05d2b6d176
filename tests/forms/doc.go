// Package forms has tests of url-encoded and multipart forms, files and raw bodies on whole apps, and no code of its own.
package forms
