// Package dependencies says how a provider is used, and calls functions with their dependencies outside of an app.
//
// A provider is a function, or a [Source], which is more than a function. [NoCache], [BeforeResponse], [Scoped] and [Failing] wrap a
// provider; the result is given to brio.Provide or brio.Depends. A [Resolver] needs no app:
//
//	r := dependencies.New()
//	r.Supply(db)
//	r.Provide(newAccounts)
//	err := r.Call(ctx, func(ctx context.Context, a *Accounts) error { return a.CloseMonth(ctx) })
//
// The package does not know how providers are found and called, and nothing of HTTP.
package dependencies
