package redis_test

import (
	"errors"
	"os"
	"testing"

	"github.com/brio-go/brio/contrib/redis"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/internal/testkit/hubtest"
	client "github.com/redis/go-redis/v9"
)

func open(addr string) (hub.Broker, func() error) {
	c := client.NewClient(&client.Options{Addr: addr})
	b := redis.New(c)
	isClosed := false
	return b, func() error {
		if isClosed {
			return b.Close()
		}
		isClosed = true
		return errors.Join(b.Close(), c.Close())
	}
}

// TestMain runs the tests, or the app of a process that a test has started.
func TestMain(m *testing.M) {
	if addr := os.Getenv(envLimits); addr != "" {
		serveLimited(addr)
	}
	hubtest.Main(m, open)
}

func TestBroker(t *testing.T) { hubtest.Run(t, hubtest.Redis, open) }
