package static_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// TestStaticBehindCompress: middleware.Compress encodes a file that has no sibling, and leaves siblings, parts and short files alone. The
// ETag that a client has received answers its next request with 304.
func TestStaticBehindCompress(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("body { color: red }\n", 100)
	app := brio.New(testkit.Quiet(), brio.Use(middleware.Compress()))
	app.Static("/static", testkit.Files("site.css", long, "app.js", long, "app.js.br", "brotli", "short.css", "a"), brio.StaticPrecompressed())
	for name, tc := range map[string]struct {
		path, accept, rng string
		status            int
		coding            string
	}{
		"encoded":               {"site.css", "gzip", "", 200, "gzip"},
		"zstd":                  {"site.css", "gzip, zstd", "", 200, "zstd"},
		"nothing accepted":      {"site.css", "", "", 200, ""},
		"a part":                {"site.css", "gzip", "bytes=0-9", 206, ""},
		"a part behind the end": {"site.css", "gzip", "bytes=9999-", 416, ""},
		"short":                 {"short.css", "gzip", "", 200, ""},
		"sibling":               {"app.js", "gzip, br", "", 200, "br"},
		"no such sibling":       {"app.js", "gzip", "", 200, "gzip"},
		"a part of a sibling's": {"app.js", "gzip, br", "bytes=0-9", 206, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var headers []string
			if tc.accept != "" {
				headers = append(headers, "Accept-Encoding", tc.accept)
			}
			partial := headers
			if tc.rng != "" {
				partial = append(partial, "Range", tc.rng)
			}
			w := testkit.Get(app, "/static/"+tc.path, partial...)
			testkit.WantStatus(t, w, tc.status)
			if got := w.Header().Get("Content-Encoding"); got != tc.coding {
				t.Errorf("Content-Encoding %q, want %q", got, tc.coding)
			}
			if tc.status == 206 && w.Body.String() != long[:10] {
				t.Errorf("the part is %q", w.Body)
			}
			if got := w.Header().Values("Vary"); strings.Join(got, ", ") != "Accept-Encoding" {
				t.Errorf("Vary %q", got)
			}
			if tc.status != 200 {
				return
			}
			tag := w.Header().Get("ETag")
			w = testkit.Get(app, "/static/"+tc.path, append(headers, "If-None-Match", tag)...)
			testkit.WantStatus(t, w, http.StatusNotModified)
			head := testkit.Do(app, "HEAD", "/static/"+tc.path, "", headers...)
			if head.Header().Get("ETag") != tag {
				t.Errorf("HEAD has the ETag %s, GET %s", head.Header().Get("ETag"), tag)
			}
		})
	}
}

// TestStaticPartOfCompressed: the weak ETag of an encoded answer is no validator for a part of the file (RFC 9110, 13.1.5): a client that
// asks to go on after a break receives the whole file.
func TestStaticPartOfCompressed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("body { color: red }\n", 100)
	app := brio.New(testkit.Quiet(), brio.Use(middleware.Compress()))
	app.Static("/static", testkit.Files("site.css", long))
	tag := testkit.Get(app, "/static/site.css", "Accept-Encoding", "gzip").Header().Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Errorf("the ETag %s is strong, and the bytes are others than those of the file", tag)
	}
	testkit.WantStatus(t, testkit.Get(app, "/static/site.css", "Range", "bytes=10-", "If-Range", tag), 200)
}
