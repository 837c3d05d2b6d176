package middleware

import (
	"log/slog"
	"net/http"
)

// CSRFOptions configure CSRFWith.
type CSRFOptions struct {
	// TrustedOrigins may send requests that change something: "https://app.example.com".
	TrustedOrigins []string
	// Bypass are patterns of http.ServeMux whose requests are not checked, as in "POST /webhooks/".
	Bypass []string
	// Logger is told of what is refused, with the reason; nil is nobody.
	Logger *slog.Logger
}

// CSRF answers 403 to requests that a browser sends for a page of another origin and that may change something (all but
// GET, HEAD and OPTIONS). It is Go's http.CrossOriginProtection: Sec-Fetch-Site or, in older browsers, Origin and Host
// decide, without tokens; what is no browser passes. Handlers of GET must not change anything. It does not allocate.
func CSRF(trustedOrigins ...string) Func {
	return CSRFWith(CSRFOptions{TrustedOrigins: trustedOrigins})
}

// CSRFWith is CSRF with options. It panics when an origin or a pattern is none.
func CSRFWith(o CSRFOptions) Func {
	p := http.NewCrossOriginProtection()
	for _, origin := range o.TrustedOrigins {
		err := p.AddTrustedOrigin(origin)
		mustBe(err == nil, "CSRF", "TrustedOrigins: %v", err)
	}
	for _, pattern := range o.Bypass {
		p.AddInsecureBypassPattern(pattern) // panics itself
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
