package forms_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// TestRawBodyReadsBytesAndReaders: a body as []byte, io.Reader, io.ReadCloser or through the *http.Request is limited by
// MaxBody, also in a chunked body. A reader reports the limit as *http.MaxBytesError and params.ErrTooLarge. A media tag
// lists the types that are taken; without it the body may have any.
func TestRawBodyReadsBytesAndReaders(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.MaxBody(4))
	app.Post("/bytes", func(in brio.Body[[]byte]) string { return string(in.Value) })
	app.Post("/ruled", func(in struct {
		Body []byte `body:"" validate:"min=2" media:"image/png, text/*"`
	}) string {
		return string(in.Body)
	})
	app.Post("/any", func(in struct {
		Body []byte `body:"" media:"*/*"`
	}) string {
		return string(in.Body)
	})
	read := func(r io.Reader) (string, error) {
		all, err := io.ReadAll(r)
		if err != nil {
			if tooLarge := new(http.MaxBytesError); !errors.As(err, &tooLarge) || !errors.Is(err, params.ErrTooLarge) {
				return "", brio.Error(500, "no MaxBytesError")
			}
			return "", fmt.Errorf("reading: %w", err)
		}
		return string(all), nil
	}
	app.Post("/reader", func(in struct {
		Body io.Reader `body:""`
	}) (string, error) {
		return read(in.Body)
	})
	app.Post("/closer", func(in struct {
		Body io.ReadCloser `body:"" media:"text/plain"`
	}) (string, error) {
		defer in.Body.Close()
		return read(in.Body)
	})
	app.Post("/request", func(r *http.Request) (string, error) { return read(r.Body) })
	app.Post("/both", func(r *http.Request, in struct {
		Body []byte `body:""`
	}) (string, error) {
		return string(in.Body), nil
	})
	tooLarge := testkit.Detail(`{"type":"body_too_large","loc":["body"],"msg":"The body should have at most 4 bytes","input":null,"ctx":{"max_bytes":4}}`)
	for _, tt := range []struct {
		path, contentType, body, want string
		code                          int
	}{
		{"/bytes", "", "", `""`, 200},
		{"/bytes", "", "1234", `"1234"`, 200},
		{"/bytes", "application/json", "12345", tooLarge, 413},
		{"/ruled", "text/x; charset=utf-8", "12", `"12"`, 200},
		{"/ruled", "image/png", "1", testkit.Detail(`{"type":"bytes_too_short","loc":["body"],"msg":"Data should have at least 2 bytes","input":"1","ctx":{"min_length":2}}`), 422},
		{"/ruled", "image/jpeg", "12", `{"detail":"Unsupported Media Type"}`, 415},
		{"/ruled", "", "12", `{"detail":"Unsupported Media Type"}`, 415},
		{"/any", "image/jpeg", "12", `"12"`, 200},
		{"/any", "", "12", `"12"`, 200},
		{"/reader", "a/b", "1234", `"1234"`, 200},
		{"/reader", "a/b", "12345", tooLarge, 413},
		{"/closer", "text/plain", "1234", `"1234"`, 200},
		{"/closer", "text/html", "1", `{"detail":"Unsupported Media Type"}`, 415},
		{"/request", "", "1234", `"1234"`, 200},
		{"/request", "", "12345", tooLarge, 413},
		{"/both", "", "1234", `"1234"`, 200},
		{"/both", "", "12345", tooLarge, 413},
	} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = strings.NewReader(tt.body)
			if chunked && tt.body != "" {
				body = io.MultiReader(body)
			}
			if w := postReader(app, tt.path, tt.contentType, body); w.Code != tt.code || w.Body.String() != tt.want {
				t.Errorf("%s %q %q, chunked %v: %d %s, want %d %s", tt.path, tt.contentType, tt.body, chunked, w.Code, w.Body, tt.code, tt.want)
			}
		}
	}
}

// TestRawBodyBelongsToHandler: the next request does not overwrite bytes that a handler keeps.
func TestRawBodyBelongsToHandler(t *testing.T) {
	t.Parallel()
	app := brio.New()
	var kept [][]byte
	app.Post("/", func(in brio.Body[[]byte]) { kept = append(kept, in.Value) })
	for _, body := range []string{"one", "two"} {
		testkit.Do(app, "POST", "/", body)
	}
	if string(kept[0]) != "one" || string(kept[1]) != "two" {
		t.Errorf("%q", kept)
	}
}
