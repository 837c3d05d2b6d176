package planted

import (
	"database/sql"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

type DB struct{}

func openDB() (*DB, error) { return nil, nil }

type Session struct{}

func newSession(db *DB) *Session { return nil }

type Shop struct{ Name string }

func admin(db *DB) error { return nil }

func origins() *brio.App {
	app := brio.New(brio.Provide(newSession), brio.Security(admin, "read"))
	app.Get("/a", func(db *sql.DB) {})
	app.Get("/b", func(s *Session) {})
	app.Post("/c", func(s Shop) {})
	app.Get("/d", func(w http.ResponseWriter, r *http.Request) error { return nil })
	app.Get("/e", func(r brio.Response) {})
	app.Get("/f", func(s Session) {})
	app.Get("/g", func(s interface{ Load() }) {})
	app.Get("/h", func(ws *brio.WebSocket) {})
	app.Get("/i", func(n int) string { return "" }, brio.Status(204))
	app.Get("/j", nil)
	app.Get("/k", Shop{}, brio.Status(42), nil)
	app.WebSocket("/l", func() int { return 1 })
	r := brio.NewRouter(brio.Prefix("shops/{shop}/"), brio.Provide(openDB, openDB, func() *DB { return nil }))
	r.Get("/x", func(in struct {
		ID string `path:"id"`
	}) *brio.Response {
		return response.Text("")
	})
	app.Include(r)
	app.Include(nil)
	app.Handle([]string{"GET /x"}, "/", func() error { return nil })
	return app
}

func provided() []brio.AppOption {
	return []brio.AppOption{
		brio.Provide(nil, func() {}, func() *http.Request { return nil }, func() (*DB, *Shop, error) { return nil, nil, nil }),
		brio.Depends(&DB{}), brio.Supply(nil),
	}
}
