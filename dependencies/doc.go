// Package dependencies says how a provider is used, and has the types that providers and their callers meet.
//
// A provider is a function, or a [Source], which is more than a function. [NoCache], [BeforeResponse] and [Scoped] wrap a
// provider before an app is given it. The package does not know how providers are found and called.
package dependencies
