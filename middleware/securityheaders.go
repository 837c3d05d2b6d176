package middleware

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
)

// None, as a value of SecurityHeadersOptions, omits the header.
const None = "none"

// SecurityHeadersOptions configure SecurityHeadersWith. "" means the default in the comment; None omits the header.
type SecurityHeadersOptions struct {
	ContentSecurityPolicy     string // "frame-ancestors 'none'"
	FrameOptions              string // "DENY", for browsers that do not know frame-ancestors
	ReferrerPolicy            string // "strict-origin-when-cross-origin"
	CrossOriginOpenerPolicy   string // "same-origin"
	CrossOriginResourcePolicy string // omitted: it would block origins that CORS allows
	PermissionsPolicy         string // omitted
	// HSTS is how long browsers must use https, in whole seconds. 0 means a year; -1 omits the header. It is sent over https only.
	// It applies to the host, and with HSTSSubdomains to its subdomains (RFC 6797).
	HSTS           time.Duration
	HSTSSubdomains bool
}

// SecurityHeaders sets headers that make browsers stricter:
//
//	X-Content-Type-Options: nosniff
//	Content-Security-Policy: frame-ancestors 'none'
//	X-Frame-Options: DENY
//	Referrer-Policy: strict-origin-when-cross-origin
//	Cross-Origin-Opener-Policy: same-origin
//	Strict-Transport-Security: max-age=31536000 (over https)
//
// A handler may replace each of them. It does not allocate.
func SecurityHeaders() Func { return SecurityHeadersWith(SecurityHeadersOptions{}) }

// SecurityHeadersWith is SecurityHeaders with options. A value with characters other than printable ASCII is a start-up mistake.
func SecurityHeadersWith(o SecurityHeadersOptions) Func {
	var c checks
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
		c.must(!strings.ContainsFunc(h.value, func(c rune) bool { return c < ' ' || c > '~' }), `printable ASCII characters; "" for the default; "none" to omit the header`, "%s is %q", h.key, h.value)
		if h.value != None {
			always = append(always, exchange.HeaderLine{Key: h.key, Value: h.value})
		}
	}
	c.must(o.HSTS >= -1, "a positive duration; 0 for a year; -1 to omit the header", "HSTS is %v", o.HSTS)
	if refused := c.refused(); refused != nil {
		return refused
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
