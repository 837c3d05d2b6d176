package middleware_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

func sha256Of(body string) string {
	sum := sha256.Sum256([]byte(body))
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func sha512Of(body string) string {
	sum := sha512.Sum512([]byte(body))
	return "sha-512=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// echo answers with the body that it has read.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusTeapot)
	}
	_, _ = w.Write(body)
}

// The examples of RFC 9530, Appendix B.
func TestContentDigestExamples(t *testing.T) {
	for body, digest := range map[string]string{
		`{"hello": "world"}` + "\n": "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
		"":                          "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
	} {
		r := httptest.NewRequest("PUT", "/items/123", strings.NewReader(body))
		r.Header.Set("Content-Digest", digest)
		w := httptest.NewRecorder()
		middleware.ContentDigest()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			echo(w, r)
		})).ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != body || w.Header().Get("Content-Digest") != digest {
			t.Errorf("got %d %q %q, want 200, the body, and %s", w.Code, w.Body, w.Header(), digest)
		}
	}
}

func TestContentDigestVerifies(t *testing.T) {
	const body = "a body"
	for _, c := range []struct {
		name   string
		o      middleware.ContentDigestOptions
		body   string
		digest []string
		status int
		kind   string
	}{
		{"none", middleware.ContentDigestOptions{}, body, nil, 200, ""},
		{"sha-256", middleware.ContentDigestOptions{}, body, []string{sha256Of(body)}, 200, ""},
		{"sha-512", middleware.ContentDigestOptions{}, body, []string{sha512Of(body)}, 200, ""},
		{"both", middleware.ContentDigestOptions{}, body, []string{sha256Of(body) + ", " + sha512Of(body)}, 200, ""},
		{"two lines", middleware.ContentDigestOptions{}, body, []string{sha256Of(body), sha512Of(body)}, 200, ""},
		{"parameters", middleware.ContentDigestOptions{}, body, []string{sha256Of(body) + ";a=1"}, 200, ""},
		{"other", middleware.ContentDigestOptions{}, body, []string{"md5=:AAAA:, sha=1, x=(a b)"}, 200, ""},
		{"one of two", middleware.ContentDigestOptions{}, body, []string{sha256Of(body) + ", " + sha512Of("other")}, 400, "content_digest_mismatch"},
		{"the other of two", middleware.ContentDigestOptions{}, body, []string{sha256Of("other") + ", " + sha512Of(body)}, 400, "content_digest_mismatch"},
		{"mismatch", middleware.ContentDigestOptions{}, body, []string{sha256Of(body + " ")}, 400, "content_digest_mismatch"},
		{"the last counts", middleware.ContentDigestOptions{}, body, []string{sha256Of("x") + "," + sha256Of(body)}, 200, ""},
		{"short", middleware.ContentDigestOptions{}, body, []string{"sha-256=:AAAA:"}, 400, "content_digest_mismatch"},
		{"empty sum", middleware.ContentDigestOptions{}, body, []string{"sha-256=::"}, 400, "content_digest_mismatch"},
		{"of no body", middleware.ContentDigestOptions{}, "", []string{sha256Of("")}, 200, ""},
		{"lost body", middleware.ContentDigestOptions{}, "", []string{sha256Of(body)}, 400, "content_digest_mismatch"},
		{"no bytes", middleware.ContentDigestOptions{}, body, []string{`sha-256="a"`}, 400, "content_digest_invalid"},
		{"list", middleware.ContentDigestOptions{}, body, []string{"sha-256=(:AA==:)"}, 400, "content_digest_invalid"},
		{"malformed", middleware.ContentDigestOptions{}, body, []string{sha256Of(body) + ","}, 400, "content_digest_invalid"},
		{"RFC 3230", middleware.ContentDigestOptions{}, body, []string{"SHA-256=AAAA"}, 400, "content_digest_invalid"},
		{"large", middleware.ContentDigestOptions{MaxBytes: 5}, body, []string{sha256Of(body)}, 413, ""},
		{"as large as allowed", middleware.ContentDigestOptions{MaxBytes: 6}, body, []string{sha256Of(body)}, 200, ""},
		{"large without a digest", middleware.ContentDigestOptions{MaxBytes: 5}, body, nil, 200, ""},
		{"no limit", middleware.ContentDigestOptions{MaxBytes: brio.NoLimit}, strings.Repeat("x", 2<<20), []string{sha256Of(strings.Repeat("x", 2<<20))}, 200, ""},
		{"required", middleware.ContentDigestOptions{Required: true}, body, nil, 400, "missing"},
		{"required, other", middleware.ContentDigestOptions{Required: true}, body, []string{"md5=:AAAA:"}, 400, "missing"},
		{"required, no body", middleware.ContentDigestOptions{Required: true}, "", nil, 200, ""},
		{"required, sent", middleware.ContentDigestOptions{Required: true}, body, []string{sha512Of(body)}, 200, ""},
	} {
		for _, chunked := range []bool{false, true} {
			called := false
			h := middleware.ContentDigestWith(c.o)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				called = true
				if len(c.digest) > 0 && c.status == 200 && !strings.HasPrefix(c.digest[0], "md5") && r.ContentLength != int64(len(c.body)) {
					t.Errorf("%s: ContentLength is %d", c.name, r.ContentLength)
				}
				echo(w, r)
			}))
			r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
			if chunked && c.body != "" {
				r.ContentLength = -1
			}
			r.Header["Content-Digest"] = c.digest
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status || called != (c.status == 200) {
				t.Errorf("%s, chunked %t: got %d, called %t: %s", c.name, chunked, w.Code, called, w.Body)
			}
			if c.status == 200 && w.Body.String() != c.body {
				t.Errorf("%s: the handler has read %q", c.name, w.Body)
			}
			if c.kind != "" && !strings.HasPrefix(w.Body.String(), `{"detail":[{"type":"`+c.kind+`","loc":["header","content-digest"],"msg":`) {
				t.Errorf("%s: got %s", c.name, w.Body)
			}
			if want := c.kind == "missing"; want != (w.Header().Get("Want-Content-Digest") != "") {
				t.Errorf("%s: got header %v", c.name, w.Header())
			}
			if got := w.Header().Get("Content-Digest"); got != sha256Of(w.Body.String()) && (c.o.MaxBytes == 0 || c.o.MaxBytes > w.Body.Len()) {
				t.Errorf("%s: the answer has the digest %q", c.name, got)
			}
		}
	}
}

// A digest in a trailer is verified before the handler is called.
func TestContentDigestVerifiesTrailer(t *testing.T) {
	called := 0
	server := httptest.NewServer(middleware.ContentDigestWith(middleware.ContentDigestOptions{Required: true})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called++
		echo(w, r)
	})))
	defer server.Close()
	for _, c := range []struct {
		digest string
		status int
	}{{sha256Of("a body"), 200}, {sha256Of("b body"), 400}, {"", 400}, {"sha-256=a", 400}} {
		before := called
		r, _ := http.NewRequest("POST", server.URL, io.NopCloser(strings.NewReader("a body")))
		r.Trailer = http.Header{"Content-Digest": nil}
		if c.digest != "" {
			r.Body = atEnd{r.Body, func() { r.Trailer.Set("Content-Digest", c.digest) }}
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.status || called-before != map[int]int{200: 1, 400: 0}[c.status] {
			t.Errorf("%q: got %d, called %d times", c.digest, answer.StatusCode, called-before)
		}
	}
}

// atEnd calls do at the end of a body.
type atEnd struct {
	io.ReadCloser
	do func()
}

func (a atEnd) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if err == io.EOF {
		a.do()
	}
	return n, err
}

// A body that ends early, or whose client stops, is refused.
func TestContentDigestRefusesBrokenBody(t *testing.T) {
	h := middleware.ContentDigest()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler is called") }))
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("a "), failing{errors.New("cut")}))
	r.Header.Set("Content-Digest", sha256Of("a "))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 400 || w.Body.String() != `{"detail":"There was an error parsing the body"}` {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestContentDigestSends(t *testing.T) {
	const body = "an answer"
	write := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
	pieces := func(w http.ResponseWriter, _ *http.Request) {
		for i := range len(body) {
			_, _ = io.Copy(w, strings.NewReader(body[i:i+1]))
		}
	}
	status := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	flush := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, body[:3])
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, body[3:])
	}
	with := func(h http.HandlerFunc, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			h(w, r)
		}
	}
	all, wanted := middleware.ContentDigestOptions{}, middleware.ContentDigestOptions{OnlyWanted: true}
	for _, c := range []struct {
		name         string
		o            middleware.ContentDigestOptions
		h            http.HandlerFunc
		method       string
		want         []string // Want-Content-Digest
		te           string
		digest       string // of the answer
		trailer      string
		emptyContent bool
	}{
		{"whole", all, write, "GET", nil, "", sha256Of(body), "", false},
		{"pieces", all, pieces, "GET", nil, "", sha256Of(body), "", false},
		{"error", all, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); write(w, nil) }, "POST", nil, "", sha256Of(body), "", false},
		{"empty", all, status(200), "GET", nil, "", sha256Of(""), "", true},
		{"nothing", all, func(http.ResponseWriter, *http.Request) {}, "GET", nil, "", "", "", true},
		{"204", all, status(204), "GET", nil, "", "", "", true},
		{"205", all, status(205), "GET", nil, "", "", "", true},
		{"304", all, status(304), "GET", nil, "trailers", "", "", true},
		{"HEAD", all, write, "HEAD", nil, "trailers", "", "", true},
		{"206", all, func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Range", "bytes=3-4")
			http.ServeContent(w, r, "a.txt", time.Time{}, strings.NewReader(body))
		}, "GET", nil, "", sha256Of(body[3:5]), "", false},
		{"its own", all, with(write, "Content-Digest", "sha-256=:AAAA:"), "GET", nil, "trailers", "sha-256=:AAAA:", "", false},
		{"sha-512", all, write, "GET", []string{"sha-512=3, sha-256=1"}, "", sha512Of(body), "", false},
		{"equal", all, write, "GET", []string{"sha-512=3, sha-256=3"}, "", sha256Of(body), "", false},
		{"two lines", all, write, "GET", []string{"sha-256=1", "sha-512=2"}, "", sha512Of(body), "", false},
		{"only others", all, write, "GET", []string{"md5=3"}, "trailers", "", "", false},
		{"not acceptable", all, write, "GET", []string{"sha-256=0"}, "", "", "", false},
		{"over ten", all, write, "GET", []string{"sha-256=1, sha-512=11"}, "", sha256Of(body), "", false},
		{"malformed", all, write, "GET", []string{"sha-512=3,"}, "", sha256Of(body), "", false},
		{"not wanted", wanted, write, "GET", nil, "", "", "", false},
		{"malformed, not wanted", wanted, write, "GET", []string{"sha-512=3,"}, "", "", "", false},
		{"wanted", wanted, write, "GET", []string{"sha-512=3"}, "", sha512Of(body), "", false},
		{"flushed", all, flush, "GET", nil, "", "", "", false},
		{"flushed, trailer", all, flush, "GET", nil, "trailers", "", sha256Of(body), false},
		{"flushed, trailer of sha-512", all, flush, "GET", []string{"sha-512=1"}, "deflate, trailers;q=0.5", "", sha512Of(body), false},
		{"flushed first", all, func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, body)
		}, "GET", nil, "trailers", "", sha256Of(body), false},
		{"flushed with its length", all, with(flush, "Content-Length", "9"), "GET", nil, "trailers", "", "", false},
		{"flushed at its end", all, with(func(w http.ResponseWriter, r *http.Request) {
			pieces(w, r)
			_ = http.NewResponseController(w).Flush()
		}, "Content-Length", "9"), "GET", nil, "", sha256Of(body), "", false},
		{"events", all, with(write, "Content-Type", "text/event-stream"), "GET", nil, "trailers", "", sha256Of(body), false},
		{"large", middleware.ContentDigestOptions{MaxBytes: 8}, write, "GET", nil, "", "", "", false},
		{"large, in pieces, trailer", middleware.ContentDigestOptions{MaxBytes: 8}, pieces, "GET", nil, "trailers", "", sha256Of(body), false},
		{"large, with its length", middleware.ContentDigestOptions{MaxBytes: 8}, with(pieces, "Content-Length", "9"), "GET", nil, "trailers", "", "", false},
		{"just", middleware.ContentDigestOptions{MaxBytes: 9}, pieces, "GET", nil, "trailers", sha256Of(body), "", false},
		{"early hints", all, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(103); write(w, r) }, "GET", nil, "", sha256Of(body), "", false},
		{"two statuses", all, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(201); w.WriteHeader(500); write(w, r) }, "GET", nil, "", sha256Of(body), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(middleware.ContentDigestWith(c.o)(c.h))
			defer server.Close()
			r, _ := http.NewRequest(c.method, server.URL, nil)
			r.Header["Want-Content-Digest"] = c.want
			if c.te != "" {
				r.Header.Set("Te", c.te)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = answer.Body.Close() }()
			read, err := io.ReadAll(answer.Body)
			want := body
			if c.emptyContent {
				want = ""
			} else if c.name == "206" {
				want = body[3:5]
			}
			if err != nil || string(read) != want {
				t.Errorf("got body %q, %v", read, err)
			}
			if got := answer.Header.Get("Content-Digest"); got != c.digest {
				t.Errorf("got digest %q, want %q", got, c.digest)
			}
			if got := answer.Trailer.Get("Content-Digest"); got != c.trailer {
				t.Errorf("got trailer %q, want %q", got, c.trailer)
			}
			if c.name == "two statuses" && answer.StatusCode != 201 {
				t.Errorf("got %d, want the first status", answer.StatusCode)
			}
		})
	}
}

// A handler that panics behind the beginning of its answer has sent nothing, and one that takes the connection has it.
func TestContentDigestEnds(t *testing.T) {
	w := httptest.NewRecorder()
	h := middleware.ContentDigest()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("a mistake")
	}))
	if got := recovered(func() { h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil)) }); got != "a mistake" || w.Body.Len() > 0 {
		t.Errorf("got panic %v, body %q", got, w.Body)
	}
	server := httptest.NewServer(middleware.ContentDigest()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "taken")
		_ = conn.Close()
	})))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	if got, _ := io.ReadAll(bufio.NewReader(conn)); string(got) != "taken" {
		t.Errorf("got %q", got)
	}
}

// The digest is of the bytes that are sent. Outside of Compress it is that of the compressed body; inside of it, it is removed.
func TestContentDigestAndCompress(t *testing.T) {
	large := strings.Repeat("brio ", 1000)
	write := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, large[:1000])
		if r.URL.Path == "/stream" {
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = io.WriteString(w, large[1000:])
	})
	outside := httptest.NewServer(middleware.ContentDigest()(middleware.Compress()(write)))
	defer outside.Close()
	inside := httptest.NewServer(middleware.Compress()(middleware.ContentDigest()(write)))
	defer inside.Close()
	for _, c := range []struct {
		url, method, accept string
		digest, trailer     bool
	}{
		{outside.URL, "GET", "gzip", true, false},
		{outside.URL, "GET", "identity", true, false},
		{outside.URL + "/stream", "GET", "gzip", false, true},
		{outside.URL, "HEAD", "gzip", false, false},
		{inside.URL, "GET", "gzip", false, false},
		{inside.URL, "GET", "identity", true, false},
		{inside.URL + "/stream", "GET", "gzip", false, false},
		{inside.URL, "HEAD", "gzip", false, false},
	} {
		r, _ := http.NewRequest(c.method, c.url, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		r.Header.Set("Te", "trailers")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		read, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		digest, trailer := answer.Header.Get("Content-Digest"), answer.Trailer.Get("Content-Digest")
		if c.digest && digest != sha256Of(string(read)) || !c.digest && digest != "" || c.trailer && trailer != sha256Of(string(read)) || !c.trailer && trailer != "" {
			t.Errorf("%+v: got digest %q, trailer %q of %d bytes", c, digest, trailer, len(read))
		}
		if c.method == "GET" && decoded(t, answer.Header, bytes.NewReader(read)) != large {
			t.Errorf("%+v: another body", c)
		}
	}
}

// A late handler reads its body after the middleware has returned.
func TestContentDigestBodyOutlivesTimeout(t *testing.T) {
	body := strings.Repeat("0123456789", 1000)
	answered, done := make(chan struct{}), make(chan string, 1)
	h := middleware.ContentDigest()(middleware.Timeout(time.Millisecond)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-answered
		read, _ := io.ReadAll(r.Body)
		done <- string(read)
	})))
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Digest", sha256Of(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 503 || w.Header().Get("Content-Digest") != sha256Of(w.Body.String()) {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
	for range 20 { // other requests, which would use the memory again
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", len(body))))
		r.Header.Set("Content-Digest", sha256Of("other"))
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	close(answered)
	if got := <-done; got != body {
		t.Errorf("got %.20q…", got)
	}
}

// FuzzContentDigest: a handler never sees a body that does not match what its header says.
func FuzzContentDigest(f *testing.F) {
	f.Add(sha256Of("a"), "a")
	f.Add(sha256Of("a")+", "+sha512Of("b"), "a")
	f.Add("sha-256=?1", "a")
	f.Add("sha-256=:AAAA:, md5=:", "")
	f.Fuzz(func(t *testing.T, digest, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header["Content-Digest"] = []string{digest}
		middleware.ContentDigest()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			read, err := io.ReadAll(r.Body)
			if err != nil || string(read) != body {
				t.Errorf("got %q, %v", read, err)
			}
			if rest, ok := strings.CutPrefix(digest, "sha-256=:"); ok && !strings.Contains(digest, ",") && digest != sha256Of(body) && rest[:40] != sha256Of(body)[9:49] {
				t.Errorf("%q passes with %q", body, digest)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}

func BenchmarkContentDigest(b *testing.B) {
	b.Run("answer", func(b *testing.B) { benchmark(b, middleware.ContentDigest()) })
	b.Run("unwanted", func(b *testing.B) {
		benchmark(b, middleware.ContentDigestWith(middleware.ContentDigestOptions{OnlyWanted: true}))
	})
	b.Run("both", func(b *testing.B) {
		h := middleware.ContentDigest()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(benchmarkBody) }))
		r := httptest.NewRequest("POST", "/", nil)
		r.ContentLength = int64(len(benchmarkBody))
		r.Header.Set("Content-Digest", sha256Of(string(benchmarkBody)))
		body := bytes.NewReader(benchmarkBody)
		r.Body = io.NopCloser(body)
		w := &sink{http.Header{}}
		b.ReportAllocs()
		for b.Loop() {
			clear(w.header)
			body.Reset(benchmarkBody)
			h.ServeHTTP(w, r)
		}
	})
}
