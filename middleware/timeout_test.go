package middleware_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

func TestTimeoutAnswersForHandlerThatDoesNotBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cause, err error
		handler := make(chan struct{})
		h := middleware.Timeout(time.Second)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(handler)
			w.Header().Set("X-Handler", "late")
			<-r.Context().Done()
			cause = context.Cause(r.Context())
			time.Sleep(time.Minute)
			w.Header().Set("X-Handler", "later")
			w.WriteHeader(201)
			_, err = io.WriteString(w, "late")
			r.Pattern = "late"
		}))
		began := time.Now()
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		w.Header().Set("X-Outside", "kept")
		h.ServeHTTP(w, r)
		if took := time.Since(began); took != time.Second {
			t.Errorf("answered after %v", took)
		}
		<-handler
		if w.Code != 503 || w.Body.String() != `{"detail":"The server took too long to respond"}` || w.Header().Get("X-Handler") != "" || w.Header().Get("X-Outside") != "kept" {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		if !errors.Is(cause, middleware.ErrTimeout) || !errors.Is(cause, context.DeadlineExceeded) || err != http.ErrHandlerTimeout {
			t.Errorf("cause %v, write %v", cause, err)
		}
	})
}

func TestTimeoutLeavesAnswersAloneThatHaveBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := middleware.Timeout(time.Second)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Handler", "here")
			w.Header().Del("X-Outside")
			for range 3 {
				_, _ = io.WriteString(w, "chunk ")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(time.Hour)
			}
			if r.Context().Err() != nil {
				t.Error("the context has ended")
			}
			r.Pattern = "/route"
		}))
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		w.Header().Set("X-Outside", "dropped")
		h.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != "chunk chunk chunk " || w.Header().Get("X-Handler") != "here" || w.Header().Get("X-Outside") != "" || !w.Flushed || r.Pattern != "/route" {
			t.Errorf("%d %v %q %v %q", w.Code, w.Header(), w.Body, w.Flushed, r.Pattern)
		}
	})
}

func TestTimeoutOfHandlersThatSendNothing(t *testing.T) {
	w := httptest.NewRecorder()
	middleware.Timeout(time.Hour)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-A", "b") })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || w.Header().Get("X-A") != "b" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestTimeoutPassesPanicsOn(t *testing.T) {
	for _, want := range []any{"canary", http.ErrAbortHandler, errors.New("x")} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("recovered %v, want %v", got, want)
				}
			}()
			middleware.Timeout(time.Hour)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(want) })).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
	}
	wantMistake(t, "middleware.Timeout: the duration is 0s", middleware.Timeout(0))
}

// A handler that panics when nobody waits for it any more must not end the program.
func TestPanicAfterTimeoutIsLogged(t *testing.T) {
	var logged strings.Builder
	gone := make(chan struct{})
	s := httptest.NewUnstartedServer(nil)
	s.Config.ErrorLog = log.New(writerFunc(func(p []byte) (int, error) {
		defer close(gone)
		return logged.Write(p)
	}), "", 0)
	release := make(chan struct{})
	s.Config.Handler = middleware.Timeout(time.Millisecond)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-release
		panic("canary")
	}))
	s.Start()
	defer s.Close()
	res, err := http.Get(s.URL)
	if err != nil || res.StatusCode != 503 {
		t.Fatal(res, err)
	}
	_ = res.Body.Close()
	close(release)
	testkit.Receive(t, gone, "the log line")
	if !strings.Contains(logged.String(), "panic after the timeout of GET") || !strings.Contains(logged.String(), "canary") {
		t.Error(logged.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A handler that waits for a body that does not come holds it while net/http wants to answer.
func TestTimeoutOfHandlerThatWaitsForBody(t *testing.T) {
	stopped := make(chan error, 1)
	s := httptest.NewServer(middleware.Timeout(20 * time.Millisecond)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		stopped <- err
	})))
	defer s.Close()
	body, send := io.Pipe()
	defer send.Close()
	go func() { _, _ = send.Write([]byte("begin")) }()
	res, err := http.Post(s.URL, "text/plain", body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, _ := io.ReadAll(res.Body)
	if res.StatusCode != 503 || !strings.Contains(string(got), "too long") || !res.Close {
		t.Errorf("%d %s, close %v", res.StatusCode, got, res.Close)
	}
	if err := testkit.Receive(t, stopped, "the end of the body"); err == nil {
		t.Error("the body was read to its end")
	}
}

func TestTimeoutLetsConnectionsBeTakenOver(t *testing.T) {
	s := httptest.NewServer(middleware.Timeout(time.Hour)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = rw.WriteString("HTTP/1.1 299 Mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = rw.Flush()
		_ = conn.Close()
	})))
	defer s.Close()
	res, err := http.Get(s.URL)
	if err != nil || res.StatusCode != 299 {
		t.Fatal(res, err)
	}
	_ = res.Body.Close()
}

func TestTimeoutKeepsTrailers(t *testing.T) {
	s := httptest.NewServer(middleware.Timeout(time.Hour)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "body")
		_ = http.NewResponseController(w).Flush()
		h.Set("X-Sum", "4")
	})))
	defer s.Close()
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = bufio.NewReader(res.Body).ReadString(0)
	if res.Trailer.Get("X-Sum") != "4" {
		t.Errorf("trailers %v", res.Trailer)
	}
}

func TestTimeoutSendsInterimAnswers(t *testing.T) {
	s := httptest.NewServer(middleware.Timeout(time.Hour)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("Link")
		w.WriteHeader(202)
	})))
	defer s.Close()
	var interim string
	trace := &httptrace.ClientTrace{Got1xxResponse: func(status int, h textproto.MIMEHeader) error {
		interim = fmt.Sprint(status, h)
		return nil
	}}
	r, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", s.URL, nil)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if interim != "103 map[Link:[</style.css>; rel=preload]]" || res.StatusCode != 202 || res.Header.Get("Link") != "" {
		t.Errorf("%s, then %d %v", interim, res.StatusCode, res.Header)
	}
}

func BenchmarkTimeout(b *testing.B) { benchmark(b, middleware.Timeout(time.Hour)) }
