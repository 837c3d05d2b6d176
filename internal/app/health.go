package app

import (
	"net/http"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/health"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/response"
)

// Health is what an app declares of its health.
type Health struct {
	Live, Ready string                 // paths; "" is no page
	Chosen      bool                   // an option has set the paths
	Add         []func(*health.Checks) // each adds checks of the program
}

// newChecks returns the checks that options declare.
func (c *Config) newChecks() *health.Checks {
	checks := health.New(c.LoggerOrDefault)
	for _, add := range c.Health.Add {
		add(checks)
	}
	return checks
}

// AddHealthCheck adds a check while the app starts.
func (in *Instance) AddHealthCheck(c health.Check, place string) { in.health.Add(c, place) }

// healthPages returns the pages for probes. Liveness says that the process answers; readiness asks the checks, and is false from the
// beginning of the shutdown on.
func (in *Instance) healthPages() (pages []route.Page) {
	h := &in.config.Health
	for _, p := range []struct {
		path   string
		report func(*http.Request) health.Report
	}{
		{h.Live, func(*http.Request) health.Report { return health.Report{Status: health.OK} }},
		{h.Ready, func(r *http.Request) health.Report {
			if in.table.Draining() {
				return health.Report{Status: health.Draining}
			}
			return in.health.Run(r.Context())
		}},
	} {
		if p.path != "" {
			pages = append(pages, route.Page{Path: p.path, Handler: healthPage(p.report), Option: "HealthURLs"})
		}
	}
	return pages
}

// healthPage answers 200 with a report, or an error 503 with the report as its detail.
func healthPage(report func(*http.Request) health.Report) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found := report(r)
		if found.Status != health.OK {
			route.WriteError(w, r, response.NewError(http.StatusServiceUnavailable, found).WithHeader("Cache-Control", "no-store"))
			return
		}
		body, err := json.Append(nil, found)
		if err != nil {
			panic(err) // a Report has a JSON form
		}
		x := exchange.Acquire(w, r)
		defer x.Release()
		headers := exchange.Headers{Map: http.Header{"Cache-Control": {"no-store"}}}
		_ = x.Send(http.StatusOK, &headers, exchange.ContentTypeOf("application/json"), body) // an error means that the client has closed the connection
	})
}
