package origin

import (
	"context"
	"net/http"
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
