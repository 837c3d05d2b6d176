package briotest_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/explore"
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

// TestLeaveOutTakesEachCheck: each check that the comment of Explore lists can be left out, and each check is listed.
func TestLeaveOutTakesEachCheck(t *testing.T) {
	source, err := os.ReadFile("explore.go")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^//\t(\w[\w5 ]*?)  +\w`).FindAllSubmatch(source, -1) {
		listed = append(listed, string(m[1]))
	}
	if names := explore.Names(); !slices.Equal(slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(listed))) {
		t.Errorf("the comment lists %q, the checks are %q", listed, names)
	}
	for _, name := range listed {
		r := record(func(t testing.TB) {
			briotest.Explore(t, newApp(), briotest.AllowUndeclared(), briotest.AllowStatus(503), briotest.Requests(1), briotest.LeaveOut("* "+name, "it is a test"))
		})
		if r.fatal != "" {
			t.Errorf("%s: %s", name, r.fatal)
		}
	}
}
