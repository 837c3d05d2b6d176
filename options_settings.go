package brio

import (
	"context"
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
)

// Settings provides a T, a struct that the app reads from environment variables when it starts. Functions receive it as a value of
// [SupplyFunc]: by its type, and a test can replace it (briotest.Supply).
//
//	type Config struct {
//		DatabaseURL string        `validate:"uri"`      // DATABASE_URL
//		PageSize    int           `envDefault:"50"`     // PAGE_SIZE
//		Timeout     time.Duration `env:"HTTP_TIMEOUT"`
//	}
//
// The tags are those of github.com/caarlos0/env: env, envDefault, envPrefix, envSeparator, and so on. Without a name in the tag env a
// variable has the name of its field. As in a body, a field is required unless it has a default, is a pointer, or has
// validate:"omitempty"; validate and pattern tags, types with a method Values, and Validate methods are checked.
//
// The app does not start if a variable is missing or wrong. The error lists all of them by name, without any value, because each could
// be a secret. In development, with [Debug] or with BRIO_ENV=development, variables that the process does not have are read from the
// file .env in the working directory. A T that is declared wrongly is a mistake in the error of Check, which reads no variable.
func Settings[T any]() AppOption { return settingsOf(reflect.TypeFor[T](), funcname.Caller(1)) }

// settingsOf is Settings for a type.
//
//go:noinline
func settingsOf(t reflect.Type, place string) AppOption {
	var build declare.Build = func(ctx context.Context) (any, func(context.Context) error, error) {
		v, err := app.ReadSettings(ctx, t)
		if err != nil {
			return nil, nil, err
		}
		return v.Interface(), nil, nil
	}
	d := &declare.Dependency{Kind: declare.BuiltValue, Given: build, Type: t, Place: place}
	return appOption(func(a *appSettings) {
		a.Config.Settings = append(a.Config.Settings, app.Settings{Type: t, Place: place})
		a.Dependencies.Add(d)
	})
}

// Supplied returns a value for the life of the app while the app starts: of [Supply], [Settings], or a [SupplyFunc] that is declared
// before. ctx is that of a function of SupplyFunc or [Lifespan]. In a test it is the value that replaces the app's.
//
//	func openDatabase(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
//		config, err := brio.Supplied[Config](ctx)
//		…
//
// With another context, and for a type that no option of the app provides, Supplied returns an error.
func Supplied[T any](ctx context.Context) (v T, err error) {
	err = supplied(ctx, reflect.TypeFor[T](), func(found T) { v = found })
	return v, err
}

// supplied is Supplied for a type. set is called with the value.
//
//go:noinline
func supplied(ctx context.Context, t reflect.Type, set any) error {
	in := app.Starting(ctx)
	if in == nil {
		return fmt.Errorf("brio: Supplied[%v] has no context of an app that starts; pass on the one of the function of SupplyFunc or Lifespan", t)
	}
	if err := in.CheckBuilt(t); err != nil {
		return err
	}
	return in.Resolve(ctx, set)
}
