package brio_test

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

var changed = time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)

const (
	earlier = "Thu, 01 Jan 2026 03:04:05 GMT"
	exactly = "Fri, 02 Jan 2026 03:04:05 GMT"
	later   = "Sat, 03 Jan 2026 03:04:05 GMT"
)

// RFC 9110, 13.1 and 13.2.2, each row for the handler that asks itself and for a value that is sent.
var conditions = []struct {
	etag     string // "" for none
	modified bool
	headers  []string
	read     int // the status of GET
	write    int // and of PUT
}{
	{`"a"`, true, nil, 200, 200},
	{`"a"`, false, []string{`If-None-Match: "a"`}, 304, 412},
	{`"a"`, false, []string{`If-None-Match: W/"a"`}, 304, 412},
	{`W/"a"`, false, []string{`If-None-Match: "a"`}, 304, 412},
	{`"a"`, false, []string{`If-None-Match: "b" , "a"`}, 304, 412},
	{`"a"`, false, []string{`If-None-Match: "b"`, `If-None-Match: "a"`}, 304, 412},
	{`"a"`, false, []string{`If-None-Match: "b"`}, 200, 200},
	{`"a,b"`, false, []string{`If-None-Match: "x", "a,b"`}, 304, 412},
	{`"a"`, false, []string{`If-None-Match: "x, "a"`}, 200, 200}, // not a list
	{`"a"`, false, []string{`If-None-Match: a`}, 200, 200},
	{`"a"`, false, []string{`If-None-Match: *`}, 304, 412},
	{``, false, []string{`If-None-Match: *`}, 200, 200},
	{``, false, []string{`If-None-Match: ""`}, 200, 200},
	{`"a"`, false, []string{`If-Match: "a"`}, 200, 200},
	{`"a"`, false, []string{`If-Match: "b", "a"`}, 200, 200},
	{`"a"`, false, []string{`If-Match: W/"a"`}, 412, 412},
	{`W/"a"`, false, []string{`If-Match: W/"a"`}, 412, 412},
	{`"a"`, false, []string{`If-Match: "b"`}, 412, 412},
	{`"a"`, false, []string{`If-Match: *`}, 200, 200},
	{`"a"`, false, []string{`If-Match: "a"`, `If-None-Match: "a"`}, 304, 412},
	{``, true, []string{"If-Modified-Since: " + exactly}, 304, 200},
	{``, true, []string{"If-Modified-Since: " + later}, 304, 200},
	{``, true, []string{"If-Modified-Since: " + earlier}, 200, 200},
	{``, true, []string{"If-Modified-Since: yesterday"}, 200, 200},
	{``, true, []string{"If-Modified-Since: " + later, "If-Modified-Since: " + later}, 200, 200},
	{`"a"`, true, []string{"If-Modified-Since: " + later, `If-None-Match: "b"`}, 200, 200},
	{``, true, []string{"If-Unmodified-Since: " + exactly}, 200, 200},
	{``, true, []string{"If-Unmodified-Since: " + earlier}, 412, 412},
	{`"a"`, true, []string{"If-Unmodified-Since: " + earlier, `If-Match: "a"`}, 200, 200},
	{`"a"`, false, []string{"If-Unmodified-Since: " + earlier}, 200, 200},
}

func TestConditions(t *testing.T) {
	app := brio.New()
	handler := func(check bool) any {
		return func(r *http.Request, res *brio.Response, in *struct {
			ETag     string `query:"etag,omitempty"`
			Modified bool   `query:"modified,omitempty"`
		}) (string, error) {
			res.SetHeader("Cache-Control", "private").SetCookie(cookies.New("c", "1"))
			if in.ETag != "" {
				res.SetETag(in.ETag)
			}
			if in.Modified {
				res.SetLastModified(changed)
			}
			if check {
				return "value", res.Precondition(r)
			}
			return "value", nil
		}
	}
	app.Get("/asks", handler(true))
	app.Put("/asks", handler(true))
	app.Get("/sent", handler(false))
	app.Put("/sent", handler(false))
	for _, tc := range conditions {
		query := fmt.Sprintf("?etag=%s&modified=%t", strings.NewReplacer(`"`, "%22", ",", "%2C").Replace(tc.etag), tc.modified)
		for _, end := range []struct {
			method, path string
			status       int
		}{
			{"GET", "/asks", tc.read}, {"HEAD", "/asks", tc.read}, {"PUT", "/asks", tc.write},
			{"GET", "/sent", tc.read}, {"HEAD", "/sent", tc.read}, {"PUT", "/sent", 200},
		} {
			w := ask(app, end.method, end.path+query, tc.headers...)
			want := map[int]string{200: `"value"`, 304: "", 412: `{"detail":"Precondition Failed"}`}[end.status]
			if end.method == "HEAD" {
				want = ""
			}
			if w.Code != end.status || w.Body.String() != want {
				t.Errorf("%s %s%s %q: %d %s, want %d", end.method, end.path, query, tc.headers, w.Code, w.Body, end.status)
			}
			if w.Code == 304 && (w.Header().Get("ETag") != tc.etag || w.Header().Get("Cache-Control") != "private" || w.Header().Get("Content-Type") != "" || w.Header().Get("Content-Length") != "") {
				t.Errorf("304 with %q", w.Header())
			}
		}
	}
}

func TestIfMatchWithoutAnythingFails(t *testing.T) {
	for _, match := range []string{"*", `"a"`} {
		r := httptest.NewRequest("PUT", "/", nil)
		r.Header.Set("If-Match", match)
		if err := new(brio.Response).Precondition(r); err == nil {
			t.Errorf("If-Match: %s holds for what is not there", match)
		}
	}
}

func TestAutoETag(t *testing.T) {
	body := "a"
	app := brio.New(brio.AutoETag())
	app.Get("/", func() string { return body })
	app.Get("/own", func(res *brio.Response) string { res.SetETag("mine"); return body })
	app.Get("/off", func() string { return body }, brio.AutoETag(false))
	app.Post("/", func() string { return body })
	app.Get("/created", func() string { return body }, brio.Status(201))
	app.Get("/direct", func() *brio.Response { return response.Text(body) })
	app.Get("/text", func() string { return body }, brio.ResponseClass(response.TextClass))
	first := ask(app, "GET", "/")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) {
		t.Fatal(first.Code, first.Header())
	}
	if w := ask(app, "GET", "/", "If-None-Match: "+tag); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
		t.Error(w.Code, w.Header())
	}
	for path, want := range map[string]string{"/own": `"mine"`, "/off": "", "/created": "", "/direct": ""} {
		if got := ask(app, "GET", path).Header().Get("ETag"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := ask(app, "POST", "/").Header().Get("ETag"); got != "" {
		t.Error(got)
	}
	if text := ask(app, "GET", "/text").Header().Get("ETag"); text == "" || text == tag {
		t.Error(text) // other bytes
	}
	body = "b"
	if w := ask(app, "GET", "/", "If-None-Match: "+tag); w.Code != 200 {
		t.Error("304 for what has changed")
	}
}

func TestIllETags(t *testing.T) {
	var log bytes.Buffer
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	app.Get("/", func(res *brio.Response, in *struct {
		Tag string `query:"tag"`
	}) string {
		res.SetETag(in.Tag)
		return ""
	})
	for tag, want := range map[string]int{"a": 200, "%22a%22": 200, "W/%22a%22": 200, "a%20b": 500, "a%22b": 500, "a%0Ab": 500, "%22a%22b%22": 500, "%C3%A9": 200} {
		if w := ask(app, "GET", "/?tag="+tag); w.Code != want {
			t.Errorf("%s: %d %s", tag, w.Code, w.Header().Get("ETag"))
		}
	}
}

func TestEarlyHints(t *testing.T) {
	const css, js = "</a.css>; rel=preload; as=style", "</a.js>; rel=preload; as=script"
	app := brio.New(brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Outer", "1")
			next.ServeHTTP(w, r)
		})
	}))
	var escaped *brio.Response
	app.Get("/", func(res *brio.Response) string {
		res.SetHeader("X-Inner", "1").EarlyHints(css).EarlyHints(js)
		escaped = res
		return "x"
	})
	server := httptest.NewServer(app)
	defer server.Close()
	var hints []string
	r, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			hints = append(hints, fmt.Sprint(code, h["Link"], len(h)))
			return nil
		},
	}), "GET", server.URL, nil)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if want := []string{"103 [" + css + "] 1", "103 [" + js + "] 1"}; !slices.Equal(hints, want) {
		t.Errorf("%q, want %q", hints, want)
	}
	if res.StatusCode != 200 || !slices.Equal(res.Header["Link"], []string{css, js}) || res.Header.Get("X-Outer") != "1" || res.Header.Get("X-Inner") != "1" {
		t.Errorf("%d %q", res.StatusCode, res.Header)
	}
	escaped.EarlyHints(css) // too late: it reaches nobody's exchange

	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.0\r\n\r\n")
	if line, _ := bufio.NewReader(conn).ReadString('\n'); !strings.Contains(line, "200") {
		t.Errorf("HTTP/1.0 got %q", line)
	}
	if w := ask(app, "GET", "/"); w.Code != 200 || len(w.Header()["Link"]) != 2 { // a recorder takes 103 for the answer
		t.Error(w.Code, w.Header())
	}
}
