package frontend_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// The tests of this file follow FastAPI's tests/test_frontend.py, with the names there, where TestFrontendFollowsFastAPI and the tests of
// dependencies have no row for them. Tests of FastAPI's own tables (low-priority routes, route groups, caches) have no counterpart: routes
// that are declared after the start panic in Brio. TestStaticErrorsOfFileSystem has the errors of a file system for both.

// test_frontend_dependency_validation_errors_return_422
func TestFrontendGuardWithoutParameterIs422(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Depends(func(*struct {
		Token string `query:"token"`
	}) {
	}))
	app.Frontend("/", testkit.Files("index.html", "app"))
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, `{"detail":[{"type":"missing","loc":["query","token"],"msg":"Field required","input":null}]}`)
}

// test_frontend_dependency_overrides_apply
func TestFrontendTakesOverrides(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Depends(refuse))
	app.Frontend("/", testkit.Files("index.html", "app"))
	testkit.WantStatus(t, testkit.Get(app, "/"), 401)
	c := briotest.New(t, app, briotest.Override(briotest.Replace(refuse, func() error { return nil })))
	c.Get("/").Status(200).Body("app")
}

func refuse() error { return brio.Error(401, "") }

// test_include_router_frontend_dependencies_apply_in_nested_order
func TestFrontendGuardsOfFiveLevels(t *testing.T) {
	t.Parallel()
	var trace testkit.Trace
	child := brio.NewRouter(brio.Depends(trace.Guard("child")))
	child.Frontend("/ui", testkit.Files("index.html", "app"))
	parent := brio.NewRouter(brio.Depends(trace.Guard("parent")))
	parent.Include(child, brio.Prefix("/child"), brio.Depends(trace.Guard("parent-include")))
	app := brio.New(testkit.Quiet(), brio.Depends(trace.Guard("app")))
	app.Include(parent, brio.Prefix("/parent"), brio.Depends(trace.Guard("app-include")))
	testkit.WantBody(t, testkit.Get(app, "/parent/child/ui/"), "app")
	trace.Want(t, "app, app-include, parent, parent-include, child")
}

// test_frontend_dependencies_do_not_run_when_api_route_wins, test_only_selected_frontend_mount_dependencies_run,
// test_unsupported_method_uses_longest_matching_frontend_prefix, test_included_frontend_does_not_block_url_path_for
func TestOneFrontendAnswers(t *testing.T) {
	t.Parallel()
	var trace testkit.Trace
	site, admin := brio.NewRouter(brio.Depends(trace.Guard("site"))), brio.NewRouter(brio.Depends(trace.Guard("admin")))
	site.Frontend("/", testkit.Files("index.html", "site", "api", "site", "admin/client-route", "site"))
	admin.Frontend("/", testkit.Files("index.html", "admin"))
	app := brio.New(testkit.Quiet())
	app.Include(site)
	app.Include(admin, brio.Prefix("/admin"))
	app.Get("/api", func() string { return "api" }, brio.Name("readAPI"))
	for _, tc := range []struct {
		method, path string
		status       int
		body, trace  string
	}{
		{"GET", "/api", 200, `"api"`, ""},
		{"GET", "/admin/", 200, "admin", "admin"},
		{"GET", "/", 200, "site", "site"},
		{"POST", "/admin/client-route", 404, `{"detail":"Not Found"}`, ""},
		{"POST", "/admin/", 405, `{"detail":"Method Not Allowed"}`, ""},
	} {
		w := testkit.Do(app, tc.method, tc.path, "", html...)
		testkit.WantStatus(t, w, tc.status)
		testkit.WantBody(t, w, tc.body)
		trace.Want(t, tc.trace)
	}
	if url, err := app.URL("readAPI"); url != "/api" || err != nil {
		t.Errorf("the URL is %q, %v", url, err)
	}
}

// test_unsupported_methods_to_fallback_only_routes_return_404
func TestFallbackIsForReadersAlone(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("index.html", "app"), brio.Fallback("index.html"))
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		testkit.WantStatus(t, testkit.Do(app, method, "/dashboard/settings", "", html...), 404)
	}
	w := testkit.Do(app, "HEAD", "/dashboard/settings", "", html...) // test_head_fallback_request_works
	testkit.WantStatus(t, w, 200)
	testkit.WantHeader(t, w, "Content-Length", "3")
}

// test_path_traversal_cannot_escape_directory, test_symlink_outside_directory_is_not_served
func TestFrontendServesNothingOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dist := filepath.Join(dir, "dist")
	for name, text := range map[string]string{"secret.txt": "secret", "dist/index.html": "app"} {
		if err := errors.Join(os.MkdirAll(dist, 0o700), os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	paths := []string{"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%5c..%5csecret.txt", "/..%5csecret.txt"}
	if err := os.Symlink(filepath.Join(dir, "secret.txt"), filepath.Join(dist, "link.txt")); err == nil {
		paths = append(paths, "/link.txt")
	}
	app := appOf(os.DirFS(dist))
	for _, path := range paths {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 404)
		testkit.WantBody(t, w, `{"detail":"Not Found"}`)
	}
}

// test_path_validation_and_trailing_slash_normalization, test_apirouter_frontend_with_router_prefix_and_frontend_subpath
func TestFrontendPrefixMayEndWithSlash(t *testing.T) {
	t.Parallel()
	router := brio.NewRouter(brio.Prefix("/internal"))
	router.Frontend("/ui/", testkit.Files("asset.txt", "asset"))
	app := brio.New(testkit.Quiet())
	app.Frontend("/app/", testkit.Files("asset.txt", "asset", "index.html", "app"))
	app.Include(router, brio.Prefix("/prefix"))
	for path, want := range map[string]string{"/app/asset.txt": "asset", "/app/": "app", "/prefix/internal/ui/asset.txt": "asset"} {
		testkit.WantBody(t, testkit.Get(app, path), want)
	}
	testkit.WantStatus(t, testkit.Get(app, "/app"), 307)
}
