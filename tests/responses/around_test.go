package responses_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// next is the function that Around calls to run the handler.
type next = func() (*brio.Response, error)

// Around functions run from the app inwards, around guards and handler.
func TestAroundRunsOutermostFirst(t *testing.T) {
	t.Parallel()
	var order []string
	note := func(name string) brio.Option {
		return brio.Around(func(r *http.Request, next next) (*brio.Response, error) {
			order = append(order, name+" "+r.PathValue("id"))
			out, err := next()
			order = append(order, "/"+name)
			if out != nil {
				out.AddHeader("X-Around", name)
			}
			return out, err
		})
	}
	app := brio.New(testkit.Quiet(), note("app"), note("app2"))
	router := brio.NewRouter(note("router"))
	router.Get("/{id}", func() string { order = append(order, "handler"); return "x" }, note("route"),
		brio.Depends(func() { order = append(order, "guard") }))
	app.Include(router, note("include"))
	w := testkit.Get(app, "/7")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, `"x"`)
	testkit.WantHeader(t, w, "X-Around", "route", "router", "include", "app2", "app")
	want := []string{"app 7", "app2 7", "include 7", "router 7", "route 7", "guard", "handler", "/route", "/router", "/include", "/app2", "/app"}
	if !slices.Equal(order, want) {
		t.Errorf("order: got %q, want %q", order, want)
	}
}

// Around receives the Response or the error of the handler, a panic as an error. The result of Around is sent.
func TestAroundReplacesOutcome(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		handler any
		around  func(next) (*brio.Response, error)
		status  int
		body    string
	}{
		"passes on": {func() int { return 1 }, func(n next) (*brio.Response, error) { return n() }, 200, "1"},
		"error into page": {func() error { return boom }, func(n next) (*brio.Response, error) {
			_, err := n()
			return response.Text(err.Error()).Status(418), nil
		}, 418, "boom"},
		"panic as error": {func() int { panic(boom) }, func(n next) (*brio.Response, error) {
			if _, err := n(); errors.Is(err, boom) {
				return nil, brio.Error(409, "known")
			}
			return nil, nil
		}, 409, `{"detail":"known"}`},
		"validation error": {func(*struct {
			N int `query:"n"`
		}) int {
			return 1
		}, func(n next) (*brio.Response, error) {
			_, err := n()
			if _, ok := errors.AsType[*brio.ValidationError](err); !ok {
				return nil, err
			}
			return response.Text("invalid").Status(400), nil
		}, 400, "invalid"},
		"own answer":               {func() int { panic("not called") }, func(next) (*brio.Response, error) { return response.JSON([]int{1}), nil }, 200, "[1]"},
		"neither result nor error": {func() int { return 1 }, func(next) (*brio.Response, error) { return nil, nil }, 500, testkit.InternalError},
		"panics":                   {func() int { return 1 }, func(next) (*brio.Response, error) { panic("x") }, 500, testkit.InternalError},
		"next twice":               {func() int { return 1 }, func(n next) (*brio.Response, error) { _, _ = n(); return n() }, 500, testkit.InternalError},
		"other status":             {func() int { return 1 }, func(n next) (*brio.Response, error) { r, err := n(); return r.Status(202), err }, 202, "1"},
		"stream":                   {func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, func(n next) (*brio.Response, error) { return n() }, 200, "1\n2\n"},
		"Response":                 {func() *brio.Response { return response.Text("d") }, func(n next) (*brio.Response, error) { r, err := n(); return r.Status(203), err }, 203, "d"},
		"value for stream": {func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, func(n next) (*brio.Response, error) {
			_, err := n()
			return response.Text("x"), err
		}, 200, "x"},
		"stream for stream": {func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, func(n next) (*brio.Response, error) {
			_, err := n()
			return response.Stream("a/b", slices.Values([][]byte{[]byte("y"), []byte("z")})), err
		}, 200, "yz"},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(testkit.Quiet())
			app.Get("/", c.handler, brio.Around(func(_ *http.Request, n next) (*brio.Response, error) { return c.around(n) }))
			w := testkit.Get(app, "/")
			testkit.WantStatus(t, w, c.status)
			testkit.WantBody(t, w, c.body)
		})
	}
}

func TestAroundErrorReachesCleanUps(t *testing.T) {
	t.Parallel()
	seen := errors.New("none")
	app := brio.New(testkit.Quiet())
	app.Get("/", func() int { return 1 }, brio.Around(func(_ *http.Request, n next) (*brio.Response, error) {
		_, err := n()
		return nil, errors.Join(err, brio.Error(409, "late"))
	}), brio.Depends(brio.BeforeResponse(func() func(error) { return func(err error) { seen = err } })))
	testkit.WantStatus(t, testkit.Get(app, "/"), 409)
	if _, ok := errors.AsType[*brio.HTTPError](seen); !ok {
		t.Errorf("error in the clean-up: got %v, want the HTTPError", seen)
	}
}

// Around may keep the Response that next returned: it is not used for other requests.
func TestAroundMayKeepResponse(t *testing.T) {
	t.Parallel()
	var kept []*brio.Response
	app := brio.New(testkit.Quiet(), brio.Around(func(_ *http.Request, n next) (*brio.Response, error) {
		out, err := n()
		kept = append(kept, out)
		return out, err
	}))
	app.Get("/", func(res *brio.Response) int { res.SetHeader("X-N", string(rune('0'+len(kept)))); return 1 })
	for range 3 {
		testkit.WantStatus(t, testkit.Get(app, "/"), 200)
	}
	for i, r := range kept {
		if got := r.Header().Get("X-N"); got != string(rune('0'+i)) {
			t.Errorf("Response %d has become %q", i, got)
		}
	}
}

// Tasks of a Response that Around replaces run before those of the new Response. After an error the log says how many did not run.
func TestAroundKeepsTasksOfReplacedResponse(t *testing.T) {
	t.Parallel()
	var ran []string
	task := func(name string) background.Task {
		return func(context.Context) error { ran = append(ran, name); return nil }
	}
	for name, c := range map[string]struct {
		around func() (*brio.Response, error)
		ran    string
		log    string
	}{
		"replaced by a Response": {func() (*brio.Response, error) { return response.Text("x").Background(task("own")), nil }, "handler own", ""},
		"replaced by an error":   {func() (*brio.Response, error) { return nil, errors.New("x") }, "", "not_run=1"},
	} {
		ran = nil
		log := &testkit.Log{}
		app := brio.New(brio.Logger(log.Logger()))
		app.Get("/", func() *brio.Response { return response.Text("y").Background(task("handler")) },
			brio.Around(func(_ *http.Request, n next) (*brio.Response, error) { _, _ = n(); return c.around() }))
		testkit.Get(app, "/")
		if got := strings.Join(ran, " "); got != c.ran || !strings.Contains(log.String(), c.log) {
			t.Errorf("%s: ran %q, log %s", name, got, log)
		}
	}
	ran = nil
	app := brio.New(testkit.Quiet())
	app.Get("/", func(res *brio.Response) *brio.Response { return res.Background(task("once")) })
	if testkit.Get(app, "/"); len(ran) != 1 {
		t.Errorf("runs of a task of the returned temporal Response: got %d, want 1", len(ran))
	}
}
