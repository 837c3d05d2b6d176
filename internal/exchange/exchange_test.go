package exchange

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestPathValues(t *testing.T) {
	for n := range 12 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			x, _ := acquire(t, get(""))
			x.SetPath([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"})
			var values []string
			for i := range n {
				values = append(values, fmt.Sprint("v", i))
			}
			sent := slices.Clone(values)
			x.SetPath(sent)
			clear(sent) // SetPath copies
			if got := x.PathValues(); !slices.Equal(got, values) {
				t.Errorf("got %q, want %q", got, values)
			}
			for i := -1; i <= n; i++ {
				want := ""
				if i >= 0 && i < n {
					want = values[i]
				}
				if got := x.PathValue(i); got != want {
					t.Errorf("Path(%d) = %q, want %q", i, got, want)
				}
			}
		})
	}
}

func TestReleaseKeepsSmallBuffers(t *testing.T) {
	for _, tc := range []struct {
		size int
		kept bool
	}{{100, true}, {maxPooledBody - 1, true}, {maxPooledBody + 1, false}} {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(bytes.Repeat([]byte("x"), tc.size)))
		x := Acquire(httptest.NewRecorder(), r)
		r.URL.RawQuery = "a=1"
		x.Query("a")
		x.SetPath(make([]string, 10))
		x.Writer()
		body, err := x.Body(-1)
		if err != nil {
			t.Fatal(err)
		}
		x.Release()
		if strings.Trim(string(body), "\x00") != "" {
			t.Errorf("%d bytes: the body is still there", tc.size)
		}
		if kept := cap(x.rare.body) > 0; kept != tc.kept {
			t.Errorf("%d bytes: buffer kept: %t", tc.size, kept)
		}
		if x.r != nil || x.w != nil || x.tracker != nil || x.rare.spill != nil || x.paths != 0 || x.rare.bodyRead || x.sent || len(x.pairs) != 0 || x.pairs[:1][0] != (pair{}) || len(x.rare.body) != 0 {
			t.Errorf("not zeroed: %+v", x)
		}
		x.Release() // is ignored
	}
}

func TestReleaseTwicePoolsOnce(t *testing.T) {
	x := Acquire(httptest.NewRecorder(), get(""))
	x.Release()
	x.Release()
	a, b := Acquire(httptest.NewRecorder(), get("")), Acquire(httptest.NewRecorder(), get(""))
	defer a.Release()
	defer b.Release()
	if a == b {
		t.Fatal("two requests share an Exchange")
	}
}

// Each request has one text in its path, query, header, cookie and body, and must read it back. Run with -race.
func TestAcquireHasNoCrossTalk(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := Acquire(w, r)
		defer x.Release()
		x.SetPath([]string{r.URL.Path[1:]})
		id := x.PathValue(0)
		query, _ := x.Query("id")
		cookie, _ := x.Cookie("id")
		body, err := x.Body(1 << 20)
		if err != nil || query != id || cookie != id || x.Header("X-Id")[0] != id || string(body) != strings.Repeat(id, 50) {
			t.Errorf("%s: got %q %q %q, %v", id, query, cookie, body, err)
		}
		if err := send(x, 200, http.Header{"X-Id": {id}, "Vary": {id}}, "text/plain", body); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 100 {
				id := fmt.Sprintf("%d-%d+%%", g, i)[:3+i%3]
				id = strings.NewReplacer("+", "p", "%", "q").Replace(id)
				want := strings.Repeat(id, 50)
				r, _ := http.NewRequest(http.MethodPost, server.URL+"/"+id+"?id="+id, strings.NewReader(want))
				r.Header.Set("X-Id", id)
				r.Header.Set("Cookie", "id="+id)
				res, err := server.Client().Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || string(got) != want || !slices.Equal(res.Header["Vary"], []string{id}) || !slices.Equal(res.Header["X-Id"], []string{id}) {
					t.Errorf("%s: got %q %v, %v", id, got, res.Header, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestReadersAllocateNothing(t *testing.T) {
	r := get("a=1&limit=10&page=2&a%5Bb%5D=3&limit=20")
	r.Header["Cookie"] = []string{`a=1; session="abc"; b=2`}
	r.Header["Content-Type"] = []string{"application/json; charset=utf-8"}
	w := httptest.NewRecorder()
	path := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	allocs(t, 0, func() {
		x := Acquire(w, r)
		x.SetPath(path)
		if v, n := x.Query("limit"); v != "20" || n != 2 {
			t.Error(v, n)
		}
		if v, n := x.Query("a[b]"); v != "3" || n != 1 {
			t.Error(v, n)
		}
		if v, n := x.Cookie("session"); v != "abc" || n != 1 {
			t.Error(v, n)
		}
		if v, ok := x.MediaType(); v != "application/json" || !ok {
			t.Error(v, ok)
		}
		if x.Header("Cookie") == nil || x.HasBody() || x.PathValue(7) != "8" || x.Written() {
			t.Error("wrong")
		}
		x.Release()
	})
}

func BenchmarkQuery(b *testing.B) {
	x, _ := acquire(b, get("skip=10&limit=20&q=hello&sort=name"))
	b.ReportAllocs()
	for b.Loop() {
		x.Query("skip")
		x.Query("limit")
		x.Query("q")
		x.Query("sort")
	}
}

func BenchmarkCookie(b *testing.B) {
	x, _ := acquire(b, withHeader("Cookie", "theme=dark; session=abcdefgh; lang=en"))
	b.ReportAllocs()
	for b.Loop() {
		x.Cookie("session")
	}
}

func BenchmarkSend(b *testing.B) {
	body := bytes.Repeat([]byte("x"), 300)
	w := discard{http.Header{}}
	r := get("")
	b.ReportAllocs()
	for b.Loop() {
		x := Acquire(w, r)
		if err := send(x, 200, nil, "application/json", body); err != nil {
			b.Fatal(err)
		}
		x.Release()
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
