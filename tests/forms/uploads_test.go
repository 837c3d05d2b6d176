package forms_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// withFiles is the option of an app that writes each uploaded file to disk.
func withFiles() brio.Option { return brio.UploadLimits(params.UploadLimits{Memory: 1}) }

// wantNoUploads fails the test when dir has a file, or a temporary file of an upload is still open.
func wantNoUploads(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("temporary files: %v %v", entries, err)
	}
	open, _ := filepath.Glob("/proc/self/fd/*")
	for _, fd := range open {
		if name, err := os.Readlink(fd); err == nil && strings.Contains(name, "brio-upload") {
			t.Errorf("%s is open", name)
		}
	}
}

// TestUploadFileOpensSeveralReaders: each reader of an UploadFile has its own position, in memory and on disk. After the
// request the file and its readers report errors, and no temporary file is left.
func TestUploadFileOpensSeveralReaders(t *testing.T) {
	for name, option := range map[string]brio.Option{"memory": brio.Options(), "file": withFiles()} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			var kept brio.UploadFile
			var open io.ReadSeekCloser
			app := brio.New(option)
			app.Post("/", func(in struct {
				A brio.UploadFile `file:"a"`
				B brio.UploadFile `file:"b"`
			}) error {
				kept = in.B
				one, err1 := in.B.Open()
				two, err2 := in.B.Open()
				if err := errors.Join(err1, err2); err != nil {
					return err
				}
				open = two
				half := make([]byte, 2)
				if _, err := io.ReadFull(one, half); err != nil || string(half) != "56" {
					t.Errorf("%q %v", half, err)
				}
				if all, err := io.ReadAll(two); err != nil || string(all) != "567890" {
					t.Errorf("%q %v", all, err)
				}
				if at, err := one.Seek(-1, io.SeekEnd); at != 5 || err != nil {
					t.Errorf("Seek: %d %v", at, err)
				}
				if all, err := io.ReadAll(one); err != nil || string(all) != "0" {
					t.Errorf("%q %v", all, err)
				}
				if err := one.Close(); err != nil {
					t.Error(err)
				}
				if _, err := one.Read(half); !errors.Is(err, fs.ErrClosed) {
					t.Errorf("a closed reader: %v", err)
				}
				if all, err := in.A.ReadAll(); err != nil || string(all) != "1234" {
					t.Errorf("%q %v", all, err)
				}
				return nil
			})
			if code, body := postParts(app, testkit.FilePart("a", "a", "1234"), testkit.FilePart("b", "b", "567890")); code != 204 {
				t.Errorf("%d %s", code, body)
			}
			wantNoUploads(t, dir)
			if _, err := kept.Open(); err == nil {
				t.Error("Open after the request")
			}
			if _, err := kept.ReadAll(); err == nil {
				t.Error("ReadAll after the request")
			}
			if _, err := open.Read(make([]byte, 1)); err == nil {
				t.Error("Read after the request")
			}
			if _, err := open.Seek(0, io.SeekStart); err == nil {
				t.Error("Seek after the request")
			}
		})
	}
	if _, err := (brio.UploadFile{}).Open(); err == nil {
		t.Error("Open of no file")
	}
}

// TestUploadFileOutlivesCleanups: the clean-up of a dependency still reads the file; after it the file is removed.
func TestUploadFileOutlivesCleanups(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	type in struct {
		F brio.UploadFile `file:"f"`
	}
	var seen string
	app := brio.New(withFiles(), brio.Depends(func(in *in) func() {
		return func() {
			all, err := in.F.ReadAll()
			seen = fmt.Sprint(string(all), err)
		}
	}))
	app.Post("/", func() {})
	postParts(app, testkit.FilePart("f", "f", "1234"))
	if seen != "1234<nil>" {
		t.Errorf("a clean-up saw %s", seen)
	}
	wantNoUploads(t, dir)
}

// TestUploadFileIsRemovedAfterRequest: no temporary file is left after an answer, an error, a panic or an abort, and none
// of those that net/http makes when the handler parses the form itself.
func TestUploadFileIsRemovedAfterRequest(t *testing.T) {
	type in struct {
		F brio.UploadFile `file:"f"`
		N int             `form:"n" default:"0"`
	}
	replace := brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
		})
	})
	for name, tt := range map[string]struct {
		handler any
		n       string
		code    int
	}{
		"value":      {func(*in) {}, "1", 204},
		"error":      {func(*in) error { return brio.Error(409, nil) }, "1", 409},
		"panic":      {func(*in) { panic("canary") }, "1", 500},
		"validation": {func(*in) {}, "x", 422},
		"request ParseMultipartForm": {func(r *http.Request) error {
			return r.ParseMultipartForm(1)
		}, "1", 204},
		"request FormFile": {func(r *http.Request) error {
			_, _, err := r.FormFile("f")
			return err
		}, "1", 204},
		"abort": {func(*in) { panic(http.ErrAbortHandler) }, "1", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			app := brio.New(testkit.Quiet(), withFiles(), replace, brio.MaxBody(64<<20))
			app.Post("/", tt.handler, replace)
			func() {
				defer func() { _ = recover() }()
				content := "12345"
				if strings.HasPrefix(name, "request ") {
					content = strings.Repeat("x", 33<<20) // over the 32 MiB that net/http keeps in memory
				}
				if code, body := postParts(app, testkit.FilePart("f", "f", content), testkit.FieldPart("n", tt.n)); code != tt.code {
					t.Errorf("%d %s, want %d", code, body, tt.code)
				}
			}()
			wantNoUploads(t, dir)
		})
	}
}

// TestUploadFileIsRemovedWhenClientCloses: no temporary file is left when clients close their connections within the body,
// among requests that succeed or panic.
func TestUploadFileIsRemovedWhenClientCloses(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	app := brio.New(testkit.Quiet(), brio.UploadLimits(params.UploadLimits{Memory: 4 << 10}))
	app.Post("/", func(in struct {
		F []brio.UploadFile `file:"f"`
		N int               `form:"n"`
	}) (int64, error) {
		if in.N%10 == 0 {
			panic("canary")
		}
		return in.F[0].Size, nil
	})
	server := httptest.NewServer(app)
	requests := 1000
	if testing.Short() {
		requests = 100
	}
	content := strings.Repeat("x", 20<<10)
	var wg sync.WaitGroup
	next := make(chan int)
	for range 8 {
		wg.Go(func() {
			for n := range next {
				body := testkit.MultipartBody(testkit.FilePart("f", "f", content), testkit.FilePart("f", "g", content), testkit.FieldPart("n", fmt.Sprint(n)))
				if n%3 == 0 {
					abort(t, server.Listener.Addr().String(), body, len(body)/2+n%len(content))
					continue
				}
				res, err := server.Client().Post(server.URL, testkit.MultipartType, strings.NewReader(body))
				if err != nil {
					t.Error(err)
					continue
				}
				if want := map[bool]int{true: 500, false: 200}[n%10 == 0]; res.StatusCode != want {
					t.Errorf("request %d: %d", n, res.StatusCode)
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		})
	}
	for n := range requests {
		next <- n
	}
	close(next)
	testkit.Wait(t, &wg, "the requests")
	server.Close() // waits until the requests end
	wantNoUploads(t, dir)
}

// abort sends the first n bytes of a request and closes the connection.
func abort(t *testing.T, address, body string, n int) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:min(n, len(body)-1)])
	_ = conn.Close()
}

// TestPartsReportTruncatedBody: a body that ends within a part answers 400, wherever it ends, also when the handler wraps
// the error.
func TestPartsReportTruncatedBody(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(parts *brio.Parts) error {
		for part, err := range parts.All() {
			if err != nil {
				return err
			}
			if _, err := io.Copy(io.Discard, part); err != nil {
				return fmt.Errorf("saving: %w", err)
			}
		}
		return nil
	})
	body := testkit.MultipartBody(testkit.FilePart("f", "f", "12345"))
	for n := 1; n < len(body)-6; n++ {
		gone := io.MultiReader(strings.NewReader(body[:n]), errorReader{})
		w := postReader(app, "/", testkit.MultipartType, gone)
		if w.Code != 400 || w.Body.String() != `{"detail":"There was an error parsing the body"}` {
			t.Errorf("after %d bytes: %d %s", n, w.Code, w.Body)
		}
	}
}

// errorReader is a body whose connection was closed.
type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestPartsFailAfterRequest: a part that a handler keeps cannot be read when the request has ended.
func TestPartsFailAfterRequest(t *testing.T) {
	t.Parallel()
	app := brio.New()
	kept := make(chan *brio.Part, 1)
	app.Post("/", func(parts *brio.Parts) {
		for part := range parts.All() {
			kept <- part
			return
		}
	})
	server := httptest.NewServer(app)
	defer server.Close()
	body := testkit.MultipartBody(testkit.FilePart("f", "f", strings.Repeat("x", 1<<20)))
	res, err := server.Client().Post(server.URL, testkit.MultipartType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	server.Close() // waits until the request ends: the client may have the answer earlier
	if n, err := io.Copy(io.Discard, testkit.Receive(t, kept, "the file")); err == nil || n == 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}
