package planted

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// What follows looks like mistakes and is none: nothing of this file is reported.

type coin struct {
	Code string `json:"code" validate:"coin" vendor:"x"`
}

// Level decides itself how it is read.
type Level int

func (l *Level) UnmarshalText(text []byte) error { return nil }
func (l Level) MarshalText() ([]byte, error)     { return nil, nil }

type tree struct {
	Name  string `json:"name" validate:"min=1"`
	Left  *tree  `json:"left"`
	Level Level  `json:"level" default:"high"`
}

type found struct {
	ID    string  `path:"id"`
	Level []Level `query:"level" default:"low,high"`
}

func (found) FullName() string { return "" }

type store interface{ Load() string }

type disk struct{}

func (*disk) Load() string { return "" }

func newDisk(ctx context.Context) (*disk, func() error, error) { return nil, nil, nil }

func checkScopes(asked brio.Scopes, token *security.Token) *Session { return nil }

func legal(options []brio.AppOption, more ...brio.Option) {
	app := brio.New(
		brio.RegisterValidation("coin", func(any, string) bool { return true }), brio.ForeignTags("vendor"),
		brio.Depends(security.OAuth2PasswordBearer("/token", map[string]string{"me": "all of it"})), brio.Provide(newDisk),
		brio.SupplyFunc(func(context.Context) (*sql.DB, func(context.Context) error, error) { return nil, nil, nil }),
		brio.Settings[Shop](),
	)
	app.Post("/coins", func(in *brio.Body[coin], shop Shop) {})
	app.Get("/trees/{id}", func(in *brio.Body[tree], f *found, s store, db *sql.DB) string { return s.Load() })
	app.Get("/session", func(*Session) {}, brio.Security(checkScopes, "me"))
	app.WebSocket("/chat", func(ws *brio.WebSocket, db *sql.DB) error {
		_, err := db.QueryContext(context.Background(), "the client has gone")
		return err
	})
	app.Webhooks().Post("new-subscription", func(in brio.Body[tree]) {})

	unknown := brio.New(options...)
	unknown.Get("/x", func(*DB) {})
	unknown.Post("/coins", func(in *brio.Body[coin]) {})
	r := brio.NewRouter(brio.Options(more...))
	r.Get("/{id}", func(*DB, *found) {})
	unknown.Include(r)

	shared := brio.NewRouter(brio.Prefix("/shops/{id}"))
	shared.Get("", func(*found, *sql.DB) {})
	app.Include(shared)
	register(shared)
	var nobody = brio.NewRouter()
	nobody.Get("/{other}", func(*found, *DB) {})
}

// register is given routers that are declared elsewhere.
func register(r *brio.Router) { r.Get("/{part}", func(*found, *DB) {}) }

func waits(ctx context.Context, res *brio.Response) (*brio.Response, error) {
	out := response.Text("")
	var all sync.WaitGroup
	all.Add(1)
	go func() {
		defer all.Done()
		out.SetHeader("X-Found", "1")
	}()
	all.Wait()
	derived, cancel := context.WithCancel(context.Background())
	defer cancel()
	fmt.Println(derived)
	go fmt.Println(context.Background())
	kept := res
	return out.SetHeader("X-Kept", fmt.Sprint(kept != nil)), nil
}

func returnsShared() *brio.Response { return teapot }

func legalBodies(app *brio.App) {
	app.Get("/waits", waits)
	app.Get("/shared", returnsShared)
}
