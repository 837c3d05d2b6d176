package middleware_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

func digestOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// TestContentDigestErrorsHaveAppFormat: a refusal of a digest is located at the header, in the app's error format, on each level.
func TestContentDigestErrorsHaveAppFormat(t *testing.T) {
	const mismatch = `"type":"content_digest_mismatch","loc":["header","content-digest"],"msg":"The body does not match its Content-Digest","input":null`
	handler := func(in *brio.Body[[]int]) int { return len(in.Value) }
	use := brio.Use(middleware.ContentDigestWith(middleware.ContentDigestOptions{MaxBytes: 10}))
	for where, declare := range map[string]func(format brio.AppOption) *brio.App{
		"app": func(format brio.AppOption) *brio.App {
			app := brio.New(testkit.Quiet(), format, use)
			app.Post("/", handler)
			return app
		},
		"route": func(format brio.AppOption) *brio.App {
			app := brio.New(testkit.Quiet(), format)
			app.Post("/", handler, use)
			return app
		},
	} {
		t.Run(where, func(t *testing.T) {
			plain, problem := declare(brio.Title("FastAPI's format")), declare(brio.ProblemDetails())
			w := testkit.PostJSON(plain, "/", "[1,2]", "Content-Digest", digestOf("[1,2]"))
			testkit.WantStatus(t, w, 200)
			testkit.WantBody(t, w, "2")
			testkit.WantHeader(t, w, "Content-Digest", digestOf("2"))
			w = testkit.PostJSON(plain, "/", "[1,3]", "Content-Digest", digestOf("[1,2]"))
			testkit.WantStatus(t, w, 400)
			testkit.WantBody(t, w, `{"detail":[{`+mismatch+`}]}`)
			w = testkit.PostJSON(problem, "/", "[1,3]", "Content-Digest", digestOf("[1,2]"))
			testkit.WantStatus(t, w, 400)
			testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
			testkit.WantContains(t, w.Body.String(), mismatch)
			w = testkit.PostJSON(plain, "/", "[1,2,3,4,5]", "Content-Digest", digestOf("[1,2,3,4,5]"))
			testkit.WantStatus(t, w, 413)
			testkit.WantContains(t, w.Body.String(), `"type":"body_too_large"`, `"max_bytes":10`)
		})
	}
}

// TestContentDigestOfAnswers: each way to answer has the digest of its bytes, and an answer does not wait for its background tasks.
func TestContentDigestOfAnswers(t *testing.T) {
	release := make(chan struct{})
	app := brio.New(testkit.Quiet(), brio.Use(middleware.ContentDigest(), middleware.Compress()))
	app.Get("/json", func() map[string]string { return map[string]string{"a": strings.Repeat("x", 5000)} })
	app.Get("/text", func() string { return "text" })
	app.Get("/none", func() {}, brio.Status(204))
	app.Get("/error", func() error { return brio.Error(404, "no such item") })
	app.Get("/panic", func() { panic("a mistake") })
	app.Get("/tag", func(r *brio.Response) string { r.SetETag("a"); return "tagged" })
	app.Get("/task", func(tasks *brio.BackgroundTasks) string {
		tasks.Add(func(context.Context) error { <-release; return nil })
		return "early"
	})
	app.Get("/stream", func() iter.Seq[string] {
		return func(yield func(string) bool) { _ = yield("a") && yield("b") }
	})
	url := testkit.Serve(t, app)
	defer close(release)
	for path, want := range map[string]bool{"/json": true, "/text": true, "/none": false, "/error": true, "/panic": true, "/tag": true, "/task": true, "/stream": false, "/missing": true} {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", url+path, nil)
		r.Header.Set("Te", "trailers")
		r.Header.Set("Accept-Encoding", "identity")
		if path == "/json" {
			r.Header.Set("Accept-Encoding", "gzip")
		}
		client := &http.Client{Timeout: 10 * time.Second}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(path, err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Error(path, err)
		}
		got := answer.Header.Get("Content-Digest")
		if want && got != digestOf(string(body)) || !want && got != "" {
			t.Errorf("%s: got %d %q with the digest %q", path, answer.StatusCode, body, got)
		}
		if path == "/stream" && answer.Trailer.Get("Content-Digest") != digestOf(string(body)) {
			t.Errorf("%s: got trailer %v", path, answer.Trailer)
		}
	}
	w := testkit.Get(app, "/tag", "If-None-Match", `"a"`)
	testkit.WantStatus(t, w, 304)
	testkit.WantHeader(t, w, "Content-Digest")
}

// TestContentDigestReadTimeout: a client that stops in the middle of its body is refused after the app's ReadTimeout.
func TestContentDigestReadTimeout(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.ReadTimeout(50*time.Millisecond), brio.Use(middleware.ContentDigest()))
	app.Post("/", func(*brio.Body[int]) {})
	url := testkit.Serve(t, app)
	body, send := io.Pipe()
	defer func() { _ = send.Close() }()
	r, _ := http.NewRequestWithContext(t.Context(), "POST", url, body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Digest", digestOf("1"))
	client := &http.Client{Timeout: 10 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != 408 {
		t.Errorf("got %d, want 408", answer.StatusCode)
	}
}
