package main

import (
	"crypto/subtle"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// Member is who has signed in.
type Member struct {
	Name string `json:"name"`
}

// currentMember is the dependency that finds the member. Handlers that take a *Member run for members only.
func currentMember(s *middleware.Session) (*Member, error) {
	if name := s.User(); name != "" {
		return &Member{name}, nil
	}
	return nil, brio.Error(401, "Sign in first.")
}

// SignIn has a name and the password of the example, "brio", which all members share. See examples/auth for real ones.
type SignIn struct {
	Name     string `json:"name" validate:"alphanum,min=1,max=20"`
	Password string `json:"password" format:"password"`
}

// signIn gives the client a new session, so that an identifier from before is worth nothing.
func signIn(in *brio.Body[SignIn], s *middleware.Session) (*Member, error) {
	if subtle.ConstantTimeCompare([]byte(in.Value.Password), []byte("brio")) != 1 {
		return nil, brio.Error(401, "The name or the password is wrong.")
	}
	if err := s.SignIn(in.Value.Name); err != nil {
		return nil, err
	}
	return &Member{in.Value.Name}, nil
}

func whoAmI(m *Member) *Member { return m }

// signOut ends the session at all processes.
func signOut(s *middleware.Session) error { return s.SignOut() }

// sessionUser is whose Idempotency-Key it is: two members may use the same key.
func sessionUser(r *http.Request) string { return middleware.SessionFrom(r.Context()).User() }

// servedBy tells clients which process has answered.
func servedBy(name string) middleware.Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Server", name)
			next.ServeHTTP(w, r)
		})
	}
}
