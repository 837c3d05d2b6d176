// Package pages has the tests of what an app serves beside its routes: the document and the pages that show it. The package
// has no code.
package pages
