package brio_test

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
	"github.com/brio-go/brio/response"
)

type next = func() (*brio.Response, error)

func TestAroundIsOutermostFirst(t *testing.T) {
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
	app := brio.New(quiet(), note("app"), note("app2"))
	router := brio.NewRouter(note("router"))
	router.Get("/{id}", func() string { order = append(order, "handler"); return "x" }, note("route"),
		brio.Depends(func() { order = append(order, "guard") }))
	app.Include(router, note("include"))
	w := send(app, "GET", "/7", "")
	wantStatus(t, w, 200)
	wantBody(t, w, `"x"`)
	wantHeader(t, w, "X-Around", "route", "router", "include", "app2", "app")
	want := []string{"app 7", "app2 7", "include 7", "router 7", "route 7", "guard", "handler", "/route", "/router", "/include", "/app2", "/app"}
	if !slices.Equal(order, want) {
		t.Errorf("order %q", order)
	}
}

func TestAroundSeesAndChangesOutcomes(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		handler any
		around  func(next) (*brio.Response, error)
		status  int
		body    string
	}{
		"passes on": {func() int { return 1 }, func(n next) (*brio.Response, error) { return n() }, 200, "1"},
		"an error into a page": {func() error { return boom }, func(n next) (*brio.Response, error) {
			_, err := n()
			return response.Text(err.Error()).Status(418), nil
		}, 418, "boom"},
		"a panic is an error": {func() int { panic(boom) }, func(n next) (*brio.Response, error) {
			if _, err := n(); errors.Is(err, boom) {
				return nil, brio.Error(409, "known")
			}
			return nil, nil
		}, 409, `{"detail":"known"}`},
		"validation errors": {func(*struct {
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
		"answers itself":  {func() int { panic("not called") }, func(next) (*brio.Response, error) { return response.JSON([]int{1}), nil }, 200, "[1]"},
		"neither":         {func() int { return 1 }, func(next) (*brio.Response, error) { return nil, nil }, 500, `{"detail":"Internal Server Error"}`},
		"panics":          {func() int { return 1 }, func(next) (*brio.Response, error) { panic("x") }, 500, `{"detail":"Internal Server Error"}`},
		"calls it twice":  {func() int { return 1 }, func(n next) (*brio.Response, error) { _, _ = n(); return n() }, 500, `{"detail":"Internal Server Error"}`},
		"another status":  {func() int { return 1 }, func(n next) (*brio.Response, error) { r, err := n(); return r.Status(202), err }, 202, "1"},
		"a stream":        {func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, func(n next) (*brio.Response, error) { return n() }, 200, "1\n2\n"},
		"a direct answer": {func() *brio.Response { return response.Text("d") }, func(n next) (*brio.Response, error) { r, err := n(); return r.Status(203), err }, 203, "d"},
		"instead of a stream": {func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, func(n next) (*brio.Response, error) {
			_, err := n()
			return response.Text("x"), err
		}, 200, "x"},
		"a stream instead": {func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, func(n next) (*brio.Response, error) {
			_, err := n()
			return response.Stream("a/b", bytesOf("y", "z")), err
		}, 200, "yz"},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(quiet())
			app.Get("/", c.handler, brio.Around(func(_ *http.Request, n next) (*brio.Response, error) { return c.around(n) }))
			w := send(app, "GET", "/", "")
			wantStatus(t, w, c.status)
			wantBody(t, w, c.body)
		})
	}
}

func TestCleanUpsSeeWhatAroundMakesOfAnError(t *testing.T) {
	seen := errors.New("none")
	app := brio.New(quiet())
	app.Get("/", func() int { return 1 }, brio.Around(func(_ *http.Request, n next) (*brio.Response, error) {
		_, err := n()
		return nil, errors.Join(err, brio.Error(409, "late"))
	}), brio.Depends(brio.BeforeResponse(func() func(error) { return func(err error) { seen = err } })))
	wantStatus(t, send(app, "GET", "/", ""), 409)
	if _, ok := errors.AsType[*brio.HTTPError](seen); !ok {
		t.Errorf("the commit saw %v", seen)
	}
}

func TestResponsesGivenToAroundAreNotUsedAgain(t *testing.T) {
	var kept []*brio.Response
	app := brio.New(quiet(), brio.Around(func(_ *http.Request, n next) (*brio.Response, error) {
		out, err := n()
		kept = append(kept, out)
		return out, err
	}))
	app.Get("/", func(res *brio.Response) int { res.SetHeader("X-N", string(rune('0'+len(kept)))); return 1 })
	for range 3 {
		wantStatus(t, send(app, "GET", "/", ""), 200)
	}
	for i, r := range kept {
		if got := r.Header().Get("X-N"); got != string(rune('0'+i)) {
			t.Errorf("Response %d has become %q", i, got)
		}
	}
}

func TestTasksOfAReplacedResponse(t *testing.T) {
	for name, c := range map[string]struct {
		around func() (*brio.Response, error)
		ran    string
		log    string
	}{
		"are run first":             {func() (*brio.Response, error) { return response.Text("x").Background(note("own")), nil }, "handler own", ""},
		"are reported for an error": {func() (*brio.Response, error) { return nil, errCanary }, "", `"not_run":1`},
	} {
		noted = nil
		book := &logbook{}
		app := brio.New(book.option())
		app.Get("/", func() *brio.Response { return response.Text("y").Background(note("handler")) },
			brio.Around(func(_ *http.Request, n next) (*brio.Response, error) { _, _ = n(); return c.around() }))
		send(app, "GET", "/", "")
		if got := strings.Join(noted, " "); got != c.ran || !strings.Contains(book.String(), c.log) {
			t.Errorf("%s: ran %q, log %s", name, got, book)
		}
	}
	noted = nil
	app := brio.New(quiet())
	app.Get("/", func(res *brio.Response) *brio.Response { return res.Background(note("once")) })
	if send(app, "GET", "/", ""); len(noted) != 1 {
		t.Errorf("a task of the temporal Response, which was returned, ran %d times", len(noted))
	}
}

var noted []string

func note(s string) background.Task {
	return func(context.Context) error { noted = append(noted, s); return nil }
}
