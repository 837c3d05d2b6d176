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

	"github.com/brio-go/brio/internal/origin"
)

// RateLimitOptions configure RateLimit.
type RateLimitOptions struct {
	// Limit is how many requests a key may make in Window, evenly: one more every Window/Limit.
	Limit  int
	Window time.Duration
	// Burst is how many it may make at once after a pause: Limit when it is 0.
	Burst int
	// Key says whose requests count together; "" is not limited. By default it is the client's address (ClientHost), of
	// IPv6 the first 64 bits, which is what one customer has.
	Key func(r *http.Request) string
	// Name is the policy's in the headers: "default" when it is empty. Several limits around a route have different names.
	Name string
	// Store keeps the keys: a MemoryStore of 100,000 keys when it is nil. One that several servers share makes the limit
	// theirs together.
	Store Store
	// FailClosed answers 503 when the Store has an error. Otherwise the request passes and the error is logged.
	FailClosed bool
	// Logger is slog.Default() when it is nil.
	Logger *slog.Logger
}

// Policy is a limit in the terms of the generic cell rate algorithm: a key earns one request every Interval, and saves up
// Burst of them.
type Policy struct {
	Name     string
	Interval time.Duration
	Burst    int
}

// Decision is what a Store says of one request.
type Decision struct {
	Allowed    bool
	Remaining  int           // requests that the key may make at once now
	RetryAfter time.Duration // until the next is allowed, where this one is not
	Reset      time.Duration // until the key has all of its burst again
}

// Store counts the requests of keys. Take counts one, if it is allowed. It is called by many requests at once and must
// do so atomically for each key; it should give up with the context.
type Store interface {
	Take(ctx context.Context, key string, p Policy) (Decision, error)
}

// RateLimit answers 429 with Retry-After to clients that make more than Limit requests in Window. All answers have
// RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10): what the limit is, how many requests are left
// and in how many seconds all are. It panics when a number makes no limit.
//
// It is a token bucket: a key that paused may make Burst requests at once, then one every Window/Limit. Behind a proxy all
// clients have its address, unless it is trusted (ProxyHeaders, brio.TrustProxies). It costs three allocations (64 bytes).
func RateLimit(o RateLimitOptions) Func {
	mustBe(o.Limit > 0 && o.Window > 0 && o.Window >= time.Duration(o.Limit), "RateLimit", "Limit is %d, Window %v; legal is a request and a nanosecond for each of them, and more", o.Limit, o.Window)
	mustBe(o.Burst >= 0, "RateLimit", "Burst is %d; legal is 0 and more", o.Burst)
	if o.Burst == 0 {
		o.Burst = o.Limit
	}
	if o.Name == "" {
		o.Name = "default"
	}
	mustBe(origin.IsToken(o.Name), "RateLimit", "Name is %q; legal are letters, digits and hyphens", o.Name)
	if o.Key == nil {
		o.Key = ClientKey
	}
	if o.Store == nil {
		o.Store = NewMemoryStore(100_000)
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	p := Policy{Name: o.Name, Interval: o.Window / time.Duration(o.Limit), Burst: o.Burst}
	mustBe(time.Duration(o.Burst) < math.MaxInt64/4/p.Interval, "RateLimit", "a Burst of %d takes %v each, which is longer than can be counted", o.Burst, p.Interval)
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

// limitValue is an item of structured fields (RFC 9651): "default";r=9;t=30.
func limitValue(name string, d Decision) string {
	var room [64]byte
	b := strconv.AppendQuote(room[:0], name)
	b = strconv.AppendInt(append(b, ";r="...), int64(d.Remaining), 10)
	b = strconv.AppendInt(append(b, ";t="...), int64(wholeSeconds(d.Reset)), 10)
	return string(b)
}

// ClientKey is the client's address; of IPv6 its network of 64 bits. Clients without an address, as by a Unix socket,
// have the key "unix" together.
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
