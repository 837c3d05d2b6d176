package files_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// newFileServer serves a file of 26 letters, a large one, and some that cannot be served, over connections. get sends a request,
// whose headers are "Name: value" lines, and reads the body.
func newFileServer(t *testing.T) (get func(method, path string, headers ...string) (*http.Response, string), log *testkit.Log, modified time.Time) {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
		return path
	}
	modified = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	letters := write("letters.txt", []byte("abcdefghijklmnopqrstuvwxyz"))
	big, none, odd := write("big.bin", bytes.Repeat([]byte("0123456789"), 1<<20)), write("none.txt", nil), write("odd.unknown", []byte("<html>"))
	log = &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/letters", func() *brio.Response { return response.File(letters) })
	app.Get("/class", func() string { return letters }, brio.ResponseClass(response.FileClass))
	app.Get("/big", func() *brio.Response { return response.File(big) })
	app.Get("/none", func() *brio.Response { return response.File(none) })
	app.Get("/odd", func() *brio.Response { return response.File(odd) })
	app.Get("/typed", func() *brio.Response { return response.File(letters, response.FileMediaType("a/b")) })
	app.Get("/tagged", func() *brio.Response { return response.File(letters).SetETag("v1").SetHeader("X-A", "1") })
	app.Get("/status", func() *brio.Response { return response.File(letters).Status(404) })
	app.Get("/bodiless", func() *brio.Response { return response.File(letters).Status(204) })
	app.Get("/missing", func() *brio.Response { return response.File(letters + "x") })
	app.Get("/missing/404", func() *brio.Response { return response.File(letters+"x", response.OrNotFound()) })
	app.Get("/dir", func() *brio.Response { return response.File(dir) })
	app.Get("/dir/404", func() *brio.Response { return response.File(dir, response.OrNotFound()) })
	app.Get("/null", func() *brio.Response { return response.File(os.DevNull) })
	app.Get("/in/{name...}", func(in struct {
		Name string `path:"name"`
	}) *brio.Response {
		return response.FileIn(os.DirFS(dir), in.Name, response.OrNotFound())
	})
	app.Get("/embedded", func() *brio.Response {
		return response.FileIn(fstest.MapFS{"a.css": {Data: []byte("p{}")}}, "a.css")
	})
	app.Get("/unseekable", func() *brio.Response { return response.FileIn(unseekable{os.DirFS(dir)}, "letters.txt") })
	kept := response.File(letters)
	app.Get("/kept", func() *brio.Response { return kept })
	server := testkit.Serve(t, app)
	return func(method, path string, headers ...string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequest(method, server+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "identity")
		for _, h := range headers {
			k, v, _ := strings.Cut(h, ": ")
			r.Header.Add(k, v)
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(b)
	}, log, modified
}

// unseekable has files without Seek.
type unseekable struct{ fs.FS }

func (u unseekable) Open(name string) (fs.File, error) {
	f, err := u.FS.Open(name)
	return struct{ fs.File }{f}, err
}

// A file is sent with ETag, Last-Modified and Accept-Ranges; ranges (RFC 9110, section 14) and conditions (section 13) are those of
// the RFC. A file that cannot be read is an error of the program, or a 404 with OrNotFound.
func TestFileAnswersRangesAndConditions(t *testing.T) {
	t.Parallel()
	get, log, modified := newFileServer(t)
	res, body := get("GET", "/letters")
	etag, last := res.Header.Get("ETag"), res.Header.Get("Last-Modified")
	if res.StatusCode != 200 || body != "abcdefghijklmnopqrstuvwxyz" || last != modified.Format(http.TimeFormat) || !strings.HasPrefix(etag, `"`) ||
		res.Header.Get("Accept-Ranges") != "bytes" || res.Header.Get("Content-Disposition") != "" || res.ContentLength != 26 {
		t.Fatalf("%d %q %s", res.StatusCode, res.Header, body)
	}
	const all = "abcdefghijklmnopqrstuvwxyz"
	before, after := modified.Add(-time.Hour).Format(http.TimeFormat), modified.Add(time.Hour).Format(http.TimeFormat)
	for _, tc := range []struct {
		request string
		headers []string
		status  int
		body    string
		header  string // a line that must be among the headers; "" means any
	}{
		{"GET /class", nil, 200, all, "ETag: " + etag},
		{"GET /kept", nil, 200, all, "ETag: " + etag},
		{"GET /kept", []string{"Range: bytes=0-0"}, 206, "a", ""},
		{"HEAD /letters", nil, 200, "", "Content-Length: 26"},
		{"HEAD /letters", []string{"Range: bytes=0-1"}, 200, "", "Content-Length: 26"}, // section 14.2: Range is for GET
		// section 14: ranges
		{"GET /letters", []string{"Range: bytes=0-4"}, 206, "abcde", "Content-Range: bytes 0-4/26"},
		{"GET /letters", []string{"Range: bytes=-3"}, 206, "xyz", "Content-Range: bytes 23-25/26"},
		{"GET /letters", []string{"Range: bytes=23-"}, 206, "xyz", "Content-Range: bytes 23-25/26"},
		{"GET /letters", []string{"Range: bytes=20-99"}, 206, "uvwxyz", "Content-Range: bytes 20-25/26"},
		{"GET /letters", []string{"Range: bytes=0-25,0-25"}, 200, all, ""}, // longer than the file
		{"GET /letters", []string{"Range: bytes=26-"}, 416, `{"detail":"Requested Range Not Satisfiable"}`, "Content-Range: bytes */26"},
		{"GET /letters", []string{"Range: bytes=-0"}, 416, `{"detail":"Requested Range Not Satisfiable"}`, "Content-Range: bytes */26"},
		{"GET /letters", []string{"Range: bytes=-0, -00,0-0"}, 206, "a", "Content-Range: bytes 0-0/26"},
		{"GET /letters", []string{"Range: Bytes=-1"}, 206, "z", "Content-Range: bytes 25-25/26"},
		{"GET /letters", []string{"Range: bytes=-99"}, 206, all, "Content-Range: bytes 0-25/26"},
		{"GET /none", []string{"Range: bytes=-0"}, 200, "", "Content-Length: 0"},
		{"HEAD /letters", []string{"Range: bytes=26-"}, 200, "", "Content-Length: 26"},
		{"GET /letters", []string{"Range: bytes=5-1"}, 416, `{"detail":"Requested Range Not Satisfiable"}`, ""},
		{"GET /letters", []string{"Range: bytes=a-b"}, 416, `{"detail":"Requested Range Not Satisfiable"}`, ""},
		{"GET /letters", []string{"Range: lines=1-2"}, 200, all, ""}, // section 14.2: an unknown unit is ignored
		{"GET /letters", []string{"Range: 1-2"}, 200, all, ""},
		{"GET /none", nil, 200, "", "Content-Length: 0"},
		// section 13: conditions
		{"GET /letters", []string{"If-None-Match: " + etag}, 304, "", "ETag: " + etag},
		{"GET /letters", []string{`If-None-Match: "x", W/` + etag}, 304, "", ""},
		{"GET /letters", []string{"If-None-Match: *"}, 304, "", ""},
		{"HEAD /letters", []string{"If-None-Match: " + etag}, 304, "", ""},
		{"GET /letters", []string{`If-None-Match: "x"`, "If-Modified-Since: " + after}, 200, all, ""},
		{"GET /letters", []string{"If-Modified-Since: " + last}, 304, "", ""},
		{"GET /letters", []string{"If-Modified-Since: " + before}, 200, all, ""},
		{"GET /letters", []string{"If-Match: " + etag}, 200, all, ""},
		{"GET /letters", []string{`If-Match: "x"`}, 412, `{"detail":"Precondition Failed"}`, "Content-Type: application/json"},
		{"HEAD /letters", []string{`If-Match: "x"`}, 412, "", ""},
		{"GET /letters", []string{"If-Match: W/" + etag}, 412, `{"detail":"Precondition Failed"}`, ""},
		{"GET /letters", []string{"If-Unmodified-Since: " + before}, 412, `{"detail":"Precondition Failed"}`, ""},
		{"GET /letters", []string{"If-Unmodified-Since: " + last}, 200, all, ""},
		{"GET /letters", []string{"Range: bytes=0-1", "If-Range: " + etag}, 206, "ab", ""},
		{"GET /letters", []string{"Range: bytes=0-1", `If-Range: "x"`}, 200, all, ""},
		{"GET /letters", []string{"Range: bytes=0-1", "If-Range: W/" + etag}, 200, all, ""},
		{"GET /letters", []string{"Range: bytes=0-1", "If-Range: " + last}, 206, "ab", ""},
		{"GET /letters", []string{"Range: bytes=0-1", "If-Range: " + before}, 200, all, ""},
		// headers and status of the program
		{"GET /tagged", []string{`If-None-Match: "v1"`}, 304, "", "X-A: 1"},
		{"GET /typed", nil, 200, all, "Content-Type: a/b"},
		{"GET /odd", nil, 200, "<html>", "Content-Type: application/octet-stream"},
		{"GET /status", nil, 404, all, "Content-Length: 26"},
		{"GET /status", []string{"Range: bytes=0-1", "If-None-Match: *"}, 404, all, ""},
		{"GET /bodiless", nil, 204, "", ""},
		{"GET /embedded", nil, 200, "p{}", "Content-Type: text/css; charset=utf-8"},
		{"GET /embedded", []string{"Range: bytes=0-0"}, 206, "p", ""},
		// files that cannot be sent
		{"GET /missing", nil, 500, testkit.InternalError, "Content-Type: application/json"},
		{"GET /missing/404", nil, 404, `{"detail":"Not Found"}`, ""},
		{"GET /dir", nil, 500, testkit.InternalError, ""},
		{"GET /dir/404", nil, 404, `{"detail":"Not Found"}`, ""},
		{"GET /null", nil, 500, testkit.InternalError, ""},
		{"GET /unseekable", nil, 500, testkit.InternalError, ""},
		{"GET /in/letters.txt", []string{"Range: bytes=1-1"}, 206, "b", ""},
		{"GET /in/%2e%2e/x", nil, 404, `{"detail":"Not Found"}`, ""},
		{"GET /in/..%2fx", nil, 404, `{"detail":"Not Found"}`, ""},
		{"GET /in/%2fetc%2fpasswd", nil, 404, `{"detail":"Not Found"}`, ""},
		{"GET /in/letters.txt%00", nil, 404, `{"detail":"Not Found"}`, ""},
	} {
		method, path, _ := strings.Cut(tc.request, " ")
		res, body := get(method, path, tc.headers...)
		key, value, _ := strings.Cut(tc.header, ": ")
		if res.StatusCode != tc.status || body != tc.body || res.Header.Get(key) != value {
			t.Errorf("%s %q: %d %q %s", tc.request, tc.headers, res.StatusCode, res.Header, body)
		}
	}
	for _, name := range []string{"no such file", "no regular file", "cannot be read from any place"} {
		testkit.WantContains(t, log.String(), name)
	}
}

// Two ranges are sent as multipart/byteranges (RFC 9110, section 14.6).
func TestFileRangesInSeveralParts(t *testing.T) {
	t.Parallel()
	get, _, _ := newFileServer(t)
	res, body := get("GET", "/letters", "Range: bytes=0-1,-2")
	mediaType, params, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if res.StatusCode != 206 || mediaType != "multipart/byteranges" || err != nil {
		t.Fatalf("%d %q", res.StatusCode, res.Header)
	}
	parts := multipart.NewReader(strings.NewReader(body), params["boundary"])
	for _, want := range []string{"bytes 0-1/26 text/plain; charset=utf-8 ab", "bytes 24-25/26 text/plain; charset=utf-8 yz"} {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(p)
		if got := p.Header.Get("Content-Range") + " " + p.Header.Get("Content-Type") + " " + string(b); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// counting counts the files that are opened and closed.
type counting struct {
	fs.FS
	opened, closed atomic.Int64
}

// counted is a file of counting.
type counted struct {
	fs.File
	io.Seeker
	on *counting
}

func (c *counting) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	c.opened.Add(1)
	seeker, _ := f.(io.Seeker)
	return counted{f, seeker, c}, nil
}

func (f counted) Close() error {
	f.on.closed.Add(1)
	return f.File.Close()
}

// Each file that is opened is closed, also when it is not sent.
func TestFileIsClosed(t *testing.T) {
	t.Parallel()
	files := &counting{FS: fstest.MapFS{"a.txt": {Data: []byte("abc")}, "d/x": {}}}
	app := brio.New(testkit.Quiet())
	named := func(in struct {
		Name string `path:"name"`
	}) *brio.Response {
		return response.FileIn(files, in.Name, response.OrNotFound())
	}
	app.Get("/{name}", named)
	app.Get("/before/{name}", named, brio.Depends(brio.BeforeResponse(func() func() error { return func() error { return errors.New("no commit") } })))
	app.Get("/ill/{name}", func() *brio.Response { return response.FileIn(files, "a.txt").SetHeader("X-A", "a\r\nb") })
	for _, tc := range []struct {
		method, path string
		headers      []string
		status       int
	}{
		{"GET", "/a.txt", nil, 200}, {"HEAD", "/a.txt", nil, 200}, {"GET", "/a.txt", []string{"Range", "bytes=0-0,2-2"}, 206}, {"GET", "/a.txt", []string{"Range", "bytes=9-"}, 416},
		{"GET", "/a.txt", []string{"If-None-Match", "*"}, 304}, {"GET", "/d", nil, 404}, {"GET", "/no", nil, 404}, {"GET", "/before/a.txt", nil, 500}, {"GET", "/ill/a.txt", nil, 500},
	} {
		w := testkit.Do(app, tc.method, tc.path, "", tc.headers...)
		if w.Code != tc.status {
			t.Errorf("%+v: %d %s", tc, w.Code, w.Body)
		}
		if tc.status == 500 {
			testkit.WantBody(t, w, `{"detail":"Internal Server Error"}`) // and not the file
		}
	}
	if files.opened.Load() != files.closed.Load() || files.opened.Load() < 6 {
		t.Errorf("%d opened, %d closed", files.opened.Load(), files.closed.Load())
	}
}

// The connection is cut when a file shrinks while it is sent, so that the client does not take it for complete.
func TestFileShrinkingCutsConnection(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func() *brio.Response {
		return response.FileIn(shrinking{fstest.MapFS{"a": {Data: []byte("abc")}}}, "a")
	})
	res, err := http.Get(testkit.Serve(t, app))
	if err != nil {
		return // cut before the headers were sent
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("got the complete body %q, want an error", b)
	}
}

// shrinking has files that end after one byte, whatever their size is.
type shrinking struct{ fs.FS }

// shrunk is a file of shrinking.
type shrunk struct {
	fs.File
	io.Seeker
}

func (s shrinking) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	return shrunk{f, f.(io.Seeker)}, err
}

func (s shrunk) Read(p []byte) (int, error) {
	if len(p) > 1 {
		p = p[:1]
	}
	n, _ := s.File.Read(p)
	return n, io.EOF
}
