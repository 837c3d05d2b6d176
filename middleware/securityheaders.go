package middleware

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
)

// None as an option of SecurityHeadersWith leaves a header out.
const None = "none"

// SecurityHeadersOptions configure SecurityHeadersWith. What is empty has its default, None leaves the header out.
type SecurityHeadersOptions struct {
	ContentSecurityPolicy     string // "frame-ancestors 'none'"
	FrameOptions              string // "DENY", for browsers that do not know frame-ancestors
	ReferrerPolicy            string // "strict-origin-when-cross-origin"
	CrossOriginOpenerPolicy   string // "same-origin"
	CrossOriginResourcePolicy string // left out: it would keep other origins from what CORS allows them
	PermissionsPolicy         string // left out
	// HSTS is how long browsers must use https: a year when it is 0, and left out when it is negative. It is sent by https
	// only, and holds for the host alone unless HSTSSubdomains.
	HSTS           time.Duration
	HSTSSubdomains bool
}

// SecurityHeaders sets the headers that keep browsers from guessing and framing: X-Content-Type-Options: nosniff,
// Content-Security-Policy: frame-ancestors 'none', X-Frame-Options: DENY, Referrer-Policy:
// strict-origin-when-cross-origin, Cross-Origin-Opener-Policy: same-origin and, by https, Strict-Transport-Security:
// max-age=31536000. A handler that sets one of them has the last word. It does not allocate.
func SecurityHeaders() Func { return SecurityHeadersWith(SecurityHeadersOptions{}) }

// SecurityHeadersWith is SecurityHeaders with other values. It panics when a value cannot be one of a header.
func SecurityHeadersWith(o SecurityHeadersOptions) Func {
	always := []exchange.HeaderLine{{Key: "X-Content-Type-Options", Value: "nosniff"}}
	for _, h := range []struct{ key, value, fallback string }{
		{"Content-Security-Policy", o.ContentSecurityPolicy, "frame-ancestors 'none'"},
		{"X-Frame-Options", o.FrameOptions, "DENY"},
		{"Referrer-Policy", o.ReferrerPolicy, "strict-origin-when-cross-origin"},
		{"Cross-Origin-Opener-Policy", o.CrossOriginOpenerPolicy, "same-origin"},
		{"Cross-Origin-Resource-Policy", o.CrossOriginResourcePolicy, None},
		{"Permissions-Policy", o.PermissionsPolicy, None},
	} {
		if h.value == "" {
			h.value = h.fallback
		}
		mustBe(!strings.ContainsFunc(h.value, func(c rune) bool { return c < ' ' || c > '~' }), "SecurityHeaders", "%s is %q; legal are printable ASCII characters", h.key, h.value)
		if h.value != None {
			always = append(always, exchange.HeaderLine{Key: h.key, Value: h.value})
		}
	}
	if o.HSTS == 0 {
		o.HSTS = 365 * 24 * time.Hour
	}
	hsts := "max-age=" + strconv.Itoa(int(o.HSTS/time.Second))
	if o.HSTSSubdomains {
		hsts += "; includeSubDomains"
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			exchange.SetHeaders(h, always)
			if o.HSTS > 0 && Scheme(r) == "https" {
				exchange.SetHeader(h, "Strict-Transport-Security", hsts)
			}
			next.ServeHTTP(w, r)
		})
	}
}
