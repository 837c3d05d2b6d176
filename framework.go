package brio

import (
	"context"
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/openapi/spec"
)

// Mounted returns the app for the one that it is mounted in. Programs call Mount.
func (a *App) Mounted() (*app.Config, *app.Lifetime) { return &a.config, &a.lifetime }

// WithOverrides compiles a copy of the app with other providers in place of declared ones, and starts it. The app itself does not
// change. The copy has its own values of SupplyFunc, except the replaced ones; stop ends them. document makes the app's OpenAPI document,
// marked the same with its secret fields marked. Programs use package briotest, which calls it.
func (a *App) WithOverrides(ctx context.Context, overrides *inject.Overrides) (h http.Handler, document, marked func() *spec.Document, stop func(context.Context) error, err error) {
	in, err := app.Compile(&a.config, overrides)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	if unmet := overrides.Unmet(); len(unmet) > 0 {
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
