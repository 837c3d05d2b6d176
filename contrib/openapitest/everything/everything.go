package everything

import (
	"errors"
	"io"
	"iter"
	"math/big"
	"net/netip"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// Shade is an enum of texts.
type Shade string

// Values are the shades that there are.
func (Shade) Values() []Shade { return []Shade{"light", "dark"} }

// Level is an enum of numbers.
type Level int

// Values are the levels that there are.
func (Level) Values() []Level { return []Level{1, 2, 3} }

// Item has a member of every kind.
type Item struct {
	ID       int                `json:"id" readonly:"true"`
	Name     string             `json:"name" validate:"min=2,max=40" doc:"What it is called" examples:"hat,shoe"`
	Price    float64            `json:"price" validate:"gte=0"`
	Weight   float32            `json:"weight" default:"1"`
	Small    int8               `json:"small" default:"1"`
	Count    int32              `json:"count" default:"1"`
	Large    int64              `json:"large" default:"9007199254740993"`
	Unsigned uint64             `json:"unsigned" default:"7"`
	Big      big.Int            `json:"big" default:"123"`
	Note     *string            `json:"note"`
	Shade    Shade              `json:"shade" default:"light"`
	Level    *Level             `json:"level"`
	Tags     []string           `json:"tags,omitempty" validate:"omitempty,max=9,dive,min=1"`
	Unique   brio.Set[string]   `json:"unique" default:"[]"`
	Pair     [2]int             `json:"pair" default:"[1,2]"`
	Labels   map[string]string  `json:"labels" default:"{}"`
	Counts   map[int]int        `json:"counts" default:"{}"`
	Any      any                `json:"any"`
	Data     []byte             `json:"data" default:"AQI="`
	Wait     time.Duration      `json:"wait" default:"PT1M30S"`
	Made     time.Time          `json:"made" default:"2026-01-02T03:04:05Z"`
	Address  netip.Addr         `json:"address" default:"127.0.0.1"`
	Later    brio.Optional[int] `json:"later"`
	Password string             `json:"password" writeonly:"true" default:"secret"`
	Parent   *Item              `json:"parent"`
	Pet      *Pet               `json:"pet"`
	Either   *Either            `json:"either"`
}

// Pet is chosen by its kind.
type Pet struct {
	brio.OneOf `discriminator:"kind"`
	Cat        *Cat
	Dog        *Dog
}

// Cat is a pet.
type Cat struct {
	Kind  string `json:"kind" validate:"oneof=cat"`
	Lives int    `json:"lives" default:"9"`
}

// Dog is a pet.
type Dog struct {
	Kind string  `json:"kind" validate:"oneof=dog wolf"`
	Bark *string `json:"bark"`
}

// Either is a text or a cat.
type Either struct {
	brio.AnyOf
	Text *string
	Cat  *Cat
}

// Page is a generic model.
type Page[T any] struct {
	Items []T  `json:"items"`
	Next  *int `json:"next"`
}

// Lookup has a parameter of every kind.
type Lookup struct {
	ID      int64         `path:"id" validate:"min=1"`
	Text    string        `query:"text" default:"x" validate:"max=20" example:"hat"`
	Limit   int32         `query:"limit" default:"10" validate:"max=100"`
	Ratio   *float64      `query:"ratio"`
	Shade   *Shade        `query:"shade"`
	Names   []string      `query:"names" default:"[]"`
	Comma   []int         `query:"comma" style:"comma" default:"[]"`
	Filter  *Range        `query:"filter" style:"deepObject"`
	JSON    *Cat          `query:"json,json"`
	Since   *time.Time    `query:"since"`
	Wait    time.Duration `query:"wait" default:"1s"`
	Trace   string        `header:"X-Trace" default:"none"`
	Session *string       `cookie:"session"`
	Old     *string       `query:"old" deprecated:"true"`
}

// Range is a deep object of a query.
type Range struct {
	From *int `json:"from"`
	To   *int `json:"to"`
}

// Problem is a documented error.
type Problem struct {
	Title string `json:"title"`
}

// Echo is what the server has read of a Lookup.
type Echo struct {
	ID      int64         `json:"id"`
	Text    string        `json:"text"`
	Limit   int32         `json:"limit"`
	Names   []string      `json:"names"`
	Comma   []int         `json:"comma"`
	Filter  *Range        `json:"filter"`
	JSON    *Cat          `json:"json"`
	Wait    time.Duration `json:"wait"`
	Trace   string        `json:"trace"`
	Session *string       `json:"session"`
}

// New makes the app.
func New() *brio.App {
	app := brio.New(
		brio.Title("Everything"), brio.Version("1.2.3"), brio.Description("One of *everything*."), brio.Summary("All of it"),
		brio.Contact(spec.Contact{Name: "Ada", URL: "https://example.com", Email: "ada@example.com"}),
		brio.License(spec.License{Name: "MIT", URL: "https://example.com/licence"}), brio.TermsOfService("https://example.com/terms"),
		brio.TagInfo(spec.Tag{Name: "items", Description: "Things"}, spec.Tag{Name: "rest", Description: "All else"}),
		brio.Servers(spec.Server{URL: "https://api.example.com", Description: "The server"}),
		brio.ExternalDocs(spec.ExternalDocs{URL: "https://example.com/docs", Description: "More"}),
		brio.DocComments(nil),
	)
	parameters(app)
	bodies(app)
	results(app)
	guarded(app)
	called(app)
	return app
}

func described(name string, more ...brio.RouteOption) []brio.RouteOption {
	return append([]brio.RouteOption{brio.Name(name), brio.Description("Does " + name + "."), brio.Tags("rest")}, more...)
}

func parameters(app *brio.App) {
	app.Get("/lookup/{id}", func(in *Lookup) *Echo {
		return &Echo{in.ID, in.Text, in.Limit, in.Names, in.Comma, in.Filter, in.JSON, in.Wait, in.Trace, in.Session}
	}, described("lookup", brio.Examples("query.text", spec.Example{Name: "short", Value: "a"}))...)
	app.Get("/paths/{rest...}", func(in *struct {
		Rest string `path:"rest"`
	}) string {
		return in.Rest
	}, described("readPath")...)
	app.Get("/readers", func(in *struct {
		N int `query:"n" validate:"min=1" doc:"At least one"`
	}) int {
		return in.N
	}, described("readers", brio.Depends(func(*struct {
		N *int `query:"n" validate:"omitempty,max=5" doc:"At most five"`
	}) {
	}))...)
	app.Handle([]string{"QUERY", "PURGE"}, "/search", func(in *brio.Body[Range]) *Page[int] { return &Page[int]{Items: []int{}} }, described("search")...)
}

func bodies(app *brio.App) {
	items := brio.NewRouter(brio.Prefix("/items"), brio.Tags("items"))
	app.Include(items)
	items.Post("", func(in *brio.Body[Item]) *Item { in.Value.ID = 7; return &in.Value }, brio.Name("createItem"), brio.Description("Creates an item."),
		brio.Status(201), brio.Responds[Problem](409, "It is there already"))
	items.Patch("/{id}", func(in *struct {
		ID   int               `path:"id"`
		Item brio.Patch[Range] `body:""`
	}) *Range {
		var out Range
		in.Item.Apply(&out)
		return &out
	}, brio.Name("patchItem"), brio.Description("Changes an item."))
	items.Get("", func() *Page[Item] {
		return &Page[Item]{Items: []Item{{Name: "hat", Shade: "dark", Address: netip.MustParseAddr("::1")}}}
	},
		brio.Name("listItems"), brio.Description("Lists items."), brio.ExcludeNone())
	items.Delete("/{id}", func(in *struct {
		ID int `path:"id"`
	}) {
	}, brio.Name("deleteItem"), brio.Description("Deletes an item."))
	app.Put("/pet", func(in *brio.Body[Pet]) *Pet { return &in.Value }, described("putPet")...)
	app.Put("/either", func(in *brio.Body[Either]) *Either { return &in.Value }, described("putEither")...)
	app.Post("/members", func(in *struct {
		First  Range  `body:"first"`
		Second string `body:"second" default:"s"`
	}) string {
		return in.Second
	}, described("members")...)
	app.Post("/form", func(in *struct {
		Name string   `form:"name" validate:"min=1"`
		Tags []string `form:"tags" default:"[]"`
	}) string {
		return in.Name
	}, described("form")...)
	app.Post("/upload", func(in *struct {
		Title string            `form:"title" default:"none"`
		Meta  *Cat              `form:"meta,json"`
		File  brio.UploadFile   `file:"file"`
		More  []brio.UploadFile `file:"more,omitempty"`
	}) (int64, error) {
		return in.File.Size, nil
	}, described("upload")...)
	app.Post("/bytes", func(in *struct {
		Data []byte `body:"" media:"*/*"`
	}) int {
		return len(in.Data)
	}, described("bytes")...)
	app.Post("/image", func(in *struct {
		Data io.Reader `body:"" media:"image/png"`
	}) (int64, error) {
		return io.Copy(io.Discard, in.Data)
	}, described("image")...)
}

var png = response.NewClass("image/png", func(any) ([]byte, error) { return []byte("\x89PNG"), nil })

func results(app *brio.App) {
	app.Get("/picture", func() []byte { return nil }, described("picture", brio.ResponseClass(png))...)
	app.Get("/page", func() string { return "<p>" }, described("page", brio.ResponseClass(response.HTMLClass))...)
	app.Get("/nothing", func() {}, described("nothing")...)
	app.Get("/whatever", func() *brio.Response { return response.Text("x") }, described("whatever")...)
	app.Get("/elsewhere", func() *brio.Response { return response.Redirect("/page") }, described("elsewhere", brio.Responds[brio.NoContent](307, "Elsewhere"))...)
	app.Get("/any", func() any { return map[string]int{"a": 1} }, described("any")...)
	app.Get("/maybe", func() *Range { return nil }, described("maybe", brio.ResponseModel[*Range]())...)
	app.Get("/lines", func() iter.Seq[Cat] { return cats }, described("lines")...)
	app.Get("/events", func() iter.Seq[Cat] { return cats }, described("events", brio.EventStream())...)
	app.Get("/fails", func() (int, error) { return 0, errors.New("no") },
		described("fails", brio.RespondsRange[Problem]("5XX", "Anything"), brio.Deprecated())...)
}

func cats(yield func(Cat) bool) { _ = yield(Cat{"cat", 9}) && yield(Cat{"cat", 8}) }

func guarded(app *brio.App) {
	oauth := security.OAuth2PasswordBearer("/token", map[string]string{"read": "Read all"})
	scopes := security.RequireScopes(func(*security.Token) []string { return []string{"read"} }, oauth)
	app.Get("/private", func() string { return "read" }, described("private", brio.Provide(oauth), brio.Security(scopes, "read"))...)
	app.Get("/key", func() string { return "key" }, described("key", brio.Depends(security.APIKeyHeader("X-Key")))...)
	app.Get("/basic", func() string { return "basic" }, described("basic", brio.Depends(security.HTTPBasic()))...)
}

func called(app *brio.App) {
	told := brio.NewRouter()
	told.Post("{$request.body#/url}", func(*brio.Body[Problem]) {}, brio.Name("told"), brio.Description("Tells of it."), brio.Tags("rest"))
	app.Post("/subscribe", func(*struct {
		URL string `body:"url" validate:"http_url"`
	}) {
	}, described("subscribe", brio.Callbacks("told", told))...)
	app.Webhooks().Post("created", func(*brio.Body[Item]) {}, brio.Name("created"), brio.Description("An item was created."), brio.Tags("rest"))
}
