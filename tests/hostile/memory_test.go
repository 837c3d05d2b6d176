package hostile_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// wide is 512 bytes large and may be sent as {}.
type wide struct {
	A [64]int64 `json:"a,omitempty"`
}

// wideTree holds a wide in each node.
type wideTree struct {
	Wide wide      `json:"wide,omitempty"`
	Next *wideTree `json:"next"`
}

// allocated returns the answer to one request and the bytes that were allocated for it, freed ones included.
func allocated(app http.Handler, path, body string) (w *httptest.ResponseRecorder, bytes uint64) {
	testkit.PostJSON(app, "/warm", "1")
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w = testkit.PostJSON(app, path, body)
	runtime.ReadMemStats(&after)
	return w, after.TotalAlloc - before.TotalAlloc
}

// TestJSONMemoryIsBoundedByMaxBody: a request allocates at most twelve times the size of the body that it may send, also
// where few bytes of JSON fill large structs.
func TestJSONMemoryIsBoundedByMaxBody(t *testing.T) {
	const mib = 1 << 20
	app := brio.New(testkit.Quiet())
	router := brio.NewRouter(brio.MaxBody(4 * mib))
	for path, handler := range map[string]any{
		"/warm":  func(in *brio.Body[int]) int { return 1 },
		"/wide":  func(in *brio.Body[[]wide]) int { return len(in.Value) },
		"/refs":  func(in *brio.Body[[]*wide]) int { return len(in.Value) },
		"/map":   func(in *brio.Body[map[string]wide]) int { return len(in.Value) },
		"/tree":  func(in *brio.Body[[]wideTree]) int { return len(in.Value) },
		"/any":   func(in *brio.Body[any]) int { return 1 },
		"/lists": func(in *brio.Body[[][]string]) int { return len(in.Value) },
		"/lax":   func(in *brio.Body[[]int]) int { return len(in.Value) },
	} {
		app.Post(path, handler, brio.LaxJSON(path == "/lax"))
		router.Post(path, handler)
	}
	app.Include(router, brio.Prefix("/large"))
	list := func(element string, bytes int) string {
		return "[" + strings.Repeat(element+",", bytes/(len(element)+1)) + element + "]"
	}
	var keys strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&keys, `"%d":{},`, i)
	}
	for _, c := range []struct {
		name, path, body string
		status           int
		limit            uint64 // bytes that the body may have, or may take decoded
	}{
		{"3 MiB of {}", "/wide", list("{}", 3*mib), 413, mib},
		{"3 MiB of {} with 4 MiB allowed", "/large/wide", list("{}", 3*mib), 413, 4 * mib},
		{"1 MiB of {}", "/wide", list("{}", mib-10), 413, mib},
		{"1 MiB of {} for pointers", "/refs", list("{}", mib-10), 413, mib},
		{"as many {} as allowed", "/wide", list("{}", 33_330), 200, 2 * mib},
		{"{} in a map", "/map", "{" + keys.String() + `"a":{}}`, 413, mib},
		{"trees", "/tree", list(`{"next":{"next":{}}}`, mib-40), 413, mib},
		{"empty lists", "/lists", list("[]", 250_000), 200, mib},
		{"untyped", "/any", list("{}", mib-10), 413, mib},
		{"lax integers", "/lax", list(`"1"`, 390_000), 200, mib},
		{"brackets", "/any", strings.Repeat("[", 1_000_000), 400, mib},
		{"number", "/any", strings.Repeat("7", mib-1), 422, mib},
		{"key", "/any", `{"` + strings.Repeat("k", mib-10) + `":1}`, 200, mib},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, size := allocated(app, c.path, c.body)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %.200s", w.Code, c.status, w.Body)
			}
			t.Logf("%.1f MiB for a body of %.1f MiB", float64(size)/mib, float64(len(c.body))/mib)
			if limit := 12 * c.limit; size > limit && !testkit.RaceEnabled {
				t.Errorf("allocated %d bytes, want at most %d", size, limit)
			}
		})
	}
}

// TestErrorsAreDeterministic: the same bad request has the same answer each time, byte for byte, although maps have no
// order.
func TestErrorsAreDeterministic(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Post("/{id}", func(in *struct {
		ID   int                       `path:"id"`
		Q    []int                     `query:"q"`
		T    string                    `header:"X-T" validate:"min=3"`
		C    bool                      `cookie:"c"`
		Item item                      `body:"item"`
		M    map[string]map[string]int `body:"m"`
	}) int {
		return 1
	})
	const body = `{"item":{"Name":1,"name":"a","name":"b","price":"x","tags":[1,2],"next":{"next":{}},"extra":{"a":1,"a":2}},"m":{"b":{"z":"1","y":"2"},"a":{"x":null},"c":1}}`
	var first string
	for n := range 1000 {
		w := testkit.Do(app, "POST", "/x?q=a&q=1&q=b", body, "Content-Type", "application/json", "X-T", "a", "Cookie", "c=maybe")
		if n == 0 {
			first = w.Body.String()
			if w.Code != 422 || strings.Count(first, `"type"`) < 10 {
				t.Fatalf("%d %s", w.Code, first)
			}
		}
		if got := w.Body.String(); got != first {
			t.Fatalf("answer %d:\n%s\nthe first:\n%s", n+1, got, first)
		}
	}
}
