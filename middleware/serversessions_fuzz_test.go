package middleware_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio/middleware"
)

// No text of a client is a session, and none is taken over.
func FuzzServerSessionCookie(f *testing.F) {
	sessions, _ := serverSessions(middleware.ServerSessionOptions{})
	f.Add("session=x")
	f.Add("session=" + strings.Repeat("A", 43) + "; session=" + strings.Repeat("_", 43))
	f.Add(`session="` + strings.Repeat("A", 43) + `"`)
	f.Fuzz(func(t *testing.T, cookie string) {
		jar := cookie
		w := visit(sessions, &jar, func(s *middleware.Session) {
			if s.User() != "" || len(s.Keys()) != 0 || s.Err() != nil {
				t.Errorf("%q is a session", cookie)
			}
			_ = s.Set("n", 1)
		})
		if c := w.Result().Cookies(); w.Code != 200 || len(c) != 1 || len(c[0].Value) != 43 || strings.Contains(cookie, c[0].Value) {
			t.Errorf("%q: got %d %v", cookie, w.Code, w.Header())
		}
	})
}
