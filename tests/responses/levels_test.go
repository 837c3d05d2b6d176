package responses_test

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/response"
)

// The nearest level with a class decides: the route, its router, the Include, the outer router, the app.
func TestResponseClassNearestLevelDecides(t *testing.T) {
	t.Parallel()
	say := func() string { return "<" }
	html, text, raw := brio.ResponseClass(response.HTMLClass), brio.ResponseClass(response.TextClass), brio.ResponseClass(response.RawClass)
	app := brio.New(text)
	app.Get("/app", say)
	app.Get("/route", say, html)
	app.Get("/json", say, brio.ResponseClass(response.JSONClass))
	app.Get("/direct", func() *brio.Response { return response.HTML("<") })
	own := brio.NewRouter(brio.Prefix("/own"), html)
	own.Get("/", say)
	own.Get("/route", say, raw)
	app.Include(own, raw)
	plain := brio.NewRouter()
	plain.Get("/plain", say)
	app.Include(plain, brio.Prefix("/included"), html)
	outer := brio.NewRouter(brio.Prefix("/outer"), html)
	outer.Include(plain)
	app.Include(outer)
	c := briotest.New(t, app, briotest.AllowUndeclared()) // a Response of a handler has another class than the route
	for path, want := range map[string][2]string{
		"/app":            {"text/plain; charset=utf-8", "<"},
		"/route":          {"text/html; charset=utf-8", "<"},
		"/json":           {"application/json", `"<"`},
		"/direct":         {"text/html; charset=utf-8", "<"},
		"/own/":           {"text/html; charset=utf-8", "<"},
		"/own/route":      {"", "<"},
		"/included/plain": {"text/html; charset=utf-8", "<"},
		"/outer/plain":    {"text/html; charset=utf-8", "<"},
	} {
		c.Get(path).Status(200).Header("Content-Type", want[0]).Body(want[1])
	}
}
