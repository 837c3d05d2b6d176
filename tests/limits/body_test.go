package limits_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

const large = 16 << 20 // bytes, more than the buffers of two sockets

// largeAnswers declares a route for each way to send an answer of 16 MiB. ended receives a value when a request ends.
func largeAnswers(t *testing.T, app *brio.App) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.bin")
	if err := os.WriteFile(name, make([]byte, large), 0o600); err != nil {
		t.Fatal(err)
	}
	app.Get("/json", func() string { return strings.Repeat("x", large-2) })
	app.Get("/text", func() string { return strings.Repeat("x", large) }, brio.ResponseClass(response.TextClass))
	app.Get("/error", func() error { return brio.Error(400, strings.Repeat("x", large-len(`{"detail":""}`))) })
	app.Get("/bytes", func() *brio.Response { return response.Bytes("text/plain", make([]byte, large)) })
	app.Get("/file", func() *brio.Response { return response.File(name) })
	app.Get("/fs", func() *brio.Response {
		return response.FileIn(fstest.MapFS{"a.bin": {Data: make([]byte, large)}}, "a.bin")
	})
	app.Get("/stream", func() *brio.Response {
		return response.Stream("text/plain", iter.Seq[[]byte](func(yield func([]byte) bool) {
			for range large >> 16 {
				if !yield(make([]byte, 1<<16)) {
					return
				}
			}
		}))
	})
}

var largePaths = []string{"/json", "/text", "/error", "/bytes", "/file", "/fs", "/stream"}

// endings reports the end of each request.
func endings(ended chan string) brio.Option {
	return brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() { ended <- r.URL.Path }()
			next.ServeHTTP(w, r)
		})
	})
}

// TestWriteTimeoutCutsIdleClients: a client that reads nothing ends an answer after WriteTimeout, however the answer is sent.
func TestWriteTimeoutCutsIdleClients(t *testing.T) {
	t.Parallel()
	ended := make(chan string, 100)
	s := serve(t, []brio.AppOption{brio.WriteTimeout(200 * time.Millisecond), endings(ended)}, func(app *brio.App) { largeAnswers(t, app) })
	for _, path := range largePaths {
		c := dial(t, s.address)
		c.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
		if got := testkit.Receive(t, ended, path); got != path {
			t.Fatal(got)
		}
		res, err := http.ReadResponse(c.read, nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if n, err := io.Copy(io.Discard, res.Body); err == nil {
			t.Errorf("%s: the answer of %d bytes looks complete", path, n)
		}
	}
}

// TestWriteTimeoutCutsIdleHTTP2Clients: the same in HTTP/2, where the client grants no flow-control window.
func TestWriteTimeoutCutsIdleHTTP2Clients(t *testing.T) {
	t.Parallel()
	ended := make(chan string, 100)
	s := serve(t, []brio.AppOption{brio.WriteTimeout(200 * time.Millisecond), endings(ended)}, func(app *brio.App) { largeAnswers(t, app) },
		brio.Server(func(s *http.Server) {
			s.Protocols = &http.Protocols{}
			s.Protocols.SetUnencryptedHTTP2(true)
		}))
	transport := &http.Transport{Protocols: &http.Protocols{}}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	for _, path := range largePaths {
		res, err := (&http.Client{Transport: transport}).Get("http://" + s.address + path)
		if err != nil {
			t.Fatal(err)
		}
		if got := testkit.Receive(t, ended, path); got != path {
			t.Fatal(got)
		}
		if _, err := io.Copy(io.Discard, res.Body); err == nil {
			t.Errorf("%s: the answer looks complete", path)
		}
		_ = res.Body.Close()
	}
}

// TestWriteTimeoutAllowsSlowClients: a client that reads slowly may take longer than WriteTimeout in total. The deadline ends with
// the answer.
func TestWriteTimeoutAllowsSlowClients(t *testing.T) {
	t.Parallel()
	const timeout = time.Second
	s := serve(t, []brio.AppOption{brio.WriteTimeout(timeout)}, func(app *brio.App) {
		largeAnswers(t, app)
		app.Get("/small", func() string { return "ok" })
	})
	for _, path := range []string{"/bytes", "/file"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c := dial(t, s.address)
			c.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
			res, err := http.ReadResponse(c.read, nil)
			if err != nil {
				t.Fatal(err)
			}
			began, n := time.Now(), int64(0)
			for err == nil {
				var m int64
				m, err = io.CopyN(io.Discard, res.Body, 1<<20)
				n += m
				time.Sleep(timeout / 10)
			}
			if err != io.EOF || n != large {
				t.Fatalf("%d bytes of %d after %s: %v", n, large, time.Since(began), err)
			}
			time.Sleep(timeout + timeout/5)
			c.send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n")
			if res, body := c.answer(); res.StatusCode != 200 || body != `"ok"` {
				t.Errorf("the next request: %d %s", res.StatusCode, body)
			}
		})
	}
}

// drip sends one byte after another until the server closes the connection, and returns the status of the answer.
func (c *conn) drip(pause time.Duration) int {
	c.t.Helper()
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(pause):
				if _, err := c.Write([]byte(" ")); err != nil {
					return
				}
			}
		}
	}()
	defer close(stop)
	res, err := http.ReadResponse(c.read, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode
}

// bodyRoutes declares a route for each way to read a body.
func bodyRoutes(app *brio.App) {
	app.Post("/json", func(in *brio.Body[map[string]any]) string { return "ok" })
	app.Post("/form", func(in *struct {
		A string `form:"a"`
	}) string {
		return "ok"
	})
	app.Post("/bytes", func(in *brio.Body[[]byte]) string { return "ok" })
	app.Post("/reader", func(in *brio.Body[io.Reader]) (string, error) {
		_, err := io.Copy(io.Discard, in.Value)
		return "ok", err
	})
	app.Post("/parts", func(in *brio.Parts) (string, error) {
		for _, err := range in.All() {
			if err != nil {
				return "", err
			}
		}
		return "ok", nil
	})
	app.Post("/request", func(r *http.Request) (string, error) {
		_, err := io.Copy(io.Discard, r.Body)
		return "ok", err
	})
}

var bodyTypes = map[string]string{
	"/json": "application/json", "/form": testkit.FormType, "/bytes": "text/plain", "/reader": "text/plain",
	"/parts": testkit.MultipartType, "/request": "text/plain",
}

// TestMinReadRateEndsSlowBodies: a body in small pieces ends with 408, although each piece comes within ReadTimeout.
func TestMinReadRateEndsSlowBodies(t *testing.T) {
	t.Parallel()
	s := serve(t, []brio.AppOption{brio.ReadTimeout(500 * time.Millisecond)}, bodyRoutes)
	for path, mediaType := range bodyTypes {
		for _, framing := range []string{"Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nffff\r\n"} {
			t.Run(path, func(t *testing.T) {
				t.Parallel()
				c := dial(t, s.address)
				c.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + mediaType + "\r\n" + framing)
				if status := c.drip(50 * time.Millisecond); status != 408 {
					t.Errorf("%q: status %d", framing, status)
				}
			})
		}
	}
}

// TestMinReadRateIsSettable: the nearest level decides about the rate. NoLimit allows any rate. The body takes longer than ReadTimeout in
// all, and a pause between two bytes is a twentieth of it, so that a busy machine does not decide.
func TestMinReadRateIsSettable(t *testing.T) {
	t.Parallel()
	const timeout, pause = 4 * time.Second, 200 * time.Millisecond
	s := serve(t, []brio.AppOption{brio.ReadTimeout(timeout)}, func(app *brio.App) {
		app.Post("/", func(in *brio.Body[[]byte]) int { return len(in.Value) }, brio.MinReadRate(brio.NoLimit))
	})
	c := dial(t, s.address)
	c.send(fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", timeout*5/4/pause))
	if status := c.drip(pause); status != 200 {
		t.Errorf("status %d", status)
	}
}

// TestMinReadRateIgnoresHandlerTime: the time that a handler takes between two reads is not the client's.
func TestMinReadRateIgnoresHandlerTime(t *testing.T) {
	t.Parallel()
	s := serve(t, []brio.AppOption{brio.ReadTimeout(200 * time.Millisecond), brio.MinReadRate(1 << 40)}, func(app *brio.App) {
		app.Post("/", func(in *brio.Body[io.Reader]) (int, error) {
			n, b := 0, make([]byte, 10)
			for {
				m, err := in.Value.Read(b)
				if n += m; err == io.EOF {
					return n, nil
				}
				if err != nil {
					return 0, err
				}
				time.Sleep(50 * time.Millisecond)
			}
		})
	})
	c := dial(t, s.address)
	c.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + strings.Repeat("x", 100))
	if res, body := c.answer(); res.StatusCode != 200 || body != "100" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestAnswersPrecedeUnreadBody: an answer that needs no body is sent at once: in the place of 100 Continue (RFC 9110, 10.1.1), and
// for any framing of the body. ReadTimeout is an hour, so a late answer fails the test. What the client sends afterwards is not
// read as a request.
func TestAnswersPrecedeUnreadBody(t *testing.T) {
	t.Parallel()
	refuse := func(status int) any { return func() error { return brio.Error(status, "refused") } }
	s := serve(t, []brio.AppOption{
		brio.ReadTimeout(time.Hour), brio.Use(middleware.TrustedHost("x")),
		brio.BodyDecoder("application/x-toy", func([]byte, any) error { return nil }),
	}, func(app *brio.App) {
		bodyRoutes(app)
		type body = brio.Body[map[string]any]
		app.Post("/ignores", func() string { return "ok" })
		app.Post("/ignores-request", func(r *http.Request) string { return "ok" })
		app.Post("/ignores-reader", func(in *brio.Body[io.Reader]) string { return "ok" })
		app.Post("/stream", func() iter.Seq[int] { return func(yield func(int) bool) { yield(1) } })
		app.Post("/file", func() *brio.Response { return response.FileIn(fstest.MapFS{"a": {Data: []byte("a")}}, "a") })
		app.Post("/401", func(in *body) {}, brio.Depends(security.HTTPBearer()))
		app.Post("/403", func(in *body) {}, brio.Depends(refuse(403)))
		app.Post("/media", func(in *struct {
			Body []byte `body:"" media:"image/png"`
		}) {
		})
		app.Post("/toy", func(in *struct {
			Body map[string]any `body:"" media:"application/x-toy"`
		}) {
		})
		app.Post("/members", func(in *struct {
			A int `body:"a"`
			B int `body:"b"`
		}) {
		})
		app.Post("/middle", func(in *body) {}, brio.Use(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { brio.WriteError(w, r, brio.Error(429, nil)) })
		}))
		app.Post("/panic", func() string { panic("on purpose") })
		app.Post("/small", func(in *body) {}, brio.MaxBody(10))
		app.Post("/late", func(in *body) {}, brio.Use(middleware.Timeout(50*time.Millisecond)))
	})
	type request struct {
		path, host, mediaType string
		status                int
	}
	requests := []request{
		{"/ignores", "x", "text/plain", 200}, {"/ignores-request", "x", "text/plain", 200}, {"/ignores-reader", "x", "text/plain", 200},
		{"/stream", "x", "text/plain", 200}, {"/file", "x", "text/plain", 200},
		{"/401", "x", "application/json", 401}, {"/403", "x", "application/json", 403}, {"/nowhere", "x", "application/json", 404},
		{"/json", "x", "text/plain", 415}, {"/json", "x", "none", 415}, {"/members", "x", "text/plain", 415}, {"/media", "x", "text/plain", 415},
		{"/toy", "x", "text/plain", 415}, {"/parts", "x", "text/plain", 415}, {"/small", "x", "application/json", 413},
		{"/middle", "x", "application/json", 429}, {"/panic", "x", "application/json", 500}, {"/json", "other", "application/json", 400},
	}
	framings := map[string]string{
		"length": "Content-Length: 5000\r\n", "chunks": "Transfer-Encoding: chunked\r\n", "a large length": "Content-Length: 50000000\r\n",
		"Expect": "Content-Length: 5000\r\nExpect: 100-continue\r\n", "Connection": "Content-Length: 5000\r\nConnection: close\r\n",
	}
	for _, q := range requests {
		for name, framing := range framings {
			t.Run(fmt.Sprint(q.path, " ", q.status, " ", name), func(t *testing.T) {
				t.Parallel()
				q := q
				if q.path == "/ignores-reader" && name == "a large length" {
					q.status = 413
				}
				if name == "chunks" && q.path == "/small" {
					t.Skip("the headers do not say how large it is")
				}
				c := dial(t, s.address)
				c.send("POST " + q.path + " HTTP/1.1\r\nHost: " + q.host + "\r\nContent-Type: " + q.mediaType + "\r\n" + framing + "\r\n")
				res, _ := c.answer()
				if res.StatusCode != q.status {
					t.Errorf("status %d, want %d", res.StatusCode, q.status)
				}
				if !res.Close && q.path != "/stream" {
					t.Error("the answer does not say that the connection is closed")
				}
				time.Sleep(30 * time.Millisecond) // longer than the answer waits for what has arrived
				another := "POST /ignores HTTP/1.1\r\nHost: x\r\n\r\n"
				_, _ = io.WriteString(c, strings.Repeat(another, 5000/len(another)+1)[:5000]) // an error is as good
				_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				if second, err := http.ReadResponse(c.read, nil); err == nil {
					t.Errorf("the body is read as a request, which is answered with %d", second.StatusCode)
				}
			})
		}
	}
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		c := dial(t, s.address)
		c.send("POST /late HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n")
		if res, _ := c.answer(); res.StatusCode != 503 {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}

// TestArrivedBodyKeepsConnection: the connection of a body that has arrived is used again, also if the route does not read the
// body.
func TestArrivedBodyKeepsConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, func(app *brio.App) {
		app.Post("/ignores", func() string { return "ok" })
		app.Post("/request", func(r *http.Request) string { return "ok" })
		app.Post("/json", func(in *brio.Body[int]) string { return "ok" })
	})
	for _, path := range []string{"/ignores", "/request", "/json", "/nowhere"} {
		c := dial(t, s.address)
		for range 3 {
			c.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello")
			if res, _ := c.answer(); res.Close {
				t.Errorf("%s: status %d, and the connection is closed", path, res.StatusCode)
				break
			}
		}
	}
}

// TestUndeclaredEmptyBodiesAreAbsent: a chunked body without Content-Type that turns out to be empty counts as absent.
func TestUndeclaredEmptyBodiesAreAbsent(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, func(app *brio.App) {
		app.Post("/", func(in *struct {
			Body *map[string]any `body:""`
		}) bool {
			return in.Body == nil
		})
	})
	c := dial(t, s.address)
	c.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
	if res, body := c.answer(); res.StatusCode != 200 || body != "true" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestContentEncodingIsRefused: a JSON or form body with a Content-Encoding is a 415 with Accept-Encoding: identity (RFC 9110,
// 15.5.16). Raw bodies are not decoded.
func TestContentEncodingIsRefused(t *testing.T) {
	for _, compat := range []bool{false, true} {
		var opts []brio.AppOption
		if compat {
			opts = append(opts, brio.FastAPICompat())
		}
		app := brio.New(opts...)
		bodyRoutes(app)
		for path, mediaType := range bodyTypes {
			for _, coding := range []string{"gzip", "br", "deflate", "identity, gzip", "x-unknown"} {
				w := testkit.Do(app, "POST", path, "\x1f\x8b\x08\x00", "Content-Type", mediaType, "Content-Encoding", coding)
				if path == "/bytes" || path == "/reader" || path == "/request" {
					testkit.WantStatus(t, w, 200)
					continue
				}
				testkit.WantStatus(t, w, 415)
				testkit.WantHeader(t, w, "Accept-Encoding", "identity")
			}
			if path == "/parts" {
				continue // it needs a body
			}
			if w := testkit.Do(app, "POST", path, "", "Content-Type", mediaType, "Content-Encoding", "gzip"); w.Code == 415 {
				t.Errorf("%s: no body at all is 415", path)
			}
		}
		testkit.WantStatus(t, testkit.PostJSON(app, "/json", "{}", "Content-Encoding", "identity"), 200)
	}
}

// TestLimitErrorsNameLimit: type and ctx of an error name the limit, in each format. FastAPI's texts are kept for limits that
// FastAPI has.
func TestLimitErrorsNameLimit(t *testing.T) {
	repeat := func(part testkit.Part, n int) string {
		return testkit.MultipartBody(slices.Repeat([]testkit.Part{part}, n)...)
	}
	field, file := testkit.FieldPart("a", "123"), testkit.FilePart("a", "f", "123")
	for _, c := range []struct {
		name, path, mediaType, body string
		headers                     []string
		status                      int
		kind, loc, ctx              string
		fastAPI                     string // the detail under FastAPICompat; "" for the same list
	}{
		{"MaxBody", "/json", "application/json", `{"a":"` + strings.Repeat("x", 2000) + `"}`, nil, 413, "body_too_large", "body", `{"max_bytes":1000}`, ""},
		{"MaxBody, bytes", "/bytes", "text/plain", strings.Repeat("x", 1001), nil, 413, "body_too_large", "body", `{"max_bytes":1000}`, ""},
		{"MaxBody, reader", "/reader", "text/plain", strings.Repeat("x", 1001), nil, 413, "body_too_large", "body", `{"max_bytes":1000}`, ""},
		{"MaxBody, request", "/request", "text/plain", strings.Repeat("x", 1001), nil, 413, "body_too_large", "body", `{"max_bytes":1000}`, ""},
		{"MaxBody, form", "/form", testkit.FormType, "a=" + strings.Repeat("x", 1000), nil, 413, "body_too_large", "body", `{"max_bytes":1000}`, ""},
		{"MaxDepth", "/json", "application/json", `{"a":[[[]]]}`, nil, 400, "json_too_deep", "body", `{"max_depth":3}`, `"There was an error parsing the body"`},
		{"MaxElements", "/json", "application/json", `{"a":[1,2,3,4,5,6,7,8,9,10]}`, nil, 413, "too_many_elements", "body", `{"max_elements":10}`, ""},
		{"MaxDepth of a parameter", "/pairs?j=[[[[]]]]", "", "", nil, 422, "json_too_deep", "query j", `{"max_depth":3}`, ""},
		{"MaxElements of a parameter", "/pairs?j=[1,2,3,4,5,6,7,8,9,10,11]", "", "", nil, 422, "too_many_elements", "query j", `{"max_elements":10}`, ""},
		{"MaxPairs", "/pairs?" + strings.Repeat("a&", 6), "", "", nil, 414, "too_many_pairs", "query", `{"max_pairs":5}`, ""},
		{"MaxPairs of cookies", "/pairs", "", "", []string{"Cookie", "a=1;b=2;c=3;d=4;e=5;f=6"}, 431, "too_many_pairs", "cookie", `{"max_pairs":5}`, ""},
		{"MaxPairs of a list", "/pairs?l=1,2,3,4,5,6", "", "", nil, 422, "too_long", "query l", `{"actual_length":null,"field_type":"List","max_length":5}`, ""},
		{"Fields", "/form", testkit.FormType, "a=1&a=2&a=3", nil, 413, "too_many_fields", "body", `{"max_fields":2}`, `"Too many fields. Maximum number of fields is 2."`},
		{"Fields of multipart", "/form", testkit.MultipartType, repeat(field, 3), nil, 413, "too_many_fields", "body", `{"max_fields":2}`, `"Too many fields. Maximum number of fields is 2."`},
		{"Files", "/form", testkit.MultipartType, repeat(file, 3), nil, 413, "too_many_files", "body", `{"max_files":2}`, `"Too many files. Maximum number of files is 2."`},
		{"FieldSize", "/form", testkit.FormType, "a=12345678", nil, 413, "part_too_large", "body", `{"max_bytes":7}`, `"Field exceeded maximum size of 7 bytes."`},
		{"FileSize", "/parts", testkit.MultipartType, testkit.MultipartBody(testkit.FilePart("a", "f", "12345678901")), nil, 413, "part_too_large", "body", `{"max_bytes":10}`, `"Part exceeded maximum size of 10 bytes."`},
	} {
		for format, option := range map[string]brio.AppOption{"FastAPI": brio.Debug(false), "problem": brio.FormatErrors(response.ProblemDetails()), "compat": brio.FastAPICompat()} {
			app := brio.New(option, brio.MaxBody(1000), brio.MaxDepth(3), brio.MaxElements(10), brio.MaxPairs(5))
			bodyRoutes(app)
			limits := brio.UploadLimits(brioLimits)
			app.Post("/pairs", func(in *struct {
				A string   `query:"a" default:""`
				J []any    `query:"j,json,omitempty"`
				L []string `query:"l,omitempty" style:"comma"`
				C string   `cookie:"c" default:""`
			}) {
			})
			limited := brio.New(option, brio.MaxBody(1000), limits)
			bodyRoutes(limited)
			h := app
			if strings.HasPrefix(c.mediaType, "multipart") || strings.HasPrefix(c.body, "a=1") {
				h = limited
			}
			headers := c.headers
			if c.mediaType != "" {
				headers = append(headers, "Content-Type", c.mediaType)
			}
			w := testkit.Do(h, "POST", c.path, c.body, headers...)
			if w.Code != c.status {
				t.Errorf("%s, %s: status %d, want %d: %s", c.name, format, w.Code, c.status, w.Body)
				continue
			}
			if format == "compat" && c.fastAPI != "" {
				testkit.WantBody(t, w, `{"detail":`+c.fastAPI+`}`)
				continue
			}
			type entry struct {
				Type string          `json:"type"`
				Loc  []any           `json:"loc"`
				Ctx  json.RawMessage `json:"ctx"`
			}
			var got struct {
				Detail json.RawMessage `json:"detail"`
				Errors []entry         `json:"errors"`
			}
			err := json.Unmarshal(w.Body.Bytes(), &got)
			if format != "problem" {
				err = errors.Join(err, json.Unmarshal(got.Detail, &got.Errors))
			}
			if err != nil || len(got.Errors) != 1 {
				t.Errorf("%s, %s: %v: %s", c.name, format, err, w.Body)
				continue
			}
			e := got.Errors[0]
			if loc := strings.Trim(fmt.Sprint(e.Loc), "[]"); e.Type != c.kind || loc != c.loc || !bytes.Equal(e.Ctx, []byte(c.ctx)) {
				t.Errorf("%s, %s: got %s at %s with %s, want %s at %s with %s", c.name, format, e.Type, loc, e.Ctx, c.kind, c.loc, c.ctx)
			}
		}
	}
}
