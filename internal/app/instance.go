package app

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"sync"

	"github.com/brio-go/brio/internal/health"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/internal/settings"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// Instance is a compiled app: the app itself, or a copy with other providers for a test. Its methods are safe for concurrent use, except
// Start.
type Instance struct {
	Handler http.Handler // answers requests; nil until Start

	config *Config
	table  *route.Table
	scope  inject.Scope   // the app's own level, for Resolve
	plans  inject.Plans   // of functions that Resolve has called
	values *inject.Values // of SupplyFunc; Start builds them
	built  sync.Map       // of *inject.Provider: the values of values that exist

	documents []appDocument // the app's own first
	channels  channels
	health    *health.Checks
	settings  map[reflect.Type]*settings.Plan
	hasNotes  bool // Notes was called: the banner has the warnings about options
	pages     []route.Page
	children  []*child // the mounted apps, in the order of declaration
	work      *work    // of the jobs; nil: the app has none

	mu    sync.Mutex
	stops []ending // what Stop ends, in reverse order
}

// Routes lists the routes, one entry for each method.
func (in *Instance) Routes() []routing.RouteInfo { return in.table.Routes() }

// Link builds the link of a named route. params are name, value pairs for its wildcards.
func (in *Instance) Link(name string, params ...any) (origin.Link, error) {
	return in.table.Link(name, params...)
}

// Explain describes what runs for a request. It is "" if no route has the path.
func (in *Instance) Explain(method, path string) string { return in.table.Explain(method, path) }

// OpenAPI makes the app's own document. The caller may change it.
func (in *Instance) OpenAPI() *spec.Document { return in.documents[0].build() }

// MarkedOpenAPI makes the app's own document with the secret fields marked (document.SecretMark). Clients never see it.
func (in *Instance) MarkedOpenAPI() *spec.Document { return in.documents[0].marked() }

// Seal makes later declarations panic: the table would not have them.
func (in *Instance) Seal() {
	in.table.Seal()
	for _, c := range in.children {
		c.Seal()
	}
}

// CloseConnections makes each later answer close its connection. Draining is true from then on.
func (in *Instance) CloseConnections() {
	in.table.CloseConnections()
	for c := range in.ownChildren {
		c.CloseConnections()
	}
}

// Draining reports whether CloseConnections or Drain was called. The app serves on, and is not ready for new clients.
func (in *Instance) Draining() bool { return in.table.Draining() }

// Counts returns how many streams Drain has ended, and how many background tasks wait or run.
func (in *Instance) Counts() (streams, tasks int) {
	streams, tasks = in.table.Counts()
	for c := range in.ownChildren {
		ofChild, tasksOfChild := c.Counts()
		streams, tasks = streams+ofChild, tasks+tasksOfChild
	}
	return streams, tasks
}

// Drain ends the contexts of streams, and takes no further jobs. Other requests go on.
func (in *Instance) Drain() {
	in.table.Drain()
	in.work.drain()
	for c := range in.ownChildren {
		c.Drain()
	}
}

// FinishTasks waits for background tasks until ctx ends, and then ends their contexts. It returns how many have not returned by then.
func (in *Instance) FinishTasks(ctx context.Context) (left int) {
	left = in.table.FinishTasks(ctx)
	for c := range in.ownChildren {
		left += c.FinishTasks(ctx)
	}
	return left
}

// Notes says what is slow or unsafe about the app, for the banner of a program in development. An app that has not started then leaves
// these warnings out of its log.
func (in *Instance) Notes() (notes []string) {
	in.hasNotes = true
	for _, w := range in.warnings() {
		notes = append(notes, w.Text)
	}
	if validates := in.config.ValidateResponses; validates != nil && *validates {
		notes = append(notes, "ValidateResponses: each result is checked against its model, which is slower")
	}
	return notes
}

// warnings returns what is unsafe about the options of the app and of its middleware.
func (in *Instance) warnings() []Warning {
	all := slices.Clip(in.config.Warnings)
	for _, text := range in.table.Warnings {
		all = append(all, Warning{Text: text})
	}
	return all
}

// warn logs legal declarations that are probably mistakes, such as a provider that no route needs.
func (in *Instance) warn() {
	log := in.config.LoggerOrDefault()
	if !in.hasNotes {
		for _, w := range in.warnings() {
			log.Warn(w.Text, w.Args...)
		}
	}
	for _, p := range in.table.Nil {
		log.Warn("a supplied value is nil", "provider", p.Name, "place", p.Place)
	}
	for _, p := range in.table.Unused {
		if in.work.uses(p) {
			continue
		}
		log.Warn("no route needs a provider", "provider", p.Name, "place", p.Place)
	}
}
