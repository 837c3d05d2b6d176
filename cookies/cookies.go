package cookies

import (
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/argument"
)

// New returns a cookie for the whole host (Path=/) that browsers do not send with cross-site requests other than
// top-level navigation (SameSite=Lax), as FastAPI's set_cookie does, changed by the options in order. Without
// [MaxAge] or [Expires] the browser forgets it when it is closed. The value is not encoded in any way: see [Check]
// for what a value may have in it.
func New(name, value string, opts ...Option) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", SameSite: http.SameSiteLaxMode}
	for _, opt := range opts {
		opt.apply(c)
	}
	return c
}

// Option changes one attribute of a cookie. For attributes that have no option, change the *http.Cookie that [New] returns.
//
// The switches [Secure], [HTTPOnly] and [Partitioned] take one bool or none: Secure() is Secure(true). [Check] refuses a cookie whose
// switch has more than one.
type Option interface{ apply(*http.Cookie) }

// option is an option with an argument.
type option func(*http.Cookie)

func (o option) apply(c *http.Cookie) { o(c) }

// The switches are types of their own: as closures each would cost an allocation for each cookie.
type secure bool
type httpOnly bool
type partitioned bool

func (s secure) apply(c *http.Cookie)      { c.Secure = bool(s) }
func (h httpOnly) apply(c *http.Cookie)    { c.HttpOnly = bool(h) }
func (p partitioned) apply(c *http.Cookie) { c.Partitioned = bool(p) }

// isOn reads the argument of a switch: X() is X(true).
func isOn(on []bool) bool { return len(on) == 0 || on[0] }

// misused is a switch with more than one argument, of which the first one counts. A cookie has no place for errors, so apply leaves the
// text in Unparsed, which net/http does not write. Check finds it there.
type misused struct {
	Option
	text string
}

// misuse returns the option for a switch with more than one argument.
func misuse(name string, on []bool, first Option) Option {
	_, wrong := argument.Switch(name, on)
	return misused{first, misuseMark + wrong.Found + "; legal is " + wrong.Legal}
}

// misuseMark begins the text of a misused switch in Unparsed. No attribute that a server sends begins with it.
const misuseMark = "\x00"

func (m misused) apply(c *http.Cookie) {
	m.Option.apply(c)
	c.Unparsed = append(c.Unparsed, m.text)
}

// MaxAge says for how long the browser keeps the cookie. Parts of a second count as a whole one. Zero or less means
// "delete it now", which is sent as Max-Age=0 (http.Cookie spells this as MaxAge -1, its own 0 being "no Max-Age").
func MaxAge(d time.Duration) Option {
	seconds := -1
	if d > 0 {
		seconds = wholeSeconds(d)
	}
	return option(func(c *http.Cookie) { c.MaxAge = seconds })
}

// Expires says until when the browser keeps the cookie, by the browser's clock. MaxAge wins over it where both are
// sent (RFC 6265, 5.3). The zero time means no Expires.
func Expires(t time.Time) Option { return option(func(c *http.Cookie) { c.Expires = t }) }

// Path says for which paths the browser sends the cookie: p and everything below it. "" means the directory of the
// path that set it.
func Path(p string) Option { return option(func(c *http.Cookie) { c.Path = p }) }

// Domain has the cookie sent to that domain and to all its subdomains. Without it the cookie is sent to the exact host
// that set it, which is safer.
func Domain(d string) Option { return option(func(c *http.Cookie) { c.Domain = d }) }

// Secure has the cookie sent over HTTPS only. Secure(false) takes it back, as for development.
func Secure(on ...bool) Option {
	if len(on) > 1 {
		return misuse("Secure", on, secure(on[0]))
	}
	return secure(isOn(on))
}

// HTTPOnly hides the cookie from scripts. HTTPOnly(false) takes it back: cookies of a [Codec] are hidden without the option.
func HTTPOnly(on ...bool) Option {
	if len(on) > 1 {
		return misuse("HTTPOnly", on, httpOnly(on[0]))
	}
	return httpOnly(isOn(on))
}

// SameSite says with which cross-site requests the cookie is sent. http.SameSiteNoneMode needs [Secure];
// http.SameSiteDefaultMode leaves it to the browser.
func SameSite(s http.SameSite) Option { return option(func(c *http.Cookie) { c.SameSite = s }) }

// Partitioned gives the cookie a separate jar for each top-level site it is embedded in (CHIPS). It needs [Secure].
// Partitioned(false) takes it back.
func Partitioned(on ...bool) Option {
	if len(on) > 1 {
		return misuse("Partitioned", on, partitioned(on[0]))
	}
	return partitioned(isOn(on))
}

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
	c.SameSite, c.Partitioned, c.Unparsed = l.SameSite, l.Partitioned, l.Unparsed // which has misused switches
	return c
}

// wholeSeconds rounds up.
func wholeSeconds(d time.Duration) int { return int((d-1)/time.Second) + 1 }
