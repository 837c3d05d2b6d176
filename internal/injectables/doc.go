// Package injectables is the one list of the framework types that functions may take as parameters.
//
// [Rows] makes an [inject.Row] of each. Routes, App.Resolve and dependencies.Resolver compile their functions with the same rows; what a
// row needs says where its type can be had. Messages name the types by their rows, and a test compares the documentation with them. A new
// injectable type is one more row, and an alias in package brio.
//
// The values that the functions of a request share stand in its [State]. The package knows neither providers nor how answers are written.
package injectables
