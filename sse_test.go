package brio_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

func eventsOf[T any](list ...response.Event[T]) response.Events[T] {
	return func(yield func(response.Event[T], error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestEventsOnTheWire(t *testing.T) {
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		events response.Events[any]
		want   string
	}{
		"all fields":         {eventsOf(response.Event[any]{Data: 1, Event: "e", ID: "7", Retry: 1500 * time.Millisecond, Comment: "c"}), ": c\nevent: e\ndata: 1\nid: 7\nretry: 1500\n\n"},
		"data":               {eventsOf(response.Data[any]("text"), response.Data[any](map[string]int{"a": 1})), "data: \"text\"\n\ndata: {\"a\":1}\n\n"},
		"raw":                {eventsOf(response.Raw[any]("[DONE]")), "data: [DONE]\n\n"},
		"raw of lines":       {eventsOf(response.Raw[any]("a\nb\r\nc\rd\n\ne")), "data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: e\n\n"},
		"empty raw":          {eventsOf(response.Raw[any]("")), "data: \n\n"},
		"comment":            {eventsOf(response.Comment[any]("x\ny")), ": x\n: y\n\n"},
		"nothing":            {eventsOf(response.Event[any]{}), "\n"},
		"name alone":         {eventsOf(response.Event[any]{Event: "e"}), "event: e\n\n"},
		"retry is rounded":   {eventsOf(response.Event[any]{Retry: time.Microsecond}), "retry: 1\n\n"},
		"raw with the rest":  {eventsOf(response.Event[any]{Raw: text("r"), Event: "e", ID: "1"}), "event: e\ndata: r\nid: 1\n\n"},
		"MarshalJSON, lines": {eventsOf(response.Data[any](prettyJSON{})), "data: {\ndata: }\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(quiet())
			app.Get("/", func() response.Events[any] { return c.events })
			w := send(app, "GET", "/", "")
			wantStatus(t, w, 200)
			if name == "MarshalJSON, lines" && w.Body.String() == "data: {}\n\n" {
				return // compacted on the way
			}
			wantBody(t, w, c.want)
			wantHeader(t, w, "Content-Type", "text/event-stream; charset=utf-8")
			wantHeader(t, w, "Cache-Control", "no-cache")
			wantHeader(t, w, "X-Accel-Buffering", "no")
		})
	}
}

type prettyJSON struct{}

func (prettyJSON) MarshalJSON() ([]byte, error) { return []byte("{\n}"), nil }

func TestEventsThatAStreamCannotCarry(t *testing.T) {
	raw := "r"
	for name, e := range map[string]response.Event[int]{
		"event of two lines": {Event: "a\nb"},
		"id of two lines":    {ID: "a\rb"},
		"NUL in id":          {ID: "a\x00b"},
		"negative retry":     {Retry: -1},
		"data and raw":       {Data: 1, Raw: &raw},
	} {
		app := brio.New(quiet())
		app.Get("/", func() response.Events[int] { return eventsOf(e) })
		w := send(app, "GET", "/", "")
		if w.Code != 500 || w.Body.String() != `{"detail":"Internal Server Error"}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestEventsAreFilteredByTheModelOfTheirData(t *testing.T) {
	app := brio.New(quiet())
	model := brio.ResponseModel[publicAccount]()
	secret := account{"a", "canary"}
	app.Get("/events", func() response.Events[account] { return eventsOf(response.Data(secret)) }, model)
	app.Get("/pointers", func() response.Events[*account] {
		return eventsOf(response.Data(&secret), response.Event[*account]{Event: "none"})
	}, model)
	app.Get("/any", func() response.Events[any] { return eventsOf(response.Data[any](secret), response.Data[any](&secret)) }, model)
	app.Get("/items", func() iter.Seq[account] { return func(y func(account) bool) { y(secret) } }, model, brio.EventStream())
	app.Get("/class", func() iter.Seq[account] { return func(y func(account) bool) { y(secret) } }, model, brio.ResponseClass(response.EventStreamClass))
	app.Get("/mixed", func() iter.Seq[any] {
		return func(y func(any) bool) {
			_ = y(secret) && y(response.Data(secret)) && y(response.Event[*account]{Data: &secret, ID: "1"})
		}
	}, model, brio.EventStream())
	app.Get("/seq", func() iter.Seq[response.Event[account]] {
		return func(y func(response.Event[account]) bool) { y(response.Data(secret)) }
	}, model)
	one := "data: {\"name\":\"a\"}\n\n"
	for path, want := range map[string]string{
		"/events": one, "/pointers": one + "event: none\n\n", "/any": one + one, "/items": one, "/class": one,
		"/mixed": one + one + "data: {\"name\":\"a\"}\nid: 1\n\n", "/seq": one,
	} {
		w := send(app, "GET", path, "")
		wantStatus(t, w, 200)
		wantBody(t, w, want)
		wantHeader(t, w, "Content-Type", "text/event-stream; charset=utf-8")
	}
}

func TestEventStreamOptionLeavesOtherResultsAlone(t *testing.T) {
	app := brio.New(quiet(), brio.EventStream())
	app.Get("/value", func() int { return 1 })
	app.Get("/iter", func() iter.Seq[int] { return func(y func(int) bool) { y(1) } })
	wantHeader(t, send(app, "GET", "/value", ""), "Content-Type", "application/json")
	wantBody(t, send(app, "GET", "/iter", ""), "data: 1\n\n")
}

func TestMisdeclaredStreams(t *testing.T) {
	for want, declare := range map[string]func(*brio.App){
		"EventStreamClass, but": func(app *brio.App) {
			app.Get("/", func() int { return 1 }, brio.ResponseClass(response.EventStreamClass))
		},
		"a stream of *response.Event": func(app *brio.App) { app.Get("/", func() iter.Seq[*response.Event[int]] { return nil }) },
		"a class for streams, but": func(app *brio.App) {
			app.Get("/", func() iter.Seq[int] { return nil }, brio.ResponseClass(response.StreamClass))
		},
		"status 204 has no body": func(app *brio.App) { app.Get("/", func() iter.Seq[int] { return nil }, brio.Status(204)) },
		"Around(nil)":            func(app *brio.App) { app.Get("/", func() int { return 1 }, brio.Around(nil)) },
	} {
		app := brio.New(quiet())
		declare(app)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestHeadersOfAnEventStreamCanBeSet(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/", func(res *brio.Response) response.Events[int] {
		res.SetHeader("Cache-Control", "no-store")
		return eventsOf(response.Data(1))
	})
	w := send(app, "GET", "/", "")
	wantHeader(t, w, "Cache-Control", "no-store")
	wantHeader(t, w, "X-Accel-Buffering", "no")
}

type resume struct {
	Last *int `header:"Last-Event-ID"`
}

// ticks sends numbers from the one after the last that the client has seen.
func ticks(in *resume) response.Events[int] {
	return func(yield func(response.Event[int], error) bool) {
		n := 1
		if in.Last != nil {
			n = *in.Last + 1
		}
		for ; yield(response.Event[int]{Data: n, ID: fmt.Sprint(n)}, nil); n++ {
			if n%3 == 0 {
				yield(response.Event[int]{}, errCanary) // the connection breaks after every third
				return
			}
		}
	}
}

func TestLastEventIDResumes(t *testing.T) {
	s := newStage(t, func(app *brio.App) { app.Get("/", ticks) })
	_, r := s.open("/", "Last-Event-ID", "4")
	wantLine(t, r, "data: 5")
	wantLine(t, r, "id: 5")
	_, r = s.open("/")
	wantLine(t, r, "data: 1")
}

// waiting sends a first event and then waits for its client or the app to end.
func waiting(events ...response.Event[int]) func(context.Context) response.Events[int] {
	return func(ctx context.Context) response.Events[int] {
		return func(yield func(response.Event[int], error) bool) {
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
			<-ctx.Done()
		}
	}
}

func TestPingsFillTheSilence(t *testing.T) {
	s := newStage(t, func(app *brio.App) {
		app.Get("/", waiting(response.Data(1)))
		app.Get("/silent", func(ctx context.Context, res *brio.Response) response.Events[int] {
			res.SetHeader("X-A", "1")
			return waiting()(ctx)
		})
		app.Get("/never", waiting(response.Data(1)), brio.EventPing(0))
	})
	_, r := s.open("/")
	for _, want := range []string{"data: 1", "", ": ping", "", ": ping", ""} {
		wantLine(t, r, want)
	}
	// Headers do not wait for ever for a first event.
	res, r := s.open("/silent")
	if res.StatusCode != 200 || res.Header.Get("X-A") != "1" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	wantLine(t, r, ": ping")
	_, r = s.open("/never")
	wantLine(t, r, "data: 1")
	wantLine(t, r, "")
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Errorf("after the shutdown: %q, %v", rest, err)
	}
}

func TestErrorBehindAPingCutsTheConnection(t *testing.T) {
	pinged := make(chan bool)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() response.Events[int] {
			return func(yield func(response.Event[int], error) bool) {
				<-pinged
				yield(response.Event[int]{}, errCanary)
			}
		})
	})
	_, r := s.open("/")
	wantLine(t, r, ": ping")
	close(pinged)
	if _, err := io.ReadAll(r); err == nil {
		t.Error("the stream looks complete")
	}
	s.wantLog("canary", `"level":"ERROR"`)
}

// Clean-ups of BeforeResponse run before the first event is made, so a silent stream does not wait for them: its headers leave
// with a ping, and an error of the first event then cuts the connection.
func TestSilentStreamPingsAfterACommit(t *testing.T) {
	first := make(chan bool)
	committed := make(chan error, 1)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() response.Events[int] {
			return func(yield func(response.Event[int], error) bool) {
				<-first
				yield(response.Event[int]{}, brio.Error(409, "no"))
			}
		}, brio.Depends(brio.BeforeResponse(func() func(error) { return func(err error) { committed <- err } })))
	})
	res, r := s.open("/")
	wantLine(t, r, ": ping")
	close(first)
	if _, err := io.ReadAll(r); err == nil || res.StatusCode != 200 {
		t.Errorf("status %d, and the stream looks complete", res.StatusCode)
	}
	if err := testkit.Receive(t, committed, "the clean-up"); err != nil {
		t.Errorf("the clean-up saw %v", err)
	}
}

func TestHEADOfAnEventStreamDoesNotWait(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/", waiting())
	w := send(app, "HEAD", "/", "")
	wantStatus(t, w, 200)
	wantHeader(t, w, "Content-Type", "text/event-stream; charset=utf-8")
}

func TestEventStreamEndsCleanlyWithTheApp(t *testing.T) {
	s := newStage(t, func(app *brio.App) { app.Get("/", waiting(response.Data(1))) }, brio.ShutdownTimeout(time.Minute))
	_, r := s.open("/")
	wantLine(t, r, "data: 1")
	begin := time.Now()
	if err := s.end(); err != nil || time.Since(begin) > 10*time.Second {
		t.Errorf("Serve returned %v after %v", err, time.Since(begin))
	}
	if _, err := io.ReadAll(r); err != nil {
		t.Errorf("the stream is broken, %v; a client would come back anyway", err)
	}
}

// TestEventsThroughAProxy reads as a proxy of HTTP/1.0 days does: a byte at a time, without chunks, until the end.
func TestEventsThroughAProxy(t *testing.T) {
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() response.Events[int] { return eventsOf(response.Data(1), response.Data(2)) })
	})
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET / HTTP/1.0\r\nHost: x\r\n\r\n")
	var all []byte
	for one := make([]byte, 1); ; {
		n, err := conn.Read(one)
		if all = append(all, one[:n]...); err != nil {
			break
		}
	}
	if _, body, _ := strings.Cut(string(all), "\r\n\r\n"); body != "data: 1\n\ndata: 2\n\n" {
		t.Errorf("%q", all)
	}
}

func TestEventsOverHTTP2OutliveTheWriteTimeout(t *testing.T) {
	app := brio.New(quiet(), brio.EventPing(0), brio.StreamWriteTimeout(300*time.Millisecond))
	app.Get("/", func() response.Events[int] {
		return func(yield func(response.Event[int], error) bool) {
			time.Sleep(600 * time.Millisecond)
			if yield(response.Data(1), nil) {
				time.Sleep(600 * time.Millisecond)
				yield(response.Data(2), nil)
			}
		}
	})
	server := httptest.NewUnstartedServer(app)
	server.EnableHTTP2 = true
	server.Config.WriteTimeout = time.Second // it bounds the TLS handshake, too
	server.StartTLS()
	defer server.Close()
	res, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r := bufio.NewReader(res.Body)
	if res.ProtoMajor != 2 || res.StatusCode != http.StatusOK {
		t.Fatalf("%s %s", res.Proto, res.Status)
	}
	for _, want := range []string{"data: 1", "", "data: 2", ""} {
		wantLine(t, r, want)
	}
}

func TestStreamsThatBeginDuringTheShutdown(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/events", waiting())
	app.Get("/lines", func() iter.Seq[int] { return func(y func(int) bool) { y(1) } })
	app.Get("/value", func() int { return 1 })
	wantStatus(t, send(app, "GET", "/value", ""), 200)
	app.Drain()
	w := send(app, "GET", "/events", "")
	wantStatus(t, w, 200)
	wantBody(t, w, "")
	w = send(app, "GET", "/lines", "")
	wantStatus(t, w, 503)
	wantHeader(t, w, "Retry-After", "1")
	wantStatus(t, send(app, "GET", "/value", ""), 200)
}

func TestSilentStreamWaitsForAround(t *testing.T) {
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() response.Events[int] {
			return func(yield func(response.Event[int], error) bool) {
				time.Sleep(30 * time.Millisecond) // several pings long
				yield(response.Data(1), nil)
			}
		}, brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			return out.SetHeader("X-Around", "yes"), err
		}))
	})
	if res, _ := s.open("/"); res.Header.Get("X-Around") != "yes" {
		t.Errorf("%v", res.Header)
	}
}
