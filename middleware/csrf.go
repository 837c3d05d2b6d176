package middleware

import (
	"fmt"
	"log/slog"
	"net/http"
)

// CSRFOptions configure CSRFWith.
type CSRFOptions struct {
	// TrustedOrigins may send requests with any method: "https://app.example.com".
	TrustedOrigins []string
	// Bypass are patterns of http.ServeMux. Requests that match one are not checked: "POST /webhooks/".
	Bypass []string
	// Logger receives a record with the reason for each refused request. nil logs nothing.
	Logger *slog.Logger
}

// CSRF answers 403 to requests that a browser sends for a page of another origin, except GET, HEAD and OPTIONS. It is Go's
// http.CrossOriginProtection, which needs no tokens: it reads Sec-Fetch-Site or, for older browsers, Origin and Host. Clients
// that are no browsers pass. Handlers of GET must not change data. It does not allocate.
func CSRF(trustedOrigins ...string) Func {
	return CSRFWith(CSRFOptions{TrustedOrigins: trustedOrigins})
}

// CSRFWith is CSRF with options. A malformed origin or pattern is a start-up mistake, as are two patterns in conflict.
func CSRFWith(o CSRFOptions) Func {
	p := http.NewCrossOriginProtection()
	var c checks
	for _, origin := range o.TrustedOrigins {
		err := p.AddTrustedOrigin(origin)
		c.must(err == nil, `an origin as browsers send it, as in "https://app.example.com"`, "TrustedOrigins: %v", err)
	}
	for _, pattern := range o.Bypass {
		err := addBypass(p, pattern)
		c.must(err == nil, `patterns of http.ServeMux without conflicts, as in "POST /webhooks/"`, "Bypass: %v", err)
	}
	if refused := c.refused(); refused != nil {
		return refused
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := p.Check(r); err != nil {
				if o.Logger != nil {
					o.Logger.LogAttrs(r.Context(), slog.LevelWarn, "cross-origin request refused", slog.String("method", r.Method), slog.String("path", r.URL.Path),
						slog.String("origin", r.Header.Get("Origin")), slog.String("reason", err.Error()))
				}
				refuse(w, r, http.StatusForbidden, "Cross-origin request refused")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// addBypass adds a pattern. net/http panics for a malformed pattern and for one in conflict with another.
func addBypass(p *http.CrossOriginProtection, pattern string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%q: %v", pattern, v)
		}
	}()
	p.AddInsecureBypassPattern(pattern)
	return nil
}
