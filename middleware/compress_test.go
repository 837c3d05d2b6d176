package middleware_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/brio-go/brio/middleware"
)

// decoded is the body as the client reads it.
func decoded(t *testing.T, h http.Header, body io.Reader) string {
	t.Helper()
	switch h.Get("Content-Encoding") {
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	case "zstd":
		z, err := zstd.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		body = z
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCompress(t *testing.T) {
	large := strings.Repeat("brio ", 1000)
	both := middleware.Compress()
	for _, c := range []struct {
		name, method, accept string
		f                    middleware.Func
		header               []string // of the answer
		body                 string
		status               int
		encoding             string
	}{
		{"gzip", "GET", "gzip, deflate, br", both, nil, large, 200, "gzip"},
		{"zstd is preferred", "GET", "gzip, deflate, br, zstd", both, nil, large, 200, "zstd"},
		{"unless the client prefers gzip", "GET", "gzip, zstd;q=0.5", both, nil, large, 200, "gzip"},
		{"not accepted", "GET", "br", both, nil, large, 200, ""},
		{"refused", "GET", "gzip;q=0", both, nil, large, 200, ""},
		{"nothing said", "GET", "", both, nil, large, 200, ""},
		{"gzip alone", "GET", "gzip, zstd", middleware.GZip(500, 9), nil, large, 200, "gzip"},
		{"gzip alone is not accepted", "GET", "zstd", middleware.GZip(500, 9), nil, large, 200, ""},
		{"small", "GET", "gzip", both, nil, large[:499], 200, ""},
		{"just large enough", "GET", "gzip", both, nil, large[:500], 200, "gzip"},
		{"everything", "GET", "gzip", middleware.GZip(0, 1), nil, "x", 200, "gzip"},
		{"errors, too", "GET", "gzip", both, nil, large, 404, "gzip"},
		{"HEAD", "HEAD", "gzip", both, []string{"Content-Length", "5000"}, "", 200, ""},
		{"length", "GET", "gzip", both, []string{"Content-Length", "5000"}, large, 200, "gzip"},
		{"encoded already", "GET", "gzip", both, []string{"Content-Encoding", "br"}, large, 200, "br"},
		{"events", "GET", "gzip", both, []string{"Content-Type", "text/event-stream; charset=utf-8"}, large, 200, ""},
		{"image", "GET", "gzip", both, []string{"Content-Type", "image/png"}, large, 200, ""},
		{"drawing", "GET", "gzip", both, []string{"Content-Type", "image/svg+xml"}, large, 200, "gzip"},
		{"archive", "GET", "gzip", both, []string{"Content-Type", "application/zip"}, large, 200, ""},
		{"part", "GET", "gzip", both, []string{"Content-Range", "bytes 0-4999/9000"}, large, 206, ""},
		{"jitter", "GET", "gzip", middleware.CompressWith(middleware.CompressOptions{Jitter: 32}), nil, large, 200, "gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			c.f(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				w.Header().Set("Etag", `"v1"`)
				for i := 0; i < len(c.header); i += 2 {
					w.Header().Set(c.header[i], c.header[i+1])
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})).ServeHTTP(w, request(c.method, "/", "Accept-Encoding", c.accept))
			h := w.Header()
			if w.Code != c.status || h.Get("Content-Encoding") != c.encoding || h.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%d %v", w.Code, h)
			}
			ours := c.encoding != "" && c.encoding != "br"
			wantTag := `"v1"`
			if ours || c.method == "HEAD" { // as to GET
				wantTag = `W/"v1"`
			}
			if h.Get("Etag") != wantTag || (ours || c.method == "HEAD") && h.Get("Content-Length") != "" {
				t.Errorf("Etag %s, Content-Length %s", h.Get("Etag"), h.Get("Content-Length"))
			}
			if ours && len(c.body) > 500 && w.Body.Len() > len(c.body)/2 {
				t.Errorf("%d bytes became %d", len(c.body), w.Body.Len())
			}
			if got := decoded(t, h, w.Body); got != c.body {
				t.Errorf("the body has %d bytes", len(got))
			}
		})
	}
	wantMistake(t, "GZip: the level is 10", middleware.GZip(500, 10))
	wantMistake(t, "GZip: the minimum size is -1", middleware.GZip(-1, 1))
	wantMistake(t, "CompressWith: Level is -1", middleware.CompressWith(middleware.CompressOptions{Level: -1}))
	wantMistake(t, "CompressWith: MinimumSize is -1", middleware.CompressWith(middleware.CompressOptions{MinimumSize: -1}))
	wantMistake(t, "CompressWith: Jitter is -1", middleware.CompressWith(middleware.CompressOptions{Jitter: -1}))
}

// TestCompressHeadHasLengthOfGet: RFC 9110, 9.3.2: the Content-Length of an answer to HEAD is that of GET, or missing.
// Through a server, since net/http counts the body of a short answer to HEAD.
func TestCompressHeadHasLengthOfGet(t *testing.T) {
	for _, c := range []struct {
		name       string
		length     bool // the handler says it
		size       int
		mediaType  string
		status     int
		wantLength string // of HEAD, where the length is known
	}{
		{"said", true, 5000, "text/plain", 200, ""},
		{"counted by net/http", false, 600, "text/plain", 200, ""},
		{"an error", false, 600, "application/json", 404, ""},
		{"too small", true, 100, "text/plain", 200, "100"},
		{"an image", true, 5000, "image/png", 200, "5000"},
		{"a part", true, 5000, "text/plain", 206, "5000"},
	} {
		s := httptest.NewServer(middleware.Compress()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", c.mediaType)
			if c.length {
				w.Header().Set("Content-Length", strconv.Itoa(c.size))
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, strings.Repeat("x", c.size))
		})))
		lengths := map[string]string{}
		for _, method := range []string{"GET", "HEAD"} {
			r, _ := http.NewRequest(method, s.URL, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			res, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			lengths[method] = res.Header.Get("Content-Length")
			if res.StatusCode != c.status {
				t.Errorf("%s: %s: %d", c.name, method, res.StatusCode)
			}
		}
		s.Close()
		if lengths["HEAD"] != c.wantLength || lengths["HEAD"] != "" && lengths["HEAD"] != lengths["GET"] {
			t.Errorf("%s: HEAD says %q, GET %q", c.name, lengths["HEAD"], lengths["GET"])
		}
	}
}

// Each chunk reaches the client when it is flushed, before the next is written.
func TestCompressDoesNotHoldStreamsBack(t *testing.T) {
	for _, c := range []struct{ mediaType, encoding string }{
		{"application/jsonl", "gzip"}, {"application/jsonl", "zstd"}, {"text/event-stream", "gzip"},
	} {
		next := make(chan struct{})
		s := httptest.NewServer(middleware.Compress()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.mediaType)
			for i := range 3 {
				_, _ = io.WriteString(w, "line "+strconv.Itoa(i)+"\n")
				if err := http.NewResponseController(w).Flush(); err != nil {
					t.Error(err)
				}
				<-next
			}
		})))
		r, _ := http.NewRequest("GET", s.URL, nil)
		r.Header.Set("Accept-Encoding", c.encoding)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = res.Body
		switch res.Header.Get("Content-Encoding") {
		case "gzip":
			body, err = gzip.NewReader(res.Body)
		case "zstd":
			var z *zstd.Decoder
			z, err = zstd.NewReader(res.Body, zstd.WithDecoderConcurrency(1))
			defer z.Close()
			body = z
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			line := make([]byte, 7)
			if _, err := io.ReadFull(body, line); err != nil || string(line) != "line "+strconv.Itoa(i)+"\n" {
				t.Fatalf("%v: %q %v", c, line, err)
			}
			next <- struct{}{}
		}
		_ = res.Body.Close()
		s.Close()
		if wantPlain := c.mediaType == "text/event-stream"; wantPlain != (res.Header.Get("Content-Encoding") == "") {
			t.Errorf("%v: %v", c, res.Header)
		}
	}
}

// The headers of an event stream leave with the first flush: the browser says that it is open.
func TestCompressSendsHeadersOfEventsAtOnce(t *testing.T) {
	end := make(chan struct{})
	s := httptest.NewServer(middleware.Compress()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-end
	})))
	defer s.Close()
	r, _ := http.NewRequest("GET", s.URL, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	res, err := http.DefaultClient.Do(r)
	close(end)
	if err != nil || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(res, err)
	}
	_ = res.Body.Close()
}

func TestCompressOfFilesAndConditionalRequests(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 1000)
	h := middleware.Compress()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"v1"`)
		http.ServeContent(w, r, "a.txt", time.Time{}, bytes.NewReader(content))
	}))
	for _, c := range []struct {
		headers  []string
		status   int
		encoding string
		length   int
	}{
		{nil, 200, "gzip", 10000},
		{[]string{"If-None-Match", `W/"v1"`}, 304, "", 0},
		{[]string{"Range", "bytes=0-999"}, 206, "", 1000},
		{[]string{"Range", "bytes=0-999", "If-Range", `W/"v1"`}, 200, "gzip", 10000},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request("GET", "/", append(c.headers, "Accept-Encoding", "gzip")...))
		if n := len(decoded(t, w.Header(), w.Body)); w.Code != c.status || w.Header().Get("Content-Encoding") != c.encoding || n != c.length {
			t.Errorf("%v: %d, %d bytes, %v", c.headers, w.Code, n, w.Header())
		}
	}
}

func TestCompressLeavesUpgradesAlone(t *testing.T) {
	s := httptest.NewServer(middleware.Compress()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = rw.WriteString("HTTP/1.1 299 Mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = rw.Flush()
		_ = conn.Close()
	})))
	defer s.Close()
	for _, upgrade := range []string{"", "websocket"} {
		r, _ := http.NewRequest("GET", s.URL, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("Upgrade", upgrade)
		res, err := http.DefaultClient.Do(r)
		if err != nil || res.StatusCode != 299 {
			t.Fatal(res, err)
		}
		_ = res.Body.Close()
	}
}

func BenchmarkCompress(b *testing.B) {
	for _, accept := range []string{"br", "gzip", "zstd"} {
		b.Run(accept, func(b *testing.B) {
			benchmark(b, middleware.Compress(), func(r *http.Request) { r.Header.Set("Accept-Encoding", accept) })
		})
	}
}
