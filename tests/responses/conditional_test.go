package responses_test

import (
	"bufio"
	"fmt"
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
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

var changed = time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)

const (
	earlier = "Thu, 01 Jan 2026 03:04:05 GMT"
	exactly = "Fri, 02 Jan 2026 03:04:05 GMT"
	later   = "Sat, 03 Jan 2026 03:04:05 GMT"
)

// conditions are those of RFC 9110, sections 13.1 and 13.2.2. The headers are key, value pairs.
var conditions = []struct {
	etag     string // "" for none
	modified bool
	headers  []string
	read     int // the status of GET
	write    int // the status of PUT, where the handler calls Precondition
}{
	{`"a"`, true, nil, 200, 200},
	{`"a"`, false, []string{"If-None-Match", `"a"`}, 304, 412},
	{`"a"`, false, []string{"If-None-Match", `W/"a"`}, 304, 412},
	{`W/"a"`, false, []string{"If-None-Match", `"a"`}, 304, 412},
	{`"a"`, false, []string{"If-None-Match", `"b" , "a"`}, 304, 412},
	{`"a"`, false, []string{"If-None-Match", `"b"`, "If-None-Match", `"a"`}, 304, 412},
	{`"a"`, false, []string{"If-None-Match", `"b"`}, 200, 200},
	{`"a,b"`, false, []string{"If-None-Match", `"x", "a,b"`}, 304, 412},
	{`"a"`, false, []string{"If-None-Match", `"x, "a"`}, 200, 200}, // not a list
	{`"a"`, false, []string{"If-None-Match", `a`}, 200, 200},
	{`"a"`, false, []string{"If-None-Match", `*`}, 304, 412},
	{`"a"`, false, []string{"If-None-Match", `*x`}, 200, 200}, // neither "*" nor a list (RFC 9110, 13.1.2)
	{`"a"`, false, []string{"If-None-Match", `*, "a"`}, 200, 200},
	{`"a"`, false, []string{"If-Match", `*x`}, 412, 412},
	{``, false, []string{"If-None-Match", `*`}, 200, 200},
	{``, false, []string{"If-None-Match", `""`}, 200, 200},
	{`"a"`, false, []string{"If-Match", `"a"`}, 200, 200},
	{`"a"`, false, []string{"If-Match", `"b", "a"`}, 200, 200},
	{`"a"`, false, []string{"If-Match", `W/"a"`}, 412, 412},
	{`W/"a"`, false, []string{"If-Match", `W/"a"`}, 412, 412},
	{`"a"`, false, []string{"If-Match", `"b"`}, 412, 412},
	{`"a"`, false, []string{"If-Match", `*`}, 200, 200},
	{`"a"`, false, []string{"If-Match", `"a"`, "If-None-Match", `"a"`}, 304, 412},
	{``, true, []string{"If-Modified-Since", exactly}, 304, 200},
	{``, true, []string{"If-Modified-Since", later}, 304, 200},
	{``, true, []string{"If-Modified-Since", earlier}, 200, 200},
	{``, true, []string{"If-Modified-Since", "yesterday"}, 200, 200},
	{``, true, []string{"If-Modified-Since", later, "If-Modified-Since", later}, 200, 200},
	{`"a"`, true, []string{"If-Modified-Since", later, "If-None-Match", `"b"`}, 200, 200},
	{``, true, []string{"If-Unmodified-Since", exactly}, 200, 200},
	{``, true, []string{"If-Unmodified-Since", earlier}, 412, 412},
	{`"a"`, true, []string{"If-Unmodified-Since", earlier, "If-Match", `"a"`}, 200, 200},
	{`"a"`, false, []string{"If-Unmodified-Since", earlier}, 200, 200},
}

// Conditions are evaluated where the handler calls Precondition, and for GET and HEAD also when the answer is sent. A 304 has the
// header fields of RFC 9110, section 15.4.5, and no Content-Type.
func TestPreconditionFollowsRFC9110(t *testing.T) {
	t.Parallel()
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
			w := testkit.Do(app, end.method, end.path+query, "", tc.headers...)
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

// If-Match does not hold when there is no current representation (RFC 9110, section 13.1.1).
func TestPreconditionIfMatchNeedsRepresentation(t *testing.T) {
	t.Parallel()
	for _, match := range []string{"*", `"a"`} {
		r := httptest.NewRequest("PUT", "/", nil)
		r.Header.Set("If-Match", match)
		if err := new(brio.Response).Precondition(r); err == nil {
			t.Errorf("If-Match: %s: got no error without a representation", match)
		}
	}
}

// AutoETag gives values that are sent with a 200 to GET a weak ETag of their bytes.
func TestAutoETagTagsBodies(t *testing.T) {
	t.Parallel()
	body := "a"
	app := brio.New(brio.AutoETag())
	app.Get("/", func() string { return body })
	app.Get("/own", func(res *brio.Response) string { res.SetETag("mine"); return body })
	app.Get("/off", func() string { return body }, brio.AutoETag(false))
	app.Post("/", func() string { return body })
	app.Get("/created", func() string { return body }, brio.Status(201))
	app.Get("/direct", func() *brio.Response { return response.Text(body) })
	app.Get("/text", func() string { return body }, brio.ResponseClass(response.TextClass))
	first := testkit.Get(app, "/")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) {
		t.Fatal(first.Code, first.Header())
	}
	if w := testkit.Get(app, "/", "If-None-Match", tag); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
		t.Error(w.Code, w.Header())
	}
	for path, want := range map[string]string{"/own": `"mine"`, "/off": "", "/created": "", "/direct": ""} {
		if got := testkit.Get(app, path).Header().Get("ETag"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := testkit.Do(app, "POST", "/", "").Header().Get("ETag"); got != "" {
		t.Error(got)
	}
	if text := testkit.Get(app, "/text").Header().Get("ETag"); text == "" || text == tag {
		t.Error(text) // the bytes of the JSON answer are others
	}
	body = "b"
	if w := testkit.Get(app, "/", "If-None-Match", tag); w.Code != 200 {
		t.Errorf("status: got %d, want 200 for a changed body", w.Code)
	}
}

// SetETag takes an opaque tag with or without quotes (RFC 9110, section 8.8.3). A tag with a space, a quote or a line break is an
// error of the program.
func TestSetETagInvalidIsInternalError(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func(res *brio.Response, in *struct {
		Tag string `query:"tag"`
	}) string {
		res.SetETag(in.Tag)
		return ""
	})
	for tag, want := range map[string]int{"a": 200, "%22a%22": 200, "W/%22a%22": 200, "a%20b": 500, "a%22b": 500, "a%0Ab": 500, "%22a%22b%22": 500, "%C3%A9": 200} {
		if w := testkit.Get(app, "/?tag="+tag); w.Code != want {
			t.Errorf("%s: %d %s", tag, w.Code, w.Header().Get("ETag"))
		}
	}
}

// EarlyHints sends a 103 with its Link at once (RFC 8297), and the Links again with the answer. HTTP/1.0 clients and recorders get
// no 103.
func TestEarlyHintsAreSentAtOnce(t *testing.T) {
	t.Parallel()
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
	escaped.EarlyHints(css) // after the request it does nothing

	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.0\r\n\r\n")
	if line, _ := bufio.NewReader(conn).ReadString('\n'); !strings.Contains(line, "200") {
		t.Errorf("HTTP/1.0 got %q", line)
	}
	if w := testkit.Get(app, "/"); w.Code != 200 || len(w.Header()["Link"]) != 2 { // a recorder takes 103 for the answer
		t.Error(w.Code, w.Header())
	}
}
