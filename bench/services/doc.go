// Package services measures what a request costs that uses a shared store: a rate limit, a session, an idempotent POST. Each stands
// beside the same request without it, and beside the usual Go library in the place of Brio's. `make bench-services` prints the table.
package services
