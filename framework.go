package brio

import (
	"context"
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/inject"
)

// WithOverrides compiles the app anew with other providers in the place of declared ones, for tests; the app itself is
// not changed. Values of SupplyFunc are built for the result alone, except the replaced ones. stop ends them.
// The package briotest has this in a more pleasant form.
func (a *App) WithOverrides(ctx context.Context, overrides *inject.Overrides) (h http.Handler, stop func(context.Context) error, err error) {
	in, err := app.Compile(&a.config, overrides)
	if err != nil {
		return nil, nil, err
	}
	if unmet := overrides.Unmet(); len(unmet) > 0 {
		return nil, nil, errors.Join(unmet...)
	}
	if err := in.Start(ctx); err != nil {
		return nil, nil, err
	}
	return in.Handler, in.Stop, nil
}
