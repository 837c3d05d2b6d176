package briotest_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

// TestExploreTakesOptionsOfClients: overrides reach the app that is explored, and what a client allows needs no declaration. A path with a
// backslash matches no route, so its 404 says nothing about the operation.
func TestExploreTakesOptionsOfClients(t *testing.T) {
	newApp := func() *brio.App {
		app := brio.New(brio.Provide(func() (thing, error) { return thing{}, brio.Error(418, "no thing") }))
		app.Get("/things/{name}", func(in struct {
			Name string `path:"name"`
		}, v thing, res *brio.Response) thing {
			res.SetHeader("X-Served-By", "a")
			return v
		})
		return app
	}
	found := func(opts ...briotest.ExploreOption) string {
		r := record(func(t testing.TB) {
			briotest.Explore(t, newApp(), append(opts, briotest.Requests(2))...)
		})
		return r.fatal + strings.Join(r.errors, "\n")
	}
	supplied := briotest.Supply(thing{"a"})
	for _, c := range []struct {
		name string
		opts []briotest.ExploreOption
		want string // "": nothing is found
	}{
		{"none", nil, "the status 418 is not declared"},
		{"a header", []briotest.ExploreOption{supplied}, "the header X-Served-By is not declared"},
		{"an override and a header", []briotest.ExploreOption{supplied, briotest.AllowHeader("X-Served-By")}, ""},
		{"a status", []briotest.ExploreOption{briotest.AllowStatus(418)}, ""},
		{"all", []briotest.ExploreOption{briotest.AllowUndeclared()}, ""},
		{"all, with an override", []briotest.ExploreOption{supplied, briotest.AllowUndeclared()}, ""},
	} {
		if got := found(c.opts...); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
