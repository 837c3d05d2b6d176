package route

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/security"
)

// scope is what the levels around a route have declared: app, routers, includes.
type scope struct {
	prefix string
	levels []inject.Level // the levels that declare dependencies
	group  *group         // of its routes; nil until the first one needs it
	declare.Settings
}

// derive returns the scope inside of s with the settings of one more router, include or route.
func (c *compiler) derive(s *scope, in *declare.Settings) *scope {
	d := &scope{prefix: s.prefix, levels: s.levels, Settings: *in}
	if len(in.Dependencies) > 0 {
		d.levels = append(slices.Clip(s.levels), c.level(in))
	}
	d.Settings.Inherit(&s.Settings)
	return d
}

// level returns the dependencies that one level declares.
func (c *compiler) level(s *declare.Settings) inject.Level {
	return c.Scope.Providers.Level(s.Dependencies.Nearest())
}

// scope returns the inject.Scope of a route: levels, path values, injected types and the settings of binding.
func (c *compiler) scope(s *scope, e *endpoint) inject.Scope {
	d := c.Scope
	d.Levels, d.Path = s.levels, e.path.Names
	d.Route = c.routeOf(s, e)
	if e.route.Socket {
		d.Has = inject.Connection
	}
	d.Settings = c.sharedSettings(bind.Settings{
		MaxBody: s.MaxBody.Or(defaultMaxBody), MaxMultipart: s.MaxBody.Or(defaultMaxMultipart), Uploads: s.Uploads.Limits(),
		JSON: json.Limits{Depth: s.MaxDepth.Value(), Elements: s.MaxElements.Value()}.Effective(), Limits: limits(&s.Settings),
		Switches: s.Switches.On(), Decoders: decoders(s.Decoders),
	})
	return d
}

// Injectables returns the framework types that functions of the app may take.
func (t *Table) Injectables() []inject.Row { return injectables.Rows(t.source()) }

// InjectablesOfJobs returns the framework types that functions of the app's jobs may take.
func (t *Table) InjectablesOfJobs() []inject.Row {
	from := t.source()
	from.OfJob = true
	return injectables.Rows(from)
}

func (t *Table) source() injectables.Source {
	return injectables.Source{Logger: t.currentLogger, Link: t.Link, Scopes: reflect.TypeFor[security.Scopes](), Jobs: t.jobs}
}

// decoders converts declared decoders to those of binding.
func decoders(list []declare.Decoder) (out []bind.Decoder) {
	for _, d := range list {
		out = append(out, bind.Decoder(d))
	}
	return out
}

// sharedSettings returns the previous route's settings when they are equal. Most routes of a router then share one value.
func (c *compiler) sharedSettings(s bind.Settings) *bind.Settings {
	if c.bindSettings == nil || !reflect.DeepEqual(*c.bindSettings, s) {
		c.bindSettings = &s
	}
	return c.bindSettings
}

// group returns the group of a route: that of its router, unless the route sets one of the group's settings itself. s is the scope
// of the route.
func (c *compiler) group(within, s *scope, own *declare.Settings) *group {
	made := func(s *scope) *group {
		return &group{
			table: c.table, within: &within.Settings, handlers: c.handlers(s.ErrorHandlers), middleware: s.Middleware, around: s.Around, queue: s.Queue.Value(),
			ping: s.Stream.Ping.Or(defaultPing), writeTimeout: s.Stream.WriteTimeout.Or(limits(&s.Settings).WriteTimeout),
		}
	}
	if len(own.ErrorHandlers) > 0 || len(own.Middleware) > 0 || len(own.Around) > 0 || own.Queue.IsSet() || own.Stream.Ping.IsSet() || own.Stream.WriteTimeout.IsSet() || own.WriteTimeout.IsSet() {
		return made(s)
	}
	if within.group == nil {
		within.group = made(within)
	}
	return within.group
}
