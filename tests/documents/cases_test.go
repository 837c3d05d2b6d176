package documents_test

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// The models, parameters and functions of the cases. The document has their names.
type (
	hat struct {
		Name  string   `json:"name"`
		Price float64  `json:"price" validate:"gt=0"`
		Tags  []string `json:"tags,omitempty"`
	}
	hatPage[T any] struct {
		Items []T  `json:"items"`
		Next  *int `json:"next"`
	}
	brim   string
	hatKey struct {
		ID int `path:"item_id" validate:"min=1" title:"The ID"`
	}
	createHatIn struct {
		hatKey
		Q     *string  `query:"q"`
		Token []string `header:"X-Tok,omitempty"`
		Ads   string   `cookie:"ads" default:"d" deprecated:"true"`
		Hat   hat      `body:""`
	}
	pagingIn struct {
		Limit int     `query:"limit" default:"20" validate:"max=100" doc:"How many at once"`
		Shop  string  `path:"shop"`
		Q     *string `query:"q"`
		Trace string  `header:"X-Trace" default:""`
	}
	paged struct{ in pagingIn }
)

func (brim) Values() []brim { return []brim{"wide", "narrow"} }

func createHat(in *createHatIn) *hat                      { return &in.Hat }
func readHTTPItems_v2x() string                           { return "" }
func getStrID() string                                    { return "" }
func listHats() []hat                                     { return nil }
func anything() any                                       { return nil }
func noResult()                                           {}
func directly() *brio.Response                            { return nil }
func readPaging(in *pagingIn) *paged                      { return &paged{*in} }
func someHats() iter.Seq[hat]                             { return nil }
func someEvents() response.Events[hat]                    { return nil }
func someThings() iter.Seq[any]                           { return nil }
func readInvoice(brio.Body[hat]) (*hat, error)            { return nil, nil }
func invNote(brio.Body[hat]) *hat                         { return nil }
func newSub(brio.Body[hat])                               {}
func tokened(*security.Token, brio.Scopes) (*User, error) { return nil, nil }
func keyed(*security.APIKey) (*DB, error)                 { return nil, nil }
func me(*User) string                                     { return "" }
func both(*User, *DB) string                              { return "" }

type conflict struct {
	Existing string `json:"existing"`
}

func (*conflict) Error() string   { return "conflict" }
func (*conflict) StatusCode() int { return 409 }

// documentCases has an app for each convention of the document. TestDocumentMatchesGolden names their files.
var documentCases = []documentCase{
	{name: "empty", declare: func(*brio.App) {}},
	{name: "app info", declare: func(*brio.App) {}, opts: []brio.AppOption{
		brio.Title("Shop"), brio.Summary("Hats"), brio.Description("All about *hats*.\n\nAnd nothing else."), brio.Version("1.2"),
		brio.TermsOfService("https://example.com/terms"), brio.Contact(spec.Contact{Name: "Ann", URL: "https://example.com", Email: "ann@example.com"}),
		brio.License(spec.License{Name: "MIT", Identifier: "MIT"}), brio.Servers(spec.Server{URL: "https://prod.example.com", Description: "Production"}),
		brio.TagInfo(spec.Tag{Name: "hats", Description: "For heads", ExternalDocs: &spec.ExternalDocs{URL: "https://example.com/hats"}}, spec.Tag{Name: "shoes"}),
		brio.ExternalDocs(spec.ExternalDocs{URL: "https://example.com/docs", Description: "More"}),
	}},
	{name: "operation", declare: func(app *brio.App) {
		app.Post("/items/{item_id}", createHat, brio.Tags("items"), brio.Description("Create an item."), brio.Deprecated(), brio.Status(201))
	}},
	{name: "tags of all levels", opts: []brio.AppOption{brio.Tags("app")}, declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Prefix("/r"), brio.Tags("router"), brio.Deprecated())
		r.Get("/a", getStrID, brio.Tags("route", "app"))
		app.Include(r, brio.Tags("include"))
	}},
	{name: "operation ids", declare: func(app *brio.App) {
		app.Get("/a", getStrID)
		app.Get("/b/{x}", anything)
		app.Get("/c/{x}/", anything)
		app.Get("/d", getStrID, brio.OperationID("mine"))
		app.Get("/e", getStrID, brio.OperationID("mine"))
		app.Get("/f", getStrID, brio.Name("named"))
		app.Get("/g/{gee_id}", func() string { return "" })
		app.Handle([]string{"PUT", "PATCH"}, "/h", noResult)
	}},
	{name: "summaries and descriptions", declare: func(app *brio.App) {
		app.Get("/a", readHTTPItems_v2x)
		app.Get("/b", getStrID, brio.Summary("Own words"), brio.Description("First.\n\n\fFor developers"))
		app.Get("/c", getStrID, brio.Name("read_every_item"))
		app.Get("/d/{x}", func() string { return "" })
	}},
	{name: "paths", declare: func(app *brio.App) {
		app.Get("/files/{rest...}", func(*struct {
			Rest string `path:"rest"`
		}) string {
			return ""
		})
		app.Get("/undeclared/{one}/{two}", noResult)
		app.Get("/exact/", noResult)
		app.Get("/secret", noResult, brio.Hidden())
	}},
	{name: "dependency parameters", declare: func(app *brio.App) {
		app.Get("/shops/{shop}", func(*struct {
			Trace string `header:"x-trace"`
			Q     string `query:"q"`
			Own   int    `query:"own"`
		}, *paged) string {
			return ""
		}, brio.Depends(readPaging))
	}},
	{name: "parameter annotations", declare: func(app *brio.App) {
		app.Get("/a", func(*struct {
			A string `query:"a" doc:"Words" title:"An A" examples:"x,y"`
			B int    `query:"b" default:"1" validate:"min=1,max=9" example:"3"`
			C string `query:"c" openapi_examples:"{\"one\":{\"summary\":\"The one\",\"value\":\"1\"},\"far\":{\"externalValue\":\"https://example.com/x\"}}"`
			D string `query:"d" hidden:"true" default:""`
			E string `query:"e" deprecated:"true" pattern:"^e+$" default:"e"`
			F string `header:"user-agent" default:""`
			G string `query:"aLias" default:""`
			H string `query:"h" secret:"true" default:"secret"`
		}) string {
			return ""
		}, brio.Examples("query.a", spec.Example{Name: "first", Value: "z"}, spec.Example{Name: "null", Value: map[string]any{"a": nil, "b": 1}}))
	}},
	{name: "source model", declare: func(app *brio.App) {
		app.Get("/a", func(brio.Query[struct {
			Limit int      `json:"limit" default:"5"`
			Tags  []string `json:"tags,omitempty"`
		}], brio.Header[struct {
			XToken string `json:"x_token"`
		}], brio.Cookie[struct {
			Session *string `json:"session"`
		}], *struct {
			Other int `query:"other"`
		}) string {
			return ""
		})
	}},
	{name: "parameter styles", declare: func(app *brio.App) {
		app.Get("/a/{ids}", func(*struct {
			IDs    []int             `path:"ids" style:"comma"`
			Comma  []string          `query:"comma" style:"comma"`
			Head   []string          `header:"X-Head" style:"comma"`
			Cook   []string          `cookie:"cook" style:"comma"`
			Deep   map[string]string `query:"deep" style:"deepObject"`
			JSON   hat               `query:"json,json" example:"{\"name\":\"x\",\"price\":1}"`
			Repeat []int             `query:"repeat"`
		}) string {
			return ""
		})
	}},
	{name: "parameter types", declare: func(app *brio.App) {
		app.Get("/a", func(*struct {
			Int      int                   `query:"int"`
			Small    int8                  `query:"small"`
			Float    float64               `query:"float"`
			Bool     bool                  `query:"bool"`
			Time     time.Time             `query:"time"`
			Date     params.Date           `query:"date"`
			Clock    params.TimeOfDay      `query:"clock"`
			Duration time.Duration         `query:"duration"`
			URL      params.URL            `query:"url"`
			Email    string                `query:"email" validate:"email"`
			Brim     brim                  `query:"brim" default:"wide"`
			One      string                `query:"one" validate:"oneof=a"`
			OneOf    string                `query:"one_of" validate:"oneof=a b"`
			List     []int                 `query:"list" default:"1,2"`
			Set      brio.Set[int]         `query:"set,omitempty"`
			Any      any                   `query:"any"`
			Null     *int                  `query:"null" validate:"required"`
			Optional brio.Optional[string] `query:"optional"`
		}) string {
			return ""
		})
	}},
	{name: "body", declare: func(app *brio.App) {
		app.Put("/model", func(brio.Body[hat]) string { return "" })
		app.Put("/optional", func(*struct {
			Item *hat `body:""`
		}) string {
			return ""
		})
		app.Put("/list", func(*struct {
			Items []hat `body:""`
		}) string {
			return ""
		})
		app.Put("/scalar", func(*struct {
			N int `body:"" validate:"gt=0" doc:"A number" examples:"1,2"`
		}) string {
			return ""
		})
		app.Put("/map", func(brio.Body[map[string]float64]) string { return "" })
		app.Put("/examples", func(brio.Body[hat]) string { return "" }, brio.Examples("body", spec.Example{Name: "felt", Summary: "A felt hat", Value: hat{Name: "felt", Price: 3}}))
	}},
	{name: "body fields", declare: func(app *brio.App) {
		app.Post("/multi", func(*struct {
			Item       hat `body:"item"`
			Importance int `body:"importance" validate:"gt=0"`
		}) string {
			return ""
		}, brio.Name("multi"))
		app.Post("/embed", func(*struct {
			Item hat `body:"item"`
		}) string {
			return ""
		}, brio.Name("embed"))
		app.Post("/optional", func(*struct {
			Note *string `body:"note"`
			Hid  string  `body:"hid" hidden:"true" default:""`
		}) string {
			return ""
		}, brio.Name("optional"), brio.Examples("body", spec.Example{Name: "x", Value: map[string]any{"note": nil}}))
		app.Post("/shared", func(*struct {
			Item hat `body:"item"`
		}, *paged) string {
			return ""
		}, brio.Name("shared"), brio.Provide(func(*struct {
			Item hat    `body:"item"`
			Who  string `body:"who"`
		}) *paged {
			return nil
		}))
	}},
	{name: "forms", declare: func(app *brio.App) {
		app.Post("/fields", func(*struct {
			Name string   `form:"username"`
			Tags []string `form:"tags,omitempty"`
		}) string {
			return ""
		}, brio.Name("fields"))
		app.Post("/model", func(brio.Form[hat]) string { return "" })
		app.Post("/styles", func(*struct {
			Comma []int             `form:"comma" style:"comma"`
			Deep  map[string]string `form:"deep" style:"deepObject"`
			JSON  hat               `form:"json,json"`
		}) string {
			return ""
		}, brio.Name("styles"))
		app.Post("/optional", func(*struct {
			A *string `form:"a"`
		}) string {
			return ""
		}, brio.Name("optional"))
	}},
	{name: "files", declare: func(app *brio.App) {
		app.Post("/file", func(*struct {
			F     brio.UploadFile   `file:"f"`
			Bytes []byte            `file:"bytes"`
			More  []brio.UploadFile `file:"more,omitempty"`
			Maybe *brio.UploadFile  `file:"maybe"`
			Note  string            `form:"note"`
			Data  hat               `form:"data,json"`
		}) string {
			return ""
		}, brio.Name("file"))
		app.Post("/parts", func(*brio.Parts) string { return "" }, brio.Name("parts"))
	}},
	{name: "body media types", declare: func(app *brio.App) {
		unmarshal := func([]byte, any) error { return nil }
		app.Post("/raw", func(*struct {
			Raw []byte `body:""`
		}) string {
			return ""
		}, brio.Name("raw"))
		app.Post("/csv", func(*struct {
			Lines io.Reader `body:"" media:"text/csv,application/vnd.csv"`
		}) string {
			return ""
		}, brio.Name("csv"))
		app.Post("/api", func(*struct {
			Item hat `body:"" media:"application/vnd.api+json"`
		}) string {
			return ""
		}, brio.Name("api"))
		app.Post("/decoded", func(brio.Body[hat]) string { return "" }, brio.Name("decoded"), brio.BodyDecoder("application/cbor", unmarshal))
	}},
	{name: "methods without a body", declare: func(app *brio.App) {
		app.Handle([]string{"OPTIONS", "TRACE", "DELETE", "PURGE"}, "/a", func(brio.Body[hat]) string { return "" }, brio.Name("any"))
	}},
	{name: "validation errors", declare: func(app *brio.App) {
		q := func(*struct {
			Q string `query:"q" default:""`
		}) string {
			return ""
		}
		app.Get("/none", getStrID)
		app.Get("/query", q, brio.Name("query"))
		app.Get("/hidden", func(*struct {
			Q string `query:"q" default:"" hidden:"true"`
		}) string {
			return ""
		}, brio.Name("hidden"))
		app.Get("/own", q, brio.Name("own"), brio.Responds[hat](422, ""))
		app.Get("/range", q, brio.Name("range"), brio.RespondsRange[hat]("4xx", ""))
		app.Get("/default", q, brio.Name("default"), brio.RespondsRange[brio.NoContent]("DEFAULT", ""))
	}},
	{name: "results", declare: func(app *brio.App) {
		app.Get("/model", func() *hat { return nil }, brio.Name("model"), brio.ResponseDescription("A hat"))
		app.Get("/list", listHats)
		app.Get("/scalar", getStrID)
		app.Get("/null", func() *hat { return nil }, brio.Name("null"), brio.ResponseModel[*hat]())
		app.Get("/any", anything)
		app.Get("/map", func() map[string]any { return nil }, brio.Name("map"))
		app.Get("/unmodelled", listHats, brio.Name("unmodelled"), brio.NoResponseModel())
		app.Get("/direct", directly)
		app.Get("/modelled", directly, brio.Name("modelled"), brio.ResponseModel[hat]())
		app.Get("/other", directly, brio.Name("other"), brio.Status(303))
		app.Post("/nothing", noResult)
	}},
	{name: "response classes", declare: func(app *brio.App) {
		classes := map[string]response.Class{"html": response.HTMLClass, "text": response.TextClass, "redirect": response.RedirectClass, "file": response.FileClass,
			"raw": response.RawClass, "xml": response.XMLClass, "png": response.NewClass("image/png", func(any) ([]byte, error) { return nil, nil }), "api": response.NewClass("application/vnd.api+json", nil)}
		for _, name := range slices.Sorted(maps.Keys(classes)) {
			app.Get("/"+name, getStrID, brio.Name(name), brio.ResponseClass(classes[name]))
		}
		app.Get("/direct", directly, brio.ResponseClass(response.HTMLClass))
		app.Get("/csv", func() iter.Seq[string] { return nil }, brio.Name("csv"), brio.ResponseClass(response.StreamOf("text/csv")))
	}},
	{name: "statuses without a body", declare: func(app *brio.App) {
		app.Delete("/a", noResult, brio.Status(204))
		app.Delete("/b", noResult, brio.Status(205), brio.Name("b"))
		app.Get("/c", noResult, brio.Status(304), brio.Name("c"))
		app.Get("/d", noResult, brio.Status(202), brio.Name("d"))
	}},
	{name: "streams", items: true, declare: func(app *brio.App) {
		app.Get("/lines", someHats)
		app.Get("/things", someThings)
		app.Get("/sse", someHats, brio.Name("sse"), brio.EventStream())
		app.Get("/untyped", someThings, brio.Name("untyped"), brio.EventStream())
		app.Get("/events", someEvents)
	}},
	{name: "further responses", opts: []brio.AppOption{brio.Responds[Problem](404, "App"), brio.Responds[brio.NoContent](418, "")}, declare: func(app *brio.App) {
		r := brio.NewRouter(brio.Responds[Problem](404, "Router"), brio.RespondsRange[Problem]("5XX", ""), brio.RespondsRange[Problem]("default", "Else"))
		r.Get("/a", func() *hat { return nil }, brio.Name("a"),
			brio.Responds[brio.NoContent](200, "A hat or its picture", spec.Response{Content: map[string]any{"image/png": map[string]any{}}}),
			brio.Responds[brio.NoContent](302, "Elsewhere", spec.Response{Headers: map[string]any{"Location": &spec.Header{Schema: &spec.Schema{Type: []string{"string"}}}}}),
			brio.Responds[[]int](409, ""))
		r.Get("/b", func() *hat { return nil }, brio.Name("b"), brio.Responds[User](200, ""),
			brio.Responds[Problem](404, "Route", spec.Response{Content: map[string]any{"application/json": map[string]any{"example": map[string]any{"title": "gone"}}},
				Links: map[string]any{"again": map[string]any{"operationId": "a"}}}))
		r.Get("/c", getStrID, brio.Name("c"), brio.ResponseClass(response.TextClass), brio.Responds[Problem](400, ""))
		app.Include(r)
	}},
	{name: "component names", declare: func(app *brio.App) {
		type hat struct {
			Brim brim `json:"brim"`
		}
		app.Get("/a", func() *hatPage[Item] { return nil }, brio.Name("a"))
		app.Get("/b", func() *hatPage[[]int] { return nil }, brio.Name("b"))
		app.Get("/c", func() *hat { return nil }, brio.Name("c"))
		app.Get("/d", listHats, brio.Name("d"))
		app.Get("/e", func() *node { return nil }, brio.Name("e"))
	}},
	{name: "input and output", declare: func(app *brio.App) {
		app.Put("/split", func(brio.Body[patron]) *patron { return nil }, brio.Name("split"))
		app.Put("/same", func(brio.Body[hat]) *hat { return nil }, brio.Name("same"))
	}},
	{name: "one schema for both", opts: []brio.AppOption{brio.SeparateInputOutput(false)}, declare: func(app *brio.App) {
		app.Put("/split", func(brio.Body[patron]) *patron { return nil }, brio.Name("split"))
	}},
	{name: "security schemes", declare: func(app *brio.App) {
		schemes := map[string]security.Scheme{
			"basic": security.HTTPBasic(), "bearer": security.HTTPBearer(), "digest": security.HTTPDigest(), "query": security.APIKeyQuery("k"),
			"header": security.APIKeyHeader("X-Key"), "cookie": security.APIKeyCookie("key"), "oid": security.OpenIDConnect("/oid"),
			"password": security.OAuth2PasswordBearer("token", map[string]string{"me": "Read me"}),
			"code":     security.OAuth2AuthorizationCode("auth", "tok", nil),
		}
		for _, name := range slices.Sorted(maps.Keys(schemes)) {
			app.Get("/"+name, getStrID, brio.Name(name), brio.Depends(schemes[name]))
		}
	}},
	{name: "operation security", errors: true, declare: func(app *brio.App) {
		oauth := security.OAuth2PasswordBearer("token", map[string]string{"me": "Read me", "items": "Read items"})
		key := security.APIKeyHeader("X-Key", security.Name("MyKey"))
		r := brio.NewRouter(brio.Provide(oauth, key, tokened, keyed))
		r.Get("/me", me, brio.Security(tokened, "me"))
		r.Get("/both", both)
		r.Get("/optional", getStrID, brio.Name("optional"), brio.Depends(security.HTTPBearer(security.Optional())))
		r.Get("/any", getStrID, brio.Name("any"), brio.Depends(security.AnyOf(oauth, key)))
		r.Get("/two", getStrID, brio.Name("two"), brio.Depends(key), brio.Depends(security.AnyOf(security.HTTPBasic(), security.HTTPDigest())))
		r.Get("/forbidden", getStrID, brio.Name("forbidden"), brio.Depends(security.APIKeyQuery("k", security.Status(403))))
		app.Include(r)
	}},
	{name: "callbacks", declare: func(app *brio.App) {
		r := brio.NewRouter()
		r.Post("{$request.body.callback_url}/inv/{$request.body.id}", invNote)
		app.Post("/a", readInvoice, brio.Callbacks("", r))
		app.Post("/b/{item_id}", createHat, brio.Name("b"), brio.Callbacks("paid", r))
	}},
	{name: "webhooks", declare: func(app *brio.App) {
		app.Webhooks().Post("new-sub", newSub, brio.Description("Sent to subscribers."))
		app.Webhooks().Post("gone-sub", newSub, brio.Hidden())
	}},
	{name: "raw members", declare: func(app *brio.App) {
		app.Get("/a", func(*struct {
			Q string `query:"q"`
		}) string {
			return ""
		}, brio.Name("a"), brio.Tags("one"), brio.OpenAPIExtra(map[string]any{
			"x-aperture-labs-portal": "blue", "tags": []string{"two"}, "summary": "Other",
			"parameters": []any{map[string]any{"name": "page", "in": "query", "schema": map[string]any{"type": "integer"}}},
			"responses":  map[string]any{"200": map[string]any{"headers": map[string]any{"X-Rate": map[string]any{"schema": map[string]any{"type": "integer"}}}}},
		}), brio.OpenAPIExtra(map[string]any{"externalDocs": map[string]any{"url": "https://example.com"}}))
	}},
	{name: "framework errors", errors: true, declare: func(app *brio.App) {
		app.Post("/json", readInvoice)
		app.Post("/form", func(brio.Form[hat]) string { return "" }, brio.Name("form"))
		app.Post("/raw", func(*struct {
			Raw []byte `body:""`
		}) string {
			return ""
		}, brio.Name("raw"), brio.MaxBody(brio.NoLimit), brio.ReadTimeout(brio.NoLimit))
		app.Get("/nothing", getStrID)
		app.Get("/off", readInvoice, brio.Name("off"), brio.DocumentErrors(false))
		app.Get("/negotiated", listHats, brio.Encoder("application/cbor", func(any) ([]byte, error) { return nil, nil }))
	}},
	{name: "program errors", errors: true, declare: func(app *brio.App) {
		app.Post("/a", readInvoice, brio.Raises[*conflict](), brio.Raises[*brio.HTTPError](404, 422))
		app.Get("/b", func(*DB) (string, error) { return "", nil }, brio.Name("b"), brio.Provide(brio.Failing[*conflict](func(context.Context) (*DB, error) { return nil, nil })))
		app.Get("/c", listHats, brio.Name("c"), brio.Raises[*conflict](), brio.Responds[Problem](409, "Ours"))
	}},
	{name: "problem details", errors: true, opts: []brio.AppOption{brio.ProblemDetails()}, declare: func(app *brio.App) {
		app.Post("/a", readInvoice, brio.Raises[*conflict]())
	}},
}

// node contains itself.
type node struct {
	Kids []node `json:"kids,omitempty"`
}

// patron has other members in requests than in responses.
type patron struct {
	ID       int             `json:"id" readonly:"true"`
	Name     string          `json:"name"`
	Password string          `json:"password" writeonly:"true"`
	Extra    json.RawMessage `json:"extra,omitempty"`
}
