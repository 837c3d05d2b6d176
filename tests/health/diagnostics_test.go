package health

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// requireAdmin is a guard.
func requireAdmin(in *struct {
	Key string `header:"X-Key" default:""`
}) error {
	if in.Key != "admin" {
		return brio.Error(403, "Admins only")
	}
	return nil
}

func newDiagnosed(opts ...brio.AppOption) *brio.App {
	app := brio.New(append(opts, testkit.Quiet())...)
	app.Get("/", func() string { return "home" })
	app.Include(brio.Diagnostics(requireAdmin), brio.Prefix("/debug"))
	return app
}

// No profile is served without the guard, no document has the routes, and the router of net/http does not get them either.
func TestDiagnosticsAreGuarded(t *testing.T) {
	t.Parallel()
	app := newDiagnosed()
	for _, path := range []string{"/debug/pprof", "/debug/pprof/heap", "/debug/pprof/profile?seconds=1", "/debug/pprof/trace?seconds=1", "/debug/pprof/none", "/debug/pprof/heap?debug=9"} {
		testkit.WantStatus(t, testkit.Get(app, path), 403)
	}
	testkit.WantStatus(t, testkit.Get(app, "/debug/pprof", "X-Key", "admin"), 200)
	if doc := testkit.Get(app, "/openapi.json").Body.String(); strings.Contains(doc, "pprof") {
		t.Error("the document has the profiles")
	}
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/debug/pprof/heap", nil))
	testkit.WantStatus(t, w, 404)
}

func TestDiagnosticsServeProfiles(t *testing.T) {
	t.Parallel()
	app := newDiagnosed()
	get := func(path string) *httptest.ResponseRecorder {
		t.Helper()
		return testkit.Get(app, "/debug/pprof"+path, "X-Key", "admin")
	}
	list := get("").Body.String()
	testkit.WantContains(t, list, `<a href="pprof/heap?debug=1">heap</a>`, `<a href="pprof/goroutine?debug=1">`)

	w := get("/heap?gc=true")
	testkit.WantStatus(t, w, 200)
	testkit.WantHeader(t, w, "Content-Disposition", "attachment; filename=heap")
	testkit.WantHeader(t, w, "Cache-Control", "no-store")
	if !bytes.HasPrefix(w.Body.Bytes(), []byte{0x1f, 0x8b}) {
		t.Error("the profile is not in the format of go tool pprof, which is compressed with gzip")
	}
	text := get("/goroutine?debug=2")
	testkit.WantHeader(t, text, "Content-Type", "text/plain; charset=utf-8")
	testkit.WantContains(t, text.Body.String(), "goroutine ", "TestDiagnosticsServeProfiles")

	testkit.WantStatus(t, get("/none"), 404)
	testkit.WantStatus(t, get("/heap?debug=3"), 422)
	testkit.WantStatus(t, get("/profile?seconds=0"), 422)
	testkit.WantStatus(t, get("/profile?seconds=100000"), 422)
	want := 404
	if pprof.Lookup("goroutineleak") != nil { // GOEXPERIMENT=goroutineleakprofile
		want = 200
	}
	testkit.WantStatus(t, get("/goroutineleak?debug=1"), want)
}

// The CPU and the execution trace are recorded once at a time. A client that goes ends its recording.
func TestDiagnosticsRecord(t *testing.T) {
	url := testkit.Serve(t, newDiagnosed()) + "/debug/pprof"
	get := func(ctx context.Context, path string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Key", "admin")
		return http.DefaultClient.Do(r)
	}
	for _, path := range []string{"/profile", "/trace"} {
		ctx, leave := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() {
			status, err := 409, error(nil)
			for status == 409 && err == nil { // the second request may be the first to record
				var res *http.Response
				if res, err = get(ctx, path+"?seconds=300"); err == nil {
					status = res.StatusCode
					_, err = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
			}
			first <- err
		}()
		testkit.Eventually(t, "a second "+path+" is refused", func() bool {
			res, err := get(t.Context(), path+"?seconds=1")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			return res.StatusCode == 409
		})
		leave()
		if err := testkit.Receive(t, first, "the end of the first request"); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		testkit.Eventually(t, path+" is recorded again", func() bool {
			res, err := get(t.Context(), path+"?seconds=1")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var body bytes.Buffer
			if _, err := body.ReadFrom(res.Body); err != nil {
				t.Fatal(err)
			}
			return res.StatusCode == 200 && body.Len() > 0
		})
	}
}

// A nil guard keeps the app from starting. Without an argument the program does not compile.
func TestDiagnosticsNeedGuard(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Include(brio.Diagnostics(nil), brio.Prefix("/debug"))
	testkit.WantContains(t, testkit.ErrorText(app.Check()), "diagnostics_test.go:", "nil")
}
