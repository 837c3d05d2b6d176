package brio

import (
	"context"
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/openapi/spec"
)

// Mounted returns an app.Mounted, for the app that this one is mounted in. Programs call Mount.
func (a *App) Mounted() any {
	c := coreOf(a)
	return app.Mounted{Config: &c.config, Lifetime: &c.lifetime}
}

// WithOverrides compiles a copy of the app with other providers in place of declared ones, and starts it. The app itself does not
// change. The copy has its own values of SupplyFunc, except the replaced ones; stop ends them. document makes the app's OpenAPI document,
// marked the same with its secret fields marked. overrides is an *inject.Overrides, behind an interface as a declare.Target is. Programs
// use package briotest, which calls it.
func (a *App) WithOverrides(ctx context.Context, overrides any) (h http.Handler, document, marked func() *spec.Document, stop func(context.Context) error, err error) {
	in, err := app.Compile(&coreOf(a).config, overrides.(*inject.Overrides))
	if err != nil {
		return nil, nil, nil, nil, err
	}
	if unmet := overrides.(*inject.Overrides).Unmet(); len(unmet) > 0 {
		return nil, nil, nil, nil, errors.Join(unmet...)
	}
	if err := in.Start(ctx); err != nil {
		return nil, nil, nil, nil, err
	}
	return in.Handler, in.OpenAPI, in.MarkedOpenAPI, func(ctx context.Context) error {
		_, err := in.Stop(ctx)
		return err
	}, nil
}
