package inject

import (
	"slices"

	"github.com/brio-go/brio/internal/declare"
)

// wrapped is a provider with what its wrappers say. Options and Func take it as any; wrappers copy it.
type wrapped struct {
	provider       any              // a function or a Source
	noCache        bool             // it runs at each use
	beforeResponse bool             // its clean-up runs before the response
	scopes         []string         // for it and the providers that it needs
	raises         []declare.Raised // error types that it may return
}

// NoCache is dependencies.NoCache.
func NoCache(provider any) any { return rewrap(provider, func(w *wrapped) { w.noCache = true }) }

// BeforeResponse is dependencies.BeforeResponse.
func BeforeResponse(provider any) any {
	return rewrap(provider, func(w *wrapped) { w.beforeResponse = true })
}

// Scoped is dependencies.Scoped.
func Scoped(provider any, scopes ...string) any {
	return rewrap(provider, func(w *wrapped) { w.scopes = append(slices.Clip(w.scopes), scopes...) })
}

// rewrap returns provider with a changed copy of its wrapping.
func rewrap(provider any, change func(*wrapped)) any {
	w, ok := provider.(wrapped)
	if !ok {
		w = wrapped{provider: provider}
	}
	change(&w)
	return w
}
