package cookies

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/brio-go/brio/internal/argument"
)

// New returns a cookie with the options applied in order. Without options it has the defaults of FastAPI's set_cookie: it is for the whole
// host (Path=/), and browsers send it with cross-site requests only for top-level navigation (SameSite=Lax). Without [MaxAge] or [Expires]
// the browser deletes it when it is closed. The value is not encoded: [Check] lists the legal characters. The cost is one allocation for
// the cookie, and one for each option with an argument but the switches.
func New(name, value string, opts ...Option) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", SameSite: http.SameSiteLaxMode}
	applyAll(c, opts)
	return c
}

// applyAll applies options. Check refuses a cookie with a nil one.
func applyAll(c *http.Cookie, opts []Option) {
	for i, opt := range opts {
		if opt == nil {
			c.Unparsed = append(c.Unparsed, misuseMark+fmt.Sprintf("option %d is nil; legal are options of package cookies", i+1))
			continue
		}
		opt.apply(c)
	}
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
type (
	secure      bool
	httpOnly    bool
	partitioned bool
)

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

// misuse returns the option for a switch with more than one argument. It is not inlined, so that the switches are.
//
//go:noinline
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

// MaxAge is how long the browser keeps the cookie, in whole seconds, rounded up. Zero or less deletes the cookie at once: it is sent as
// Max-Age=0, for which http.Cookie has MaxAge -1. Without the option the cookie has no Max-Age.
func MaxAge(d time.Duration) Option {
	seconds := -1
	if d > 0 {
		seconds = wholeSeconds(d)
	}
	return option(func(c *http.Cookie) { c.MaxAge = seconds })
}

// Expires is the time at which the browser deletes the cookie, by the browser's clock. If the cookie also has a MaxAge, that one counts
// (RFC 6265, 5.3). The zero time means no Expires.
func Expires(t time.Time) Option { return option(func(c *http.Cookie) { c.Expires = t }) }

// Path limits the cookie to the path p and everything below it. "" means the directory of the path whose answer set the cookie (RFC 6265,
// 5.1.4).
func Path(p string) Option { return option(func(c *http.Cookie) { c.Path = p }) }

// Domain makes browsers send the cookie to that domain and to all its subdomains. Without it they send the cookie only to the host that
// set it, which is safer.
func Domain(d string) Option { return option(func(c *http.Cookie) { c.Domain = d }) }

// Secure makes browsers send the cookie over https only. Secure(false) takes it back, as for development.
func Secure(on ...bool) Option {
	if len(on) > 1 {
		return misuse("Secure", on, secure(on[0]))
	}
	return secure(isOn(on))
}

// HTTPOnly hides the cookie from scripts. HTTPOnly(false) takes it back: cookies of [Codec.Encode] are HttpOnly without the option.
func HTTPOnly(on ...bool) Option {
	if len(on) > 1 {
		return misuse("HTTPOnly", on, httpOnly(on[0]))
	}
	return httpOnly(isOn(on))
}

// SameSite sets the cross-site requests with which browsers send the cookie (RFC 6265bis, 5.6.7): none, top-level navigation, or all. The
// last, http.SameSiteNoneMode, needs [Secure]. http.SameSiteDefaultMode sends no attribute, so that the browser decides.
func SameSite(s http.SameSite) Option { return option(func(c *http.Cookie) { c.SameSite = s }) }

// Partitioned makes browsers store the cookie separately for each top-level site that embeds the host (CHIPS). It needs [Secure].
// Partitioned(false) takes it back.
func Partitioned(on ...bool) Option {
	if len(on) > 1 {
		return misuse("Partitioned", on, partitioned(on[0]))
	}
	return partitioned(isOn(on))
}

// Delete returns a cookie that makes the browser delete the named one: it expired at the Unix epoch and has Max-Age=0. Browsers delete a
// cookie only if path and domain are those with which it was set, and some compare the other attributes too. So give that cookie, or one
// with its attributes, as like: Delete copies Path, Domain, Secure, HttpOnly, SameSite and Partitioned from it. Without like the attributes
// are those of [New], and Secure if the prefix of the name needs it. [Check] refuses the result if like has more than one cookie.
func Delete(name string, like ...*http.Cookie) *http.Cookie {
	c := New(name, "", MaxAge(0), Expires(time.Unix(0, 0).UTC()))
	if len(like) == 0 || like[0] == nil {
		c.Secure = hasPrefix(name, hostPrefix) || hasPrefix(name, securePrefix)
	} else {
		l := like[0]
		c.Path, c.Domain, c.Secure, c.HttpOnly = l.Path, l.Domain, l.Secure, l.HttpOnly
		c.SameSite, c.Partitioned, c.Unparsed = l.SameSite, l.Partitioned, slices.Clip(l.Unparsed) // which has misused switches
	}
	if len(like) > 1 {
		c.Unparsed = append(c.Unparsed, misuseMark+fmt.Sprintf("Delete has %d cookies for like; legal is one or none", len(like)))
	}
	return c
}

// wholeSeconds rounds up.
func wholeSeconds(d time.Duration) int { return int((d-1)/time.Second) + 1 }
