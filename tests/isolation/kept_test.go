package isolation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

type next = func() (*brio.Response, error)

type asked struct {
	Q string `query:"q"`
}

type shown struct {
	Q string `json:"q"`
}

// cache is an Around that answers all requests with the first answer.
func cache() brio.Option {
	var mu sync.Mutex
	var kept *brio.Response
	return brio.Around(func(_ *http.Request, next next) (*brio.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if kept != nil {
			return kept, nil
		}
		out, err := next()
		kept = out
		return out, err
	})
}

func passing(change func(*brio.Response)) brio.Option {
	return brio.Around(func(_ *http.Request, next next) (*brio.Response, error) {
		out, err := next()
		if err == nil {
			change(out)
		}
		return out, err
	})
}

// TestAroundKeepsAnyResponse: an Around may keep a Response from next, of any kind, and return it to many requests at once.
func TestAroundKeepsAnyResponse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("public"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		handler any
		opts    []brio.RouteOption
	}{
		"value":             {func(in *asked) *shown { return &shown{in.Q} }, nil},
		"any":               {func(in *asked) any { return &shown{in.Q} }, nil},
		"text":              {func(in *asked) string { return in.Q }, nil},
		"text class":        {func(in *asked) string { return in.Q }, []brio.RouteOption{brio.ResponseClass(response.TextClass)}},
		"bytes class":       {func(in *asked) []byte { return []byte(in.Q) }, []brio.RouteOption{brio.ResponseClass(response.TextClass)}},
		"XML class":         {func(in *asked) shown { return shown{in.Q} }, []brio.RouteOption{brio.ResponseClass(response.XMLClass)}},
		"direct text":       {func(in *asked) *brio.Response { return response.Text(in.Q) }, nil},
		"direct JSON":       {func(in *asked) *brio.Response { return response.JSON(shown{in.Q}).Status(201) }, nil},
		"direct file":       {func(*asked) *brio.Response { return response.File(file) }, []brio.RouteOption{brio.Responds[brio.NoContent](404, "none")}},
		"an error's answer": {func(in *asked) *brio.Response { return brio.Error(404, in.Q).Response() }, nil},
		"temporal": {func(in *asked, res *brio.Response) *shown {
			res.SetHeader("X-A", in.Q).AddHeader("X-B", in.Q).AddHeader("X-B", "2")
			return &shown{in.Q}
		}, nil},
		"temporal returned": {func(in *asked, res *brio.Response) *brio.Response { return res.SetHeader("X-A", in.Q) }, nil},
		"negotiated":        {func(in *asked) *shown { return &shown{in.Q} }, []brio.RouteOption{brio.Encoder("application/own", func(v any) ([]byte, error) { return fmt.Append(nil, v), nil })}},
		"with an ETag":      {func(in *asked) *shown { return &shown{in.Q} }, []brio.RouteOption{brio.AutoETag()}},
		"merged always": {func(in *asked, res *brio.Response) *brio.Response {
			res.SetHeader("X-A", in.Q)
			return response.Text(in.Q)
		}, []brio.RouteOption{brio.MergeAlways()}},
	} {
		for around, opts := range map[string][]brio.RouteOption{
			"alone":   {cache()},
			"inside":  {passing(func(r *brio.Response) { r.SetHeader("X-Outer", "1") }), cache()},
			"outside": {cache(), passing(func(r *brio.Response) { r.SetHeader("X-Inner", "1") })},
			"twice":   {cache(), cache()},
		} {
			t.Run(name+" "+around, func(t *testing.T) {
				app := newApp()
				app.Get("/kept", c.handler, slices.Concat(opts, c.opts)...)
				app.Get("/private", func(in *asked) *shown { return &shown{in.Q} })
				accept := []string{"Accept", "application/own, */*;q=0.1"}
				first := testkit.Get(app, "/kept?q=public", accept...)
				if !strings.Contains(first.Body.String()+first.Header().Get("X-A"), "public") {
					t.Fatalf("the first answer: %d %v %s", first.Code, first.Header(), first.Body)
				}
				text := func(w *httptest.ResponseRecorder) string {
					w.Header().Del("Date")
					return fmt.Sprint(w.Code, w.Header(), w.Body)
				}
				want := text(first)
				var all sync.WaitGroup
				for range 3 {
					all.Go(func() {
						for range 8 {
							testkit.Get(app, "/private?q=SECRET-OF-ANOTHER-USER")
							if got := text(testkit.Get(app, "/kept?q=another", accept...)); got != want {
								t.Errorf("a later answer: got %s, want %s", got, want)
							}
						}
					})
				}
				all.Wait()
			})
		}
	}
}

// TestAroundChangesCopies: an outer Around changes its answer only. A Response that an inner Around keeps stays as it is.
func TestAroundChangesCopies(t *testing.T) {
	kept := response.Text("kept").AddHeader("X-Own", "1").AddHeader("X-Own", "2")
	app := newApp()
	var seen []*brio.Response
	app.Get("/", func() {}, passing(func(r *brio.Response) {
		r.AddHeader("X-Added", "a").DeleteCookie("c").Status(202)
		r.Header()["X-Own"][0] = spoilt
	}),
		passing(func(r *brio.Response) { seen = append(seen, r); r.AddHeader("X-Added", "b") }),
		brio.Around(func(*http.Request, next) (*brio.Response, error) { return kept, nil }))
	for range 3 {
		w := testkit.Get(app, "/")
		testkit.WantStatus(t, w, 202)
		testkit.WantHeader(t, w, "X-Added", "b", "a")
		testkit.WantHeader(t, w, "X-Own", spoilt, "2")
	}
	for _, r := range append(seen, kept) {
		if got := r.Header()["X-Own"]; got[0] != "1" || r.StatusCode() != 0 || len(r.Cookies()) != 0 || r != kept && len(r.Header()["X-Added"]) != 1 {
			t.Errorf("a Response that was given outwards has become %v, status %d, cookies %v", r.Header(), r.StatusCode(), r.Cookies())
		}
	}
}

// TestAroundSharesOneAnswer: requests that wait for another request return its Response, as with singleflight.
func TestAroundSharesOneAnswer(t *testing.T) {
	app := newApp()
	var mu sync.Mutex
	waiting := map[string]*call{}
	app.Get("/", func(in *asked) *shown { return &shown{in.Q} }, brio.Around(func(r *http.Request, next next) (*brio.Response, error) {
		key := r.URL.Query().Get("q")
		mu.Lock()
		c, leads := waiting[key], false
		if c == nil {
			c, leads = &call{done: make(chan struct{})}, true
			waiting[key] = c
		}
		mu.Unlock()
		if leads {
			c.out, c.err = next()
			mu.Lock()
			delete(waiting, key)
			mu.Unlock()
			close(c.done)
		}
		<-c.done
		return c.out, c.err
	}))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 50 {
				q := tokenOf(n % 3)
				if got, want := testkit.Get(app, "/?q="+q).Body.String(), fmt.Sprintf(`{"q":%q}`, q); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	all.Wait()
}

type call struct {
	done chan struct{}
	out  *brio.Response
	err  error
}

// TestKeptStreamIsRefused: a stream may read from its request, so it is sent once. A second return, by any request, is a 500, and
// the log says why (docs/streams.md).
func TestKeptStreamIsRefused(t *testing.T) {
	type item struct {
		Q string `json:"q"`
	}
	items := func(in *asked) iter.Seq[item] { return func(yield func(item) bool) { yield(item{in.Q}) } }
	for name, c := range map[string]struct {
		handler any
		opts    []brio.RouteOption
	}{
		"items":  {items, nil},
		"events": {items, []brio.RouteOption{brio.EventStream()}},
		"chunks": {func(in *asked) iter.Seq[string] { return slices.Values([]string{in.Q}) }, []brio.RouteOption{brio.ResponseClass(response.StreamOf("text/own"))}},
		"Stream": {func(in *asked) *brio.Response {
			return response.Stream("text/own", slices.Values([][]byte{[]byte(in.Q)}))
		}, nil},
		"Reader": {func(in *asked) *brio.Response { return response.Reader("text/own", strings.NewReader(in.Q)) }, nil},
		"one byte": {func(in *asked) *brio.Response {
			return response.Reader("text/own", iotest.OneByteReader(strings.NewReader(in.Q)))
		}, nil},
		"dynamic":     {func(in *asked) any { return response.Reader("text/own", strings.NewReader(in.Q)) }, nil},
		"MergeAlways": {func(in *asked) *brio.Response { return response.Reader("text/own", strings.NewReader(in.Q)) }, []brio.RouteOption{brio.MergeAlways()}},
	} {
		t.Run(name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/kept", c.handler, append(c.opts, cache())...)
			app.Get("/private", func(in *asked) iter.Seq[item] { return items(in) })
			w := testkit.Get(app, "/kept?q=public")
			testkit.WantStatus(t, w, 200)
			testkit.WantContains(t, w.Body.String(), "public")
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					for range 8 {
						testkit.WantContains(t, testkit.Get(app, "/private?q=SECRET").Body.String(), "SECRET")
						w := testkit.Get(app, "/kept?q=another")
						if got := w.Body.String(); w.Code != 500 || got != `{"detail":"Internal Server Error"}` {
							t.Errorf("a later answer: got %d %q", w.Code, got)
						}
					}
				})
			}
			all.Wait()
			if got := log.Lines("a stream can be sent once"); got != 24 {
				t.Errorf("the log has %d lines of 24:\n%s", got, log)
			}
		})
	}
}

// TestKeptStreamIsOpenedByOneRequest: if several requests open one stream at once, one of them sends all of it.
func TestKeptStreamIsOpenedByOneRequest(t *testing.T) {
	for range 20 {
		kept := response.Reader("text/own", iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 100))))
		app := newApp()
		app.Get("/", func() *brio.Response { return kept })
		app.Get("/failed", func() error { return brio.Error(500, nil) }, brio.OnStatus(500, func(*http.Request, error) *brio.Response { return kept }))
		var mu sync.Mutex
		answers := map[string]int{}
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				w := testkit.Get(app, []string{"/", "/failed"}[i%2])
				mu.Lock()
				defer mu.Unlock()
				answers[w.Body.String()]++
			})
		}
		all.Wait()
		if answers[strings.Repeat("x", 100)] != 1 || answers[`{"detail":"Internal Server Error"}`] != 5 {
			t.Fatalf("answers %v", answers)
		}
	}
}

// TestStreamRunsOnceInOneRequest: an outer Around may return a stream of its own request that next did not return. The iterator
// runs once.
func TestStreamRunsOnceInOneRequest(t *testing.T) {
	app := newApp()
	var leaked *brio.Response
	stops := 0
	app.Get("/", func() iter.Seq[int] {
		return func(yield func(int) bool) {
			defer func() { stops++ }()
			_ = yield(1) && yield(2)
		}
	}, brio.Around(func(_ *http.Request, next next) (*brio.Response, error) {
		_, err := next()
		return leaked, err
	}), brio.Around(func(_ *http.Request, next next) (*brio.Response, error) {
		out, err := next()
		leaked = out
		return out, err
	}))
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, "1\n2\n")
	if stops != 1 {
		t.Errorf("the iterator was stopped %d times", stops)
	}
}

// TestKeptResponseDoesNotReachAnotherConnection: a Response is bound to a connection only while its request is answered. EarlyHints
// of a kept one, or of a kept copy of its value, sends nothing to another client.
func TestKeptResponseDoesNotReachAnotherConnection(t *testing.T) {
	app := newApp()
	var mu sync.Mutex
	var kept []*brio.Response
	keep := func(r *brio.Response) *brio.Response {
		mu.Lock()
		defer mu.Unlock()
		value := *r
		kept = append(kept, r, &value)
		return r
	}
	app.Get("/keep", func(res *brio.Response) *brio.Response { return keep(res) }, passing(func(r *brio.Response) { keep(r) }))
	app.Get("/overwritten", func(res *brio.Response) int {
		keep(res)
		*res = *response.Empty(200) // the copy alone knows of the request
		return 1
	})
	app.Get("/other", func(*brio.Response) int {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range kept {
			r.EarlyHints("</another>; rel=preload")
		}
		return 1
	})
	url := testkit.Serve(t, app)
	for _, path := range []string{"/keep", "/overwritten", "/other"} {
		for range 3 {
			r, err := http.NewRequest("GET", url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			hints := 0
			r = r.WithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(int, textproto.MIMEHeader) error { hints++; return nil }}))
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			if hints != 0 {
				t.Errorf("%s: %d interim responses", path, hints)
			}
		}
	}
}

// TestKeptBodyDoesNotReachNextRequest: a kept reader of a body ends with its request. It must not set a read deadline on the
// connection, which would end the context of the client's next request.
func TestKeptBodyDoesNotReachNextRequest(t *testing.T) {
	const timeout = 20 * time.Millisecond
	for name, handler := range map[string]func(keep func(io.Reader)) any{
		"reader": func(keep func(io.Reader)) any {
			return func(in *struct {
				R io.Reader `body:""`
			}) {
				keep(in.R)
			}
		},
		"request": func(keep func(io.Reader)) any { return func(r *http.Request) { keep(r.Body) } },
		"parts": func(keep func(io.Reader)) any {
			return func(parts *brio.Parts) error {
				for part, err := range parts.All() {
					if err != nil {
						return err
					}
					keep(part)
					break
				}
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var kept io.Reader
			connections := map[string]bool{}
			app := newApp(brio.ReadTimeout(timeout))
			app.Post("/keep", handler(func(r io.Reader) { kept = r }), brio.Depends(func(r *http.Request) { connections[r.RemoteAddr] = true }))
			app.Get("/next", func(r *http.Request, ctx context.Context) (string, error) {
				connections[r.RemoteAddr] = true
				if _, err := io.Copy(io.Discard, kept); err == nil {
					return "", errors.New("the body could be read to its end")
				}
				select {
				case <-ctx.Done():
					return "", brio.Error(409, "the context has ended")
				case <-time.After(10 * timeout):
					return "fine", nil
				}
			})
			url := testkit.Serve(t, app)
			body := testkit.MultipartBody(testkit.FilePart("f", "a", strings.Repeat("a", 100_000)))
			res, err := http.Post(url+"/keep", testkit.MultipartType, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != 204 || kept == nil {
				t.Fatalf("status %d, kept %v", res.StatusCode, kept)
			}
			res, err = http.Get(url + "/next")
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if string(text) != `"fine"` {
				t.Errorf("the next request: %d %s", res.StatusCode, text)
			}
			if len(connections) != 1 {
				t.Skip("the requests had connections of their own")
			}
		})
	}
}
