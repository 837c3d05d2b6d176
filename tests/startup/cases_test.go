package startup_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// mistakeCase is one misdeclared app. Its name is that of a golden file.
type mistakeCase struct {
	name    string
	app     []brio.AppOption
	declare func(app *brio.App)
}

type (
	shopDB   struct{ DSN string }
	session  struct{ User string }
	chainA   struct{ N int }
	chainB   struct{ N int }
	chainC   struct{ N int }
	memory   struct{}
	disk     struct{}
	shopItem struct{ Name string }
	storeOf  interface{ Load(id string) shopItem }
	onlyShop struct {
		Shop string `path:"shop"`
	}
	withFunc struct {
		Call func() `json:"call"`
	}
	namedPair struct{ A, B string }
	otherPair struct{ A, B string }
	ambiguous struct {
		namedPair
		otherPair
	}
	foldedPair struct {
		A string `json:"name"`
		B string `json:"Name"`
	}
	onDisk struct {
		File string `json:"file" validate:"file"`
	}
	period struct {
		From string `json:"from"`
		To   string `json:"to" validate:"gtfield=Frm"`
	}
	moreThanItem struct {
		Name  string
		Price int
	}
	otherItem struct{ Name []int }
	owner     struct {
		Token string `json:"token"`
	}
	owned struct {
		Owner owner `json:"owner"`
	}
)

// Models with computed fields: person is legal, and the others are not.
type (
	person          struct{ First, Last string }
	computedClash   struct{ A int }
	computedForeign struct{ A int }
)

func (p person) FullName() string { return p.First + " " + p.Last }
func (p person) Age() int         { return 1 }

func (person) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("full_name", person.FullName), brio.Computed("age", person.Age)}
}

func (computedClash) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("A", func(computedClash) int { return 1 })}
}

func (computedForeign) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("b", person.FullName)}
}

func (*memory) Load(string) shopItem { return shopItem{} }
func (*disk) Load(string) shopItem   { return shopItem{} }

func openShopDB() *shopDB              { return nil }
func openOtherDB() (*shopDB, error)    { return nil, nil }
func newSession(db *shopDB) *session   { return nil }
func newA(*chainB) *chainA             { return nil }
func newB(*chainC) *chainB             { return nil }
func newC(*chainA) (*chainC, error)    { return nil, nil }
func newMemory() *memory               { return nil }
func newDisk() *disk                   { return nil }
func checkOnly()                       {}
func getShop(in *onlyShop) string      { return in.Shop }
func listItems(db *shopDB) []shopItem  { return nil }
func createShopItem(in shopItem)       {}
func getOwned() owned                  { return owned{} }
func encodeText(v any) ([]byte, error) { return fmt.Append(nil, v), nil }

// illSource is a provider that Go cannot compare, because its field is a function.
type illSource struct{ f any }

func (s illSource) ProviderFunc() any    { return s.f }
func (s illSource) ProviderName() string { return "illSource" }

// passOn is a middleware that changes nothing.
func passOn(h http.Handler) http.Handler { return h }

// get declares one route.
func get(path string, handler any, opts ...brio.RouteOption) func(*brio.App) {
	return func(app *brio.App) { app.Get(path, handler, opts...) }
}

// mistakeCases are misdeclared apps, at least one for each mistake that Check reports.
var mistakeCases = []mistakeCase{
	// models
	{name: "filter path of a router", app: []brio.AppOption{brio.ResponseExclude("owner.tokn")}, declare: get("/", getOwned)},
	{name: "computed clash", declare: get("/", func() computedClash { return computedClash{} })},
	{name: "computed of another type", declare: get("/", func() computedForeign { return computedForeign{} })},
	{name: "computed that the source lacks", declare: get("/", func() struct{ First, Last string } { return struct{ First, Last string }{} }, brio.ResponseModel[person]())},
	{name: "encoder", app: []brio.AppOption{brio.Encoder("application/*", encodeText)}, declare: get("/", getOwned)},

	// handlers
	{name: "handler nil", declare: get("/", nil)},
	{name: "handler nil function", declare: get("/", (func())(nil))},
	{name: "handler nil pointer", declare: get("/", (*http.ServeMux)(nil))},
	{name: "handler is a value", declare: get("/", shopItem{})},
	{name: "handler variadic", declare: get("/", func(...string) {})},
	{name: "handler three results", declare: get("/", func() (int, string, error) { return 0, "", nil })},
	//lint:ignore ST1008 it is the mistake
	{name: "handler error first", declare: get("/", func() (error, int) { return nil, 0 })},
	{name: "handler response by value", declare: get("/", func() brio.Response { return brio.Response{} })},

	// parameters without an origin
	{name: "origin struct without tags", declare: get("/", createShopItem)},
	{name: "origin forgotten provider", declare: get("/", listItems)},
	{name: "origin of a provider", app: []brio.AppOption{brio.Provide(newSession)}, declare: get("/me", func(*session) {})},
	{name: "origin value for pointer", app: []brio.AppOption{brio.Provide(openShopDB)}, declare: get("/", func(shopDB) {})},
	{name: "origin pointer for value", app: []brio.AppOption{brio.Supply(shopDB{})}, declare: get("/", listItems)},
	{name: "origin response writer", declare: get("/", func(http.ResponseWriter, *http.Request) error { return nil })},
	{name: "origin response by value", declare: get("/", func(brio.Response) {})},
	{name: "origin request by value", declare: get("/", func(http.Request) {})},
	{name: "origin type of the standard library", declare: get("/", func(*sql.DB) {})},
	{name: "origin int", declare: get("/", func(int) {})},
	{name: "origin interface", declare: get("/", func(storeOf) {})},
	{name: "origin interface twice", app: []brio.AppOption{brio.Provide(newMemory, newDisk)}, declare: get("/", func(storeOf) {})},
	{name: "origin own type on no outer level", app: []brio.AppOption{brio.Provide(func(d *shopDB) *shopDB { return d })}, declare: get("/", listItems)},

	// providers
	{name: "provider nil", app: []brio.AppOption{brio.Provide(nil)}, declare: get("/", checkOnly)},
	{name: "provider is a value", app: []brio.AppOption{brio.Depends(&shopDB{})}, declare: get("/", checkOnly)},
	{name: "provider results", app: []brio.AppOption{brio.Provide(func() (*shopDB, *session, error) { return nil, nil, nil })}, declare: get("/", checkOnly)},
	//lint:ignore ST1008 it is the mistake
	{name: "provider clean-up last", app: []brio.AppOption{brio.Provide(func() (*shopDB, error, func()) { return nil, nil, nil })}, declare: get("/", checkOnly)},
	{name: "provider without result", app: []brio.AppOption{brio.Provide(checkOnly)}, declare: get("/", checkOnly)},
	{name: "provider variadic", app: []brio.AppOption{brio.Depends(func(...int) {})}, declare: get("/", checkOnly)},
	{name: "provider of a framework type", app: []brio.AppOption{brio.Provide(func() context.Context { return context.Background() })}, declare: get("/", checkOnly)},
	{name: "provider of a parameter struct", app: []brio.AppOption{brio.Supply(onlyShop{})}, declare: get("/", checkOnly)},
	{name: "provider that cannot be compared", app: []brio.AppOption{brio.Depends(illSource{checkOnly})}, declare: get("/", checkOnly)},
	{name: "supply nil", app: []brio.AppOption{brio.Supply(nil)}, declare: get("/", checkOnly)},
	{name: "two providers", app: []brio.AppOption{brio.Provide(openShopDB, openOtherDB)}, declare: get("/", listItems)},
	{name: "cycle", app: []brio.AppOption{brio.Provide(newA, newB, newC)}, declare: get("/", func(*chainB) {})},

	// parameter structs
	{name: "path name", declare: get("/shops/{id}", getShop)},
	{name: "path name of a guard", app: []brio.AppOption{brio.Depends(getShop)}, declare: get("/health", checkOnly)},
	{name: "field without source", declare: get("/", func(struct {
		Q    string `query:"q"`
		Page int
	}) {
	})},
	{name: "field with two sources", declare: get("/", func(struct {
		Q string `query:"q" header:"X-Q"`
	}) {
	})},
	{name: "duplicate names", declare: get("/", func(struct {
		A string `header:"X-Token"`
		B string `header:"x-token"`
	}) {
	})},
	{name: "unknown tag", declare: get("/", func(struct {
		Q string `query:"q" validate:"minimum=3"`
	}) {
	})},
	{name: "ill-typed tag", declare: get("/", func(struct {
		Q bool `query:"q" validate:"email"`
	}) {
	})},
	{name: "bad default", declare: get("/", func(struct {
		Page int `query:"page" default:"one"`
	}) {
	})},
	{name: "default breaks rule", declare: get("/", func(struct {
		Page int `query:"page" default:"0" validate:"min=1"`
	}) {
	})},
	{name: "path default", declare: get("/{id}", func(struct {
		ID int `path:"id" default:"1"`
	}) {
	})},
	{name: "slice in path", declare: get("/{id}", func(struct {
		ID []int `path:"id"`
	}) {
	})},
	{name: "tag that reads the disk", declare: get("/", func(brio.Body[onDisk]) {})},
	{name: "cross-field tag", declare: get("/", func(brio.Body[period]) {})},
	{name: "folded names", declare: get("/", func(brio.Body[foldedPair]) {})},
	{name: "ambiguous names", declare: get("/", func(*brio.Body[ambiguous]) {})},

	// patterns and methods
	{name: "pattern colon", declare: get("/items/:id", checkOnly)},
	{name: "pattern type", declare: get("/items/{id:int}", checkOnly)},
	{name: "pattern no slash", declare: get("items", checkOnly)},
	{name: "pattern method in path", declare: get("GET /items", checkOnly)},
	{name: "pattern wildcard twice", declare: get("/{id}/{id}", checkOnly)},
	{name: "pattern wildcard twice with prefix", declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Prefix("/shops/{id}"))
		r.Get("/items/{id}", checkOnly)
		app.Include(r)
	}},
	{name: "pattern mixed", declare: get("/v{version}", checkOnly)},
	{name: "pattern rest in the middle", declare: get("/{rest...}/x", checkOnly)},
	{name: "pattern query", declare: get("/items?id={id}", checkOnly)},
	{name: "route conflict", declare: func(app *brio.App) {
		app.Get("/{shop}/items", checkOnly)
		app.Get("/acme/{what}", checkOnly)
	}},
	{name: "route twice", declare: func(app *brio.App) {
		app.Get("/shops/{shop}", checkOnly)
		app.Get("/shops/{id}", listItems, brio.Supply(&shopDB{}))
	}},
	{name: "router twice", declare: func(app *brio.App) {
		r := brio.NewRouter()
		r.Get("/items", checkOnly)
		app.Include(r)
		app.Include(r)
	}},
	{name: "no method", declare: func(app *brio.App) { app.Handle(nil, "/", checkOnly) }},
	{name: "bad method", declare: func(app *brio.App) { app.Handle([]string{"GET /x"}, "/", checkOnly) }},

	// routers
	{name: "prefix slash", declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Prefix("/items/"))
		r.Get("", checkOnly)
		app.Include(r, brio.Prefix("api"))
	}},
	{name: "prefix only a slash", declare: func(app *brio.App) {
		r := brio.NewRouter()
		r.Get("/items", checkOnly)
		app.Include(r, brio.Prefix("/"))
	}},
	{name: "prefix pattern", declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Prefix("/shops/:shop"))
		r.Get("/a", checkOnly)
		r.Get("/b", checkOnly)
		app.Include(r)
	}},
	{name: "empty path", declare: get("", checkOnly)},
	{name: "router in itself", declare: func(app *brio.App) {
		a, b := brio.NewRouter(brio.Prefix("/a")), brio.NewRouter(brio.Prefix("/b"))
		app.Include(a)
		a.Include(b)
		b.Include(a)
	}},
	{name: "include nil", declare: func(app *brio.App) { app.Include(nil) }},
	{name: "middleware nil", app: []brio.AppOption{brio.Use(nil)}, declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Use(passOn, nil))
		app.Include(r, brio.Use(nil))
		r.Get("/", checkOnly, brio.Use(nil))
		r.Get("/2", checkOnly)
	}},

	// results
	{name: "model misses a field", declare: get("/", func() shopItem { return shopItem{} }, brio.ResponseModel[moreThanItem]())},
	{name: "model of another type", declare: get("/", func() []shopItem { return nil }, brio.ResponseModel[[]otherItem]())},
	{name: "include path unknown", declare: get("/", func() shopItem { return shopItem{} }, brio.ResponseInclude("nmae"))},
	{name: "exclude path unknown", declare: get("/", func() []shopItem { return nil }, brio.ResponseExclude("*.Price"))},
	{name: "status 204 with a result", declare: get("/", func() shopItem { return shopItem{} }, brio.Status(204))},
	{name: "status 42", declare: get("/", checkOnly, brio.Status(42))},
	{name: "model without a result", declare: get("/", checkOnly, brio.ResponseModel[shopItem]())},
	{name: "model and no model", declare: get("/", func() shopItem { return shopItem{} }, brio.ResponseModel[shopItem](), brio.NoResponseModel())},
	{name: "filter on a Response", declare: get("/", func() *brio.Response { return nil }, brio.ExcludeNone())},
	{name: "model with a class", declare: get("/", func() string { return "" }, brio.ResponseModel[string](), brio.ResponseClass(response.HTMLClass))},
	{name: "function in the result", declare: get("/", func() withFunc { return withFunc{} })},
	{name: "map of floats", declare: get("/", func() map[float64]int { return nil })},

	{name: "several mistakes", app: []brio.AppOption{brio.Provide(newSession), brio.Depends(nil)}, declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Prefix("/shops/"))
		r.Get("/{shop}", getShop, brio.Status(7))
		r.Get("/{id}/owner", getShop)
		r.Post("/:id", func(*session) {})
		app.Include(r)
		app.Include(r, brio.Prefix("/v2"))
		app.Get("/me", func(*session) shopItem { return shopItem{} }, brio.ResponseExclude("x"))
	}},
}
