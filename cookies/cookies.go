package cookies

import (
	"net/http"
	"time"
)

// New returns a cookie for the whole host (Path=/) that browsers do not send with cross-site requests other than
// top-level navigation (SameSite=Lax), as FastAPI's set_cookie does, changed by the options in order. Without
// [MaxAge] or [Expires] the browser forgets it when it is closed. The value is not encoded in any way: see [Check]
// for what a value may have in it.
func New(name, value string, opts ...Option) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", SameSite: http.SameSiteLaxMode}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// Option changes one attribute of a cookie. Any func(*http.Cookie) is one.
type Option func(*http.Cookie)

// MaxAge says for how long the browser keeps the cookie. Parts of a second count as a whole one. Zero or less means
// "delete it now", which is sent as Max-Age=0 (http.Cookie spells this as MaxAge -1, its own 0 being "no Max-Age").
func MaxAge(d time.Duration) Option {
	seconds := -1
	if d > 0 {
		seconds = wholeSeconds(d)
	}
	return func(c *http.Cookie) { c.MaxAge = seconds }
}

// Expires says until when the browser keeps the cookie, by the browser's clock. MaxAge wins over it where both are
// sent (RFC 6265, 5.3). The zero time means no Expires.
func Expires(t time.Time) Option { return func(c *http.Cookie) { c.Expires = t } }

// Path says for which paths the browser sends the cookie: p and everything below it. "" means the directory of the
// path that set it.
func Path(p string) Option { return func(c *http.Cookie) { c.Path = p } }

// Domain has the cookie sent to that domain and to all its subdomains. Without it the cookie is sent to the exact host
// that set it, which is safer.
func Domain(d string) Option { return func(c *http.Cookie) { c.Domain = d } }

// Secure has the cookie sent over HTTPS only.
func Secure() Option { return func(c *http.Cookie) { c.Secure = true } }

// HTTPOnly hides the cookie from scripts.
func HTTPOnly() Option { return func(c *http.Cookie) { c.HttpOnly = true } }

// SameSite says with which cross-site requests the cookie is sent. http.SameSiteNoneMode needs [Secure];
// http.SameSiteDefaultMode leaves it to the browser.
func SameSite(s http.SameSite) Option { return func(c *http.Cookie) { c.SameSite = s } }

// Partitioned gives the cookie a separate jar for each top-level site it is embedded in (CHIPS). It needs [Secure].
func Partitioned() Option { return func(c *http.Cookie) { c.Partitioned = true } }

// Delete returns a cookie that makes the browser forget the named one: it expired at the Unix epoch and has
// Max-Age=0. Browsers take it for the same cookie only when path and domain (and for some also the other attributes)
// are those it was set with: give that cookie, or one made like it, as like, from which Path, Domain, Secure,
// HttpOnly, SameSite and Partitioned are taken. Without it they are those of [New], with Secure where the name's
// prefix needs it.
func Delete(name string, like ...*http.Cookie) *http.Cookie {
	c := New(name, "", MaxAge(0), Expires(time.Unix(0, 0).UTC()))
	if len(like) == 0 || like[0] == nil {
		c.Secure = hasPrefix(name, hostPrefix) || hasPrefix(name, securePrefix)
		return c
	}
	l := like[0]
	c.Path, c.Domain, c.Secure, c.HttpOnly = l.Path, l.Domain, l.Secure, l.HttpOnly
	c.SameSite, c.Partitioned = l.SameSite, l.Partitioned
	return c
}

// wholeSeconds rounds up.
func wholeSeconds(d time.Duration) int { return int((d-1)/time.Second) + 1 }
