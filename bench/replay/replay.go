package replay

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/brio-go/brio/bench/contract"
)

// Replay serves requests in process, with the request and the writer reused, so
// that what is left to measure is the framework. What a server parses before it
// calls the handler (net/http: request line, headers, URL) is not in it; fasthttp
// leaves the URI and the cookies for later, so a Fast peer pays for those here.
type Replay interface {
	Serve(i int) // serves request i, modulo the number of requests
	Response() contract.Response
}

// HTTP replays requests to a handler.
func HTTP(h http.Handler, reqs []contract.Request) Replay { return newHTTPReplay(h, reqs) }

type httpReplay struct {
	handler   http.Handler
	templates []http.Request
	bodies    []string
	req       http.Request
	body      body
	w         writer
}

func newHTTPReplay(h http.Handler, reqs []contract.Request) *httpReplay {
	r := &httpReplay{handler: h, w: writer{header: http.Header{}}}
	for _, q := range reqs {
		u, err := url.ParseRequestURI(q.Target)
		if err != nil {
			panic(err)
		}
		header := http.Header{}
		for _, kv := range q.Header {
			header.Add(kv[0], kv[1])
		}
		t := http.Request{Method: q.Method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
			Host: "127.0.0.1", RemoteAddr: "127.0.0.1:5555", RequestURI: q.Target, ContentLength: int64(len(q.Body))}
		r.templates = append(r.templates, *t.WithContext(context.Background()))
		r.bodies = append(r.bodies, q.Body)
	}
	return r
}

func (r *httpReplay) Serve(i int) {
	i %= len(r.templates)
	r.req = r.templates[i]
	r.req.Body = http.NoBody
	if s := r.bodies[i]; s != "" {
		r.body.Reset(s)
		r.req.Body = &r.body
	}
	r.w.reset()
	r.handler.ServeHTTP(&r.w, &r.req)
}

func (r *httpReplay) Response() contract.Response {
	return contract.Response{Status: r.w.status, Header: r.w.header, Body: r.w.body}
}

// body is a request's body; unlike strings.Reader it has no WriterTo, as the
// server's has none.
type body struct {
	s string
}

func (b *body) Reset(s string) { b.s = s }

func (b *body) Read(p []byte) (int, error) {
	if b.s == "" {
		return 0, io.EOF
	}
	n := copy(p, b.s)
	b.s = b.s[n:]
	return n, nil
}

func (b *body) Close() error { return nil }

// writer is a ResponseWriter with the methods that frameworks look for.
type writer struct {
	header http.Header
	status int
	body   []byte
}

func (w *writer) reset() {
	clear(w.header)
	w.status, w.body = 0, w.body[:0]
}

func (w *writer) Header() http.Header { return w.header }

func (w *writer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, p...)
	return len(p), nil
}

func (w *writer) WriteString(s string) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, s...)
	return len(s), nil
}

func (w *writer) Flush() {}
