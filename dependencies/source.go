package dependencies

import "github.com/brio-go/brio/internal/inject"

// Source is a provider that is more than a function, such as a security scheme. ProviderFunc is the function to call;
// the Source itself, which must be comparable, is the provider's identity.
type Source interface {
	ProviderFunc() any
	ProviderName() string
}

var _ inject.Source = Source(nil)
