package route

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/response"
)

// deprecation is what a route that is deprecated since a date does for each request. Routes without a date have none: a nil
// *deprecation returns the handlers that it is given.
type deprecation struct {
	since, sunset, link string    // values of headers; "" for none
	gone                time.Time // zero: the route is answered after its sunset, too
	text                string    // of the 410
	callers             []declare.Caller
	info                declare.Info
	methods             []string // of the route
}

// newDeprecation makes the values of the headers. The settings have a Deprecation.
func newDeprecation(s *declare.Settings, info declare.Info, methods []string) *deprecation {
	said := s.Deprecation.Value()
	d := &deprecation{since: "@" + strconv.FormatInt(said.Since.Unix(), 10), callers: s.Callers, info: info, methods: methods}
	if said.Link != "" {
		d.link = "<" + said.Link + `>; rel="deprecation"`
	}
	if said.Sunset.IsZero() {
		return d
	}
	d.sunset = said.Sunset.UTC().Format(http.TimeFormat)
	d.text = "This operation ended on " + d.sunset
	if said.Link != "" {
		d.link += ", <" + said.Link + `>; rel="sunset"`
		d.text = fmt.Sprintf("%s; see %s", d.text, said.Link)
	}
	if s.Gone.Value() {
		d.gone = said.Sunset
	}
	return d
}

// announce sets the headers before all middleware of the route, so that each answer has them: those of middleware and errors too.
func (d *deprecation) announce(next http.Handler) http.Handler {
	if d == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchange.AddHeader(w, "Deprecation", d.since)
		if d.sunset != "" {
			exchange.AddHeader(w, "Sunset", d.sunset)
		}
		if d.link != "" {
			exchange.AddHeader(w, "Link", d.link)
		}
		for _, f := range d.callers {
			info := d.info
			info.Tags, info.RootPath = slices.Clone(info.Tags), origin.RootPath(r.Context())
			if info.Method, _ = exchange.TargetOf(r); !slices.Contains(d.methods, info.Method) {
				info.Method = http.MethodGet // GET answers HEAD
			}
			f(r, info)
		}
		next.ServeHTTP(w, r)
	})
}

// end refuses requests from the sunset on, if the program asks for it. It stands within the middleware of the route, so the 410 passes
// through CORS and logs as every answer of the route does.
func (d *deprecation) end(next http.HandlerFunc) http.Handler {
	if d == nil || d.gone.IsZero() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if time.Now().Before(d.gone) {
			next(w, r)
			return
		}
		WriteError(w, r, response.NewError(http.StatusGone, d.text))
	})
}
