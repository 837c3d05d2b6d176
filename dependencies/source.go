package dependencies

import "github.com/brio-go/brio/internal/inject"

// Source is a provider that is more than a function, such as a security scheme. It is given to brio.Provide or brio.Depends as a function
// is. The Source itself is the provider's identity: a Source that app and router declare runs once. So it must be comparable; use a
// pointer.
type Source interface {
	ProviderFunc() any    // the function to call, always with the same parameters and results
	ProviderName() string // for messages and Explain
}

// The engine finds the methods by an interface of its own.
var _ inject.Source = Source(nil)
