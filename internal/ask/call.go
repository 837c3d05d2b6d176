package ask

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/trace"
)

// shutdownTimeout is how long an app may take to stop after its last request.
const shutdownTimeout = 10 * time.Second

// errBadStatus makes the exit code 1. The answer is printed already.
var errBadStatus = errors.New("the status is 400 or more")

// message is a request of call and bench.
type message struct {
	method  string
	path    string
	body    []byte
	headers http.Header
}

// bodyFlags define the flags of a request. read returns the request of the arguments.
func bodyFlags(flags *flag.FlagSet) (read func(args []string) (*message, error)) {
	text := flags.String("json", "", "send this JSON `text` as the body; @file reads a file, and - the standard input")
	headers := http.Header{}
	flags.Func("header", "send this `header`, as in \"Authorization: Bearer token\"; may be repeated", func(line string) error {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return errors.New(`a header is "Name: value"`)
		}
		headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		return nil
	})
	return func(args []string) (*message, error) {
		m := &message{path: args[len(args)-1], headers: headers}
		var err error
		switch file, isFile := strings.CutPrefix(*text, "@"); {
		case *text == "-":
			m.body, err = io.ReadAll(os.Stdin)
		case isFile:
			m.body, err = os.ReadFile(file)
		default:
			m.body = []byte(*text)
		}
		if err != nil {
			return nil, fmt.Errorf("-json: %w", err)
		}
		m.method = http.MethodGet
		if *text != "" {
			m.method = http.MethodPost
			if headers.Get("Content-Type") == "" {
				headers.Set("Content-Type", "application/json")
			}
		}
		if len(args) == 2 {
			m.method = strings.ToUpper(args[0])
		}
		if !strings.HasPrefix(m.path, "/") {
			return nil, fmt.Errorf("the path %q does not begin with a slash", m.path)
		}
		return m, nil
	}
}

// newRequest makes a request as a server hands it to a handler.
func newRequest(ctx context.Context, method, path string, headers http.Header, body []byte) (*http.Request, error) {
	u, err := url.ParseRequestURI(path)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	if headers != nil {
		header = headers.Clone()
	}
	host := cmp.Or(header.Get("Host"), "localhost")
	header.Del("Host")
	r := &http.Request{
		Method: method, URL: u, RequestURI: path, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Host: host,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), RemoteAddr: "127.0.0.1:1",
	}
	return r.WithContext(ctx), nil
}

// recorded keeps an answer.
type recorded struct {
	header http.Header // what the handler sets
	sent   http.Header // what it was when the status was written
	status int
	body   bytes.Buffer
}

func newRecorder() *recorded { return &recorded{header: http.Header{}} }

func (w *recorded) Header() http.Header { return w.header }

func (w *recorded) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorded) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorded) Flush() { w.WriteHeader(http.StatusOK) }

// send sends a request through the app. err is that of a handler that aborts the connection.
func (m *message) send(ctx context.Context, app App, w http.ResponseWriter) (err error) {
	r, err := newRequest(ctx, m.method, m.path, m.headers, m.body)
	if err != nil {
		return err
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the app has aborted the request: %v", v)
		}
	}()
	app.ServeHTTP(w, r)
	return nil
}

// started runs f between the start and the end of the app.
func started(app App, f func(ctx context.Context) error) error {
	if err := app.Start(context.Background()); err != nil {
		return fmt.Errorf("the app does not start: %w", err)
	}
	err := f(context.Background())
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if failed := app.Shutdown(ctx); failed != nil {
		fmt.Fprintln(os.Stderr, "the app did not stop in order:", failed)
	}
	return err
}

// call defines the flags of a request, and prints its answer.
func call(flags *flag.FlagSet) answer {
	read := bodyFlags(flags)
	bodyAlone := flags.Bool("body", false, "print the body alone, as it is")
	timeout := flags.Duration("timeout", 30*time.Second, "end the request after this `time`; a stream is cut then")
	return func(app App, args []string, out io.Writer) error {
		m, err := read(args)
		if err != nil {
			return err
		}
		return started(app, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, *timeout)
			defer cancel()
			steps := trace.New()
			w, begin := newRecorder(), time.Now()
			err := m.send(trace.With(ctx, steps), app, w)
			took := time.Since(begin)
			steps.End()
			if err != nil {
				return err
			}
			w.WriteHeader(http.StatusOK)
			if *bodyAlone {
				_, err = out.Write(w.body.Bytes())
			} else {
				err = w.print(out, took, steps)
			}
			if err == nil && w.status >= 400 {
				return errBadStatus
			}
			return err
		})
	}
}

// print prints an answer for people, and the steps that made it.
func (w *recorded) print(out io.Writer, took time.Duration, steps *trace.Trace) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d %s\n", w.status, http.StatusText(w.status))
	for _, name := range sortedNames(w.sent) {
		for _, value := range w.sent[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	switch body := w.body.Bytes(); {
	case len(body) == 0:
	case json.Valid(body), utf8.Valid(body):
		b.WriteByte('\n')
		b.Write(indented(body))
	default:
		fmt.Fprintf(&b, "\n(%d bytes that are no text; -body prints them)\n", len(body))
	}
	fmt.Fprintf(&b, "\n%d bytes in %v\n", w.body.Len(), took.Round(time.Microsecond))
	printSteps(&b, steps)
	_, err := out.Write(b.Bytes())
	return err
}

// printSteps prints the steps of a request with their times, and under solve the functions that it has called. It prints nothing if the
// app has not recorded them: a program that starts its app by itself before Run has compiled it for requests without times.
func printSteps(out io.Writer, steps *trace.Trace) {
	list := steps.Steps()
	if len(list) < 2 {
		return
	}
	fmt.Fprintf(out, "\n")
	for _, s := range list {
		fmt.Fprintf(out, "%10v  %s\n", s.Took.Round(100*time.Nanosecond), s.Name)
		if s.Name != "solve" {
			continue
		}
		calls, names := steps.Calls()
		for i, c := range calls {
			if names[i] != "" {
				fmt.Fprintf(out, "%10v    %s%s\n", c.Took.Round(100*time.Nanosecond), names[i], callNotes[c.State])
			}
		}
	}
}

// callNotes say how a function has ended that has returned no value.
var callNotes = [...]string{trace.NotRun: " (did not run)", trace.Open: " (failed)", trace.Done: "", trace.Skipped: " (gives no value)"}

// bench defines the flags of a request, and measures it.
func bench(flags *flag.FlagSet) answer {
	read := bodyFlags(flags)
	method := flags.String("method", "", "the `method`; GET, or POST with -json, by default")
	length := flags.Duration("time", 2*time.Second, "send requests for this `time`")
	workers := flags.Int("clients", 0, "send this `number` of requests at a time; by default as many as the program uses CPUs")
	return func(app App, args []string, out io.Writer) error {
		m, err := read(args)
		if err != nil {
			return err
		}
		if *workers < 0 || *length <= 0 {
			return errors.New("-clients and -time are positive")
		}
		clients := cmp.Or(*workers, runtime.GOMAXPROCS(0))
		m.method = cmp.Or(strings.ToUpper(*method), m.method)
		return started(app, func(ctx context.Context) error {
			first := newRecorder() // outside of the figures: the first request fills pools
			if err := m.send(ctx, app, first); err != nil {
				return err
			}
			if first.status >= 400 {
				return fmt.Errorf("%s %s answers %d: %s", m.method, m.path, first.status, bytes.TrimSpace(first.body.Bytes()))
			}
			return m.measure(ctx, app, clients, *length, out)
		})
	}
}

// discard is a ResponseWriter that keeps the status alone.
type discard struct {
	header http.Header
	status int
}

func (w *discard) Header() http.Header { return w.header }
func (w *discard) WriteHeader(s int)   { w.status = s }
func (w *discard) Write(p []byte) (int, error) {
	return len(p), nil
}

// measure sends requests for a time and prints the figures.
func (m *message) measure(ctx context.Context, app App, workers int, length time.Duration, out io.Writer) error {
	times, failed := make([][]time.Duration, workers), make([]error, workers)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			for last := begin; last.Sub(begin) < length; {
				w := &discard{header: http.Header{}}
				if failed[i] = m.send(ctx, app, w); failed[i] == nil && w.status >= 400 {
					failed[i] = fmt.Errorf("an answer has the status %d", w.status)
				}
				if failed[i] != nil {
					return
				}
				now := time.Now()
				times[i], last = append(times[i], now.Sub(last)), now
			}
		})
	}
	all.Wait()
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	if err := errors.Join(failed...); err != nil {
		return err
	}
	sorted := slices.Concat(times...)
	slices.Sort(sorted)
	n := len(sorted)
	at := func(share float64) time.Duration { return sorted[min(n-1, int(share*float64(n)))] }
	_, err := fmt.Fprintf(out, `%s %s: %d requests in %v, %d at a time

requests/s   %.0f
median       %v
99 of 100    %v
slowest      %v
allocations  %d for each request, %d bytes, with those of the request itself
`, m.method, m.path, n, took.Round(time.Millisecond), workers, float64(n)/took.Seconds(), at(0.5), at(0.99), sorted[n-1],
		(after.Mallocs-before.Mallocs)/uint64(n), (after.TotalAlloc-before.TotalAlloc)/uint64(n))
	return err
}
