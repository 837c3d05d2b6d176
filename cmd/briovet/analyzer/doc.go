// Package analyzer finds in the source what App.Check reports when a program starts, with the same words: parameter structs are judged by
// the package that binds requests, on mirrors of their types (package mirror), and the other texts stand in internal/mistakes, where Check
// has them from too. It adds what only the source shows: Responses that change after they were returned, and contexts that are not
// passed on.
//
// A package is judged by itself. What another package may declare, such as a provider or a prefix, is taken as legal: a report is one that
// Check would make, or says what is certainly wrong.
package analyzer
