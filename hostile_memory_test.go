package brio_test

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

// wide is a struct of 512 bytes, none of which has to be sent.
type wide struct {
	A [64]int64 `json:"a,omitempty"`
}

type wideTree struct {
	Wide wide      `json:"wide,omitempty"`
	Next *wideTree `json:"next"`
}

// allocated is the memory that one request takes, in bytes: all of it, also what is free again before the end.
func allocated(app http.Handler, path, body string) (w *httptest.ResponseRecorder, bytes uint64) {
	post(app, "/warm", "1")
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w = post(app, path, body)
	runtime.ReadMemStats(&after)
	return w, after.TotalAlloc - before.TotalAlloc
}

// A few bytes of JSON become any number of bytes of a struct. What a request may take is a small multiple of what it may
// send.
func TestMemoryIsBoundedByTheLimit(t *testing.T) {
	const mib = 1 << 20
	app := brio.New(quiet())
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
		limit            uint64 // of the body
	}{
		{"3 MiB of {}", "/wide", list("{}", 3*mib), 413, mib},
		{"3 MiB of {} where 4 may be sent", "/large/wide", list("{}", 3*mib), 413, 4 * mib},
		{"1 MiB of {}", "/wide", list("{}", mib-10), 413, mib},
		{"1 MiB of {} by reference", "/refs", list("{}", mib-10), 413, mib},
		{"{} as often as may be", "/wide", list("{}", 33_330), 200, 2 * mib},
		{"{} in a map", "/map", "{" + keys.String() + `"a":{}}`, 413, mib},
		{"trees", "/tree", list(`{"next":{"next":{}}}`, mib-40), 413, mib},
		{"empty lists", "/lists", list("[]", 250_000), 200, mib},
		{"anything", "/any", list("{}", mib-10), 413, mib},
		{"laxly spelled", "/lax", list(`"1"`, 390_000), 200, mib},
		{"brackets", "/any", strings.Repeat("[", 1_000_000), 400, mib},
		{"a number", "/any", strings.Repeat("7", mib-1), 422, mib},
		{"a key", "/any", `{"` + strings.Repeat("k", mib-10) + `":1}`, 200, mib},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, bytes := allocated(app, c.path, c.body)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %.200s", w.Code, c.status, w.Body)
			}
			t.Logf("%.1f MiB for a body of %.1f MiB", float64(bytes)/mib, float64(len(c.body))/mib)
			if most := 12 * c.limit; bytes > most && !testkit.RaceEnabled {
				t.Errorf("%d bytes, want at most %d", bytes, most)
			}
		})
	}
}

// The same bad request has the same answer each time, byte for byte.
func TestTheSameMistakesHaveTheSameAnswer(t *testing.T) {
	t.Parallel()
	app := brio.New(quiet())
	app.Post("/{id}", func(in *struct {
		ID   int                       `path:"id"`
		Q    []int                     `query:"q"`
		T    string                    `header:"X-T" validate:"min=3"`
		C    bool                      `cookie:"c"`
		Item hostileItem               `body:"item"`
		M    map[string]map[string]int `body:"m"`
	}) int {
		return 1
	})
	const body = `{"item":{"Name":1,"name":"a","name":"b","price":"x","tags":[1,2],"next":{"next":{}},"extra":{"a":1,"a":2}},"m":{"b":{"z":"1","y":"2"},"a":{"x":null},"c":1}}`
	var first string
	for n := range 1000 {
		w := send(app, "POST", "/x?q=a&q=1&q=b", body, "Content-Type", "application/json", "X-T", "a", "Cookie", "c=maybe")
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
