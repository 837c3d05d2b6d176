package static_test

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// fileSystems are the ways to declare one folder of the operating system.
func fileSystems(t testing.TB, dir string) map[string]fs.FS {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	sub, err := fs.Sub(os.DirFS(filepath.Dir(dir)), filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]fs.FS{"DirFS": os.DirFS(dir), "Root": root.FS(), "Sub": sub}
}

// appsOf returns apps with a Static below /static, and a Frontend of all other paths, for each way to declare the folder.
func appsOf(t testing.TB, dir string, opts ...brio.StaticOption) map[string]http.Handler {
	apps := map[string]http.Handler{}
	for name, files := range fileSystems(t, dir) {
		app := brio.New(testkit.Quiet())
		app.Static("/static", files, opts...)
		app.Frontend("/", files, opts...)
		apps[name] = app
	}
	compat := brio.New(testkit.Quiet(), brio.FastAPICompat(), brio.EncodedSlashes())
	compat.Static("/static", os.DirFS(dir), opts...)
	compat.Frontend("/", os.DirFS(dir), opts...)
	apps["compat"] = compat
	return apps
}

// serve sends a request whose URL is not cleaned, as a hostile client sends it.
func serve(t testing.TB, h http.Handler, path string) (status int, body string) {
	t.Helper()
	u, err := url.ParseRequestURI(path)
	if err != nil {
		return http.StatusBadRequest, "" // net/http refuses the request line
	}
	r, _ := http.NewRequest("GET", "http://example.com/", nil)
	r.URL.Path, r.URL.RawPath = u.Path, u.RawPath
	r.Header.Set("Accept", "*/*")
	w := &writer{header: http.Header{}}
	h.ServeHTTP(w, r)
	return w.status, w.body.String()
}

type writer struct {
	header http.Header
	status int
	body   strings.Builder
}

func (w *writer) Header() http.Header { return w.header }
func (w *writer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}
func (w *writer) Write(b []byte) (int, error) {
	w.WriteHeader(200)
	return w.body.Write(b)
}

// hostilePaths ask for files outside of the folder, or for files that no client may see. The folder has secrets above it and inside.
var hostilePaths = []string{
	"../secret.txt", "..%2fsecret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "%252e%252e%252fsecret.txt", "a/../../secret.txt", "a/%2e%2e/%2e%2e/secret.txt",
	"..\\secret.txt", "..%5csecret.txt", "%2e%2e%5csecret.txt", "a\\..\\..\\secret.txt", "a/..\\..\\secret.txt",
	"./../secret.txt", ".//../secret.txt", "//secret.txt", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "/%2fetc/passwd", "a//../../secret.txt",
	"....//secret.txt", "..;/secret.txt", "..%00/secret.txt", "a.txt%00", "a.txt%00.html", "%00", "a%0a.txt", "..%c0%afsecret.txt", "%c0%ae%c0%ae/secret.txt", "\u2025/secret.txt",
	".env", ".git/config", "a/.hidden", "%2eenv", ".git%2fconfig", ".ENV", "a/./.hidden", ".well-knownx", "C:/secret.txt", "C:%5csecret.txt", "file:///etc/passwd", "a.txt/", "a.txt/.", "a.txt/../a.txt", "a.txt::$DATA", "a.txt%20", "a.txt.",
	"NUL", "CON", strings.Repeat("x", 300), strings.Repeat("x/", 3000), strings.Repeat("../", 50) + "etc/passwd", "%ff%fe",
}

func TestStaticServesNothingOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "secret.txt", "secret", "public/a.txt", "abc", "public/a/b.txt", "b", "public/.env", "secret", "public/.git/config", "secret", "public/a/.hidden", "secret", "public/.well-known/x", "known", "public/.well-knownx", "secret")
	for name, app := range appsOf(t, dir+"/public", brio.StaticHTML(), brio.StaticListing(), brio.StaticPrecompressed()) {
		for _, prefix := range []string{"/static/", "/"} {
			for _, path := range hostilePaths {
				switch status, body := serve(t, app, prefix+path); {
				case strings.Contains(body, "secret") || strings.Contains(body, "root:"):
					t.Errorf("%s: %s%.80s: %d, the body is %q", name, prefix, path, status, body)
				case status != 404 && status != 400 && status != 307:
					t.Errorf("%s: %s%.80s: status %d", name, prefix, path, status)
				}
			}
			if status, body := serve(t, app, prefix+".well-known/x"); status != 200 || body != "known" {
				t.Errorf("%s: %s.well-known/x: %d %q", name, prefix, status, body)
			}
		}
	}
	for name, app := range appsOf(t, dir+"/public", brio.StaticDotFiles()) {
		if status, _ := serve(t, app, "/static/.env"); status != 200 {
			t.Errorf("%s: with StaticDotFiles: %d", name, status)
		}
		if status, body := serve(t, app, "/static/../secret.txt"); status != 404 {
			t.Errorf("%s: with StaticDotFiles: %d %q", name, status, body)
		}
	}
}

func TestStaticSymbolicLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "secret.txt", "secret", "outside/x.txt", "secret", "public/a.txt", "abc", "public/sub/b.txt", "b", "public/index.html", "")
	for _, l := range [][2]string{
		{"../secret.txt", "public/relative"}, {dir + "/secret.txt", "public/absolute"}, {"../outside", "public/folder"}, {"loop", "public/loop"},
		{"a.txt", "public/inside"}, {"../a.txt", "public/sub/up"}, {"sub", "public/dir"}, {"../public/a.txt", "public/roundabout"}, {"sub/../../secret.txt", "public/sub/deep"},
		{"folder/x.txt", "public/chain"}, {"../secret.txt", "public/a.txt.gz"}, {"../secret.txt", "public/404.html"}, {"none", "public/broken"},
	} {
		link(t, l[0], filepath.Join(dir, l[1]))
	}
	for name, app := range appsOf(t, dir+"/public", brio.StaticHTML(), brio.StaticListing(), brio.StaticPrecompressed()) {
		for path, want := range map[string]string{"inside": "abc", "sub/up": "abc", "dir/b.txt": "b"} {
			if status, body := serve(t, app, "/static/"+path); status != 200 || body != want {
				t.Errorf("%s: %s, a link inside: %d %q", name, path, status, body)
			}
		}
		for _, path := range []string{"relative", "absolute", "folder/x.txt", "folder/", "folder", "loop", "loop/x", "roundabout", "sub/deep", "chain", "404.html", "broken"} {
			for _, prefix := range []string{"/static/", "/"} {
				if status, body := serve(t, app, prefix+path); status != 404 || strings.Contains(body, "secret") {
					t.Errorf("%s: %s%s, a link that leads out: %d %q", name, prefix, path, status, body)
				}
			}
		}
		w := testkit.Get(app, "/static/a.txt", "Accept-Encoding", "gzip")
		testkit.WantBody(t, w, "abc")
	}
	listed := testkit.Get(appOf(os.DirFS(dir+"/public"), brio.StaticListing()), "/static/").Body.String()
	if strings.Contains(listed, "relative") || strings.Contains(listed, "folder") || !strings.Contains(listed, "inside") {
		t.Errorf("the list has links that lead out, or lacks one:\n%s", listed)
	}
}

// A pipe is not opened, because that would wait for a writer.
func TestStaticPipesAndDevices(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("pipes are no files")
	}
	dir := t.TempDir()
	write(t, dir, "a.txt", "abc")
	if err := syscall.Mkfifo(dir+"/pipe", 0o600); err != nil {
		t.Skip(err)
	}
	for name, app := range appsOf(t, dir) {
		if status, _ := serve(t, app, "/static/pipe"); status != 404 {
			t.Errorf("%s: a pipe: %d", name, status)
		}
	}
	for name, files := range fileSystems(t, "/dev") {
		if status, _ := serve(t, appOf(files), "/static/null"); status != 404 {
			t.Errorf("%s: a device: %d", name, status)
		}
	}
}

// failing is a file system whose look-ups fail.
type failing struct {
	fs.FS
	err error
}

func (f *failing) Open(name string) (fs.File, error) {
	if name == "." {
		return f.FS.Open(name)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
}

func TestStaticErrorsOfFileSystem(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err    error
		status int
	}{
		{fs.ErrPermission, 401}, {syscall.EACCES, 401}, {fs.ErrNotExist, 404}, {syscall.ENAMETOOLONG, 404}, {syscall.ENOTDIR, 404}, {syscall.ELOOP, 404}, {fs.ErrInvalid, 404}, {syscall.EIO, 500}, {errors.New("the disk burns"), 500},
	} {
		log := &testkit.Log{}
		app := brio.New(brio.Logger(log.Logger()))
		files := &failing{testkit.Files("a.txt", "abc"), tc.err}
		app.Static("/static", files)
		app.Frontend("/", files)
		for _, path := range []string{"/static/a.txt", "/a.txt"} {
			w := testkit.Get(app, path)
			testkit.WantStatus(t, w, tc.status)
			if strings.Contains(w.Body.String(), "disk") {
				t.Errorf("the answer shows the error: %s", w.Body)
			}
		}
		want := tc.status
		if want == 404 || want == 401 {
			testkit.WantStatus(t, testkit.Do(app, "POST", "/a.txt", ""), want)
		}
		if (log.Lines("level=ERROR") > 0) != (tc.status == 500) {
			t.Errorf("%v: the log is\n%s", tc.err, log)
		}
	}
}

// anyCase is a file system that finds names in any case, as those of macOS and Windows do.
//
// The field has a name: an embedded MapFS would be asked by its own Stat and ReadDir, which know one spelling.
type anyCase struct{ files fstest.MapFS }

func (a anyCase) Open(name string) (fs.File, error) {
	for known := range a.files {
		if strings.EqualFold(known, name) {
			return a.files.Open(known)
		}
		for dir := known; strings.Contains(dir, "/"); {
			if dir = dir[:strings.LastIndexByte(dir, '/')]; strings.EqualFold(dir, name) {
				return a.files.Open(dir)
			}
		}
	}
	return a.files.Open(name)
}

func (a anyCase) Stat(name string) (fs.FileInfo, error) {
	f, err := a.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

// Where names have several spellings, only the one that the folder lists is served: the guards of another would be passed by.
func TestStaticOtherCase(t *testing.T) {
	t.Parallel()
	files := anyCase{testkit.Files("admin/x.txt", "secret", "a.txt", "abc", "index.html", "i")}
	if f, err := files.Open("ADMIN/X.txt"); err != nil {
		t.Fatal("the file system of the test finds one spelling only")
	} else {
		_ = f.Close()
	}
	app := brio.New(testkit.Quiet())
	app.Static("/static", files, brio.StaticHTML())
	app.Get("/static/admin/{path...}", func() error { return brio.Error(403, nil) })
	for path, want := range map[string]int{
		"/static/a.txt": 200, "/static/A.txt": 404, "/static/INDEX.HTML": 404, "/static/": 200,
		"/static/admin/x.txt": 403, "/static/ADMIN/x.txt": 404, "/static/Admin/X.TXT": 404, "/static/aDmin": 404,
	} {
		testkit.WantStatus(t, testkit.Get(app, path), want)
	}
}

// A guard of a route below cannot be passed by with another spelling of the path.
func TestStaticBesideGuardedRoute(t *testing.T) {
	t.Parallel()
	files := testkit.Files("private/x.txt", "secret", "a.txt", "abc")
	app := brio.New(testkit.Quiet())
	private := brio.NewRouter(brio.Prefix("/static/private"), brio.Depends(func() error { return brio.Error(403, nil) }))
	private.Static("/", testkit.Files("x.txt", "secret"))
	app.Include(private)
	app.Static("/static", files)
	app.Frontend("/", testkit.Files("static/private/x.txt", "secret"))
	for _, path := range []string{"/static/private/x.txt", "/static//private/x.txt", "/static/private//x.txt", "/static/./private/x.txt", "/static/a/../private/x.txt", "/static/private%2fx.txt", "/static/private\\x.txt", "/static%2fprivate/x.txt", "//static/private/x.txt"} {
		if status, body := serve(t, app, path); status < 400 && status != 307 || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
}
