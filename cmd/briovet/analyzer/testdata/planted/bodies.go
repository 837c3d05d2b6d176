package planted

import (
	"context"
	"database/sql"
	"sync/atomic"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

var (
	teapot = response.Text("short and stout").Status(418)
	last   *brio.Response
	newest atomic.Pointer[brio.Response]
)

func changesShared() *brio.Response { return teapot.SetHeader("X-Request", "1") }

func keeps(res *brio.Response) string {
	last = res
	newest.Store(res)
	return ""
}

type service struct{ last *brio.Response }

func (s *service) keep(res *brio.Response) { s.last = res }

func later(tasks *brio.BackgroundTasks) *brio.Response {
	out := response.Text("")
	tasks.Add(func(context.Context) error { out.SetHeader("X-Late", "1"); return nil })
	go func() { out.AddHeader("X-Later", "1") }()
	return out
}

func queries(ctx context.Context, db *sql.DB) error {
	_, err := db.QueryContext(context.Background(), "select 1")
	return err
}

func bodies(app *brio.App, s *service) {
	app.Get("/1", changesShared)
	app.Get("/2", keeps)
	app.Get("/3", s.keep)
	app.Get("/4", later)
	app.Get("/5", queries, brio.Supply(&sql.DB{}))
}
