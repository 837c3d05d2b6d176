package soak_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// TestMain runs the tests, or the server of a child process.
func TestMain(m *testing.M) {
	if os.Getenv("BRIO_SOAKED") != "" {
		if err := serveSoaked(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// diskSpace is how large a file of the server can become, in bytes: an upload above it finds the disk full.
const diskSpace = 400 << 10

// largeBody is the size of the answer that slow clients read, in bytes.
const largeBody = 1 << 20

// serveSoaked is the program of the child. One app after the other serves on the same address, until SIGTERM ends each.
func serveSoaked() error {
	file, err := os.CreateTemp("", "brio-soak-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := file.WriteString(strings.Repeat("f", largeBody)); err != nil {
		return err
	}
	if err := limitFiles(); err != nil {
		return err
	}
	c := make(chan os.Signal, 1) // the goroutine of os/signal stays for the life of the process
	signal.Notify(c, syscall.SIGUSR2)
	w, address := &world{}, "127.0.0.1:0"
	base := now()
	for !w.last.Load() {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		address = l.Addr().String()
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		err = newApp(w, file.Name()).Serve(ctx, &failing{Listener: l}, brio.H2C())
		stop()
		if err != nil {
			return err
		}
		if n := w.requests.Load(); n != 0 {
			w.violate("%d requests run after the shutdown", n)
		}
		w.settle(base)
	}
	if len(w.violations) > 0 {
		return errors.New(strings.Join(w.violations, "\n"))
	}
	return nil
}

// failing is a listener whose Accept fails now and then, as when the process has no descriptor left.
type failing struct {
	net.Listener
	n atomic.Int64
}

// Accept implements net.Listener.
func (l *failing) Accept() (net.Conn, error) {
	switch l.n.Add(1) % 100 {
	case 50:
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	case 99:
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.ENFILE)}
	}
	return l.Listener.Accept()
}

type (
	tx      struct{}
	session struct{}
	breaker struct{}

	// common is what each request may send. The other parameters are read by the middleware.
	common struct {
		Canary string `query:"canary"`
	}
	message struct {
		Canary string            `json:"canary"`
		Texts  []string          `json:"texts"`
		Counts map[string]int    `json:"counts"`
		Inner  *message          `json:"inner"`
		Marks  map[string]string `json:"marks"`
	}
	posted struct {
		common
		Cookie string  `cookie:"canary"`
		Agent  string  `header:"X-Canary"`
		Body   message `body:""`
	}
	commit struct {
		common
		Body struct {
			Client int64 `json:"client" validate:"min=0,max=63"`
			Number int64 `json:"number" validate:"min=1"`
		} `body:""`
	}
	committed struct {
		Canary string `json:"canary"`
		Before int64  `json:"before"`
	}
	uploaded struct {
		common
		Name string            `form:"name"`
		File brio.UploadFile   `file:"file"`
		More []brio.UploadFile `file:"more"`
	}
	streamed struct {
		common
		Body io.Reader `body:""`
	}
	read struct {
		Canary string `json:"canary"`
		Size   int64  `json:"size"`
	}
	// item is a result whose method may end as the request says.
	item struct {
		v *visit
		n int
	}
)

func (c *common) Validate(ctx context.Context) error { return visitOf(ctx).at("Validate") }

func (i item) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"canary":%q,"n":%d}`, i.v.canary, i.n), i.v.at("marshaler")
}

// newApp returns an app in which each function that a program can write may end as the request says.
func newApp(w *world, file string) *brio.App {
	breaks := func(place string) func(context.Context) error {
		return func(ctx context.Context) error { return visitOf(ctx).at(place) }
	}
	app := brio.New(
		brio.Title("soak"),
		brio.Logger(newLog(w)),
		brio.UploadLimits(params.UploadLimits{Memory: 64 << 10}),
		brio.Use(visiting(w), broken),
		brio.Around(func(r *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			if err == nil {
				out.SetHeader("X-Canary", visitOf(r.Context()).canary)
				err = visitOf(r.Context()).at("Around")
			}
			return out, err
		}),
		brio.Provide(
			brio.BeforeResponse(func(ctx context.Context) (*tx, func(error) error) {
				v := visitOf(ctx)
				v.opened.Add(1)
				return &tx{}, v.endTx
			}),
			func(ctx context.Context) (*session, func(error)) {
				v := visitOf(ctx)
				v.sessions.Add(1)
				return &session{}, func(error) { v.endedSessions.Add(1) }
			},
			func(ctx context.Context, _ *tx, _ *session) (*breaker, error) {
				return &breaker{}, visitOf(ctx).at("dependency")
			},
		),
		brio.Depends(breaks("guard"),
			func(ctx context.Context, _ *session) func() error {
				return func() error { return visitOf(ctx).at("clean-up after") }
			},
			brio.BeforeResponse(func(ctx context.Context, _ *tx) func() error {
				return func() error { return visitOf(ctx).at("clean-up before") }
			}),
			func(*common, *breaker) {}),
	)
	app.Get("/value", func(ctx context.Context, tasks *brio.BackgroundTasks) (item, error) {
		v := visitOf(ctx)
		tasks.Add(func(context.Context) error { return v.at("task") })
		return item{v, 1}, v.at("handler")
	})
	app.Post("/task", func(ctx context.Context, tasks *brio.BackgroundTasks) (item, error) {
		v := visitOf(ctx)
		tasks.Add(func(context.Context) error { w.ran.Add(1); return nil })
		return item{v, 1}, v.at("handler")
	})
	app.Get("/lines", func(ctx context.Context) (iter.Seq2[item, error], error) {
		v := visitOf(ctx)
		return func(yield func(item, error) bool) {
			for i, place := range []string{"first item", "later item", ""} {
				if err := v.at(place); !yield(item{v, i}, err) {
					return
				}
			}
		}, v.at("handler")
	})
	app.Get("/events", func(ctx context.Context, in common) (iter.Seq[response.Event[string]], error) {
		return func(yield func(response.Event[string]) bool) {
			for range 10 {
				if !yield(response.Data(in.Canary)) {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}, visitOf(ctx).at("handler")
	})
	app.Post("/json", func(ctx context.Context, r *http.Request, in *posted) (*message, error) {
		w.keep(in, r.Header, r.URL, r.Cookies())
		if in.Cookie != in.Canary || in.Agent != in.Canary || in.Body.Canary != in.Canary {
			w.violate("the request %s has the cookie %s, the header %s and the body %s", in.Canary, in.Cookie, in.Agent, in.Body.Canary)
		}
		return &in.Body, visitOf(ctx).at("handler")
	}, brio.Use(middleware.Compress()))
	app.Post("/commit", func(ctx context.Context, in *commit) (committed, error) {
		v := visitOf(ctx)
		before := w.committed[in.Body.Client].Load()
		v.client, v.sent = in.Body.Client, in.Body.Number
		return committed{in.Canary, before}, v.at("handler")
	})
	app.Post("/upload", func(ctx context.Context, in *uploaded) (read, error) {
		size := in.File.Size
		content, err := in.File.ReadAll()
		if err != nil {
			return read{}, err
		}
		if int64(len(content)) != size || strings.Trim(string(content), in.Canary) != "" {
			w.violate("the upload %s has %d bytes of %d: %.100q", in.Canary, len(content), size, content)
		}
		w.keep(in.Name, in.File.Header, content[:min(len(content), 1000)])
		return read{in.Name, size}, visitOf(ctx).at("handler")
	})
	app.Post("/parts", func(ctx context.Context, in common, parts *brio.Parts) (read, error) {
		out := read{Canary: in.Canary}
		for part, err := range parts.All() {
			if err != nil {
				return out, err
			}
			n, err := io.Copy(io.Discard, part)
			if err != nil {
				return out, err
			}
			out.Size += n
		}
		return out, visitOf(ctx).at("handler")
	})
	app.Post("/raw", func(ctx context.Context, in streamed) (read, error) {
		n, err := io.Copy(io.Discard, in.Body)
		if err != nil {
			return read{}, err
		}
		return read{in.Canary, n}, visitOf(ctx).at("handler")
	})
	app.Get("/large", func(ctx context.Context, in common) (*brio.Response, error) {
		text := strings.Repeat(in.Canary, largeBody/len(in.Canary))
		return response.Reader("text/plain", strings.NewReader(text)), visitOf(ctx).at("handler")
	})
	app.Get("/file", func(ctx context.Context) (*brio.Response, error) {
		return response.File(file), visitOf(ctx).at("handler")
	})
	app.Get("/cached", func() *brio.Response { return response.Text("public").SetHeader("X-Public", "public") }, cached())
	app.WebSocket("/ws", func(ctx context.Context, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, visitOf(ctx).canary+" "+text); err != nil {
				return err
			}
			if err := visitOf(ctx).at("handler"); err != nil {
				return err
			}
		}
		return nil
	})
	app.Get("/stats", w.stats)
	app.Post("/last", func() { w.last.Store(true) })
	return app
}

// visiting notes each request, and sees that what it has opened has ended.
func visiting(w *world) brio.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			v := &visit{world: w, canary: q.Get("canary"), place: q.Get("at"), end: q.Get("end")}
			w.requests.Add(1)
			defer v.done()
			ctx, cancel := context.WithCancel(context.WithValue(r.Context(), visitKey{}, v))
			defer cancel()
			v.cancel = cancel
			next.ServeHTTP(rw, r.WithContext(ctx))
		})
	}
}

// broken is middleware that may end as the request says.
func broken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if err := visitOf(r.Context()).at("middleware"); err != nil {
			brio.WriteError(rw, r, err)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// cached answers all requests with the Response that the first one made.
func cached() brio.Option {
	var mu sync.Mutex
	var kept *brio.Response
	return brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if kept != nil {
			return kept, nil
		}
		out, err := next()
		if err == nil {
			kept = out
		}
		return out, err
	})
}

// stats is what the server says of itself under load.
type stats struct {
	life
	Violations []string `json:"violations"`
	Lives      []life   `json:"lives"`
	Ran        int64    `json:"ran"`     // tasks
	NotRun     int64    `json:"not_run"` // tasks that the log counts
}

func (w *world) stats() stats {
	l := now()
	w.mu.Lock()
	defer w.mu.Unlock()
	return stats{l, w.violations, w.lives, w.ran.Load(), w.notRun.Load()}
}
