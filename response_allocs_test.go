//go:build !race

package brio_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

// sink is a client that keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

// serving gives a function that asks for a path again and again.
func serving(app *brio.App, path string) func() {
	r, w := httptest.NewRequest("GET", path, nil), &sink{http.Header{}}
	return func() {
		clear(w.header)
		app.ServeHTTP(w, r)
	}
}

func TestWhatResponsesAllocate(t *testing.T) {
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
	app := brio.New(quiet())
	app.Get("/without", func() *shown { return &item })
	app.Get("/untouched", func(*brio.Response) *shown { return &item })
	app.Get("/list/whole", func() []row { return rows })
	app.Get("/list", func() []row { return rows }, brio.ResponseModel[[]shown]())
	app.Get("/list/exclude", func() []row { return rows }, brio.ResponseModel[[]shown](), brio.ResponseExclude("*.mail"), brio.ExcludeNone(), brio.ExcludeUnset())
	allocs := func(path string) float64 {
		f := serving(app, path)
		f()
		best := testing.AllocsPerRun(50, f)
		return min(best, testing.AllocsPerRun(50, f))
	}
	// The Response is the handler's, which may keep it: it is made, and nothing in it.
	if without, untouched := allocs("/without"), allocs("/untouched"); untouched > without+1 {
		t.Errorf("an untouched Response costs %v allocations, none %v", untouched, without)
	}
	whole := allocs("/list/whole")
	for _, path := range []string{"/list", "/list/exclude"} {
		if n := allocs(path); n > whole {
			t.Errorf("%s: %v allocations for a filtered list of 100, %v for the whole", path, n, whole)
		}
	}
}

// Buffers are kept for the next answer up to 64 KiB; what has once been larger does not stay.
func TestLargeBuffersAreNotKept(t *testing.T) {
	const times = 50
	app := brio.New(quiet())
	for path, size := range map[string]int{"/small": 40 << 10, "/large": 200 << 10} {
		text := strings.Repeat("x", size)
		app.Get(path, func() string { return text })
	}
	perAnswer := func(path string) uint64 {
		f := serving(app, path)
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
		t.Errorf("an answer of 40 KiB allocates %d bytes: its buffer is not kept", n)
	}
	if n := perAnswer("/large"); n < 200<<10 {
		t.Errorf("an answer of 200 KiB allocates %d bytes: its buffer has been kept", n)
	}
}
