package exchange

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// counter counts the calls that reach the writer.
type counter struct {
	header   http.Header
	statuses []int
	body     strings.Builder
	writes   int
	err      error
}

func newCounter() *counter                     { return &counter{header: http.Header{}} }
func (c *counter) Header() http.Header         { return c.header }
func (c *counter) WriteHeader(status int)      { c.statuses = append(c.statuses, status) }
func (c *counter) Write(p []byte) (int, error) { c.writes++; c.body.Write(p); return len(p), c.err }

func TestSendFraming(t *testing.T) {
	const body = "twelve bytes"
	wrong := http.Header{"Content-Length": {"1", "2"}, "Transfer-Encoding": {"chunked"}, "content-type": {"x/own"}}
	for _, tc := range []struct {
		status     int
		method     string
		body, want string
		length     string // "" for none
		typed      bool
	}{
		{200, "GET", body, body, "12", true},
		{200, "GET", "", "", "0", true},
		{200, "HEAD", body, "", "12", true},
		{204, "GET", body, "", "", false},
		{204, "HEAD", body, "", "", false},
		{205, "GET", body, "", "0", false},
		{205, "HEAD", body, "", "0", false},
		{304, "GET", body, "", "", false},
		{404, "POST", body, body, "12", true},
		{599, "GET", body, body, "12", true},
	} {
		for _, h := range []http.Header{nil, wrong} {
			w := newCounter()
			w.header["Content-Length"] = []string{"7"}
			w.header["Content-Type"] = []string{"middleware/own"}
			w.header["Transfer-Encoding"] = []string{"chunked"}
			before := maps.Clone(h)
			x := Acquire(w, httptest.NewRequest(tc.method, "/", nil))
			if err := send(x, tc.status, h, "text/plain", []byte(tc.body)); err != nil {
				t.Errorf("%d %s: %v", tc.status, tc.method, err)
			}
			if w.body.String() != tc.want || !slices.Equal(w.statuses, []int{tc.status}) || w.writes > 1 {
				t.Errorf("%d %s: %v, body %q in %d writes", tc.status, tc.method, w.statuses, w.body.String(), w.writes)
			}
			want := http.Header{}
			if tc.length != "" {
				want["Content-Length"] = []string{tc.length}
			}
			if tc.typed {
				want["Content-Type"] = []string{"text/plain"}
				if h != nil {
					want["Content-Type"] = []string{"x/own"}
				}
			}
			if !reflect.DeepEqual(w.header, want) {
				t.Errorf("%d %s: headers %v, want %v", tc.status, tc.method, w.header, want)
			}
			if !reflect.DeepEqual(h, before) {
				t.Errorf("h was changed to %v", h)
			}
			x.Release()
		}
	}
}

func TestSendMergesHeaders(t *testing.T) {
	w := newCounter()
	w.header["X-Middleware"] = []string{"1"}
	w.header["X-Both"] = []string{"middleware"}
	w.header["X-Gone"] = []string{"1"}
	spare := append(make([]string, 0, 4), "Origin")
	w.header["Vary"] = spare
	w.header["Set-Cookie"] = []string{"a=1"}
	x := Acquire(w, get(""))
	defer x.Release()
	shared := append(make([]string, 0, 4), "route")
	h := http.Header{
		"X-Both": shared, "x-lower": {"l"}, "X-Gone": {}, "X-Many": {"1", "2"}, "Vary": {"Accept"}, "Set-Cookie": {"a=2", "b=3"},
		"Trailer:X-Sum": {"5"},
	}
	if err := send(x, 200, h, "application/json", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"X-Middleware": {"1"}, "X-Both": {"route"}, "X-Lower": {"l"}, "X-Gone": nil, "X-Many": {"1", "2"}, "Vary": {"Origin", "Accept"},
		"Set-Cookie": {"a=1", "a=2", "b=3"}, "Trailer:X-Sum": {"5"}, "Content-Type": {"application/json"}, "Content-Length": {"2"},
	}
	if !reflect.DeepEqual(w.header, want) {
		t.Errorf("got  %v\nwant %v", w.header, want)
	}
	for name, values := range w.header {
		if len(values) != cap(values) && name != "Vary" && name != "Set-Cookie" { // Send has copied these two
			t.Errorf("%s has spare capacity, which an append would share", name)
		}
	}
	if spare[:2][1] != "" {
		t.Errorf("the middleware's slice was appended to in place: %q", spare[:2])
	}
}

func TestSendSharesNoValues(t *testing.T) {
	for range 2 {
		w := newCounter()
		x := Acquire(w, get(""))
		x.ForceContentLength()
		if err := send(x, 200, nil, "application/json", []byte("{}")); err != nil {
			t.Fatal(err)
		}
		x.Release()
		for _, name := range []string{"Content-Type", "Content-Length"} {
			if len(w.header[name]) != 1 {
				t.Errorf("%s: %q", name, w.header[name])
			}
			w.header.Add(name, "junk")
		}
	}
}

func TestContentType(t *testing.T) {
	for _, tc := range []struct {
		name       string
		middleware []string
		h          http.Header
		given      string
		want       []string
	}{
		{"given", nil, nil, "text/csv", []string{"text/csv"}},
		{"given wins over middleware", []string{"m/m"}, nil, "text/csv", []string{"text/csv"}},
		{"own wins over given", []string{"m/m"}, http.Header{"Content-Type": {"o/o"}}, "text/csv", []string{"o/o"}},
		{"own none wins over given", []string{"m/m"}, http.Header{"Content-Type": nil}, "text/csv", nil},
		{"middleware when nothing is given", []string{"m/m"}, nil, "", []string{"m/m"}},
		{"no guess", nil, nil, "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tc.middleware != nil {
					w.Header()["Content-Type"] = tc.middleware
				}
				x := Acquire(w, r)
				defer x.Release()
				if err := send(x, 200, tc.h, tc.given, []byte("<html>")); err != nil {
					t.Error(err)
				}
			}))
			defer server.Close()
			res, err := http.Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if got := res.Header["Content-Type"]; !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestSendRefusesBeforeWriting(t *testing.T) {
	for _, tc := range []struct {
		name        string
		status      int
		h           http.Header
		contentType string
		want        string
	}{
		{"status 0", 0, nil, "", "status 0"},
		{"status 99", 99, nil, "", "status 99"},
		{"status 1000", 1000, nil, "", "status 1000"},
		{"negative status", -1, nil, "", "status -1"},
		{"line break", 200, http.Header{"X-A": {"ok", "a\r\nSet-Cookie: x"}}, "", "X-A"},
		{"line feed", 200, http.Header{"X-A": {"a\nb"}}, "", "X-A"},
		{"zero byte", 200, http.Header{"X-A": {"a\x00b"}}, "", "X-A"},
		{"line break in the name", 200, http.Header{"X-A\r\nX-B": {"1"}}, "", "not a header name"},
		{"empty name", 200, http.Header{"": {"1"}}, "", "not a header name"},
		{"content type", 200, nil, "text/plain\r\nX: y", "Content-Type"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newCounter()
			x := Acquire(w, get(""))
			defer x.Release()
			err := send(x, tc.status, tc.h, tc.contentType, []byte("body"))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
			if len(w.statuses) > 0 || w.writes > 0 || len(w.header) > 0 || x.Written() {
				t.Errorf("something was written: %+v", w)
			}
			if err := send(x, 500, nil, "", nil); err != nil || !slices.Equal(w.statuses, []int{500}) {
				t.Errorf("an error response must still be possible: %v, %v", err, w.statuses)
			}
		})
	}
}

func TestSendOnce(t *testing.T) {
	w := newCounter()
	x := Acquire(w, get(""))
	defer x.Release()
	if x.Written() {
		t.Error("written before anything was")
	}
	for _, status := range []int{100, 101, 103, 199, 600, 999} { // RFC 9110, 15.2: none of them is a final answer
		if err := send(x, status, nil, "", nil); err == nil || x.Written() {
			t.Errorf("%d: %v, written %t", status, err, x.Written())
		}
	}
	if err := send(x, 200, nil, "", []byte("1")); err != nil || !x.Written() {
		t.Errorf("%v, written %t", err, x.Written())
	}
	if err := send(x, 500, nil, "", []byte("2")); !errors.Is(err, ErrWritten) {
		t.Errorf("got %v", err)
	}
	if !slices.Equal(w.statuses, []int{200}) || w.body.String() != "1" {
		t.Errorf("%v %q", w.statuses, w.body.String())
	}
}

func TestSendReportsWriteErrors(t *testing.T) {
	w := newCounter()
	w.err = errors.New("broken pipe")
	x := Acquire(w, get(""))
	defer x.Release()
	if err := send(x, 200, nil, "", []byte("1")); !errors.Is(err, w.err) || !x.Written() {
		t.Errorf("got %v, written %t", err, x.Written())
	}
}

func TestWrittenNoticesWriter(t *testing.T) {
	for name, use := range map[string]func(w http.ResponseWriter){
		"WriteHeader": func(w http.ResponseWriter) { w.WriteHeader(204) },
		"Write":       func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")) },
		"WriteString": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "x") },
		"ReadFrom":    func(w http.ResponseWriter) { _, _ = io.Copy(w, io.LimitReader(strings.NewReader("x"), 1)) },
		"Flush":       func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"controller":  func(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() },
	} {
		t.Run(name, func(t *testing.T) {
			x, rec := acquire(t, get(""))
			x.Writer().Header()["X-A"] = []string{"1"}
			x.Writer().WriteHeader(103)
			if x.Written() {
				t.Fatal("headers and interim responses write nothing")
			}
			rec.Code = 0
			use(x.Writer())
			if !x.Written() {
				t.Error("not noticed")
			}
			if err := send(x, 500, nil, "", nil); !errors.Is(err, ErrWritten) {
				t.Errorf("Send: %v", err)
			}
		})
	}
}

func TestSendAllocatesNothing(t *testing.T) {
	w := discard{http.Header{}}
	r, body := get(""), []byte(`{"a":1}`)
	allocs(t, 0, func() {
		x := Acquire(w, r)
		if err := send(x, 200, nil, "application/json", body); err != nil {
			t.Error(err)
		}
		x.Release()
	})
}

func TestSendOverNetwork(t *testing.T) {
	big := strings.Repeat("x", 100_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := Acquire(w, r)
		defer x.Release()
		status := map[string]int{"/204": 204, "/205": 205, "/304": 304}[r.URL.Path]
		if status == 0 {
			status = 200
		}
		body := big
		if n, err := strconv.Atoi(r.URL.Query().Get("size")); err == nil {
			body = big[:n]
		}
		if err := send(x, status, nil, "text/plain; charset=utf-8", []byte(body)); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	for _, tc := range []struct {
		method, path string
		size         int
		length       string
		typed        bool
	}{
		{"GET", "/", len(big), "100000", true},
		{"HEAD", "/", 0, "100000", true},
		{"GET", "/204", 0, "", false},
		{"GET", "/205", 0, "0", false},
		{"GET", "/304", 0, "", false},
		{"HEAD", "/204", 0, "", false},
		{"GET", "/?size=0", 0, "0", true},
		{"GET", "/?size=1", 1, "1", true}, // net/http counts bodies from 1 byte
		{"GET", "/?size=2048", 2048, "2048", true},
		{"GET", "/?size=2049", 2049, "2049", true}, // net/http does not count a body over 2048 bytes
		{"HEAD", "/?size=1", 0, "1", true},
	} {
		r, _ := http.NewRequest(tc.method, server.URL+tc.path, nil)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || len(body) != tc.size || res.Header.Get("Content-Length") != tc.length || (res.Header.Get("Content-Type") != "") != tc.typed || len(res.TransferEncoding) > 0 {
			t.Errorf("%s %s: %d bytes, %v %v, %v", tc.method, tc.path, len(body), res.Header, res.TransferEncoding, err)
		}
	}
}
