// Package design runs the two programs of the design as a user writes them: the framework must run them without a change.
package design
