package storetest_test

import (
	"fmt"
	"testing"

	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
)

// A test of a store of the program's own. The test of a real store goes through a server, which storetest stops and starts.
func Example() {
	var server storetest.Server
	tests := []testing.InternalTest{
		{Name: "TestLimits", F: func(t *testing.T) {
			storetest.RateLimits(t, func(*testing.T) middleware.Store { return middleware.NewMemoryStore(1000) })
		}},
		{Name: "TestLimitsFaults", F: func(t *testing.T) {
			storetest.RateLimitFaults(t, server, func(t *testing.T, addr string) middleware.Store { panic("connects to addr") })
		}},
		{Name: "TestIdempotency", F: func(t *testing.T) {
			storetest.Idempotency(t, func(*testing.T) middleware.IdempotencyStore {
				return middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{})
			})
		}},
		{Name: "TestIdempotencyFaults", F: func(t *testing.T) {
			storetest.IdempotencyFaults(t, server, func(t *testing.T, addr string) middleware.IdempotencyStore { panic("connects to addr") })
		}},
		{Name: "TestSessions", F: func(t *testing.T) {
			storetest.Sessions(t, func(*testing.T) middleware.SessionStore {
				return middleware.NewMemorySessions(middleware.MemorySessionsOptions{})
			})
		}},
		{Name: "TestSessionFaults", F: func(t *testing.T) {
			storetest.SessionFaults(t, server, func(t *testing.T, addr string) middleware.SessionStore { panic("connects to addr") })
		}},
		{Name: "TestCache", F: func(t *testing.T) {
			storetest.Cache(t, func(*testing.T) middleware.CacheStore {
				return middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
			})
		}},
		{Name: "TestCacheFaults", F: func(t *testing.T) {
			storetest.CacheFaults(t, server, func(t *testing.T, addr string) middleware.CacheStore { panic("connects to addr") })
		}},
	}
	fmt.Println(len(tests), "tests")
	// Output: 8 tests
}
