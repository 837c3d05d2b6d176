package streams_test

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

// eventsOf is a stream of the events in list.
func eventsOf[T any](list ...response.Event[T]) response.Events[T] {
	return func(yield func(response.Event[T], error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Events have the text form of the HTML standard, section 9.2.6. Data is JSON; Raw is sent as it is, one data line for each
// of its lines.
func TestEventWireFormat(t *testing.T) {
	t.Parallel()
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
		"empty event":        {eventsOf(response.Event[any]{}), "\n"},
		"name alone":         {eventsOf(response.Event[any]{Event: "e"}), "event: e\n\n"},
		"retry is rounded":   {eventsOf(response.Event[any]{Retry: time.Microsecond}), "retry: 1\n\n"},
		"raw with the rest":  {eventsOf(response.Event[any]{Raw: text("r"), Event: "e", ID: "1"}), "event: e\ndata: r\nid: 1\n\n"},
		"MarshalJSON, lines": {eventsOf(response.Data[any](prettyJSON{})), "data: {\ndata: }\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(testkit.Quiet())
			app.Get("/", func() response.Events[any] { return c.events })
			w := testkit.Get(app, "/")
			testkit.WantStatus(t, w, 200)
			if name == "MarshalJSON, lines" && w.Body.String() == "data: {}\n\n" {
				return // compacted on the way
			}
			testkit.WantBody(t, w, c.want)
			testkit.WantHeader(t, w, "Content-Type", "text/event-stream; charset=utf-8")
			testkit.WantHeader(t, w, "Cache-Control", "no-cache")
			testkit.WantHeader(t, w, "X-Accel-Buffering", "no")
		})
	}
}

type prettyJSON struct{}

func (prettyJSON) MarshalJSON() ([]byte, error) { return []byte("{\n}"), nil }

// A line break in event or id would begin another field, and browsers ignore an id with NUL. Such an event is a 500.
func TestEventRefusesIllegalFields(t *testing.T) {
	t.Parallel()
	raw := "r"
	for name, e := range map[string]response.Event[int]{
		"event of two lines": {Event: "a\nb"},
		"id of two lines":    {ID: "a\rb"},
		"NUL in id":          {ID: "a\x00b"},
		"negative retry":     {Retry: -1},
		"data and raw":       {Data: 1, Raw: &raw},
	} {
		app := brio.New(testkit.Quiet())
		app.Get("/", func() response.Events[int] { return eventsOf(e) })
		w := testkit.Get(app, "/")
		if w.Code != 500 || w.Body.String() != `{"detail":"Internal Server Error"}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// The response model filters the data of each event, whatever the events are typed as.
func TestEventsFilterDataByModel(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
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
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, want)
		testkit.WantHeader(t, w, "Content-Type", "text/event-stream; charset=utf-8")
	}
}

// EventStream on an app changes iterators only. Other results stay JSON.
func TestEventStreamOptionAppliesToIterators(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.EventStream())
	app.Get("/value", func() int { return 1 })
	app.Get("/iter", func() iter.Seq[int] { return func(y func(int) bool) { y(1) } })
	testkit.WantHeader(t, testkit.Get(app, "/value"), "Content-Type", "application/json")
	testkit.WantBody(t, testkit.Get(app, "/iter"), "data: 1\n\n")
}

// Check reports streams that cannot be sent as declared.
func TestStreamMistakesAreReported(t *testing.T) {
	t.Parallel()
	for want, declare := range map[string]func(*brio.App){
		"EventStreamClass, but": func(app *brio.App) {
			app.Get("/", func() int { return 1 }, brio.ResponseClass(response.EventStreamClass))
		},
		"a stream of *response.Event": func(app *brio.App) { app.Get("/", func() iter.Seq[*response.Event[int]] { return nil }) },
		"a class for streams, but": func(app *brio.App) {
			app.Get("/", func() iter.Seq[int] { return nil }, brio.ResponseClass(response.StreamClass))
		},
		"a class for streams, but the handler returns a iter.Seq[[]int]": func(app *brio.App) {
			app.Get("/", func() iter.Seq[[]int] { return nil }, brio.ResponseClass(response.StreamClass))
		},
		"status 204 has no body": func(app *brio.App) { app.Get("/", func() iter.Seq[int] { return nil }, brio.Status(204)) },
		"Around(nil)":            func(app *brio.App) { app.Get("/", func() int { return 1 }, brio.Around(nil)) },
	} {
		app := brio.New(testkit.Quiet())
		declare(app)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// Headers that the handler sets replace those of event streams. X-Accel-Buffering: no, by which nginx does not buffer,
// stays.
func TestEventStreamHeadersCanBeSet(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func(res *brio.Response) response.Events[int] {
		res.SetHeader("Cache-Control", "no-store")
		return eventsOf(response.Data(1))
	})
	w := testkit.Get(app, "/")
	testkit.WantHeader(t, w, "Cache-Control", "no-store")
	testkit.WantHeader(t, w, "X-Accel-Buffering", "no")
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

// A client that comes back sends Last-Event-ID (HTML standard, section 9.2.4), which a handler reads as a header.
func TestLastEventIDIsHeader(t *testing.T) {
	s := newStage(t, func(app *brio.App) { app.Get("/", ticks, brio.EventPing(brio.NoLimit)) })
	_, r := s.Open("/", "Last-Event-ID", "4")
	wantLine(t, r, "data: 5")
	wantLine(t, r, "id: 5")
	_, r = s.Open("/")
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

// A silent event stream has a comment now and then, so that proxies keep the connection. Its headers leave with the first
// ping. EventPing(NoLimit) sends none.
func TestEventPingFillsSilence(t *testing.T) {
	s := newStage(t, func(app *brio.App) {
		app.Get("/", waiting(response.Data(1)))
		app.Get("/silent", func(ctx context.Context, res *brio.Response) response.Events[int] {
			res.SetHeader("X-A", "1")
			return waiting()(ctx)
		})
		app.Get("/never", waiting(response.Data(1)), brio.EventPing(brio.NoLimit))
	})
	_, r := s.Open("/")
	for _, want := range []string{"data: 1", "", ": ping", "", ": ping", ""} {
		wantLine(t, r, want)
	}
	res, r := s.Open("/silent")
	if res.StatusCode != 200 || res.Header.Get("X-A") != "1" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	wantLine(t, r, ": ping")
	_, r = s.Open("/never")
	wantLine(t, r, "data: 1")
	wantLine(t, r, "")
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Errorf("after the shutdown: got %q, %v; want the end", rest, err)
	}
}

// Once a ping has been sent the status is sent, too. So an error of the first event cuts the connection.
func TestEventErrorAfterPingCutsConnection(t *testing.T) {
	pinged := make(chan bool)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() response.Events[int] {
			return func(yield func(response.Event[int], error) bool) {
				<-pinged
				yield(response.Event[int]{}, errCanary)
			}
		})
	})
	_, r := s.Open("/")
	wantLine(t, r, ": ping")
	close(pinged)
	if _, err := io.ReadAll(r); err == nil {
		t.Error("the body ended without a cut")
	}
	s.WantLog("canary", `"level":"ERROR"`)
}

// Clean-ups of BeforeResponse run before the first event is produced, so a silent stream does not wait for them. Its headers
// leave with a ping, and an error of the first event then cuts the connection.
func TestSilentStreamPingsAfterCommit(t *testing.T) {
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
	res, r := s.Open("/")
	wantLine(t, r, ": ping")
	close(first)
	if _, err := io.ReadAll(r); err == nil || res.StatusCode != 200 {
		t.Errorf("got status %d, and %v at the end; want 200 and a cut", res.StatusCode, err)
	}
	if err := testkit.Receive(t, committed, "the clean-up"); err != nil {
		t.Errorf("the clean-up saw %v", err)
	}
}

// HEAD gets the headers at once. The first event is not waited for.
func TestEventStreamAnswersHEADAtOnce(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", waiting())
	w := testkit.Do(app, "HEAD", "/", "")
	testkit.WantStatus(t, w, 200)
	testkit.WantHeader(t, w, "Content-Type", "text/event-stream; charset=utf-8")
}

// At shutdown an event stream ends as a complete body: clients come back by themselves.
func TestEventStreamEndsAtShutdown(t *testing.T) {
	s := newStage(t, func(app *brio.App) { app.Get("/", waiting(response.Data(1))) }, brio.ShutdownTimeout(time.Minute))
	_, r := s.Open("/")
	wantLine(t, r, "data: 1")
	begin := time.Now()
	if err := s.Stop(); err != nil || time.Since(begin) > 10*time.Second {
		t.Errorf("Serve returned %v after %v", err, time.Since(begin))
	}
	if _, err := io.ReadAll(r); err != nil {
		t.Errorf("the end of the body: got %v, want a complete one", err)
	}
}

// A client of HTTP/1.0 gets the events without chunks, and the end of the connection is the end of the body (RFC 9112,
// section 6.3).
func TestEventStreamOverHTTP10(t *testing.T) {
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() response.Events[int] { return eventsOf(response.Data(1), response.Data(2)) })
	})
	conn, err := net.Dial("tcp", s.Addr)
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

// StreamWriteTimeout bounds each write, not the silence between two. net/http's WriteTimeout does not end the stream.
func TestEventsOverHTTP2OutliveWriteTimeout(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.EventPing(brio.NoLimit), brio.StreamWriteTimeout(300*time.Millisecond))
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

// A stream that begins during the shutdown ends at once: an event stream is empty, since its client comes back, and others
// are a 503 with Retry-After.
func TestStreamsAreRefusedDuringShutdown(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/events", waiting())
	app.Get("/lines", func() iter.Seq[int] { return func(y func(int) bool) { y(1) } })
	app.Get("/value", func() int { return 1 })
	testkit.WantStatus(t, testkit.Get(app, "/value"), 200)
	app.Drain()
	w := testkit.Get(app, "/events")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, "")
	w = testkit.Get(app, "/lines")
	testkit.WantStatus(t, w, 503)
	testkit.WantHeader(t, w, "Retry-After", "1")
	testkit.WantStatus(t, testkit.Get(app, "/value"), 200)
}

// No ping leaves before Around has returned: it may still change the headers.
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
	if res, _ := s.Open("/"); res.Header.Get("X-Around") != "yes" {
		t.Errorf("%v", res.Header)
	}
}
