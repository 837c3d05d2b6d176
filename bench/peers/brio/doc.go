// Package brio is the service as a user of Brio writes it: typed parameters and results, a response model, and a provider for each link
// of the dependency chain. Nothing in it is there for speed.
package brio
