package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func post(body io.Reader, length int64) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.ContentLength = length
	return r
}

func TestBodyLimits(t *testing.T) {
	for _, size := range []int{0, 1, 100, 511, 512, 513, maxPooledBody - 1, maxPooledBody, maxPooledBody + 1, 300_000} {
		text := strings.Repeat("x", size)
		for name, reader := range map[string]func() io.Reader{
			"plain":     func() io.Reader { return strings.NewReader(text) },
			"late end":  func() io.Reader { return bytes.NewBufferString(text) },
			"early end": func() io.Reader { return iotest.DataErrReader(strings.NewReader(text)) },
			"halves":    func() io.Reader { return iotest.HalfReader(strings.NewReader(text)) },
		} {
			for _, known := range []bool{true, false} {
				for _, limit := range []int64{-1, 0, int64(size) - 1, int64(size), int64(size) + 1, 1<<63 - 1} {
					length := int64(-1)
					if known {
						length = int64(size)
					}
					x, _ := acquire(t, post(reader(), length))
					got, err := x.Body(limit)
					again, errAgain := x.Body(limit)
					what := fmt.Sprintf("%d bytes, %s, length %d, limit %d", size, name, length, limit)
					if tooLarge := limit >= 0 && limit < int64(size); tooLarge {
						if got != nil || !errors.Is(err, ErrTooLarge) || !errors.Is(errAgain, ErrTooLarge) {
							t.Errorf("%s: got %d bytes, %v, again %v", what, len(got), err, errAgain)
						}
						continue
					}
					if err != nil || errAgain != nil || string(got) != text || string(again) != text {
						t.Errorf("%s: got %d bytes, %v, again %d, %v", what, len(got), err, len(again), errAgain)
					}
					if size > 0 {
						if _, err := x.Body(int64(size) - 1); !errors.Is(err, ErrTooLarge) {
							t.Errorf("%s: a lower limit later: %v", what, err)
						}
					}
				}
			}
		}
	}
}

func TestBodyRefusesLargeContentLength(t *testing.T) {
	read := false
	x, _ := acquire(t, post(readerFunc(func(p []byte) (int, error) {
		read = true
		return copy(p, "12345"), io.EOF
	}), 5))
	if _, err := x.Body(4); !errors.Is(err, ErrTooLarge) || read {
		t.Errorf("got %v, read: %t", err, read)
	}
	if got, err := x.Body(5); err != nil || string(got) != "12345" {
		t.Errorf("a higher limit: %q, %v", got, err)
	}
}

func TestBodyAllocatesAsBytesArrive(t *testing.T) {
	var largest int
	x, _ := acquire(t, post(readerFunc(func(p []byte) (int, error) {
		largest = max(largest, len(p))
		return 0, io.EOF
	}), 1<<40))
	if _, err := x.Body(-1); err != nil || largest > maxPooledBody {
		t.Errorf("%v, a read of %d bytes", err, largest)
	}
}

// Middleware may decompress a body and keep its small Content-Length.
func TestBodyLimitIgnoresSmallContentLength(t *testing.T) {
	read := 0
	x, _ := acquire(t, post(readerFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil }), 5))
	if _, err := x.Body(1000); !errors.Is(err, ErrTooLarge) || read != 1001 {
		t.Errorf("got %v after %d bytes", err, read)
	}
}

func TestBodyReportsReadErrors(t *testing.T) {
	cause := errors.New("gone")
	x, _ := acquire(t, post(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(cause)), -1))
	for range 2 {
		if got, err := x.Body(100); got != nil || !errors.Is(err, ErrRead) || !errors.Is(err, cause) || errors.Is(err, ErrTooLarge) {
			t.Errorf("got %q, %v", got, err)
		}
	}
	x, _ = acquire(t, post(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(cause)), -1))
	if _, err := x.Body(3); !errors.Is(err, ErrRead) || !errors.Is(err, cause) {
		t.Errorf("at the limit: %v", err)
	}
	r := post(nil, -1)
	r.Body = http.MaxBytesReader(nil, io.NopCloser(strings.NewReader("12345")), 4)
	x, _ = acquire(t, r)
	if _, err := x.Body(100); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "4 bytes") {
		t.Errorf("limit of a middleware: %v", err)
	}
}

func TestHasBody(t *testing.T) {
	for _, tc := range []struct {
		r    *http.Request
		want bool
	}{
		{get(""), false},
		{post(strings.NewReader("x"), 1), true},
		{post(strings.NewReader("x"), -1), true},
		{post(strings.NewReader(""), 0), false},
		{&http.Request{ContentLength: -1}, false},
		{&http.Request{ContentLength: -1, Body: http.NoBody}, false},
	} {
		x, _ := acquire(t, tc.r)
		if got := x.HasBody(); got != tc.want {
			t.Errorf("length %d: %t", tc.r.ContentLength, got)
		}
		if got, err := x.Body(10); (len(got) > 0) != tc.want || err != nil {
			t.Errorf("length %d: %q, %v", tc.r.ContentLength, got, err)
		}
	}
}

func TestBodyUsesPooledBuffer(t *testing.T) {
	w := httptest.NewRecorder()
	text := strings.Repeat("x", 5000)
	reader := strings.NewReader(text)
	r := post(reader, int64(len(text)))
	allocs(t, 0, func() {
		reader.Reset(text)
		x := Acquire(w, r)
		if body, err := x.Body(1 << 20); err != nil || len(body) != len(text) {
			t.Error(len(body), err)
		}
		x.Release()
	})
}

// middlewareWriter hides the server's writer, as wrappers of middleware do.
type middlewareWriter struct{ http.ResponseWriter }

func (w middlewareWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// A body over the limit closes the connection, also below wrappers of middleware, for each way to read it. Otherwise net/http reads
// the rest, to reuse the connection.
func TestBodyOverLimitClosesConnection(t *testing.T) {
	for name, read := range map[string]func(x *Exchange, r *http.Request) error{
		"at once": func(x *Exchange, _ *http.Request) error { _, err := x.Body(10); return err },
		"as a reader": func(x *Exchange, _ *http.Request) error {
			body, err := x.BodyReader(10)
			if err == nil {
				_, err = io.Copy(io.Discard, body)
			}
			return err
		},
		"the request's own": func(x *Exchange, r *http.Request) error {
			x.LimitBody(10)
			_, err := io.Copy(io.Discard, r.Body)
			return err
		},
	} {
		for _, tc := range []struct {
			sent  int
			close bool
		}{{10, false}, {11, true}} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				x := Acquire(middlewareWriter{middlewareWriter{w}}, r)
				defer x.Release()
				status := 200
				if err := read(x, r); errors.Is(err, ErrTooLarge) {
					status = 413
				} else if err != nil {
					t.Error(err)
				}
				if err := send(x, status, nil, "", nil); err != nil {
					t.Error(err)
				}
			}))
			defer server.Close()
			res, err := http.Post(server.URL, "", io.MultiReader(strings.NewReader(strings.Repeat("x", tc.sent)))) // chunked
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.Close != tc.close || (res.StatusCode == 413) != tc.close {
				t.Errorf("%s, %d bytes: status %d, close %t", name, tc.sent, res.StatusCode, res.Close)
			}
		}
	}
}

func TestBodyOverNetwork(t *testing.T) {
	for _, tc := range []struct {
		name, request string
		want          error
	}{
		{"client hangs up", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", ErrRead},
		{"bad chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ErrRead},
		{"good chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := make(chan error, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				x := Acquire(w, r)
				defer x.Release()
				_, err := x.Body(100)
				got <- err
			}))
			defer server.Close()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(conn, tc.request)
			conn.(*net.TCPConn).CloseWrite()
			select {
			case err := <-got:
				if !errors.Is(err, tc.want) {
					t.Errorf("got %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Error("the body is still read")
			}
			conn.Close()
		})
	}
}
