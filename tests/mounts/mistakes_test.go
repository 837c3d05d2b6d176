package mounts

import (
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestMistakesOfMounts: each mount that could not answer all that it promises is a start-up error with a place and a cure.
func TestMistakesOfMounts(t *testing.T) {
	h := http.HandlerFunc(see)
	self := func(a *brio.App) {
		b := brio.New(testkit.Quiet())
		b.Mount("/back", a)
		a.Mount("/b", b)
	}
	for name, c := range map[string]struct {
		declare func(*brio.App)
		want    []string // "" first: no mistake
	}{
		"nil":                    {func(a *brio.App) { a.Mount("/x", nil) }, []string{`Mount("/x", nil)`, "an http.Handler, or another App"}},
		"typed nil":              {func(a *brio.App) { a.Mount("/x", (*http.ServeMux)(nil)) }, []string{"the handler is a nil *http.ServeMux"}},
		"nil function":           {func(a *brio.App) { a.Mount("/x", http.HandlerFunc(nil)) }, []string{"the handler is nil"}},
		"no slash":               {func(a *brio.App) { a.Mount("x", h) }, []string{`the prefix is "x"`, `Mount("/x", …)`}},
		"rest wildcard":          {func(a *brio.App) { a.Mount("/x/{rest...}", h) }, []string{"not at the end"}},
		"shadows a route":        {func(a *brio.App) { a.Mount("/x", h); a.Get("/x/y", ok) }, []string{"GET /x/y", "stands below the mount at /x/", "mistakes_test.go"}},
		"shadows, later":         {func(a *brio.App) { a.Get("/x/y", ok); a.Mount("/x", h) }, []string{"GET /x/y", "stands below the mount at /x/"}},
		"shadows a router":       {func(a *brio.App) { a.Include(routes(), brio.Prefix("/x")); a.Mount("/x", h) }, []string{"GET /x/in", "stands below"}},
		"twice":                  {func(a *brio.App) { a.Mount("/x", h); a.Mount("/x/", h) }, []string{"a second mount at /x/; the first is at"}},
		"twice at the root":      {func(a *brio.App) { a.Mount("/", h); a.Mount("", h) }, []string{"a second mount at /; the first is at"}},
		"twice with wildcards":   {func(a *brio.App) { a.Mount("/{a}", h); a.Mount("/{b}", h) }, []string{"a second mount at"}},
		"below another":          {func(a *brio.App) { a.Mount("/x", h); a.Mount("/x/y", h) }, []string{"/x/y: see: the mount stands below the mount at /x/"}},
		"below another, earlier": {func(a *brio.App) { a.Mount("/x/y", h); a.Mount("/x", h) }, []string{"the mount at /x/y/", "stands below the mount at /x/"}},
		"ambiguous":              {func(a *brio.App) { a.Mount("/x", h); a.Get("/{a}/b", ok) }, []string{"neither is more specific"}},
		"same paths":             {func(a *brio.App) { a.Get("/x/{rest...}", ok); a.Mount("/x", h) }, []string{"match the same paths"}},
		"the app itself":         {func(a *brio.App) { a.Mount("/x", a) }, []string{"the app is mounted in itself"}},
		"a cycle":                {self, []string{"the app is mounted in itself", "/b/back"}},
		"of a document":          {func(a *brio.App) { a.Mount("/openapi.json", h) }, []string{""}},
		"of a chosen document":   {func(a *brio.App) { a.Mount("/x", h) }, []string{`the path is that of OpenAPIURL("/x/doc.json") too`}},
		"two documents":          {func(a *brio.App) { a.Mount("/", brio.New(testkit.Quiet())) }, []string{"4 mistakes", "a page at /openapi.json;", "OpenAPIURL sets it", "a page at /docs;", "DocsURL sets it", "a page at /redoc;", "RedocURL sets it"}},
		"two pages of health": {func(a *brio.App) {
			sub := brio.New(testkit.Quiet(), brio.OpenAPIURL(""), brio.HealthURLs("/up", "/readyz"), brio.Health())
			own := brio.New(testkit.Quiet(), brio.OpenAPIURL(""), brio.Health())
			own.Mount("/", sub)
			a.Mount("/own", own)
		}, []string{"1 mistake", "both apps have a page at /readyz", "HealthURLs sets it"}},
		"one document path": {func(a *brio.App) {
			own := brio.New(testkit.Quiet(), brio.Document("/v1.json"), brio.DocsURL(""), brio.RedocURL(""))
			own.Mount("/", brio.New(testkit.Quiet(), brio.OpenAPIURL("/v1.json")))
			a.Mount("/own", own)
		}, []string{"1 mistake", "both apps have a page at /v1.json", "Document"}},
		"general route": {func(a *brio.App) { a.Get("/{rest...}", ok); a.Mount("/x", h); a.Get("/{a}", ok) }, []string{""}},
		"mistake of mounted app": {func(a *brio.App) {
			sub := brio.New(testkit.Quiet())
			sub.Get("/bad", 3)
			a.Mount("/one", sub)
			a.Mount("/two", sub)
		}, []string{"1 mistake", "GET /one/bad", "the handler is a int"}},
		"webhook": {func(a *brio.App) { a.Webhooks().Mount("/x", h) }, []string{"a mount on a router of webhooks"}},
	} {
		t.Run(name, func(t *testing.T) {
			options := []brio.AppOption{testkit.Quiet()}
			if name == "of a chosen document" {
				options = append(options, brio.OpenAPIURL("/x/doc.json"))
			}
			app := brio.New(options...)
			c.declare(app)
			err := app.Check()
			switch {
			case c.want[0] == "" && err != nil:
				t.Fatal(err)
			case c.want[0] == "":
				return
			case err == nil:
				t.Fatal("no mistake is reported")
			}
			testkit.WantContains(t, err.Error(), c.want...)
			if !strings.Contains(err.Error(), "mistakes_test.go:") {
				t.Errorf("no place: %v", err)
			}
		})
	}
}

func ok() string { return "ok" }

func routes() *brio.Router {
	r := brio.NewRouter()
	r.Get("/in", ok)
	return r
}
