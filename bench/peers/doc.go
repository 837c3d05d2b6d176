// Package peers lists the compared implementations. A new one is a package with a Handler() http.Handler that meets package contract, and
// a line in All.
package peers
