package models_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

type (
	secretRow struct {
		Name   string  `json:"name"`
		Nick   *string `json:"nick"`
		Hash   string  `json:"hash"`
		Gone   string  `json:"gone"`
		Nested struct {
			A    string `json:"a"`
			Hash string `json:"hash"`
		} `json:"nested"`
		brio.FieldsSet
	}
	shownRow struct {
		Name   string  `json:"name"`
		Nick   *string `json:"nick"`
		Gone   string  `json:"gone" writeonly:"true"`
		Nested struct {
			A string `json:"a"`
		} `json:"nested"`
	}
	shownUnion struct {
		brio.AnyOf
		Row  *shownRow
		Name *shownName
	}
	shownName struct {
		Name string `json:"name" validate:"max=3"`
	}
)

func newSecretRow() secretRow {
	row := secretRow{Name: "n", Hash: "CANARY", Gone: "CANARY"}
	row.Nested.Hash = "CANARY"
	row.Mark("name", "hash", "gone", "nested")
	return row
}

// declareSecrets declares a route for each kind of result that goes through a model. Each result has a secret.
func declareSecrets(app *brio.App, option brio.Option) {
	row := newSecretRow()
	asMap := map[string]any{"name": "n", "hash": "CANARY", "gone": "CANARY", "nested": map[string]any{"a": "", "hash": "CANARY"}}
	one := func(v any) iter.Seq[any] { return slices.Values([]any{v}) }
	app.Get("/value", func() secretRow { return row }, brio.ResponseModel[shownRow](), option)
	app.Get("/pointer", func() *secretRow { return &row }, brio.ResponseModel[*shownRow](), option)
	app.Get("/list", func() []*secretRow { return []*secretRow{&row} }, brio.ResponseModel[[]shownRow](), option)
	app.Get("/array", func() [2]secretRow { return [2]secretRow{row, row} }, brio.ResponseModel[[]shownRow](), option)
	app.Get("/keys", func() map[string]secretRow { return map[string]secretRow{"k": row} }, brio.ResponseModel[map[string]shownRow](), option)
	app.Get("/any", func() any { return map[string]any{"k": row} }, brio.ResponseModel[map[string]shownRow](), option)
	app.Get("/any/map", func() any { return []any{asMap} }, brio.ResponseModel[[]shownRow](), option)
	app.Get("/map", func() map[string]any { return asMap }, brio.ResponseModel[shownRow](), option)
	app.Get("/optional", func() brio.Optional[secretRow] { return brio.Some(row) }, brio.ResponseModel[brio.Optional[shownRow]](), option)
	app.Get("/union", func() secretRow { return row }, brio.ResponseModel[shownUnion](), option)
	app.Get("/union/map", func() map[string]any { return asMap }, brio.ResponseModel[shownUnion](), option)
	app.Get("/around", func() (secretRow, error) { return row, nil }, brio.ResponseModel[shownRow](), option,
		brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) { return next() }))
	app.Get("/lines", func() iter.Seq[secretRow] { return slices.Values([]secretRow{row}) }, brio.ResponseModel[shownRow](), option)
	app.Get("/lines/any", func() iter.Seq[any] { return one(row) }, brio.ResponseModel[shownRow](), option)
	app.Get("/lines/map", func() iter.Seq[any] { return one(asMap) }, brio.ResponseModel[shownUnion](), option)
	app.Get("/events", func() iter.Seq2[*secretRow, error] { return func(y func(*secretRow, error) bool) { y(&row, nil) } },
		brio.ResponseModel[shownRow](), brio.EventStream(), option)
	app.Get("/events/any", func() iter.Seq[any] { return one(response.Data[any](asMap)) }, brio.ResponseModel[shownRow](), brio.EventStream(), option)
	app.Get("/events/typed", func() response.Events[secretRow] {
		return func(y func(response.Event[secretRow], error) bool) {
			y(response.Event[secretRow]{Data: row, ID: "1"}, nil)
		}
	}, brio.ResponseModel[shownRow](), option)
}

// TestResponseModelHidesUndeclaredFields: a field that the model does not declare, or declares as writeonly, never
// leaves: with each pair of options, in each kind of result, and through an encoder of the program.
func TestResponseModelHidesUndeclaredFields(t *testing.T) {
	t.Parallel()
	jsonAs := brio.ResponseClass(response.NewClass("application/vnd.x+json", nil))
	options := map[string]brio.Option{
		"none": brio.Options(), "unset": brio.ExcludeUnset(), "defaults": brio.ExcludeDefaults(), "nulls": brio.ExcludeNone(), "Go names": brio.ByAlias(false),
		"include": brio.ResponseInclude("name", "nested"), "exclude": brio.ResponseExclude("nick"), "etag": brio.AutoETag(),
		"encoder": brio.Encoder("application/x-toy", json.Marshal), "class": jsonAs, "merge": brio.MergeAlways(),
	}
	levels := map[string]brio.AppOption{"validate": brio.ValidateResponses(true), "compat": brio.FastAPICompat()}
	for name, option := range options {
		levels[name] = option
	}
	for name, option := range options {
		for other, more := range levels {
			var log testkit.Log
			app := brio.New(more, brio.Logger(log.Logger()))
			declareSecrets(app, option)
			if err := app.Check(); err != nil {
				t.Fatalf("%s in %s: %v", name, other, err)
			}
			for _, r := range app.Routes() {
				for _, accept := range []string{"*/*", "application/x-toy, */*;q=0.5"} {
					w := testkit.Get(app, r.Path, "Accept", accept)
					body := strings.ToLower(w.Body.String())
					if w.Code != 200 || strings.Contains(body, "canary") || strings.Contains(body, "hash") || !strings.Contains(body, "nested") {
						t.Errorf("%s in %s, %s, Accept: %s: %d %s\n%s", name, other, r.Path, accept, w.Code, body, &log)
					}
				}
			}
			if strings.Contains(log.String(), "CANARY") {
				t.Errorf("%s in %s: the log has the secret: %s", name, other, &log)
			}
		}
	}
}

// TestResponseModelMismatchHidesValues: a value that does not fit its model is in neither the answer nor the log. The log
// has the text of a program's own error, the answer has not.
func TestResponseModelMismatchHidesValues(t *testing.T) {
	t.Parallel()
	row := newSecretRow()
	wrong := map[string]any{"name": 5, "nested": "CANARY", "hash": "CANARY"}
	app := func(log *testkit.Log, opts ...brio.AppOption) *brio.App {
		app := brio.New(append(opts, brio.Logger(log.Logger()))...)
		app.Get("/mismatch", func() any { return wrong }, brio.ResponseModel[shownRow]())
		app.Get("/missing", func() any { return map[string]any{"hash": "CANARY"} }, brio.ResponseModel[shownRow]())
		app.Get("/union", func() any { return wrong }, brio.ResponseModel[shownUnion]())
		app.Get("/rule", func() any { return map[string]any{"name": "CANARY"} }, brio.ResponseModel[shownName]())
		app.Get("/lines", func() iter.Seq[any] { return slices.Values([]any{row, wrong}) }, brio.ResponseModel[shownRow]())
		app.Get("/events", func() iter.Seq[any] { return slices.Values([]any{row, wrong}) }, brio.ResponseModel[shownRow](), brio.EventStream())
		app.Get("/lines/error", func() iter.Seq2[secretRow, error] {
			return func(y func(secretRow, error) bool) { _ = y(row, nil) && y(row, errors.New("with it: own words")) }
		}, brio.ResponseModel[shownRow]())
		app.Get("/error", func() (secretRow, error) { return row, errors.New("own words") }, brio.ResponseModel[shownRow]())
		app.Get("/panic", func() secretRow { panic(fmt.Sprint("own words ", len(row.Hash))) }, brio.ResponseModel[shownRow]())
		app.Get("/encoder", func() shownName { return shownName{"a"} }, brio.AutoETag(),
			brio.Encoder("application/x-no", func(any) ([]byte, error) { return []byte("CANARY"), errors.New("own words") }))
		return app
	}
	var log testkit.Log
	a := app(&log, brio.ValidateResponses(true), brio.MergeAlways())
	for _, r := range a.Routes() {
		log.Reset()
		w := getAborted(a, r.Path)
		body := w.Body.String()
		began := strings.HasPrefix(r.Path, "/lines") || r.Path == "/events"
		if strings.Contains(body, "CANARY") || strings.Contains(body, "own words") || !began && (w.Code != 500 || body != testkit.InternalError) {
			t.Errorf("%s: %d %s", r.Path, w.Code, body)
		}
		if log.String() == "" || strings.Contains(log.String(), "CANARY") {
			t.Errorf("%s: the log has %s", r.Path, &log)
		}
	}
}

// getAborted sends a GET request whose answer the app may abort within the body.
func getAborted(app *brio.App, path string) (w *httptest.ResponseRecorder) {
	w = httptest.NewRecorder()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		}
	}()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", "application/x-no, */*;q=0.5")
	app.ServeHTTP(w, r)
	return w
}
