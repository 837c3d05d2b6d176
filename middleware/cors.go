package middleware

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/startup"
)

// CORSOptions configure CORS: they name the other origins whose pages may use the API. The zero value allows none.
type CORSOptions struct {
	// AllowOrigins are origins as browsers send them: "https://app.example.com", with the port if it is not the scheme's
	// default; or "*" for any.
	AllowOrigins []string
	// AllowOriginRegex allows the origins that it matches completely. Write a dot of a host as `\.`:
	// `https://[a-z0-9-]+\.example\.com`.
	AllowOriginRegex string
	// AllowMethods are the allowed methods. Empty means GET; "*" means DELETE, GET, HEAD, OPTIONS, PATCH, POST and PUT.
	AllowMethods []string
	// AllowHeaders are headers of requests, in any case, or "*" for any. Accept, Accept-Language, Content-Language and Content-Type
	// are always allowed.
	AllowHeaders []string
	// ExposeHeaders are headers of answers that pages may read, or "*" for all, which browsers ignore for requests with credentials.
	ExposeHeaders []string
	// AllowCredentials lets pages send cookies. With the origin "*" every page on the web can then act as the user, and the app
	// logs a warning at its start.
	AllowCredentials bool
	// AllowPrivateNetwork lets pages of the public network send requests to a server of a private network. Without it preflights
	// that ask for it (Access-Control-Request-Private-Network) are refused.
	AllowPrivateNetwork bool
	// MaxAge is how long browsers may cache a preflight, in whole seconds. 0 means 10 minutes; -1 means no caching.
	MaxAge time.Duration
	// VaryAlways adds Vary: Origin also if the request has no Origin or a refused one; FastAPI does not. A shared cache in
	// front of the API needs it. Without it the cache could return an answer for one origin to another.
	VaryAlways bool
}

var (
	corsMethods    = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
	corsSafeHeader = []string{"Accept", "Accept-Language", "Content-Language", "Content-Type"}
)

// CORS lets pages of other origins use the API (Fetch standard, 3.2). It answers as FastAPI's CORSMiddleware does:
//   - A request without an Origin passes unchanged.
//   - CORS itself answers a preflight (OPTIONS with Access-Control-Request-Method): 200 "OK", or 400 "Disallowed CORS " and the
//     refused parts: origin, method, headers, private-network.
//   - For any other request it sets the CORS headers before the handler runs, so that errors and panics have them too.
//
// An option that can never match is a start-up mistake. Put only middleware that logs outside of it. Requests with an Origin cost one or
// two small allocations, others none.
func CORS(o CORSOptions) Func {
	c, refused := newCORS(o)
	if refused != nil {
		return refused
	}
	cors := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			origin := r.Header["Origin"]
			switch {
			case len(origin) == 0:
				if c.varies && o.VaryAlways {
					w.Header().Add("Vary", "Origin")
				}
			case r.Method == http.MethodOptions && len(r.Header["Access-Control-Request-Method"]) > 0:
				c.preflight(w, r, origin[0])
				return
			default:
				c.simple(w.Header(), origin[0])
			}
			next.ServeHTTP(w, r)
		})
	}
	notes := startup.Notes{Middleware: cors, Origins: c.allowsSocket}
	if c.any && o.AllowCredentials {
		notes.Warning = `CORS: AllowOrigins "*" with AllowCredentials lets every page on the web act as the user; list the origins`
	}
	return startup.Annotate(notes)
}

// cors is compiled CORSOptions.
type cors struct {
	any, anyHeader, private bool
	credentials             bool
	varies                  bool // the answer depends on the Origin
	varyAlways              bool
	origins                 map[string]bool
	regex                   *regexp.Regexp
	methods                 []string
	headers                 map[string]bool // in lower case
	onSimple, onPreflight   []exchange.HeaderLine
}

// newCORS compiles options. refused is the middleware for options with mistakes, else nil.
func newCORS(o CORSOptions) (_ *cors, refused Func) {
	var bad checks
	c := &cors{
		any: slices.Contains(o.AllowOrigins, "*"), anyHeader: slices.Contains(o.AllowHeaders, "*"), private: o.AllowPrivateNetwork, credentials: o.AllowCredentials,
		varyAlways: o.VaryAlways, origins: map[string]bool{}, headers: map[string]bool{}, methods: slices.Clone(o.AllowMethods),
	}
	for _, name := range o.AllowOrigins {
		bad.must(name == "*" || origin.IsOrigin(name), `an origin as browsers send it, in lower case, without a path and without a scheme's own port, as in "https://app.example.com" or "http://localhost:3000", or "*"; patterns go to AllowOriginRegex`, "AllowOrigins has %q", name)
		c.origins[name] = true
	}
	if o.AllowOriginRegex != "" {
		_, err := regexp.Compile(o.AllowOriginRegex) // checked without the parentheses below, which could balance unbalanced ones
		bad.must(err == nil, `a regular expression of package regexp, as in https://[a-z0-9-]+\.example\.com`, "AllowOriginRegex: %v", err)
		if err == nil {
			c.regex = regexp.MustCompile(`\A(?:` + o.AllowOriginRegex + `)\z`)
		}
	}
	if c.methods == nil {
		c.methods = []string{http.MethodGet}
	}
	for _, m := range c.methods {
		bad.must(m == "*" || httptext.IsUpperToken(m), `methods in upper case, and "*"`, "AllowMethods has %q", m)
	}
	if slices.Contains(c.methods, "*") {
		c.methods = corsMethods
	}
	allowed := slices.Clone(corsSafeHeader)
	for _, h := range o.AllowHeaders {
		if h != "*" {
			bad.token("a header of AllowHeaders", h)
		}
		allowed = append(allowed, h)
	}
	slices.Sort(allowed)
	allowed = slices.Compact(allowed)
	for _, h := range allowed {
		c.headers[strings.ToLower(h)] = true
	}
	for _, h := range o.ExposeHeaders {
		bad.must(h == "*" || httptext.IsToken(h), `names of headers, and "*"`, "ExposeHeaders has %q", h)
	}
	bad.must(o.MaxAge >= -1, "a positive duration; 0 for 10 minutes; -1 for no caching", "MaxAge is %v", o.MaxAge)
	if refused := bad.refused(); refused != nil {
		return nil, refused
	}
	c.varies = !c.any || o.AllowCredentials

	add := func(to *[]exchange.HeaderLine, key, value string) {
		*to = append(*to, exchange.HeaderLine{Key: "Access-Control-" + key, Value: value})
	}
	if !c.varies {
		add(&c.onSimple, "Allow-Origin", "*")
		add(&c.onPreflight, "Allow-Origin", "*")
	}
	if o.AllowCredentials {
		add(&c.onSimple, "Allow-Credentials", "true")
		add(&c.onPreflight, "Allow-Credentials", "true")
	}
	if len(o.ExposeHeaders) > 0 {
		add(&c.onSimple, "Expose-Headers", strings.Join(o.ExposeHeaders, ", "))
	}
	add(&c.onPreflight, "Allow-Methods", strings.Join(c.methods, ", "))
	if !c.anyHeader {
		add(&c.onPreflight, "Allow-Headers", strings.Join(allowed, ", "))
	}
	age := max(o.MaxAge, 0)
	if o.MaxAge == 0 {
		age = 10 * time.Minute
	}
	add(&c.onPreflight, "Max-Age", strconv.Itoa(int(age/time.Second)))
	return c, nil
}

func (c *cors) allows(origin string) bool {
	return c.any || c.origins[origin] || c.regex != nil && c.regex.MatchString(origin)
}

// allowsSocket reports whether pages of an origin may open WebSockets. Browsers send cookies with these, so "*" counts only where every
// page may use cookies.
func (c *cors) allowsSocket(origin string) bool {
	return c.origins[origin] && origin != "*" || c.regex != nil && c.regex.MatchString(origin) || c.any && c.credentials
}

// simple sets the headers of an answer to a request that is no preflight. As in FastAPI, a refused origin also receives
// Access-Control-Allow-Credentials, which browsers ignore without Access-Control-Allow-Origin.
func (c *cors) simple(h http.Header, origin string) {
	exchange.SetHeaders(h, c.onSimple)
	if !c.varies {
		return
	}
	allowed := c.allows(origin)
	if allowed {
		exchange.SetHeader(h, "Access-Control-Allow-Origin", origin)
	}
	if allowed || c.varyAlways {
		h.Add("Vary", "Origin")
	}
}

// preflight answers a preflight request.
func (c *cors) preflight(w http.ResponseWriter, r *http.Request, origin string) {
	h := w.Header()
	exchange.SetHeaders(h, c.onPreflight)
	if c.varies {
		h.Add("Vary", "Origin")
	}
	var failed []string
	switch {
	case !c.allows(origin):
		failed = append(failed, "origin")
	case c.varies:
		exchange.SetHeader(h, "Access-Control-Allow-Origin", origin)
	}
	if !slices.Contains(c.methods, r.Header["Access-Control-Request-Method"][0]) {
		failed = append(failed, "method")
	}
	if asked := r.Header["Access-Control-Request-Headers"]; len(asked) > 0 {
		all := strings.Join(asked, ", ")
		if c.anyHeader {
			h["Access-Control-Allow-Headers"] = []string{all}
		} else if !c.allowsHeaders(all) {
			failed = append(failed, "headers")
		}
	}
	if len(r.Header["Access-Control-Request-Private-Network"]) > 0 {
		if c.private {
			h["Access-Control-Allow-Private-Network"] = []string{"true"}
		} else {
			failed = append(failed, "private-network")
		}
	}
	if len(failed) > 0 {
		plainText(w, r, http.StatusBadRequest, "Disallowed CORS "+strings.Join(failed, ", "))
		return
	}
	plainText(w, r, http.StatusOK, "OK")
}

func (c *cors) allowsHeaders(list string) bool {
	for name := range strings.SplitSeq(list, ",") {
		if !c.headers[strings.ToLower(strings.TrimSpace(name))] {
			return false
		}
	}
	return true
}
