package exchangetest_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio/internal/testkit/exchangetest"
)

// serveHTTP1 serves with net/http over HTTP/1.1.
func serveHTTP1(t *testing.T, h http.Handler) *exchangetest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	address := s.Listener.Addr().String()
	return &exchangetest.Server{URL: s.URL, Client: s.Client(), HasHijack: true, Dial: func() (net.Conn, error) { return net.Dial("tcp", address) }}
}

// serveHTTP2 serves with net/http over HTTP/2 and TLS.
func serveHTTP2(t *testing.T, h http.Handler) *exchangetest.Server {
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return &exchangetest.Server{URL: s.URL, Client: s.Client()}
}

// recorded serves each request with a recorder of httptest, in the goroutine of the client.
type recorded struct{ handler http.Handler }

func (s recorded) RoundTrip(r *http.Request) (*http.Response, error) {
	in := httptest.NewRequest(r.Method, r.URL.String(), r.Body).WithContext(r.Context())
	in.Header, in.ContentLength, in.RequestURI = http.Header{}, r.ContentLength, r.URL.RequestURI()
	for name, values := range r.Header {
		for _, v := range values {
			in.Header.Add(name, v)
		}
	}
	if r.Host != "" {
		in.Host = r.Host
	}
	if r.Body != nil && r.ContentLength == 0 {
		in.ContentLength = -1 // a client's 0 with a body means unknown
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, in)
	return w.Result(), nil
}

func serveRecorded(_ *testing.T, h http.Handler) *exchangetest.Server {
	return &exchangetest.Server{URL: "http://recorded.example", Client: &http.Client{Transport: recorded{h}}, IsRecorded: true}
}

// The contract holds for each way in which apps are served.
func TestContract(t *testing.T) {
	for name, serve := range map[string]exchangetest.Serve{"HTTP 1.1": serveHTTP1, "HTTP 2": serveHTTP2, "recorder": serveRecorded} {
		t.Run(name, func(t *testing.T) { exchangetest.Run(t, serve) })
	}
}
