package errors_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// spoil overwrites each field and map of a validation error.
func spoil(err error) {
	if invalid, ok := errors.AsType[*params.ValidationError](err); ok {
		spoilDetails(invalid.Errors)
	}
}

func spoilDetails(list []response.ErrorDetail) {
	for i := range list {
		list[i].Msg = "spoilt"
		for key, v := range list[i].Ctx {
			if m, ok := v.(map[string]any); ok {
				m["spoilt"] = true
			}
			list[i].Ctx[key] = "spoilt"
		}
		for n := range list[i].Loc {
			list[i].Loc[n] = "spoilt"
		}
	}
}

// spoilingFormat writes the right body, then spoils the details that it was given.
type spoilingFormat struct{ brio.ErrorFormat }

func (f spoilingFormat) Body(e *response.ErrorInfo) any {
	b, _ := json.Marshal(f.ErrorFormat.Body(e))
	spoilDetails(e.Errors)
	return json.RawMessage(b)
}

// An error belongs to the request: code that changes it does not change the errors of the next request.
func TestErrorsBelongToRequest(t *testing.T) {
	t.Parallel()
	type in struct {
		N   int    `query:"n" validate:"gt=3"`
		Mac string `query:"mac" validate:"mac"`
		S   string `query:"s" validate:"min=4"`
	}
	const path = "/?n=1&mac=x&s=a"
	handler := func(*in) {}
	plain := brio.New(testkit.Quiet())
	plain.Get("/", handler)
	want := testkit.Get(plain, path).Body.String()
	for name, opts := range map[string][]brio.AppOption{
		"handler": {brio.OnError(func(_ *http.Request, err *params.ValidationError) *brio.Response { spoil(err); return nil })},
		"around": {brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			spoil(err)
			return out, err
		})},
		"clean-up": {brio.Depends(func() func(error) { return spoil })},
		"format":   {brio.FormatErrors(spoilingFormat{response.FastAPIErrors()})},
		"none":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			// Rules are compiled once for an app, so one app has a route with the spoiler and a route without.
			app := brio.New(testkit.Quiet())
			spoiling := brio.NewRouter()
			for _, o := range opts {
				if o, ok := o.(brio.RouterOption); ok {
					spoiling = brio.NewRouter(o)
				} else {
					app = brio.New(testkit.Quiet(), opts[0])
				}
			}
			spoiling.Get("/", handler)
			app.Include(spoiling, brio.Prefix("/spoilt"))
			app.Get("/", handler)
			for range 2 {
				testkit.Get(app, "/spoilt"+path)
			}
			if got := testkit.Get(app, path).Body.String(); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
}
