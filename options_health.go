package brio

import (
	"context"
	"slices"
	"time"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/health"
)

// HealthCheck is a check of the readiness of an app. Name is what clients see of it.
//
// Check returns nil if the app can serve: db.PingContext, for instance. Several probes share one call, so its context has no end of a
// request; it ends after Timeout. A panic, and a call that has not returned after Timeout, is a failure. Errors are logged when a check
// begins to fail, and are not sent to clients.
type HealthCheck struct {
	Name    string
	Check   func(context.Context) error
	Timeout time.Duration // 0: 900 milliseconds, which is below the second that a probe of Kubernetes waits
	MaxAge  time.Duration // how long probes receive the last result; 0: 1 second
}

// Health adds two pages for the probes of an orchestrator or a load balancer. Apps have neither by default.
//
//   - /livez answers 200 as long as the app answers requests, also while it shuts down.
//   - /readyz answers 200 if all checks pass: the arguments, and the checks of [AddHealthCheck]. Otherwise, and
//     from the beginning of the shutdown on, it is an error 503 in the app's error format.
//
// Checks run in parallel. The body has the status of the app and of each check: "ok", "failing", "timed out" or "draining". The app's
// middleware runs for both pages, and guards do not. Documents do not have them. Several of these options add up.
//
// The checks of an app that starts while another one starts, as a mounted app does, belong to both. In the outer app its title precedes
// their names: "Admin: database".
//
//go:noinline
func Health(checks ...HealthCheck) AppOption {
	place, checks := funcname.Caller(1), slices.Clone(checks)
	return appOption(func(a *appSettings) {
		if !a.Health.Chosen {
			a.Health.Live, a.Health.Ready = "/livez", "/readyz"
		}
		a.Health.Add = append(a.Health.Add, func(to *health.Checks) {
			for _, c := range checks {
				to.Add(c.internal(), place)
			}
		})
	})
}

// HealthURLs is [Health] with other paths. "" removes a page.
//
//go:noinline
func HealthURLs(live, ready string) AppOption {
	return appOption(func(a *appSettings) { a.Health.Live, a.Health.Ready, a.Health.Chosen = live, ready, true })
}

// AddHealthCheck adds a check to the readiness of the app that starts with ctx. A function of [SupplyFunc] or [Lifespan] calls it with
// its context before it returns; later calls panic. It has no effect in an app without [Health], and with a context that no app has
// made, as in a test that calls the function.
func AddHealthCheck(ctx context.Context, c HealthCheck) {
	if in := app.Starting(ctx); in != nil {
		in.AddHealthCheck(c.internal(), funcname.Caller(1))
	}
}

// internal returns the check as package health runs it.
func (c HealthCheck) internal() health.Check {
	return health.Check{Name: c.Name, Func: c.Check, Timeout: c.Timeout, MaxAge: c.MaxAge}
}
