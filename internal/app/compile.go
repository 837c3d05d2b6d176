package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/routing"
)

// Config is what an app declares. Compile and the Instance read it and do not change it.
type Config struct {
	Router   *declare.Router // the app's own
	Webhooks *declare.Router // routes that documents describe and the app does not serve
	Report   routing.Report  // mistakes in arguments of options, for the error of Compile
	Route    route.Config    // settings of the whole app; Compile adds Models, Scope, Logger and Introduce

	Validations       []constraint.Validation // rules that validate tags may name
	ForeignTags       model.Foreign           // struct tags that are allowed though no package reads them
	JSONable          bool                    // results without a model are written as FastAPI's jsonable_encoder does
	AbsentNulls       bool                    // a key that a map lacks is null where the model has a pointer
	ValidateResponses *bool                   // results are checked against their models; nil: only with overrides
	UncheckedScopes   bool                    // an OAuth scope that no function checks is legal

	Handler        http.Handler // the App: withURLs adds no context value to requests of an http.Server with this Handler
	RootPath       string       // prefix of paths that clients see and routes lack
	RootPathHidden bool         // documents do not list it as a server
	Logger         *slog.Logger // nil: slog.Default()
	Warnings       []Warning    // about options

	Document  Document          // the app's own
	Documents []func(*Document) // further ones; each function changes a copy of Document
	Pages     Pages
	Health    Health
	Settings  []Settings
	Jobs      jobs.Declared
}

// Warning is a line that the app logs when it starts. Args are those of slog.Logger.Warn.
type Warning struct {
	Text string
	Args []any
}

// LoggerOrDefault returns the app's logger. slog.Default is read at each call: the program may replace it.
func (c *Config) LoggerOrDefault() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.Default()
}

// Compile compiles the declarations. It starts nothing and builds no value of SupplyFunc. The error joins all mistakes; the Instance is
// then for the documents alone. With overrides, which a test declares, the documents stay those of the app without them.
func Compile(c *Config, overrides *inject.Overrides) (*Instance, error) {
	return compile(c, overrides, nil)
}

// compile is Compile for an app that is mounted in others, the outermost first.
func compile(c *Config, overrides *inject.Overrides, outer []*Config) (*Instance, error) {
	in := &Instance{config: c, values: new(inject.Values), health: c.newChecks()}
	engine := constraint.New()
	var bad []error
	for _, v := range c.Validations {
		if err := engine.Register(v.Tag, v.Func); err != nil {
			bad = append(bad, fmt.Errorf("brio: RegisterValidation(%q): %w", v.Tag, err))
		}
	}
	reader := model.NewReader(engine)
	reader.Foreign, reader.DocumentTags = c.ForeignTags, document.Tags()
	in.scope = inject.Scope{
		Reader:    reader,
		Providers: new(inject.Providers),
		Values:    in.values,
		Overrides: overrides,

		UncheckedScopes: c.UncheckedScopes,
	}
	models := encode.NewCompiler(reader)
	models.Jsonable(c.JSONable)
	models.AbsentNulls(c.AbsentNulls)
	if on := c.ValidateResponses; on != nil && *on || on == nil && overrides != nil {
		models = models.Validating()
	}
	cfg := c.Route
	mounts := &mounting{open: append(slices.Clip(outer), c), overrides: overrides, children: map[*Config]*child{}}
	cfg.App = mounts.mount
	if c.Jobs.Engine != nil {
		in.work = newWork(in, models)
		cfg.Jobs = in.work
	}
	cfg.Models, cfg.Scope, cfg.Logger, cfg.Introduce = models, in.scope, c.LoggerOrDefault, in.withURLs
	table, report := route.Compile(c.Router, cfg)
	in.table = table
	webhooks, more := route.Described(c.Webhooks, c.Router, cfg)
	report = append(report, more...)
	documentConfig := document.Config{Reader: reader, Errors: table.ErrorFormat()}
	if len(report) == 0 {
		report = append(report, checkDocument(table, webhooks, documentConfig)...)
	}
	in.documents, more = c.compileDocuments(table, webhooks, documentConfig)
	if len(report) == 0 && len(c.Document.Published) > 0 {
		documentConfig.Published = c.Document.Published
		report = append(report, routing.ReportOf(document.CheckPublished(table.Operations(), documentConfig))...)
	}
	in.channels = c.compileChannels(table, documentConfig)
	report = append(report, more...)
	if overrides != nil {
		c.useAppDocuments(in.documents, &in.channels)
	}
	pages, more := c.compilePages(table, in.documents, in.channels)
	report = append(report, more...)
	pages = append(pages, in.healthPages()...)
	in.pages, in.children = pages, mounts.order
	report = append(report, table.AddPages(pages...)...)
	report = append(report, in.checkDocumentPaths()...)
	report = append(report, routing.ReportOf(in.health.Mistakes())...)
	report = append(report, in.compileSettings(reader)...)
	in.scope.Rows, in.scope.Has = table.Injectables(), inject.App
	in.scope.Levels = []inject.Level{outsideLevel(in.scope.Providers.Level(c.Router.Settings.Dependencies.Nearest()))}
	report = append(report, in.compileJobs()...)
	report = append(report, c.Report...)
	if len(report) > 0 {
		bad = append(bad, report)
	}
	return in, errors.Join(append(bad, mounts.errs...)...)
}

// outsideLevel returns the app's level for functions that Resolve calls. Guards with a result are providers there: they run only if a
// function needs the result.
func outsideLevel(l inject.Level) inject.Level {
	wanted := slices.Clip(l.Provided)
	for _, g := range l.Guards {
		if g.Type() != nil {
			wanted = append(wanted, g)
		}
	}
	return inject.Level{Provided: wanted}
}
