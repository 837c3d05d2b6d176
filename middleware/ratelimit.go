package middleware

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/httptext"
)

// RateLimitOptions configure RateLimit.
type RateLimitOptions struct {
	// Limit is how many requests a key may make in Window. A key earns one request every Window/Limit, which is at least a
	// nanosecond. Both have no default: 0 is a mistake. If Limit is brio.NoLimit (-1), RateLimit does nothing.
	Limit  int
	Window time.Duration
	// Burst is how many requests a key may make at once after a pause. 0 means Limit. It must not be negative.
	Burst int
	// Key returns the key that a request counts for; "" means that it is not limited. Key must be safe for concurrent use. The
	// default is ClientKey: the client's address, for IPv6 its network of 64 bits, because one customer usually has a whole network.
	Key func(r *http.Request) string
	// Name is the name of the policy in the headers. "" means "default". Limits around the same route need different names.
	Name string
	// Store counts the requests. nil means a MemoryStore of 100,000 keys. If several servers share a Store, the limit applies
	// to all of them together.
	Store Store
	// FailClosed answers 503 if the Store returns an error. Otherwise the error is logged and the request passes.
	FailClosed bool
	// Logger receives errors of the Store. nil means slog.Default().
	Logger *slog.Logger
}

// Policy is a limit for the generic cell rate algorithm: a key earns one request every Interval, and may save up to Burst
// requests.
type Policy struct {
	Name     string        // of RateLimitOptions: keys of different policies do not count together
	Interval time.Duration // Window/Limit
	Burst    int
}

// Decision is the result of a Store for one request.
type Decision struct {
	Allowed    bool          // the request is within the limit and was counted
	Remaining  int           // requests that the key may still make now
	RetryAfter time.Duration // time until the next request is allowed; 0 if this one is
	Reset      time.Duration // time until the key's burst is complete again
}

// Store counts the requests of keys. Take counts a request if the policy allows it. It must be safe for concurrent use and
// atomic for each key, and it should return when the context ends.
type Store interface {
	Take(ctx context.Context, key string, p Policy) (Decision, error)
}

// RateLimit answers 429 (RFC 6585, 4) with Retry-After to clients that make more than Limit requests in Window. All answers have the headers
// RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10): the limit, the requests that are left, and the
// seconds until the burst is complete.
//
// It is a token bucket: after a pause a key may make Burst requests at once, then one every Window/Limit. Behind a proxy that
// is not trusted (ProxyHeaders, brio.TrustProxies) all clients have the proxy's address and share one limit. It costs three
// allocations (64 bytes).
func RateLimit(o RateLimitOptions) Func {
	if o.Name == "" {
		o.Name = "default"
	}
	var c checks
	required(&c, "Limit", o.Limit)
	if o.Limit > 0 {
		c.must(o.Window >= time.Duration(o.Limit), "a positive duration, at least a nanosecond for each request of Limit", "Window is %v, Limit %d", o.Window, o.Limit)
	}
	c.must(o.Burst >= 0, "a positive number; 0 for Limit", "Burst is %d", o.Burst)
	c.must(httptext.IsToken(o.Name), `letters, digits and hyphens; "" for "default"`, "Name is %q", o.Name)
	if o.Burst == 0 {
		o.Burst = o.Limit
	}
	if c.mistakes == nil && o.Limit > 0 {
		interval := o.Window / time.Duration(o.Limit)
		c.must(time.Duration(o.Burst) < math.MaxInt64/4/interval, "a Burst that is complete again in less than 73 years", "Burst is %d and takes %v each, which is longer than can be counted", o.Burst, interval)
	}
	if s, ok := o.Store.(*MemoryStore); ok && s != nil {
		c.mistakes = append(c.mistakes, s.mistakes...)
	}
	switch refused := c.refused(); {
	case refused != nil:
		return refused
	case o.Limit == argument.NoLimit:
		return unlimited
	}
	if o.Key == nil {
		o.Key = ClientKey
	}
	if o.Store == nil {
		o.Store = NewMemoryStore(0)
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	p := Policy{Name: o.Name, Interval: o.Window / time.Duration(o.Limit), Burst: o.Burst}
	policy := []string{fmt.Sprintf("%q;q=%d;w=%d", o.Name, o.Limit, wholeSeconds(o.Window))}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			key := o.Key(r)
			if key == "" {
				next.ServeHTTP(w, r)
				return
			}
			d, err := o.Store.Take(r.Context(), key, p)
			if err != nil {
				o.Logger.LogAttrs(r.Context(), slog.LevelError, "the store of a rate limit failed", slog.String("policy", o.Name), slog.String("error", err.Error()))
				if o.FailClosed {
					refuse(w, r, http.StatusServiceUnavailable, "The server cannot check its limits")
					return
				}
				next.ServeHTTP(w, r)
				return
			}
			h := w.Header()
			h["Ratelimit-Policy"] = append(h["Ratelimit-Policy"], policy...)
			h["Ratelimit"] = append(h["Ratelimit"], limitValue(o.Name, d))
			if d.Allowed {
				next.ServeHTTP(w, r)
				return
			}
			h["Retry-After"] = []string{strconv.Itoa(max(1, wholeSeconds(d.RetryAfter)))}
			refuse(w, r, http.StatusTooManyRequests, "Too many requests")
		})
	}
}

// limitValue returns an item of structured fields (RFC 9651): "default";r=9;t=30.
func limitValue(name string, d Decision) string {
	var room [64]byte
	b := strconv.AppendQuote(room[:0], name)
	b = strconv.AppendInt(append(b, ";r="...), int64(d.Remaining), 10)
	b = strconv.AppendInt(append(b, ";t="...), int64(wholeSeconds(d.Reset)), 10)
	return string(b)
}

// ClientKey returns the client's address, for IPv6 its network of 64 bits. All clients without an address, such as those of a
// Unix socket, share the key "unix".
func ClientKey(r *http.Request) string {
	host := ClientHost(r)
	if host == "" {
		return "unix"
	}
	if strings.IndexByte(host, ':') < 0 {
		return host
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	network, _ := a.Prefix(64)
	return network.String()
}
