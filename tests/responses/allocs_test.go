//go:build !race

package responses_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// sink is a ResponseWriter that keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

// newRequester returns a function that sends GET for a path to the app, and allocates nothing itself.
func newRequester(app *brio.App, path string) func() {
	r, w := httptest.NewRequest("GET", path, nil), &sink{http.Header{}}
	return func() {
		clear(w.header)
		app.ServeHTTP(w, r)
	}
}

// A Response that nothing touched costs one allocation. A list that is filtered by a model costs no more than one that is not.
func TestResponseAllocations(t *testing.T) {
	type row struct {
		ID                  int
		Name, Mail, Hash    string
		Tags                []string
		Age, Height, Weight float64
	}
	type shown struct {
		ID   int      `json:"id"`
		Name string   `json:"name"`
		Mail string   `json:"mail"`
		Tags []string `json:"tags"`
		Age  float64  `json:"age"`
	}
	rows := make([]row, 100)
	for i := range rows {
		rows[i] = row{ID: i, Name: "name", Mail: "mail@example.com", Hash: "secret", Tags: []string{"a", "b"}, Age: 1.5}
	}
	item := shown{ID: 1}
	app := brio.New(testkit.Quiet())
	app.Get("/without", func() *shown { return &item })
	app.Get("/untouched", func(*brio.Response) *shown { return &item })
	app.Get("/list/whole", func() []row { return rows })
	app.Get("/list", func() []row { return rows }, brio.ResponseModel[[]shown]())
	app.Get("/list/exclude", func() []row { return rows }, brio.ResponseModel[[]shown](), brio.ResponseExclude("*.mail"), brio.ExcludeNone(), brio.ExcludeUnset())
	allocs := func(path string) float64 {
		f := newRequester(app, path)
		f()
		best := testing.AllocsPerRun(50, f)
		return min(best, testing.AllocsPerRun(50, f))
	}
	// The handler may keep the Response, so one is allocated.
	if without, untouched := allocs("/without"), allocs("/untouched"); untouched > without+1 {
		t.Errorf("allocations: got %v with an untouched Response, %v without; want one more", untouched, without)
	}
	whole := allocs("/list/whole")
	for _, path := range []string{"/list", "/list/exclude"} {
		if n := allocs(path); n > whole {
			t.Errorf("%s: got %v allocations for a filtered list of 100, want %v as for the whole", path, n, whole)
		}
	}
}

// A buffer of up to 64 KiB goes to the pool after the answer, a larger one to the garbage collector.
func TestBufferLargeIsNotPooled(t *testing.T) {
	const times = 50
	app := brio.New(testkit.Quiet())
	for path, size := range map[string]int{"/small": 40 << 10, "/large": 200 << 10} {
		text := strings.Repeat("x", size)
		app.Get(path, func() string { return text })
	}
	perAnswer := func(path string) uint64 {
		f := newRequester(app, path)
		f()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range times {
			f()
		}
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) / times
	}
	if n := perAnswer("/small"); n > 20<<10 {
		t.Errorf("an answer of 40 KiB allocates %d bytes: its buffer is not pooled", n)
	}
	if n := perAnswer("/large"); n < 200<<10 {
		t.Errorf("an answer of 200 KiB allocates %d bytes: its buffer is pooled", n)
	}
}
