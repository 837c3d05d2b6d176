package models_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

type checked struct {
	N     int                     `json:"n"`
	Inner *checkedInner           `json:"inner,omitempty"`
	List  []checkedInner          `json:"list,omitempty"`
	Map   map[string]checkedInner `json:"map,omitempty"`
}

func (c *checked) Validate(ctx context.Context) error {
	if ctx.Value(checkedKey{}) == nil {
		return errors.New("no context of the request")
	}
	if c.N < 0 {
		return errors.New("n is negative")
	}
	return nil
}

type checkedInner struct {
	M int `json:"m"`
}

func (c checkedInner) Validate(context.Context) error {
	if c.M < 0 {
		return &brio.HTTPError{Status: 404}
	}
	return nil
}

type checkedKey struct{}

type checkedOther struct {
	N     int            `json:"n"`
	Extra string         `json:"extra"`
	List  []checkedInner `json:"list"`
}

type checkedUnion struct {
	brio.AnyOf
	Checked *checked
	Text    *string
}

// TestValidateResponsesCallsValidate: a result is validated by the Validate methods of its model, as FastAPI validates it
// with all validators. They get the context of the request, and any error of them answers 500.
func TestValidateResponsesCallsValidate(t *testing.T) {
	t.Parallel()
	bad := checkedInner{M: -1}
	values := map[string]struct {
		value any
		model brio.RouteOption
		path  string // in the log; empty when the value is valid
	}{
		"valid":                {checked{N: 1}, brio.ResponseModel[checked](), ""},
		"top level":            {checked{N: -1}, brio.ResponseModel[checked](), "result: its Validate"},
		"pointer":              {&checked{N: -1}, brio.ResponseModel[*checked](), "result: its Validate"},
		"null":                 {(*checked)(nil), brio.ResponseModel[*checked](), ""},
		"inner":                {checked{Inner: &bad}, brio.ResponseModel[checked](), "result.inner: its Validate"},
		"list":                 {checked{List: []checkedInner{{}, bad}}, brio.ResponseModel[checked](), "result.list[1]: its Validate"},
		"map":                  {checked{Map: map[string]checkedInner{"k": bad}}, brio.ResponseModel[checked](), `result.map["k"]: its Validate`},
		"valid map":            {map[string]any{"n": 1}, brio.ResponseModel[checked](), ""},
		"map as model":         {map[string]any{"n": -1}, brio.ResponseModel[checked](), "result: its Validate"},
		"maps":                 {[]any{map[string]any{"n": 1}, map[string]any{"n": 1, "list": []any{map[string]any{"m": -1}}}}, brio.ResponseModel[[]checked](), "result[1].list[0]: its Validate"},
		"other":                {checkedOther{N: -1}, brio.ResponseModel[checked](), "result: its Validate"},
		"union":                {checkedUnion{Checked: &checked{N: -1}}, brio.ResponseModel[checkedUnion](), "result: its Validate"},
		"pointer to union":     {&checkedUnion{Checked: &checked{N: -1}}, brio.ResponseModel[checkedUnion](), "result: its Validate"},
		"optional":             {brio.Some(checked{N: -1}), brio.ResponseModel[brio.Optional[checked]](), "result: its Validate"},
		"model without method": {checkedOther{N: -1}, brio.ResponseModel[checkedOther](), ""},
	}
	for _, on := range []bool{true, false} {
		log := &testkit.Log{}
		app := brio.New(brio.ValidateResponses(on), brio.Logger(log.Logger()))
		app.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), checkedKey{}, 1)))
			})
		})
		for name, c := range values {
			app.Get("/"+strings.ReplaceAll(name, " ", "-"), func() any { return c.value }, c.model)
		}
		app.Get("/typed", func() (*checked, error) { return &checked{N: -1}, nil })
		app.Get("/lines", func() iter.Seq[checked] { return slices.Values([]checked{{N: -1}}) })
		app.Get("/lines/map", func() iter.Seq[any] { return slices.Values([]any{map[string]any{"n": -1}}) }, brio.ResponseModel[checked]())
		app.Get("/events", func() iter.Seq[response.Event[checked]] {
			return slices.Values([]response.Event[checked]{{Data: checked{N: -1}}})
		}, brio.EventStream())
		want := func(target, path string) {
			t.Helper()
			w := testkit.Get(app, target)
			if path == "" || !on {
				testkit.WantStatus(t, w, 200)
				return
			}
			testkit.WantStatus(t, w, 500)
			if !strings.Contains(strings.ReplaceAll(log.String(), `\`, ""), path) {
				t.Errorf("%s: the log has no %q: %s", target, path, log)
			}
		}
		for name, c := range values {
			want("/"+strings.ReplaceAll(name, " ", "-"), c.path)
		}
		for _, target := range []string{"/typed", "/lines", "/lines/map", "/events"} {
			want(target, "result: its Validate refuses it: n is negative")
		}
	}
}
