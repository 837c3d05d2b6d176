package inject

import (
	"slices"

	"github.com/brio-go/brio/internal/declare"
)

// wrapped is a provider with more to say about its use.
type wrapped struct {
	provider any
	noCache  bool
	before   bool
	scopes   []string
	raises   []declare.Raised
}

// NoCache makes a provider run at each use instead of once per request. What it needs is shared as usual.
func NoCache(provider any) any { return rewrap(provider, func(w *wrapped) { w.noCache = true }) }

// BeforeResponse makes the clean-up of a provider run after the handler and before the response leaves, so that its
// error becomes the response.
func BeforeResponse(provider any) any { return rewrap(provider, func(w *wrapped) { w.before = true }) }

// Scoped adds scopes for a provider and everything it needs.
func Scoped(provider any, scopes ...string) any {
	return rewrap(provider, func(w *wrapped) { w.scopes = append(slices.Clip(w.scopes), scopes...) })
}

// rewrap changes a copy of the wrapping that provider has.
func rewrap(provider any, change func(*wrapped)) any {
	w, ok := provider.(wrapped)
	if !ok {
		w = wrapped{provider: provider}
	}
	change(&w)
	return w
}
