package redis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrOpen is the error of a call that was not sent: the calls before it have failed, and the store waits before it tries again.
var ErrOpen = errors.New("redis: the server does not answer, and is not asked for a moment")

// StoreOptions configure the stores of this package. The zero value has the defaults.
type StoreOptions struct {
	// Prefix begins each key, so that several programs may share a server. "" means "brio".
	Prefix string
	// Timeout limits each call, with the attempts that go-redis makes. 0 means 500 milliseconds. A client with ContextTimeoutEnabled
	// keeps it by itself; for other clients a call needs a goroutine, and takes about twice the time.
	Timeout time.Duration
	// Failures is how many calls in a row must fail before the store stops asking the server. 0 means 5.
	Failures int
	// Pause is how long it then does not ask, and returns ErrOpen at once. After that one call tries the server while the others still
	// return ErrOpen. 0 means one second.
	Pause time.Duration
}

// store is what the stores share: the client, the names of keys, and the circuit breaker.
type store struct {
	client redis.UniversalClient
	o      StoreOptions
	bounds bool // the client itself ends a call at the deadline of its context

	mu       sync.Mutex
	failures int       // calls in a row
	until    time.Time // no call is sent before; zero while the server answers
}

// newStore sets the defaults of options. Negative numbers have the meaning of 0.
func newStore(client redis.UniversalClient, o StoreOptions) *store {
	if o.Prefix == "" {
		o.Prefix = "brio"
	}
	if o.Timeout <= 0 {
		o.Timeout = 500 * time.Millisecond
	}
	if o.Failures <= 0 {
		o.Failures = 5
	}
	if o.Pause <= 0 {
		o.Pause = time.Second
	}
	return &store{client: client, o: o, bounds: endsCalls(client)}
}

// endsCalls reports whether the client ends a call at the deadline of its context.
func endsCalls(client redis.UniversalClient) bool {
	switch c := client.(type) {
	case *redis.Client:
		return c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		return c.Options().ContextTimeoutEnabled
	}
	return false
}

// key makes the key of a record. Its last part is a hash in braces, so that each record has one slot of a cluster whatever characters the
// parts have, and so that addresses and users do not stand in the server.
func (s *store) key(kind string, parts ...string) string {
	var text strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&text, "%d:%s", len(p), p)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return s.o.Prefix + ":" + kind + ":{" + hex.EncodeToString(sum[:16]) + "}"
}

// ask runs do under the timeout, unless the breaker is open. An error of the server counts as a failure, the end of the caller's own
// context and an absent key do not. A client of go-redis heeds the deadline in the middle of a call only with ContextTimeoutEnabled, which a
// store cannot set on the program's client: without it do runs in a goroutine of its own.
func ask[T any](ctx context.Context, s *store, do func(ctx context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var got outcome
	if !s.mayAsk() {
		return got.value, ErrOpen
	}
	inner, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if s.bounds {
		got.value, got.err = do(inner)
	} else {
		done := make(chan outcome, 1) // buffered: after the timeout no goroutine receives from it
		go func() {
			v, err := do(inner)
			done <- outcome{v, err}
		}()
		select {
		case got = <-done:
		case <-inner.Done():
			got.err = inner.Err()
		}
	}
	if got.err != nil && ctx.Err() != nil {
		s.release()
		return got.value, got.err
	}
	s.record(got.err == nil || errors.Is(got.err, redis.Nil))
	return got.value, got.err
}

// mayAsk reports whether a call may be sent. After a pause it lets one call through in each further pause.
func (s *store) mayAsk() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until.IsZero() {
		return true
	}
	now := time.Now()
	if now.Before(s.until) {
		return false
	}
	s.until = now.Add(s.o.Pause)
	return true
}

// release lets the next call try the server: the caller of this one has gone before the server has answered.
func (s *store) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.until.IsZero() {
		s.until = time.Now()
	}
}

// record counts the outcome of a call.
func (s *store) record(ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok {
		s.failures, s.until = 0, time.Time{}
		return
	}
	if s.failures++; s.failures >= s.o.Failures {
		s.until = time.Now().Add(s.o.Pause)
	}
}
