package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	app, _ := testApp(t)
	token := func(r *http.Request, _ string, _ []string) { r.Header.Set("Authorization", "Bearer "+testWarehouseKey) }
	briotest.Explore(t, app, briotest.Stateful(), briotest.Credentials(token),
		briotest.Override(briotest.Replace(currentUser, func() *User { return &User{ID: 1, Name: "Ada", Admin: true} })),
		briotest.AllowHeader("X-Tries-Left"),
		briotest.LeaveOut("GET /api/admin/audit repeat", "each request adds an entry"),
		briotest.LeaveOut("PATCH /api/admin/items/{sku} valid accepted", "Validate refuses a name of null, which the schema of an Optional allows"),
		briotest.Requests(5), briotest.For(4*time.Second))
}
