package responses_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// TestConditionsOfFilesAndETags: a file and a result with AutoETag read If-None-Match and If-Match in one way, malformed values and several
// lines too (RFC 9110, 13.1.1 and 13.1.2).
func TestConditionsOfFilesAndETags(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file.txt")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	app := brio.New(brio.AutoETag())
	app.Get("/file", func() *brio.Response { return response.File(file) })
	app.Get("/value", func() string { return "text" })
	tags := map[string]string{}
	for _, path := range []string{"/file", "/value"} {
		if tags[path] = testkit.Get(app, path).Header().Get("ETag"); tags[path] == "" {
			t.Fatalf("%s has no ETag", path)
		}
	}
	for _, c := range []struct {
		name        string
		lines       func(tag string) []string
		none, match int
	}{
		{"the tag", func(tag string) []string { return []string{tag} }, 304, 200},
		{"any", func(string) []string { return []string{"*"} }, 304, 200},
		{"a star and a letter", func(string) []string { return []string{"*x"} }, 200, 412},
		{"a star in a list", func(tag string) []string { return []string{"*, " + tag} }, 200, 412},
		{"a star behind another tag", func(string) []string { return []string{`"other", *`} }, 200, 412},
		{"the second line", func(tag string) []string { return []string{`"other"`, tag} }, 304, 200},
		{"any in the second line", func(string) []string { return []string{`"other"`, "*"} }, 304, 200},
		{"behind a malformed tag", func(tag string) []string { return []string{"x, " + tag} }, 200, 412},
		{"empty", func(string) []string { return []string{""} }, 200, 412},
	} {
		for path, tag := range tags {
			for header, want := range map[string]int{"If-None-Match": c.none, "If-Match": c.match} {
				var headers []string
				for _, line := range c.lines(tag) {
					headers = append(headers, header, line)
				}
				if header == "If-Match" && strings.HasPrefix(tag, "W/") && !slices.Contains(c.lines(tag), "*") {
					want = 412 // the strong comparison matches no weak tag (RFC 9110, 8.8.3.2)
				}
				if w := testkit.Do(app, http.MethodGet, path, "", headers...); w.Code != want {
					t.Errorf("%s: %s: %s: status %d, want %d", c.name, path, header, w.Code, want)
				}
			}
		}
	}
}
