package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

func TestStaticServesFiles(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("css/site.css", "a{}", "app.js", "js", "data.json", "{}", "page.HTML", "<p>", "font.woff2", "f", "none", "?", "a b&c.txt", "abc", "empty.txt", "", "index.html", "i", "tool.wasm", "w"))
	for path, want := range map[string][2]string{
		"/static/css/site.css": {"a{}", "text/css; charset=utf-8"}, "/static/app.js": {"js", "text/javascript; charset=utf-8"}, "/static/data.json": {"{}", "application/json"},
		"/static/page.HTML": {"<p>", "text/html; charset=utf-8"}, "/static/font.woff2": {"f", "font/woff2"}, "/static/none": {"?", "application/octet-stream"},
		"/static/a%20b&c.txt": {"abc", "text/plain; charset=utf-8"}, "/static/empty.txt": {"", "text/plain; charset=utf-8"}, "/static/index.html": {"i", "text/html; charset=utf-8"},
		"/static/tool.wasm": {"w", "application/wasm"}, "/static/app.js?v=1": {"js", "text/javascript; charset=utf-8"},
	} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, want[0])
		testkit.WantHeader(t, w, "Content-Type", want[1])
		testkit.WantHeader(t, w, "X-Content-Type-Options", "nosniff")
		testkit.WantHeader(t, w, "Accept-Ranges", "bytes")
		testkit.WantHeader(t, w, "Last-Modified", "Wed, 04 Mar 2026 05:06:07 GMT")
		testkit.WantHeader(t, w, "Cache-Control")
		testkit.WantHeader(t, w, "Vary")
		testkit.WantHeader(t, w, "Content-Disposition")
		head := testkit.Do(app, "HEAD", path, "")
		testkit.WantBody(t, head, "")
		for key := range w.Header() {
			testkit.WantHeader(t, head, key, w.Header().Values(key)...)
		}
	}
	for _, path := range []string{"/static/", "/static/css", "/static/css/", "/static/app.js/", "/static/x", "/static/css/x/y", "/static//app.js", "/static/css//site.css", "/staticx", "/"} {
		testkit.WantStatus(t, testkit.Get(app, path), 404)
	}
	testkit.WantHeader(t, testkit.Get(app, "/static?a=1"), "Location", "static/?a=1")
}

func TestStaticMethods(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("a.txt", "abc"))
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} {
		for _, path := range []string{"/static/a.txt", "/static/none"} {
			w := testkit.Do(app, method, path, "")
			testkit.WantStatus(t, w, 405)
			testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
		}
	}
	testkit.WantStatus(t, testkit.Do(app, "OPTIONS", "/static/a.txt", ""), 204)
}

func TestStaticConditionsAndRanges(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("a.txt", "0123456789"), brio.StaticCache("max-age=60"), brio.StaticPrecompressed())
	tag := testkit.Get(app, "/static/a.txt").Header().Get("ETag")
	const date, before, after = "Wed, 04 Mar 2026 05:06:07 GMT", "Wed, 04 Mar 2026 05:06:06 GMT", "Wed, 04 Mar 2026 05:06:08 GMT"
	for _, tc := range []struct {
		headers []string
		status  int
		body    string
	}{
		{[]string{"If-None-Match", tag}, 304, ""},
		{[]string{"If-None-Match", `"x", W/` + tag}, 304, ""},
		{[]string{"If-None-Match", "*"}, 304, ""},
		{[]string{"If-None-Match", `"x"`, "If-Modified-Since", after}, 200, "0123456789"},
		{[]string{"If-Modified-Since", date}, 304, ""},
		{[]string{"If-Modified-Since", after}, 304, ""},
		{[]string{"If-Modified-Since", before}, 200, "0123456789"},
		{[]string{"If-Modified-Since", "yesterday"}, 200, "0123456789"},
		{[]string{"If-Match", `"x"`}, 412, `{"detail":"Precondition Failed"}`},
		{[]string{"If-Match", tag}, 200, "0123456789"},
		{[]string{"If-Unmodified-Since", before}, 412, `{"detail":"Precondition Failed"}`},
		{[]string{"Range", "bytes=2-4"}, 206, "234"},
		{[]string{"Range", "bytes=-3"}, 206, "789"},
		{[]string{"Range", "bytes=8-99"}, 206, "89"},
		{[]string{"Range", "bytes=10-"}, 416, `{"detail":"Requested Range Not Satisfiable"}`},
		{[]string{"Range", "lines=1-2"}, 200, "0123456789"},
		{[]string{"Range", "bytes=2-4", "If-Range", tag}, 206, "234"},
		{[]string{"Range", "bytes=2-4", "If-Range", `"x"`}, 200, "0123456789"},
		{[]string{"Range", "bytes=2-4", "If-Range", "W/" + tag}, 200, "0123456789"},
		{[]string{"Range", "bytes=2-4", "If-Range", date}, 206, "234"},
		{[]string{"Range", "bytes=2-4", "If-Range", before}, 200, "0123456789"},
		{[]string{"Range", "bytes=2-4", "If-None-Match", tag}, 304, ""},
	} {
		w := testkit.Get(app, "/static/a.txt", tc.headers...)
		if w.Code != tc.status || w.Body.String() != tc.body {
			t.Errorf("%q: %d %q, want %d %q", tc.headers, w.Code, w.Body, tc.status, tc.body)
		}
		if tc.status == 416 {
			testkit.WantHeader(t, w, "Content-Range", "bytes */10")
		}
		if tc.status != 304 {
			continue
		}
		for key := range w.Header() {
			switch key {
			case "Cache-Control", "Content-Location", "Date", "Etag", "Expires", "Vary": // as in Starlette
			default:
				t.Errorf("%q: a 304 has the header %s", tc.headers, key)
			}
		}
		testkit.WantHeader(t, w, "ETag", tag)
		testkit.WantHeader(t, w, "Cache-Control", "max-age=60")
		testkit.WantHeader(t, w, "Vary", "Accept-Encoding")
	}
	w := testkit.Get(app, "/static/a.txt", "Range", "bytes=0-1, 8-")
	testkit.WantStatus(t, w, 206)
	_, params, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(w.Body, params["boundary"])
	for _, want := range []string{"01", "89"} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(part); string(body) != want || part.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("a part is %q %v, want %q", body, part.Header, want)
		}
	}
}

// A file system without times, as an embed.FS is, has ETags of the contents.
func TestStaticWithoutTimes(t *testing.T) {
	t.Parallel()
	app := appOf(fstest.MapFS{"a.txt": {Data: []byte("abc")}, "b.txt": {Data: []byte("abd")}})
	a, b := testkit.Get(app, "/static/a.txt"), testkit.Get(app, "/static/b.txt")
	testkit.WantHeader(t, a, "Last-Modified")
	tag := a.Header().Get("ETag")
	if len(tag) != 34 || tag == b.Header().Get("ETag") {
		t.Errorf("the tags are %q and %q", tag, b.Header().Get("ETag"))
	}
	testkit.WantStatus(t, testkit.Get(app, "/static/a.txt", "If-None-Match", tag), 304)
	testkit.WantStatus(t, testkit.Get(app, "/static/b.txt", "If-None-Match", tag), 200)
	testkit.WantBody(t, testkit.Get(app, "/static/a.txt", "Range", "bytes=1-", "If-Range", tag), "bc")
	testkit.WantHeader(t, testkit.Get(appOf(fstest.MapFS{"a.txt": {Data: []byte("abc")}}), "/static/a.txt"), "ETag", tag)
}

func TestStaticHTML(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("index.html", "home", "docs/index.html", "docs", "docs/a.txt", "a", "404.html", "none", "css/x.css", "x"), brio.StaticHTML())
	for path, want := range map[string]string{"/static/": "home", "/static/docs/": "docs", "/static/docs/index.html": "docs", "/static/docs/a.txt": "a"} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, want)
	}
	w := testkit.Get(app, "/static/docs?a=1&b")
	testkit.WantStatus(t, w, 307)
	testkit.WantHeader(t, w, "Location", "docs/?a=1&b")
	for _, path := range []string{"/static/x", "/static/css/", "/static/css", "/static/docs/a.txt/", "/static/.git/config"} {
		w := testkit.Get(app, path, "Accept", "text/html")
		testkit.WantStatus(t, w, 404)
		testkit.WantBody(t, w, "none")
		testkit.WantHeader(t, w, "Content-Type", "text/html; charset=utf-8")
	}
	w = testkit.Get(app, "/static/x", "If-None-Match", "*", "Range", "bytes=0-1") // not of a missing file
	testkit.WantStatus(t, w, 404)
	testkit.WantBody(t, w, "none")
	off := appOf(testkit.Files("index.html", "home", "404.html", "none"), brio.StaticHTML(), brio.StaticHTML(false))
	testkit.WantBody(t, testkit.Get(off, "/static/"), `{"detail":"Not Found"}`)
	spa := appOf(testkit.Files("index.html", "app"), brio.StaticHTML(), brio.Fallback("index.html"))
	testkit.WantBody(t, testkit.Get(spa, "/static/x", "Accept", "text/html"), "app")
	testkit.WantStatus(t, testkit.Get(spa, "/static/x"), 404)
	none := appOf(testkit.Files("404.html", "none"), brio.StaticHTML(), brio.NoFallback())
	testkit.WantBody(t, testkit.Get(none, "/static/x"), `{"detail":"Not Found"}`)
}

func TestStaticListing(t *testing.T) {
	t.Parallel()
	files := testkit.Files("a b.txt", "", "<i>.txt", "", "x:y", "", "sub/c", "", ".env", "", "with/index.html", "index", "q?.txt", "")
	testkit.WantStatus(t, testkit.Get(appOf(files), "/static/"), 404)
	app := appOf(files, brio.StaticListing(), brio.StaticHTML())
	w := testkit.Get(app, "/static/")
	testkit.WantStatus(t, w, 200)
	testkit.WantHeader(t, w, "Content-Type", "text/html; charset=utf-8")
	testkit.WantContains(t, w.Body.String(), `<a href="a%20b.txt">a b.txt</a>`, `<a href="%3Ci%3E.txt">&lt;i&gt;.txt</a>`, `<a href="./x:y">x:y</a>`, `<a href="sub/">sub/</a>`, `<a href="q%3F.txt">q?.txt</a>`, "<title>/static/</title>")
	if strings.Contains(w.Body.String(), ".env") {
		t.Error("the list has a file that is not served")
	}
	testkit.WantHeader(t, testkit.Get(app, "/static/sub"), "Location", "sub/")
	testkit.WantBody(t, testkit.Get(app, "/static/with/"), "index")
	testkit.WantBody(t, testkit.Do(app, "HEAD", "/static/", ""), "")
}

func TestStaticPrecompressed(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte("the script"))
	_ = z.Close()
	files := testkit.Files("app.js", "the script", "app.js.gz", packed.String(), "app.js.br", "brotli", "app.js.zst", "zstd", "plain.js", "plain", "only.js.gz", "gz", "dir.js", "d", "dir.js.gz/x", "")
	app := appOf(files, brio.StaticPrecompressed(), brio.StaticHTML())
	tags := map[string]string{}
	for _, tc := range []struct{ path, accept, coding, body string }{
		{"app.js", "", "", "the script"},
		{"app.js", "gzip", "gzip", packed.String()},
		{"app.js", "x-gzip", "gzip", packed.String()},
		{"app.js", "gzip, deflate, br, zstd", "br", "brotli"},
		{"app.js", "gzip, zstd", "zstd", "zstd"},
		{"app.js", "gzip;q=1, br;q=0.5", "gzip", packed.String()},
		{"app.js", "br;q=0, gzip;q=0.1", "gzip", packed.String()},
		{"app.js", "*", "br", "brotli"},
		{"app.js", "*;q=0.5, br;q=0", "zstd", "zstd"},
		{"app.js", "gzip;q=0.5, identity", "", "the script"},
		{"app.js", "identity;q=0", "", "the script"},
		{"app.js", "deflate", "", "the script"},
		{"app.js", "gzip;q=2", "", "the script"},
		{"plain.js", "gzip, br", "", "plain"},
		{"dir.js", "gzip", "", "d"},
		{"app.js.gz", "gzip", "", packed.String()},
	} {
		var headers []string
		if tc.accept != "" {
			headers = []string{"Accept-Encoding", tc.accept}
		}
		w := testkit.Get(app, "/static/"+tc.path, headers...)
		testkit.WantBody(t, w, tc.body)
		testkit.WantHeader(t, w, "Vary", "Accept-Encoding")
		if tc.coding == "" {
			testkit.WantHeader(t, w, "Content-Encoding")
		} else {
			testkit.WantHeader(t, w, "Content-Encoding", tc.coding)
		}
		if strings.HasSuffix(tc.path, ".js") {
			testkit.WantHeader(t, w, "Content-Type", "text/javascript; charset=utf-8")
		}
		tags[tc.path+tc.coding] = w.Header().Get("ETag")
	}
	seen := map[string]bool{}
	for _, form := range []string{"app.js", "app.jsgzip", "app.jsbr", "app.jszstd"} {
		if tag := tags[form]; tag == "" || seen[tag] {
			t.Errorf("%s has the ETag %q, which is another one's", form, tag)
		}
		seen[tags[form]] = true
	}
	testkit.WantStatus(t, testkit.Get(app, "/static/app.js", "Accept-Encoding", "br", "If-None-Match", tags["app.jsbr"]), 304)
	testkit.WantStatus(t, testkit.Get(app, "/static/app.js", "Accept-Encoding", "br", "If-None-Match", tags["app.js"]), 200)
	// Ranges are of the file itself, so that parts of two forms are not joined.
	w := testkit.Get(app, "/static/app.js", "Accept-Encoding", "br", "Range", "bytes=4-")
	testkit.WantBody(t, w, "script")
	testkit.WantHeader(t, w, "Content-Encoding")
	testkit.WantBody(t, testkit.Get(app, "/static/app.js", "Accept-Encoding", "br", "Range", "bytes=4-", "If-Range", tags["app.jsbr"]), "the script")
	testkit.WantStatus(t, testkit.Get(app, "/static/only.js", "Accept-Encoding", "gzip"), 404)
	without := testkit.Get(appOf(files), "/static/app.js", "Accept-Encoding", "gzip")
	testkit.WantHeader(t, without, "Content-Encoding")
	testkit.WantHeader(t, without, "Vary")
}

// middleware.Compress leaves a sibling alone, and Go's client unpacks it.
func TestStaticPrecompressedThroughClient(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte("text "), 1000))
	_ = z.Close()
	url := testkit.Serve(t, appOf(testkit.Files("a.txt", strings.Repeat("text ", 1000), "a.txt.gz", packed.String()), brio.StaticPrecompressed()))
	res, err := http.Get(url + "/static/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || len(body) != 5000 || !res.Uncompressed {
		t.Errorf("got %d bytes, %v; uncompressed: %t", len(body), err, res.Uncompressed)
	}
}

func TestStaticCaching(t *testing.T) {
	t.Parallel()
	files := testkit.Files("index.html", "i", "index-BX3kq2d9.js", "", "main.3f5a1c9e.css", "", "assets/logo.svg", "", "assets/deep/a.png", "", "report-20240101.pdf", "", "404.html", "n")
	const forever = "max-age=31536000, immutable"
	for _, tc := range []struct {
		options []brio.StaticOption
		want    map[string]string
	}{
		{nil, map[string]string{"index.html": "", "index-BX3kq2d9.js": ""}},
		{[]brio.StaticOption{brio.StaticCache("no-store")}, map[string]string{"index.html": "no-store", "index-BX3kq2d9.js": "no-store"}},
		{[]brio.StaticOption{brio.StaticImmutable()}, map[string]string{"index.html": "no-cache", "": "no-cache", "index-BX3kq2d9.js": forever, "main.3f5a1c9e.css": forever, "report-20240101.pdf": "no-cache", "assets/logo.svg": "no-cache", "none": ""}},
		{[]brio.StaticOption{brio.StaticImmutable("assets/", "*.css"), brio.StaticCache("max-age=60")}, map[string]string{"index.html": "max-age=60", "index-BX3kq2d9.js": "max-age=60", "main.3f5a1c9e.css": forever, "assets/deep/a.png": forever}},
		{[]brio.StaticOption{brio.StaticImmutable("assets/*")}, map[string]string{"assets/deep/a.png": "no-cache", "assets/logo.svg": forever}},
	} {
		app := appOf(files, append(tc.options, brio.StaticHTML())...)
		for path, want := range tc.want {
			w := testkit.Get(app, "/static/"+path)
			if got := w.Header().Get("Cache-Control"); got != want {
				t.Errorf("%s: Cache-Control is %q, want %q", path, got, want)
			}
		}
	}
}

func TestStaticName(t *testing.T) {
	t.Parallel()
	files := brio.NewRouter(brio.Prefix("/files"))
	files.Static("/static", testkit.Files("a b.css", "x"), brio.StaticName("static"))
	app := brio.New(testkit.Quiet())
	app.Include(files)
	app.Get("/link", func(urls *brio.URLs) (string, error) { return urls.For("static", "path", "a b.css") })
	path, err := app.URL("static", "path", "a b.css")
	if err != nil || path != "/files/static/a%20b.css" {
		t.Fatalf("the path is %q, %v", path, err)
	}
	testkit.WantBody(t, testkit.Get(app, path), "x")
	testkit.WantBody(t, testkit.Get(app, "/link"), `"http://example.com/files/static/a%20b.css"`)
	for _, wrong := range []string{"../x", "/x", `a\b`} {
		if path, err := app.URL("static", "path", wrong); err == nil {
			t.Errorf("there is a URL for %q: %s", wrong, path)
		}
	}
	if routes := app.Routes(); len(routes) != 2 || routes[0].Path != "/files/static/{path...}" || routes[0].Name != "static" {
		t.Errorf("the routes are %+v", routes)
	}
	testkit.WantContains(t, app.Explain("GET", "/files/static/{path...}"), "GET /files/static/{path...}", "a file of the folder")
}

// Routes and folders of one app: the more specific path wins.
func TestStaticBesideRoutes(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Static("/", testkit.Files("a.txt", "root", "x/b.txt", "root", "docs", "root"))
	app.Static("/x", testkit.Files("b.txt", "inner"))
	app.Get("/a.txt", func() string { return "route" })
	app.Post("/b.txt", func() string { return "route" })
	testkit.WantBody(t, testkit.Get(app, "/a.txt"), `"route"`)
	testkit.WantBody(t, testkit.Get(app, "/x/b.txt"), "inner")
	testkit.WantBody(t, testkit.Do(app, "POST", "/b.txt", ""), `"route"`)
	testkit.WantHeader(t, testkit.Do(app, "PUT", "/b.txt", ""), "Allow", "GET, HEAD, OPTIONS, POST")
	testkit.WantContains(t, testkit.Get(app, "/docs").Body.String(), "<!doctype html>")
}

// A folder that is replaced, by another one or by a link to another one, is served without a restart.
func TestStaticReplacedFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "v1/a.txt", "one", "v2/a.txt", "two", "v2/b.txt", "new")
	link(t, "v1", dir+"/current")
	app := appOf(os.DirFS(dir + "/current"))
	testkit.WantBody(t, testkit.Get(app, "/static/a.txt"), "one")
	if err := os.Remove(dir + "/current"); err != nil {
		t.Fatal(err)
	}
	link(t, "v2", dir+"/current")
	testkit.WantBody(t, testkit.Get(app, "/static/b.txt"), "new") // a missing file looks again at once
	testkit.WantBody(t, testkit.Get(app, "/static/a.txt"), "two")
	if err := os.RemoveAll(dir + "/v2"); err != nil {
		t.Fatal(err)
	}
	testkit.WantStatus(t, testkit.Get(app, "/static/a.txt"), 404)
	write(t, dir, "v2/a.txt", "three")
	testkit.WantBody(t, testkit.Get(app, "/static/a.txt"), "three")
}

// Large files of folders go through connections, also in ranges.
func TestStaticLargeFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	content := strings.Repeat("0123456789abcdef", 1<<16)
	write(t, dir, "big.bin", content)
	url := testkit.Serve(t, appOf(os.DirFS(dir)))
	status, header, body := testkit.Fetch(t, url+"/static/big.bin")
	if status != 200 || body != content || header.Get("Content-Length") != "1048576" {
		t.Errorf("%d, %d bytes, %v", status, len(body), header)
	}
	r, _ := http.NewRequest("GET", url+"/static/big.bin", nil)
	r.Header.Set("Range", "bytes=1048560-")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if part, _ := io.ReadAll(res.Body); string(part) != "0123456789abcdef" || res.StatusCode != 206 {
		t.Errorf("%d %q", res.StatusCode, part)
	}
}
