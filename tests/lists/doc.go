// Package lists has the tests of pages of results: parameters, links, filters, sorts, cursors, the document and the SQL. The package
// has no code.
package lists
