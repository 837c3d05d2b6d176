package middleware_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio/middleware"
)

func TestOnStartSeesEveryWayAResponseBegins(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		status  int
	}{
		"nothing":     {func(http.ResponseWriter, *http.Request) {}, 200},
		"write":       {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")) }, 200},
		"writestring": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, 200},
		"status":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, 404},
		"twice":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); _, _ = w.Write([]byte("x")) }, 201},
		"interim":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(202) }, 202},
		"copy":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, strings.NewReader("x")) }, 200},
		"flush":       {func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200},
		"control":     {func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, 200},
	} {
		t.Run(name, func(t *testing.T) {
			calls, status := 0, 0
			onStart := middleware.OnStart(func(h http.Header, s int) {
				calls, status = calls+1, s
				h.Set("X-Start", "yes")
			})
			s := httptest.NewServer(onStart(c.handler))
			defer s.Close()
			res, err := http.Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if calls != 1 || status != c.status || res.StatusCode != c.status || res.Header.Get("X-Start") != "yes" {
				t.Errorf("%d calls, status %d; client %d %v", calls, status, res.StatusCode, res.Header)
			}
		})
	}
}

func TestOnStartLeavesHijackedConnectionsAlone(t *testing.T) {
	called := false
	s := httptest.NewServer(middleware.OnStart(func(http.Header, int) { called = true })(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
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
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if called || res.StatusCode != 299 {
		t.Errorf("called %v, status %d", called, res.StatusCode)
	}
}

// bare is a writer that can do nothing but write; hijacker can be taken over, too.
type bare struct{ http.ResponseWriter }

type hijacker struct{ bare }

func (hijacker) Hijack() (c net.Conn, rw *bufio.ReadWriter, err error) { return nil, nil, nil }

func TestOnStartHasInterfacesOfWriter(t *testing.T) {
	rec := httptest.NewRecorder()
	for name, c := range map[string]struct {
		w               http.ResponseWriter
		flushes, hijack bool
	}{"recorder": {rec, true, false}, "bare": {bare{rec}, false, false}, "hijacker": {hijacker{bare{rec}}, false, true}} {
		middleware.OnStart(func(http.Header, int) {})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, flushes := w.(http.Flusher)
			_, hijacks := w.(http.Hijacker)
			if flushes != c.flushes || hijacks != c.hijack {
				t.Errorf("%s: flusher %v, hijacker %v", name, flushes, hijacks)
			}
			if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); !ok || u.Unwrap() != c.w {
				t.Errorf("%s: does not unwrap", name)
			}
			if err := http.NewResponseController(w).Flush(); (err == nil) != c.flushes {
				t.Errorf("%s: flush: %v", name, err)
			}
		})).ServeHTTP(c.w, httptest.NewRequest("GET", "/", nil))
	}
}

func TestOnStartIsNotCalledForPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the panic was swallowed")
		}
	}()
	middleware.OnStart(func(http.Header, int) { t.Error("called") })(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("x")
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}
