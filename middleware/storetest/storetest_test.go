package storetest_test

import (
	"testing"

	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
)

func TestMemoryStore(t *testing.T) {
	storetest.RateLimits(t, func(*testing.T) middleware.Store { return middleware.NewMemoryStore(0) })
}

func TestMemoryIdempotency(t *testing.T) {
	storetest.Idempotency(t, func(*testing.T) middleware.IdempotencyStore {
		return middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{})
	})
}

func TestMemorySessions(t *testing.T) {
	storetest.Sessions(t, func(*testing.T) middleware.SessionStore {
		return middleware.NewMemorySessions(middleware.MemorySessionsOptions{})
	})
}

func TestMemoryCache(t *testing.T) {
	storetest.Cache(t, func(*testing.T) middleware.CacheStore {
		return middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
	})
}
