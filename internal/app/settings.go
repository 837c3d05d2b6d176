package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/serve"
	"github.com/brio-go/brio/internal/settings"
	"github.com/brio-go/brio/routing"
)

// Settings is a struct type that the app reads from its environment when it starts.
type Settings struct {
	Type  reflect.Type
	Place string // file:line of the option
}

// compileSettings compiles the types of settings.
func (in *Instance) compileSettings(reader *model.Reader) (report routing.Report) {
	in.settings = map[reflect.Type]*settings.Plan{}
	for _, s := range in.config.Settings {
		plan, problems := settings.Compile(s.Type, reader)
		for _, p := range problems {
			report = append(report, routing.Mistake{Place: s.Place, Found: fmt.Sprintf("Settings: %s: %s", p.Field, p.Found), Legal: p.Legal})
		}
		in.settings[s.Type] = plan
	}
	return report
}

// ReadSettings makes a value of a type of settings for the Instance that starts with ctx.
func ReadSettings(ctx context.Context, t reflect.Type) (reflect.Value, error) {
	in := Starting(ctx)
	environment, err := in.config.environment()
	if err != nil {
		return reflect.Value{}, err
	}
	return in.settings[t].Read(ctx, environment)
}

// IsDevelopment reports whether the app runs on the machine of a developer: [serve.IsDevelopment], or Debug is on.
func (c *Config) IsDevelopment() bool { return c.Route.Debug || serve.IsDevelopment() }

// dotEnv is a file with variables, in the working directory.
const dotEnv = ".env"

// environment returns the variables of the process. In development the variables of dotEnv that the process does not have are added.
// Errors of godotenv contain parts of the file, so they are left out.
func (c *Config) environment() (map[string]string, error) {
	process := env.ToMap(os.Environ())
	if !c.IsDevelopment() {
		return process, nil
	}
	text, err := os.ReadFile(dotEnv)
	if errors.Is(err, os.ErrNotExist) {
		return process, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := godotenv.UnmarshalBytes(text)
	if err != nil {
		return nil, fmt.Errorf("the file %s is malformed; legal are lines NAME=value, with closed quotes, and comments that begin with #", dotEnv)
	}
	for name, value := range process {
		all[name] = value
	}
	return all, nil
}
