package middleware_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/middleware"
)

// In HTTP/2 an answer is over when its function has returned, which must not wait for the handler; and the connection
// goes on to serve.
func TestTimeoutInHTTP2(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewUnstartedServer(middleware.Timeout(20 * time.Millisecond)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			_, _ = io.ReadAll(r.Body)
		}
		<-release
	})))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	defer close(release)
	for range 2 {
		body, send := io.Pipe()
		go func() { _, _ = send.Write([]byte("begin")) }()
		res, err := s.Client().Post(s.URL, "text/plain", body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		_ = send.Close()
		if err != nil || res.StatusCode != 503 || res.ProtoMajor != 2 || !strings.Contains(string(got), "too long") {
			t.Errorf("%d %s %v", res.StatusCode, got, err)
		}
	}
}
