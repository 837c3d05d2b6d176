package route

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/routing"
)

func pageTable(t *testing.T, routes func(*routing.Router), pages ...Page) (*Table, routing.Report) {
	t.Helper()
	root := routing.NewRouter()
	routes(root)
	table, report := compileForTest(root)
	if len(report) > 0 {
		t.Fatal(report)
	}
	report = table.AddPages(pages...)
	table.Ready()
	return table, report
}

func TestPagesAnswerGetAndHead(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("page of " + r.Pattern)) })
	table, report := pageTable(t, func(r *routing.Router) {
		r.Get("/{any}", func() string { return "a route" })
		r.Post("/docs", func() string { return "posted" })
	}, Page{Path: "/docs", Handler: page, Option: "DocsURL"})
	if len(report) > 0 {
		t.Fatal(report)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/docs", "page of /docs", 200},
		{"HEAD", "/docs", "page of /docs", 200}, // the server drops it
		{"POST", "/docs", `"posted"`, 200},
		{"GET", "/other", `"a route"`, 200},
		{"GET", "/docs/", "", 307},
		{"PUT", "/docs", `{"detail":"Method Not Allowed"}`, 405},
	} {
		w := httptest.NewRecorder()
		table.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
		if c.status == 405 && w.Header().Get("Allow") != "GET, HEAD, OPTIONS, POST" {
			t.Errorf("Allow: %s", w.Header().Get("Allow"))
		}
	}
	if n := len(table.Routes()); n != 2 {
		t.Errorf("%d routes", n)
	}
	if s := table.Explain("GET", "/docs"); s != "" {
		t.Error(s)
	}
}

func TestPanicOfPageIs500(t *testing.T) {
	table, _ := pageTable(t, func(*routing.Router) {}, Page{Path: "/docs", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") })})
	w := httptest.NewRecorder()
	table.ServeHTTP(w, httptest.NewRequest("GET", "/docs", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "oops") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPagesOnPathsOfRoutes(t *testing.T) {
	for _, c := range []struct {
		name  string
		pages []Page
		want  string // "" for none
	}{
		{"of a default", []Page{{Path: "/docs", Default: true}}, ""},
		{"that was chosen", []Page{{Path: "/docs", Option: "DocsURL"}}, `GET /docs: mine: the path is that of DocsURL("/docs") too`},
		{"with a wildcard", []Page{{Path: "/d/{x}", Option: "DocsURL"}}, `DocsURL("/d/{x}") has a wildcard`},
		{"without a slash", []Page{{Path: "docs", Option: "DocsURL"}}, `DocsURL("docs"): path pattern "docs" does not begin with "/"`},
		{"twice", []Page{{Path: "/a", Option: "DocsURL"}, {Path: "/a", Option: "RedocURL"}}, `RedocURL("/a"): the path is that of DocsURL too`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.pages {
				c.pages[i].Handler = http.NotFoundHandler()
			}
			table, report := pageTable(t, func(r *routing.Router) { r.Get("/docs", mine) }, c.pages...)
			if c.want == "" && len(report) > 0 || c.want != "" && (len(report) != 1 || !strings.Contains(report.Error(), c.want)) {
				t.Errorf("%v", report)
			}
			w := httptest.NewRecorder()
			table.ServeHTTP(w, httptest.NewRequest("GET", "/docs", nil))
			if w.Body.String() != `"mine"` {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func mine() string { return "mine" }

func compileForTest(root *routing.Router) (*Table, routing.Report) {
	reader := model.NewReader(constraint.New())
	return Compile(routing.Declarations(root), Config{
		Models: encode.NewCompiler(reader), Logger: func() *slog.Logger { return slog.New(slog.DiscardHandler) }, Scope: inject.Scope{Reader: reader}, RedirectSlashes: true,
	})
}
