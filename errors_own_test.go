package brio_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// spoil changes all that can be changed of a validation error.
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

type spoilingFormat struct{ brio.ErrorFormat }

func (f spoilingFormat) Body(e *response.ErrorInfo) any {
	b, _ := json.Marshal(f.ErrorFormat.Body(e)) // the answer is right, what is left behind is not
	spoilDetails(e.Errors)
	return json.RawMessage(b)
}

// TestWhoSeesAnErrorOwnsIt: whatever user code does with an error, the next request's is what it was.
func TestWhoSeesAnErrorOwnsIt(t *testing.T) {
	type in struct {
		N   int    `query:"n" validate:"gt=3"`
		Mac string `query:"mac" validate:"mac"`
		S   string `query:"s" validate:"min=4"`
	}
	const path = "/?n=1&mac=x&s=a"
	handler := func(*in) {}
	plain := brio.New(quiet())
	plain.Get("/", handler)
	want := send(plain, "GET", path, "").Body.String()
	for name, opts := range map[string][]brio.AppOption{
		"handler": {brio.OnError(func(_ *http.Request, err *params.ValidationError) *brio.Response { spoil(err); return nil })},
		"around": {brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			spoil(err)
			return out, err
		})},
		"clean-up": {brio.Depends(func() func(error) { return spoil })},
		"format":   {brio.FormatErrors(spoilingFormat{response.FastAPIErrors()})},
		"nobody":   nil,
	} {
		t.Run(name, func(t *testing.T) {
			// The rules of a type are compiled once for an app, so the same app is asked by routes with and without a spoiler.
			app := brio.New(quiet())
			spoiling := brio.NewRouter()
			for _, o := range opts {
				if o, ok := o.(brio.RouterOption); ok {
					spoiling = brio.NewRouter(o)
				} else {
					app = brio.New(quiet(), opts[0])
				}
			}
			spoiling.Get("/", handler)
			app.Include(spoiling, brio.Prefix("/spoilt"))
			app.Get("/", handler)
			for range 2 {
				send(app, "GET", "/spoilt"+path, "")
			}
			if got := send(app, "GET", path, "").Body.String(); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
}
