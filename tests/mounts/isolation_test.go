package mounts

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// kept is what a handler of net/http keeps of a request, with what it was.
type kept struct {
	r              *http.Request
	w              http.ResponseWriter
	body           []byte
	id, path, root string
}

// TestMountedHandlersOwnWhatTheyKeep: later requests do not change what a handler keeps of an earlier one, and a writer that it keeps does
// not reach the answers of others.
func TestMountedHandlersOwnWhatTheyKeep(t *testing.T) {
	var mu sync.Mutex
	var all []kept
	keep := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s", r.URL.Path, body)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, kept{r, w, body, r.Header.Get("X-Id"), r.URL.Path, r.PathValue("tenant")})
	}
	app := brio.New(testkit.Quiet())
	app.Post("/route/{tenant}", keep)
	tenants := brio.NewRouter(brio.Prefix("/mount/{tenant}"))
	tenants.Mount("/", http.HandlerFunc(keep))
	app.Include(tenants)
	hosted := brio.NewRouter()
	hosted.Mount("/", http.HandlerFunc(keep))
	app.Host("{tenant}.example.org", hosted)
	var group sync.WaitGroup
	const rounds = 50
	for i := range rounds {
		for _, c := range []struct{ host, target, path string }{
			{"example.com", fmt.Sprintf("/route/t%d", i), fmt.Sprintf("/route/t%d", i)},
			{"example.com", fmt.Sprintf("/mount/t%d/p%d", i, i), fmt.Sprintf("/p%d", i)},
			{fmt.Sprintf("t%d.example.org", i), fmt.Sprintf("/p%d", i), fmt.Sprintf("/p%d", i)},
		} {
			group.Go(func() {
				body := fmt.Sprintf("body of %d", i)
				r := httptest.NewRequest("POST", c.target, io.NopCloser(newReader(body)))
				r.Host = c.host
				r.Header.Set("X-Id", fmt.Sprint(i))
				w := httptest.NewRecorder()
				app.ServeHTTP(w, r)
				if want := c.path + " " + body; w.Body.String() != want {
					t.Errorf("got %q, want %q", w.Body, want)
				}
			})
		}
	}
	testkit.Wait(t, &group, "the requests")
	if len(all) != 3*rounds {
		t.Fatalf("%d requests were kept, want %d", len(all), 3*rounds)
	}
	for _, k := range all {
		if k.r.Header.Get("X-Id") != k.id || k.r.URL.Path != k.path || k.r.PathValue("tenant") != "t"+k.id || k.root != "t"+k.id || string(k.body) != "body of "+k.id {
			t.Errorf("a kept request has changed: %v %v %q, was %+v", k.r.Header, k.r.URL, k.r.PathValue("tenant"), k)
		}
		_, _ = io.WriteString(k.w, "late") // to its own recorder
	}
	r := httptest.NewRequest("POST", "/route/x", nil)
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	testkit.WantBody(t, w, "/route/x ")
}

// newReader returns a reader of text that is no strings.Reader, so its length is not known.
func newReader(text string) io.Reader {
	r, w := io.Pipe()
	go func() { _, _ = io.WriteString(w, text); _ = w.Close() }()
	return r
}
