// Package dependencies tests dependencies in whole apps: which provider a parameter gets, in which order they run, what Check
// reports, what lives as long as the app, and how tests override them.
package dependencies
