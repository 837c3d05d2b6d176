package origin

import (
	"context"
	"net/http"
	"strings"
)

// ServeContext calls next with another context. net/http can do so only with a copy of the request, one allocation. A router sets
// Pattern on the copy; ServeContext copies it back to r.
func ServeContext(next http.Handler, w http.ResponseWriter, r *http.Request, ctx context.Context) {
	ServeCopy(next, w, r, r.WithContext(ctx))
}

// ServeCopy calls next with changed, a copy of r, and copies Pattern back to r.
func ServeCopy(next http.Handler, w http.ResponseWriter, r, changed *http.Request) {
	defer func() { r.Pattern = changed.Pattern }()
	next.ServeHTTP(w, changed)
}

// IsToken reports whether s is a token of RFC 9110, 5.6.2.
func IsToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
