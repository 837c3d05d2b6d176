package streams_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// An error resets the HTTP/2 stream (RFC 9113, section 8.1), a client's reset ends the iterator's context, and the
// connection serves further requests.
func TestStreamsOverHTTP2(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	app := brio.New(testkit.Quiet())
	app.Get("/error", func() iter.Seq2[int, error] {
		return func(y func(int, error) bool) { _ = y(1, nil) && y(0, errCanary) }
	})
	app.Get("/wait", func(ctx context.Context) iter.Seq[int] {
		return func(y func(int) bool) { y(1); <-ctx.Done() }
	}, brio.Depends(func() func(error) { return func(err error) { ended <- err } }))
	app.Get("/slow", func() iter.Seq[[]byte] {
		return func(y func([]byte) bool) {
			for i := 0; i < 40 && y(make([]byte, 64<<10)); i++ { // 2.5 MiB, more than a flow-control window
			}
		}
	}, brio.ResponseClass(response.StreamOf("a/b")))
	server := httptest.NewUnstartedServer(app)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	get := func(path string) (*http.Response, *bufio.Reader) {
		t.Helper()
		res, err := server.Client().Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if res.ProtoMajor != 2 || res.StatusCode != 200 {
			t.Fatalf("%s: %s %s", path, res.Proto, res.Status)
		}
		return res, bufio.NewReader(res.Body)
	}
	res, r := get("/error")
	wantLine(t, r, "1")
	if rest, err := io.ReadAll(r); err == nil || len(rest) > 0 {
		t.Errorf("after the error: got %q, %v; want a reset", rest, err)
	}
	_ = res.Body.Close()
	res, r = get("/wait")
	wantLine(t, r, "1")
	_ = res.Body.Close() // resets the stream
	if err := testkit.Receive(t, ended, "the clean-up"); !errors.Is(err, context.Canceled) {
		t.Errorf("the clean-up saw %v", err)
	}
	res, r = get("/slow")
	if n, err := io.Copy(io.Discard, r); err != nil || n != 40*64<<10 {
		t.Errorf("got %d bytes, %v; want %d", n, err, 40*64<<10)
	}
	_ = res.Body.Close()
}
