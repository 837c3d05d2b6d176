package isolation

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// watcher is a ResponseWriter of middleware that sees the header while the status is written.
type watcher struct {
	http.ResponseWriter
	see   func(any)
	begun bool
}

func (w *watcher) WriteHeader(status int) {
	w.begun = true
	w.see(w.Header())
	w.ResponseWriter.WriteHeader(status)
}

func (w *watcher) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// places are the functions that see the header of an answer.
var places = map[string]func(see func(any)) (opts []brio.AppOption, around func(http.Handler) http.Handler){
	"OnStart": func(see func(any)) ([]brio.AppOption, func(http.Handler) http.Handler) {
		return []brio.AppOption{brio.Use(middleware.OnStart(func(h http.Header, _ int) { see(h) }))}, nil
	},
	"a handler around": func(see func(any)) ([]brio.AppOption, func(http.Handler) http.Handler) {
		return nil, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h.ServeHTTP(w, r)
				see(w.Header())
			})
		}
	},
	"a writer around": func(see func(any)) ([]brio.AppOption, func(http.Handler) http.Handler) {
		return nil, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(&watcher{w, see, false}, r) })
		}
	},
}

// answers are requests whose answers get their headers in different ways.
var answers = []string{
	"GET /json", "GET /text", "GET /temporal", "GET /kept", "GET /map", "GET /error", "GET /nothing", "DELETE /json", "GET /json/", "OPTIONS /json", "HEAD /json",
	"GET /invalid", "GET /panic", "GET /lines", "GET /events", "GET /file", "GET /empty", "GET /refused", "GET /around", "GET /openapi.json", "GET /docs", "GET /large",
	"GET /cookies", "GET /offers", "GET /handled", "PREFLIGHT /json",
}

// headers returns gifts for the headers of all answers in each place.
func headers() (all []gift) {
	for where, place := range places {
		all = append(all, gift{
			name: "headers: " + where, want: always(""),
			request: func(token string) *http.Request {
				var n int
				_, _ = fmt.Sscanf(token, "token%d", &n)
				method, path, _ := strings.Cut(answers[n%len(answers)], " ")
				r := httptest.NewRequest(strings.Replace(method, "PREFLIGHT", "OPTIONS", 1), path, nil)
				r.Header.Set("X-Token", token)
				r.Header.Set("Origin", "https://other.example")
				if method == "PREFLIGHT" {
					r.Header.Set("Access-Control-Request-Method", "GET")
				}
				return r
			},
			app: func(see func(any)) http.Handler {
				opts, around := place(see)
				var h http.Handler = headerApp(append(opts, brio.Use(middleware.RequestID(),
					middleware.SecurityHeaders(), middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"*"}, ExposeHeaders: []string{"X-Own"}}))))
				if around != nil {
					h = around(h)
				}
				return h
			},
		})
	}
	return all
}

func headerApp(opts []brio.AppOption) *brio.App {
	app := newAppWith(opts...)
	app.Get("/json", func() int { return 1 })
	app.Get("/large", func() []int { return make([]int, 5000) })
	app.Get("/text", func() string { return "text" }, brio.ResponseClass(response.TextClass))
	app.Get("/temporal", func(r *http.Request, res *brio.Response) int {
		res.SetHeader("X-Own", r.Header.Get("X-Token")).AddHeader("X-More", "a").SetCookie(cookies.New("c", "d"))
		return 1
	})
	app.Get("/cookies", func(r *http.Request, res *brio.Response) int {
		for i := range 30 {
			res.SetCookie(cookies.New(fmt.Sprint("c", i), r.Header.Get("X-Token")))
		}
		return 1
	})
	kept := response.Text("kept").SetHeader("X-Own", "own").SetCookie(cookies.New("c", "d"))
	app.Get("/kept", func() *brio.Response { return kept })
	keptMap := response.JSON([]int{1}).AddHeader("X-Own", "a").AddHeader("X-Own", "b").MediaType("application/own")
	app.Get("/map", func() *brio.Response { return keptMap })
	keptError := brio.Error(418, map[string]any{"a": "b"}).WithHeader("X-Own", "own")
	app.Get("/error", func() error { return keptError })
	keptAnswer := response.Text("handled").AddHeader("X-Own", "a").AddHeader("X-Own", "b")
	app.Get("/handled", func() error { return keptError }, brio.OnStatus(418, func(*http.Request, error) *brio.Response { return keptAnswer }))
	app.Get("/invalid", func(*struct {
		N int `query:"n"`
	}) {
	})
	app.Get("/panic", func() int { panic("x") })
	app.Get("/lines", func() iter.Seq[int] { return slices.Values([]int{1, 2}) })
	app.Get("/events", func() iter.Seq[int] { return slices.Values([]int{1, 2}) }, brio.EventStream())
	app.Get("/file", func() *brio.Response { return response.File(os.Args[0]) }, brio.Responds[brio.NoContent](404, "none"))
	app.Get("/empty", func(res *brio.Response) { res.SetHeader("X-Own", "own") })
	app.Get("/refused", func() {}, brio.Use(middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: time.Hour, Key: func(*http.Request) string { return "all" }})))
	var first atomic.Pointer[brio.Response]
	app.Get("/around", func(res *brio.Response) int {
		res.AddHeader("X-Own", "a").AddHeader("X-Own", "b").SetCookie(cookies.New("c", "d"))
		return 1
	}, brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
		if kept := first.Load(); kept != nil {
			return kept, nil
		}
		out, err := next()
		first.CompareAndSwap(nil, out)
		return out, err
	}))
	app.Get("/offers", func() []int { return []int{1} }, brio.Encoder("application/cbor", json.Marshal), brio.AutoETag())
	return app
}
