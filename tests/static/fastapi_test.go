package static

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The tests of this file follow FastAPI's tests/test_tutorial/test_static_files and the tests of StaticFiles in Starlette,
// tests/test_staticfiles.py, with the names there. These have other tests: test_staticfiles_304_* TestStaticConditionsAndRanges,
// test_staticfiles_instantiated_with_missing_directory TestStaticMistakes, test_staticfiles_with_invalid_dir_permissions_returns_401 and
// test_staticfiles_os_error_returns_400 TestStaticErrorsOfFileSystem. `packages` is an embed.FS in Go: TestStaticWithoutTimes.

// newFolder writes files, name and text in turn, below a folder.
func newFolder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, filepath.FromSlash(files[i]))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(files[i+1]), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// test_static_files, test_static_files_not_found, test_openapi_schema: StaticFiles is in no document.
func TestStaticFollowsChapter(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.FastAPICompat())
	app.Static("/static", os.DirFS(newFolder(t, "sample.txt", "This is a sample static file.")), brio.StaticName("static"))
	w := testkit.Get(app, "/static/sample.txt")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, "This is a sample static file.")
	testkit.WantStatus(t, testkit.Get(app, "/static/non_existent_file.txt"), 404)
	testkit.WantBody(t, testkit.Get(app, "/openapi.json"), `{"openapi":"3.1.0","info":{"title":"FastAPI","version":"0.1.0"},"paths":{}}`)
	if url, err := app.URL("static", "path", "sample.txt"); url != "/static/sample.txt" || err != nil {
		t.Errorf("the URL is %q, %v", url, err)
	}
}

// Each row is a test of Starlette with one folder and one request.
func TestStaticFollowsStarlette(t *testing.T) {
	t.Parallel()
	example := []string{"example.txt", "<file content>"}
	pages := []string{"404.html", "<h1>Custom not found page</h1>", "dir/index.html", "<h1>Hello</h1>", "css/site.css", "x"}
	html := []brio.StaticOption{brio.StaticHTML()}
	for _, tc := range []struct {
		name, method string
		files        []string
		opts         []brio.StaticOption
		path         string
		status       int
		body, length string
	}{
		{"test_staticfiles", "GET", example, nil, "/example.txt", 200, "<file content>", "14"},
		{"test_staticfiles_never_read_file_for_head_method", "HEAD", example, nil, "/example.txt", 200, "", "14"},
		{"test_staticfiles_post", "POST", example, nil, "/example.txt", 405, `{"detail":"Method Not Allowed"}`, ""},
		{"test_staticfiles_with_directory_returns_404", "GET", example, nil, "/", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_with_missing_file_returns_404", "GET", example, nil, "/404.txt", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_with_missing_dir_returns_404", "GET", example, nil, "/foo/example.txt", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_access_file_as_dir_returns_404", "GET", example, nil, "/example.txt/foo", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_prevents_breaking_out_of_directory", "GET", example, nil, "/../example.txt", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_html_normal: slash", "GET", pages, html, "/dir/", 200, "<h1>Hello</h1>", ""},
		{"test_staticfiles_html_normal: no slash", "GET", pages, html, "/dir", 307, "", ""},
		{"test_staticfiles_html_normal: file", "GET", pages, html, "/dir/index.html", 200, "<h1>Hello</h1>", ""},
		{"test_staticfiles_html_normal: missing", "GET", pages, html, "/missing", 404, "<h1>Custom not found page</h1>", ""},
		{"test_staticfiles_html_without_index: slash", "GET", pages, html, "/css/", 404, "<h1>Custom not found page</h1>", ""},
		{"test_staticfiles_html_without_index: no slash", "GET", pages, html, "/css", 404, "<h1>Custom not found page</h1>", ""},
		{"test_staticfiles_html_without_404", "GET", []string{"dir/index.html", "<h1>Hello</h1>"}, html, "/missing", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_html_only_files: folder", "GET", []string{"hello.html", "<h1>Hello</h1>"}, html, "/", 404, `{"detail":"Not Found"}`, ""},
		{"test_staticfiles_html_only_files: file", "GET", []string{"hello.html", "<h1>Hello</h1>"}, html, "/hello.html", 200, "<h1>Hello</h1>", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app := brio.New(testkit.Quiet())
			app.Static("/", os.DirFS(newFolder(t, tc.files...)), tc.opts...)
			w := testkit.Do(app, tc.method, tc.path, "")
			testkit.WantStatus(t, w, tc.status)
			testkit.WantBody(t, w, tc.body)
			if tc.length != "" {
				testkit.WantHeader(t, w, "Content-Length", tc.length)
			}
		})
	}
}

// test_staticfiles_head_with_middleware
func TestStaticHeadBehindMiddleware(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(struct{ http.ResponseWriter }{w}, r) })
	}))
	app.Static("/static", os.DirFS(newFolder(t, "example.txt", string(make([]byte, 100)))))
	w := testkit.Do(app, "HEAD", "/static/example.txt", "")
	testkit.WantStatus(t, w, 200)
	testkit.WantHeader(t, w, "Content-Length", "100")
}

// test_staticfiles_cache_invalidation_for_deleted_file_html_mode: a condition of the client does not make a missing file a 304, though the
// page for missing files is as old as the file was.
func TestStaticDeletedFileIsMissing(t *testing.T) {
	t.Parallel()
	dir := newFolder(t, "404.html", "<p>404 file</p>", "some.html", "<p>some file</p>")
	for _, name := range []string{"404.html", "some.html"} {
		if err := os.Chtimes(filepath.Join(dir, name), testkit.FileTime, testkit.FileTime); err != nil {
			t.Fatal(err)
		}
	}
	app := brio.New(testkit.Quiet())
	app.Static("/", os.DirFS(dir), brio.StaticHTML())
	w := testkit.Get(app, "/some.html")
	testkit.WantBody(t, w, "<p>some file</p>")
	since := w.Header().Get("Last-Modified")
	testkit.WantStatus(t, testkit.Get(app, "/some.html", "If-Modified-Since", since), 304)
	if err := os.Remove(filepath.Join(dir, "some.html")); err != nil {
		t.Fatal(err)
	}
	w = testkit.Get(app, "/some.html", "If-Modified-Since", since)
	testkit.WantStatus(t, w, 404)
	testkit.WantBody(t, w, "<p>404 file</p>")
}

// test_staticfiles_configured_with_missing_directory, test_staticfiles_configured_with_file_instead_of_directory: with CheckDir(false) the
// mistake is found by the first request. Clients see a 500, and the log has the folder.
func TestStaticWithoutFolder(t *testing.T) {
	t.Parallel()
	dir := newFolder(t, "example.txt", "<file content>")
	for _, name := range []string{"no_such_directory", "example.txt"} {
		log := &testkit.Log{}
		app := brio.New(brio.Logger(log.Logger()))
		app.Static("/", os.DirFS(filepath.Join(dir, name)), brio.CheckDir(false))
		testkit.WantStatus(t, testkit.Get(app, "/example.txt"), 500)
		testkit.WantContains(t, log.String(), name)
	}
}

// follow_symlink is an os.Root's decision in Go: a link inside of the folder is served, one that leads out is not, and a program that wants
// it serves the folder that has the files. test_staticfiles_follows_symlinks has no counterpart.
func TestStaticLinkOfFolder(t *testing.T) {
	t.Parallel()
	dir := newFolder(t, "page.html", "<h1>Hello</h1>", "statics/in.html", "in")
	statics := filepath.Join(dir, "statics")
	if err := errors.Join(os.Symlink("in.html", filepath.Join(statics, "alias.html")), os.Symlink("../page.html", filepath.Join(statics, "out.html"))); err != nil {
		t.Skip(err)
	}
	app := brio.New(testkit.Quiet())
	app.Static("/", os.DirFS(statics))
	testkit.WantBody(t, testkit.Get(app, "/alias.html"), "in")
	testkit.WantStatus(t, testkit.Get(app, "/out.html"), 404)
}
