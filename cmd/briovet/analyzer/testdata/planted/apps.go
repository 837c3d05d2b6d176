package planted

import (
	"net/http"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

type account struct {
	Mail  string        `json:"mail" validate:"emial"`
	Name  string        `json:"name" minLength:"3"`
	Wait  time.Duration `json:"wait" default:"soon"`
	From  time.Time     `json:"from"`
	To    time.Time     `json:"to" validate:"gtfield=Frm"`
	Tags  []string      `json:"tags" default:"a,b" validate:"max=1"`
	Ratio float64       `json:"ratio" validate:"min=a"`
	Any   any           `json:"any" validate:"min=1"`
	Code  string        `json:"code" pattern:"["`
	Yes   bool          `json:"yes" readonly:"maybe"`
	Twice string        `json:"twice" validat:"min=1"`
}

type base struct {
	Limit int `query:"limit,omitemtpy"`
}

type filter struct {
	base
	*paging
	ID    []int               `path:"id"`
	Q     string              `query:""`
	A     string              `header:"X-Token"`
	B     string              `header:"x-token"`
	Map   map[string]int      `query:"map"`
	Maybe brio.Optional[int8] `query:"maybe" default:"300"`
	Form  string              `form:"form"`
	Body  string              `body:"body"`
}

type paging struct {
	Page int `query:"page"`
}

func readScopes(token *security.Token) (*Session, error) { return nil, nil }

// apps has apps of which everything is seen.
func apps() {
	bearer := security.HTTPBearer()
	app := brio.New(brio.Title("Accounts"), brio.Depends(bearer))
	app.Post("/accounts", func(in *brio.Body[account]) {})
	app.Get("/filter/{id}", func(in *filter) {})
	app.Get("/me", func(s *Session) {}, brio.Provide(brio.Scoped(readScopes, "me")))
	app.Get("/scheme", func() {}, brio.Security(bearer, "me"))
	app.Get("", func() {})
	app.Get("/v{version}", func() {})
	app.Get("/{rest...}/x", func() {})
	app.Get("/a/{id}/{id}", func() {})
	app.Get("/model", func() {}, brio.ResponseModel[account]())
	app.Get("/value", func() brio.Response { return brio.Response{} })
	app.Get("/first", func() (error, int) { return nil, 0 })
	app.Get("/request", func(r http.Request) {})
	app.Get("/misspelled", func(in struct {
		Q string `qurey:"q"`
	}) {
	})
	app.Handle([]string{}, "/none", func() {})
	app.Handle([]string{"CONNECT"}, "/tunnel", func() {})
	app.Include(items(), brio.Prefix("/v1"))
	app.Get("/own", func(*DB) {}, brio.Provide(func(d *DB) *DB { return d }))
}

// items is included once, below a prefix that is seen.
func items() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/items/{item}"))
	r.Get("/{part}", func(in struct {
		Item string `path:"item_id"`
		Part string `path:"part"`
	}) {
	})
	return r
}

// open has a router of which nothing is seen, so that only what is wrong everywhere is reported.
func open(r *brio.Router) {
	r.Get("/x/{id:int}", func(in struct {
		Q string `qurey:"q"`
	}) {
	})
	r.Get("/y", func(res brio.Response) {})
	r.Post("/accounts", func(in *brio.Body[account]) {})
}
