package brio

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// compile compiles the declarations. Nothing has started yet, and the values of SupplyFunc are not built.
func (a *App) compile(overrides *dependencies.Overrides) (*instance, error) {
	values := new(dependencies.Values)
	engine := constraint.New()
	var bad []error
	for _, v := range a.settings.validations {
		if err := engine.Register(v.tag, v.f); err != nil {
			bad = append(bad, fmt.Errorf("brio: RegisterValidation(%q): %w", v.tag, err))
		}
	}
	reader := model.NewReader(engine)
	reader.Foreign = a.settings.foreignTags
	var table *route.Table // known below
	build := func(name string, params ...any) (string, error) { return table.URL(name, params...) }
	scope := dependencies.Scope{
		Reader:    reader,
		Values:    values,
		Overrides: overrides,

		UncheckedScopes: a.settings.uncheckedScopes,
		Specials: map[reflect.Type]func(*dependencies.Frame) invoke.Value{
			reflect.TypeFor[*slog.Logger](): func(f *dependencies.Frame) invoke.Value { return invoke.PointerTo(a.loggerOf(f)) },
			reflect.TypeFor[*URLs](): func(f *dependencies.Frame) invoke.Value {
				var r *http.Request
				if f.Exchange != nil {
					r = f.Exchange.Request()
				}
				return invoke.PointerTo(routing.NewURLs(build, r))
			},
		},
	}
	models := encode.NewCompiler(reader)
	models.Jsonable(a.settings.jsonable)
	models.AbsentNulls(a.settings.absentNulls)
	if on := a.settings.validateResponses; on != nil && *on || on == nil && overrides != nil {
		models = models.Validating()
	}
	var report routing.Report
	cfg := route.Config{
		Models: models, Logger: a.logger(), Scope: scope, RedirectSlashes: a.settings.redirectSlashes,
		AbsoluteRedirects: a.settings.absoluteRedirects, DecodedPaths: a.settings.decodedPaths, PlainErrors: a.settings.plainErrors, PlainLimits: a.settings.plainLimits, Introduce: a.withURLs,
		ErrorFormat: a.settings.errorFormat, ErrorFormatPlace: a.settings.errorFormatPlace,
		Debug: a.settings.debug, Catalogues: a.settings.catalogues, CataloguesPlace: a.settings.cataloguesPlace, ErrorKinds: a.settings.errorKinds,
	}
	table, report = route.Compile(a.declarations(), cfg)
	webhooks, more := route.Described(routing.Declarations(a.webhooks), a.declarations(), cfg)
	report = append(report, more...)
	documentConfig := document.Config{Reader: reader, Errors: table.ErrorFormat()}
	if len(report) == 0 {
		report = append(report, checkDocument(table, webhooks, documentConfig)...)
	}
	documents, more := a.compileDocuments(table, webhooks, documentConfig)
	report = append(report, more...)
	if overrides != nil {
		a.useAppDocuments(documents)
	}
	pages, more := a.pages(table, documents)
	report = append(report, more...)
	report = append(report, table.AddPages(pages...)...)
	report = append(report, a.settings.mistakes...)
	if len(report) > 0 {
		bad = append(bad, report)
	}
	scope.Levels = []dependencies.Level{a.settings.Level()}
	return &instance{table: table, scope: scope, values: values, documents: documents}, errors.Join(bad...)
}

// loggerOf is the logger that a function of a request gets: it writes the request's identifier, where there is one.
func (a *App) loggerOf(f *dependencies.Frame) *slog.Logger {
	if f.Exchange != nil {
		if id := origin.RequestID(f.Exchange.Request().Context()); id != "" {
			return a.logger().With("request_id", id)
		}
	}
	return a.logger()
}
