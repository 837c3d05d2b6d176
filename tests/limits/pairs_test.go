package limits_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

var brioLimits = params.UploadLimits{Fields: 2, Files: 2, FieldSize: 7, FileSize: 10}

type page struct {
	A string   `json:"a" default:""`
	B []string `json:"b,omitempty"`
}

type visit struct {
	A string `json:"a" default:""`
}

type strictPage struct {
	_ struct{} `extra:"forbid"`
	A string   `json:"a" default:""`
}

// readers declares a route for each way to read a query or cookies.
func readers(app *brio.App) (query, cookies []string) {
	app.Get("/q/one", func(in *struct {
		A string `query:"a" default:""`
	}) {
	})
	app.Get("/q/number", func(in *struct {
		A *float64 `query:"a"`
	}) {
	})
	app.Get("/q/list", func(in *struct {
		A []string `query:"a,omitempty"`
	}) {
	})
	app.Get("/q/numbers", func(in *struct {
		A []int64 `query:"n,omitempty"`
	}) {
	})
	app.Get("/q/set", func(in *struct {
		A brio.Set[string] `query:"a,omitempty"`
	}) {
	})
	app.Get("/q/comma", func(in *struct {
		A []string `query:"a,omitempty" style:"comma"`
	}) {
	})
	app.Get("/q/deep", func(in *struct {
		A map[string]any `query:"a,omitempty" style:"deepObject"`
	}) {
	})
	app.Get("/q/json", func(in *struct {
		A any `query:"j,json,omitempty"`
	}) {
	})
	app.Get("/q/model", func(in *brio.Query[page]) {})
	app.Get("/q/strict", func(in *brio.Query[strictPage]) {})
	app.Get("/q/forbid", func(in *struct {
		_ struct{} `extra:"forbid"`
		H string   `header:"h" default:""`
	}) {
	})
	app.Get("/q/key", func(k *security.APIKey) {}, brio.Provide(security.APIKeyQuery("k", security.Name("q"), security.Optional())))
	app.Get("/q/any", func(k *security.Credentials) {},
		brio.Provide(security.AnyOf(security.APIKeyQuery("k", security.Name("q")), security.APIKeyHeader("K", security.Name("h")))))
	app.Get("/q/dependency", func() {}, brio.Depends(func(in *struct {
		A string `query:"a" default:""`
	}) {
	}))
	app.Get("/c/one", func(in *struct {
		A string `cookie:"a" default:""`
	}) {
	})
	app.Get("/c/model", func(in *brio.Cookie[visit]) {})
	app.Get("/c/strict", func(in *brio.Cookie[strictPage]) {})
	app.Get("/c/key", func(k *security.APIKey) {}, brio.Provide(security.APIKeyCookie("k", security.Name("c"), security.Optional())))
	return []string{"/q/one", "/q/number", "/q/list", "/q/numbers", "/q/set", "/q/comma", "/q/deep", "/q/json", "/q/model", "/q/strict", "/q/forbid", "/q/key", "/q/any", "/q/dependency"},
		[]string{"/c/one", "/c/model", "/c/strict", "/c/key"}
}

// TestMaxPairsIsExact: the limit passes and one more pair is refused, wherever a query or cookies are read. Empty pairs do not
// count.
func TestMaxPairsIsExact(t *testing.T) {
	for _, compat := range []bool{false, true} {
		opts := []brio.AppOption{brio.MaxPairs(3)}
		if compat {
			opts = append(opts, brio.FastAPICompat())
		}
		app := brio.New(opts...)
		query, cookies := readers(app)
		for _, path := range query {
			if w := testkit.Get(app, path+"?&x&&y=1&z&&"); w.Code == 414 {
				t.Errorf("%s: three pairs are refused: %s", path, w.Body)
			}
			testkit.WantStatus(t, testkit.Get(app, path+"?&x&&y=1&z&&w"), 414)
		}
		for _, path := range cookies {
			if w := testkit.Get(app, path, "Cookie", "x=1; y=2; z=3;"); w.Code == 431 {
				t.Errorf("%s: three cookies are refused: %s", path, w.Body)
			}
			testkit.WantStatus(t, testkit.Get(app, path, "Cookie", "x=1; y=2; z=3; w=4"), 431)
			testkit.WantStatus(t, testkit.Get(app, path, "Cookie", "x=1; y=2", "Cookie", "z=3; w=4"), 431)
		}
	}
}

// TestMaxPairsRunsNothing: no function runs when the query was not read to its end, because a parameter would look absent.
func TestMaxPairsRunsNothing(t *testing.T) {
	ran := ""
	app := brio.New(brio.MaxPairs(2))
	app.Get("/", func() { ran += "handler " }, brio.Depends(func(in *struct {
		All bool `query:"all" default:"true"`
	}) {
		ran += "dependency "
	}))
	app.Get("/key", func(k *security.APIKey) { ran += "anonymous " }, brio.Provide(security.APIKeyQuery("k", security.Optional())))
	testkit.WantStatus(t, testkit.Get(app, "/?all=false&b&c"), 414)
	testkit.WantStatus(t, testkit.Get(app, "/key?k=1&b&c"), 414)
	if ran != "" {
		t.Error("ran:", ran)
	}
}

// TestMaxPairsIsSettable: the nearest level decides. NoLimit is no limit, and 0 leaves it to the level outside.
func TestMaxPairsIsSettable(t *testing.T) {
	type in struct {
		A []string `query:"a,omitempty"`
	}
	handler := func(in *in) int { return len(in.A) }
	app := brio.New(brio.MaxPairs(2))
	app.Get("/app", handler)
	app.Get("/more", handler, brio.MaxPairs(5))
	app.Get("/any", handler, brio.MaxPairs(brio.NoLimit))
	app.Get("/same", handler, brio.MaxPairs(0))
	for target, status := range map[string]int{"/app": 414, "/more": 200, "/any": 200, "/same": 414} {
		testkit.WantStatus(t, testkit.Get(app, target+"?a=1&a=2&a=3"), status)
	}
	testkit.WantStatus(t, testkit.Get(app, "/any?"+strings.Repeat("a=1&", 5000)), 200)
	def := brio.New()
	def.Get("/", handler)
	testkit.WantStatus(t, testkit.Get(def, "/?"+strings.Repeat("a=1&", 1000)), 200)
	testkit.WantStatus(t, testkit.Get(def, "/?"+strings.Repeat("a=1&", 1001)), 414)
}

// allocated returns the bytes that f allocates, in MiB.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

// TestManyPairsAllocateLittle: 100 requests at once with 1 MB of pairs allocate less than 300 MB, whichever code reads the query:
// routes, the access log, the document. A program that sets NoLimit has no such bound.
func TestManyPairsAllocateLittle(t *testing.T) {
	log := &testkit.Log{}
	app := brio.New(brio.Use(middleware.AccessLogWith(middleware.AccessLogOptions{Logger: log.Logger(), Query: true}), middleware.BodyDump(middleware.BodyDumpOptions{Logger: log.Logger()})))
	query, cookies := readers(app)
	type request struct{ path, query, cookie string }
	var requests []request
	for _, path := range append(query, "/openapi.json", "/nowhere") {
		requests = append(requests, request{path: path, query: strings.Repeat("a&", 1<<19)}, request{path: path, query: "a=" + strings.Repeat(",", 1<<20)},
			request{path: path, query: strings.Repeat("&", 1<<20)}, request{path: path, query: "j=[" + strings.Repeat("1,", 1<<19) + "1]"})
	}
	for _, path := range cookies {
		requests = append(requests, request{path: path, cookie: strings.Repeat("a;", 1<<19)})
	}
	send := func(q request) {
		r := httptest.NewRequest("GET", q.path, nil)
		r.URL.RawQuery = q.query
		if q.cookie != "" {
			r.Header.Set("Cookie", q.cookie)
		}
		app.ServeHTTP(httptest.NewRecorder(), r)
	}
	for _, q := range requests {
		send(request{path: q.path}) // what the first request makes is not the query's
	}
	for i, q := range requests {
		n := 4
		if i < 2 || strings.HasPrefix(q.path, "/q/key") {
			n = 100
		}
		mib := allocated(func() {
			var all sync.WaitGroup
			for range n {
				all.Go(func() { send(q) })
			}
			all.Wait()
		})
		if most := uint64(3 * n); mib >= most {
			t.Errorf("%s?%.5s: %d requests allocated %d MiB, want less than %d", q.path, q.query, n, mib, most)
		}
	}
	for line := range strings.Lines(log.String()) {
		if len(line) > 10_000 {
			t.Errorf("a log line of %d bytes", len(line))
		}
	}
}

// TestServeLimitsHeaderBytes: the server refuses more than 64 KiB of headers and request line, plus the 4 KiB that net/http adds.
func TestServeLimitsHeaderBytes(t *testing.T) {
	s := serve(t, nil, func(app *brio.App) { app.Get("/", func() string { return "ok" }) })
	for size, want := range map[int]int{60 << 10: 200, 80 << 10: 431} {
		c := dial(t, s.address)
		go func() { _, _ = fmt.Fprintf(c, "GET /?a=%s HTTP/1.1\r\nHost: x\r\n\r\n", strings.Repeat("a", size)) }()
		if res, _ := c.answer(); res.StatusCode != want {
			t.Errorf("%d bytes: status %d, want %d", size, res.StatusCode, want)
		}
	}
}

// TestManyRangesGetWholeFile: more than 100 ranges are answered with the whole file (RFC 9110, 14.2). 100 are served.
func TestManyRangesGetWholeFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, make([]byte, 100_000), 0o600); err != nil {
		t.Fatal(err)
	}
	app := brio.New()
	app.Get("/file", func() *brio.Response { return response.File(name) })
	app.Get("/fs", func() *brio.Response {
		return response.FileIn(fstest.MapFS{"f": {Data: make([]byte, 100_000)}}, "f")
	})
	for _, path := range []string{"/file", "/fs", "/openapi.json"} {
		testkit.WantStatus(t, testkit.Get(app, path, "Range", "bytes=1-1"+strings.Repeat(",3-3", 99)), http.StatusPartialContent)
		for _, n := range []int{100, 240_000} {
			w := testkit.Get(app, path, "Range", "bytes=1-1"+strings.Repeat(",3-3", n))
			testkit.WantStatus(t, w, 200)
			testkit.WantHeader(t, w, "Content-Range")
		}
	}
}

// TestFilesHaveNosniff: files have X-Content-Type-Options: nosniff with every status, unless the program sets another value.
func TestFilesHaveNosniff(t *testing.T) {
	files := fstest.MapFS{"a.bin": {Data: []byte("<script>1</script>")}}
	app := brio.New()
	app.Get("/file", func() *brio.Response { return response.FileIn(files, "a.bin") })
	app.Get("/missing", func() *brio.Response { return response.FileIn(files, "b.bin", response.OrNotFound()) })
	testkit.WantHeader(t, testkit.Get(app, "/file"), "X-Content-Type-Options", "nosniff")
	testkit.WantHeader(t, testkit.Do(app, "HEAD", "/file", ""), "X-Content-Type-Options", "nosniff")
	testkit.WantHeader(t, testkit.Get(app, "/file", "Range", "bytes=0-1"), "X-Content-Type-Options", "nosniff")
	hard := brio.New(brio.Use(middleware.SecurityHeaders()))
	hard.Get("/file", func() *brio.Response { return response.FileIn(files, "a.bin") })
	w := testkit.Get(hard, "/file", "Range", "bytes=99-")
	testkit.WantStatus(t, w, 416)
	testkit.WantHeader(t, w, "X-Content-Type-Options", "nosniff")
}

// TestTrustProxiesTakesLastAddress: with "*" every connection is one of a proxy, and the client is the last address. Addresses left
// of it may be the client's own text. The app warns at its start.
func TestTrustProxiesTakesLastAddress(t *testing.T) {
	for _, c := range []struct {
		trusted []string
		client  string
		warns   bool
	}{
		{[]string{"*"}, `"5.5.5.5"`, true},
		{[]string{"*", "5.5.5.0/24"}, `"9.9.9.9"`, true},
		{[]string{"192.0.2.1"}, `"5.5.5.5"`, false},
		{[]string{"192.0.2.1", "5.5.5.5"}, `"9.9.9.9"`, false},
	} {
		log := &testkit.Log{}
		app := brio.New(brio.TrustProxies(c.trusted...), brio.Logger(log.Logger()))
		app.Get("/", func(r *http.Request) string { return brio.ClientHost(r) })
		testkit.WantBody(t, testkit.Get(app, "/", "X-Forwarded-For", "7.7.7.7, 9.9.9.9, 5.5.5.5"), c.client)
		if warned := log.Lines("level=WARN") == 1; warned != c.warns {
			t.Errorf("%v: %s", c.trusted, log)
		}
	}
}
