package brio_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// ask sends a request to an app and prints the answer: its status, its cookies and its body.
func ask(app *brio.App, method, path, body string, headers ...string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	lines := append([]string{fmt.Sprint(w.Code)}, w.Header().Values("Set-Cookie")...)
	fmt.Println(strings.TrimSpace(strings.Join(append(lines, w.Body.String()), " ")))
}

// An app has routes, and a route has a function. Its parameters say what it needs of the request, its result is the answer. A program
// ends with app.Run(":8000").
func ExampleNew() {
	type Greeting struct {
		Text string `json:"text"`
	}
	app := brio.New(brio.Title("Greetings"))
	app.Get("/hello/{name}", func(in *struct {
		Name  string `path:"name" validate:"max=20"`
		Times int    `query:"times" default:"1" validate:"min=1,max=3"`
	}) Greeting {
		return Greeting{strings.Repeat("Hello, ", in.Times) + in.Name}
	})
	ask(app, "GET", "/hello/ann?times=2", "")
	ask(app, "GET", "/hello/ann?times=9", "")
	// Output:
	// 200 {"text":"Hello, Hello, ann"}
	// 422 {"detail":[{"type":"less_than_equal","loc":["query","times"],"msg":"Input should be less than or equal to 3","input":"9","ctx":{"le":3}}]}
}

// A body is decoded and validated by the tags of its type. The error names each field that is wrong.
func ExampleBody() {
	type Order struct {
		Product  string `json:"product" validate:"min=1"`
		Quantity int    `json:"quantity" validate:"gt=0"`
	}
	app := brio.New()
	app.Post("/orders", func(in *brio.Body[Order]) *Order { return &in.Value }, brio.Status(201))
	ask(app, "POST", "/orders", `{"product":"hat","quantity":2}`)
	ask(app, "POST", "/orders", `{"quantity":"two"}`)
	// Output:
	// 201 {"product":"hat","quantity":2}
	// 422 {"detail":[{"type":"missing","loc":["body","product"],"msg":"Field required","input":{"quantity":"two"}},{"type":"int_type","loc":["body","quantity"],"msg":"Input should be a valid integer","input":"two"}]}
}

// A provider makes values of its result type. A function that has a parameter of that type receives one, and each request has one
// value that all its functions share.
func ExampleProvide() {
	type User struct{ Name string }
	currentUser := func(in *struct {
		Token string `header:"X-Token"`
	}) (*User, error) {
		if in.Token != "secret" {
			return nil, brio.Error(401, "Unknown token")
		}
		return &User{"ann"}, nil
	}
	app := brio.New(brio.Provide(currentUser))
	app.Get("/me", func(u *User) string { return u.Name })
	ask(app, "GET", "/me", "", "X-Token", "secret")
	ask(app, "GET", "/me", "", "X-Token", "guess")
	// Output:
	// 200 "ann"
	// 401 {"detail":"Unknown token"}
}

// A guard is a function that runs before the handlers of an app, a router or a route. Its error is the answer.
func ExampleDepends() {
	closed := func(in *struct {
		Hour int `query:"hour"`
	}) error {
		if in.Hour < 9 {
			return brio.Error(503, "We open at nine")
		}
		return nil
	}
	shop := brio.NewRouter(brio.Prefix("/shop"), brio.Depends(closed))
	shop.Get("/hats", func() []string { return []string{"bowler", "fez"} })
	app := brio.New()
	app.Include(shop)
	ask(app, "GET", "/shop/hats?hour=8", "")
	ask(app, "GET", "/shop/hats?hour=10", "")
	// Output:
	// 503 {"detail":"We open at nine"}
	// 200 ["bowler","fez"]
}

// The answer has the fields of the response model. What the model does not declare is not sent.
func ExampleResponseModel() {
	type User struct {
		Name         string `json:"name"`
		PasswordHash string `json:"password_hash"`
	}
	type PublicUser struct {
		Name string `json:"name"`
	}
	app := brio.New()
	app.Get("/me", func() *User { return &User{"ann", "$2a$10$"} }, brio.ResponseModel[PublicUser]())
	ask(app, "GET", "/me", "")
	// Output:
	// 200 {"name":"ann"}
}

// A handler that asks for a Response sets status, headers and cookies of the answer on it, and returns its value as usual.
func ExampleResponse() {
	app := brio.New()
	app.Post("/login", func(res *brio.Response) string {
		res.SetCookie(cookies.New("seen", "yes"))
		res.Status(201)
		return "welcome"
	})
	ask(app, "POST", "/login", "")
	// Output:
	// 201 seen=yes; Path=/; SameSite=Lax "welcome"
}

// An Optional tells a member that is absent from one that is null.
func ExampleOptional() {
	type Settings struct {
		Color brio.Optional[string] `json:"color"`
	}
	app := brio.New()
	app.Post("/settings", func(in *brio.Body[Settings]) string {
		color, ok := in.Value.Color.Get()
		return fmt.Sprint("sent: ", in.Value.Color.IsSet(), ", null: ", in.Value.Color.IsNull(), ", value: ", ok, " ", color)
	})
	for _, body := range []string{`{}`, `{"color":null}`, `{"color":"red"}`} {
		ask(app, "POST", "/settings", body)
	}
	// Output:
	// 200 "sent: false, null: false, value: false "
	// 200 "sent: true, null: true, value: false "
	// 200 "sent: true, null: false, value: true red"
}

// A Patch has the members that the client sent, validated. Apply writes them into a value and leaves all others.
func ExamplePatch() {
	type Item struct {
		Name  string  `json:"name" validate:"min=2"`
		Price float64 `json:"price" validate:"gt=0"`
	}
	item := Item{"hat", 12.5}
	app := brio.New()
	app.Patch("/item", func(in *struct {
		Patch brio.Patch[Item] `body:""`
	}) *Item {
		in.Patch.Apply(&item)
		return &item
	})
	ask(app, "PATCH", "/item", `{"price":9}`)
	ask(app, "PATCH", "/item", `{"price":-1}`)
	// Output:
	// 200 {"name":"hat","price":9}
	// 422 {"detail":[{"type":"greater_than","loc":["body","price"],"msg":"Input should be greater than 0","input":-1,"ctx":{"gt":0}}]}
}

// Error makes an error that is an answer: a status, and a detail that is encoded as JSON.
func ExampleError() {
	type OutOfStock struct {
		Left int `json:"left"`
	}
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	app.Get("/hats/{size}", func(in *struct {
		Size int `path:"size"`
	}) (string, error) {
		switch {
		case in.Size > 70:
			return "", brio.Error(404, "There is no such size")
		case in.Size > 60:
			return "", brio.Error(409, OutOfStock{Left: 1})
		case in.Size > 50:
			return "", errors.New("the database is down") // is logged; the client sees a plain 500
		}
		return "a hat", nil
	})
	for _, size := range []string{"80", "65", "55", "45"} {
		ask(app, "GET", "/hats/"+size, "")
	}
	// Output:
	// 404 {"detail":"There is no such size"}
	// 409 {"detail":{"left":1}}
	// 500 {"detail":"Internal Server Error"}
	// 200 "a hat"
}

// An iterator is sent as JSON Lines while it runs. With EventStream it is sent as server-sent events.
func ExampleEventStream() {
	type Tick struct {
		N int `json:"n"`
	}
	ticks := func(ctx context.Context) iter.Seq[Tick] {
		return func(yield func(Tick) bool) {
			for n := range 2 {
				if ctx.Err() != nil || !yield(Tick{n}) {
					return // the client has gone, or the app stops
				}
			}
		}
	}
	app := brio.New()
	app.Get("/lines", ticks)
	app.Get("/events", ticks, brio.EventStream())
	ask(app, "GET", "/lines", "")
	ask(app, "GET", "/events", "")
	// Output:
	// 200 {"n":0}
	// {"n":1}
	// 200 data: {"n":0}
	//
	// data: {"n":1}
}

// Background tasks run after the answer has been sent. ServeHTTP returns when they have run.
func ExampleBackgroundTasks() {
	app := brio.New()
	app.Post("/signup", func(tasks *brio.BackgroundTasks) *brio.Response {
		tasks.Add(func(context.Context) error {
			fmt.Println("the mail is sent")
			return nil
		})
		return response.Text("welcome")
	})
	ask(app, "POST", "/signup", "")
	// Output:
	// the mail is sent
	// 200 welcome
}

// NoSuch is an error of the program, without a status.
type NoSuch struct{ What string }

func (e *NoSuch) Error() string { return "no such " + e.What }

// answerNoSuch answers a NoSuch in the app's error format.
func answerNoSuch(_ *http.Request, err *NoSuch) *brio.Response {
	return brio.Error(404, "There is no "+err.What).Response()
}

func ExampleOnError() {
	app := brio.New(brio.ProblemDetails(), brio.OnError(answerNoSuch))
	app.Get("/items/{id}", func(in *struct {
		ID string `path:"id"`
	}) error {
		return fmt.Errorf("read the item: %w", &NoSuch{"item " + in.ID})
	})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items/7", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"There is no item 7"}
}

// OutOfStock is an error with a status. Clients see its exported fields.
type OutOfStock struct {
	SKU  string `json:"sku"`
	Left int    `json:"left"`
}

func (e *OutOfStock) Error() string   { return e.SKU + " is out of stock" }
func (e *OutOfStock) StatusCode() int { return 409 }

func ExampleRaises() {
	app := brio.New()
	app.Post("/orders", func() error { return &OutOfStock{SKU: "a-1", Left: 2} }, brio.Raises[*OutOfStock]())
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/orders", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 409 {"sku":"a-1","left":2}
}

func ExampleHealth() {
	full := func(context.Context) error { return errors.New("no space left on /var/data") }
	app := brio.New(brio.Health(brio.HealthCheck{Name: "disk", Check: full}))
	for _, path := range []string{"/livez", "/readyz"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"status":"ok"}
	// 503 {"detail":{"status":"failing","checks":{"disk":"failing"}}}
}

func ExampleSettings() {
	type Config struct {
		AppName  string `envDefault:"Awesome API"`        // APP_NAME
		PageSize int    `env:"SIZE" validate:"gte=1"`     // SIZE
		APIKey   string `env:"API_KEY" validate:"min=16"` // a secret
	}
	_ = os.Setenv("SIZE", "many")
	_ = os.Setenv("API_KEY", "hunter2")
	app := brio.New(brio.Settings[Config]())
	app.Get("/", func(c Config) string { return c.AppName })
	_, report, _ := strings.Cut(app.Start(context.Background()).Error(), ": 2 ")
	fmt.Println(report)
	// Output:
	// environment variables are wrong
	// 	SIZE: it is no int: invalid syntax
	// 	API_KEY: String should have at least 16 characters
}

func ExampleOfHost() {
	tenants := brio.NewRouter()
	tenants.Get("/items", func(in *struct {
		Tenant string `path:"tenant"`
	}) string {
		return "items of " + in.Tenant
	})
	app := brio.New(brio.Document("/tenants.json", brio.OfHost("{tenant}.example.com")))
	app.Host("{tenant}.example.com", tenants)

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/tenants.json", nil))
	var document struct {
		Servers []struct{ URL string }
		Paths   map[string]any
	}
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(document.Servers[0].URL, document.Paths["/items"] != nil)
	// Output: //{tenant}.example.com true
}

// Options of the app describe the API in its document.
func ExampleTitle() {
	app := brio.New(
		brio.Title("Hats"), brio.Version("2.1"), brio.Description("All hats."), brio.TermsOfService("https://hats.example/terms"),
		brio.Contact(spec.Contact{Name: "Ann", Email: "ann@hats.example"}), brio.License(spec.License{Name: "MIT"}),
		brio.Servers(spec.Server{URL: "https://api.hats.example"}), brio.TagInfo(spec.Tag{Name: "hats", Description: "What we sell"}),
		brio.ExternalDocs(spec.ExternalDocs{URL: "https://hats.example/docs"}),
	)
	doc := app.OpenAPI()
	fmt.Println(doc.Info.Title, doc.Info.Version, doc.Info.Contact.Name, doc.Info.License.Name, doc.Servers[0].URL, doc.Tags[0].Name, doc.ExternalDocs.URL)
	// Output:
	// Hats 2.1 Ann MIT https://api.hats.example hats https://hats.example/docs
}

// Options of a route describe its operation.
func ExampleSummary() {
	type Hat struct {
		Size int `json:"size"`
	}
	app := brio.New()
	app.Get("/hats", func(*struct {
		Q string `query:"q" default:""`
	}) []Hat {
		return nil
	}, brio.Name("listHats"), brio.OperationID("hats"), brio.Summary("List hats"), brio.Deprecated(), brio.ResponseDescription("The hats"),
		brio.Responds[brio.NoContent](304, "Nothing has changed"), brio.RespondsRange[string]("5XX", "We are closed"),
		brio.Examples("query.q", spec.Example{Name: "round", Value: "bowler"}), brio.OpenAPIExtra(map[string]any{"x-team": "shop"}))
	app.Get("/secret", func() int { return 0 }, brio.Hidden())
	op := app.OpenAPI().Paths["/hats"].Operations["get"]
	fmt.Println(op.ID, op.Summary, op.Deprecated, op.Responses["200"].Description, op.Responses["304"].Description, op.Responses["5XX"].Description)
	fmt.Println(op.Parameters[0].Examples[0].Name, op.Extra["x-team"], len(app.OpenAPI().Paths))
	// Output:
	// hats List hats true The hats Nothing has changed We are closed
	// round shop 1
}

// The document and its pages have paths of their own; "" switches one off. Further documents may show a part of the API.
func ExampleDocument() {
	app := brio.New(
		brio.OpenAPIURL("/api.json"), brio.DocsURL("/api/docs"), brio.RedocURL(""), brio.RoutesURL("/api/routes"), brio.AsyncAPIURL(""),
		brio.OAuth2RedirectURL("/api/docs/oauth2"),
		brio.SwaggerUI(map[string]any{"docExpansion": "none"}), brio.SwaggerUIOAuth(map[string]any{"clientId": "shop"}),
		brio.PageAssets(brio.DocsAssets{Icon: brio.DocsAsset{URL: "https://cdn.example/hat.png"}}),
		brio.Document("/admin.json", brio.WithHidden(), brio.Only(func(r brio.RouteInfo) bool { return r.Path == "/admin" })),
	)
	app.Get("/admin", func() int { return 0 }, brio.Hidden())
	for _, path := range []string{"/api.json", "/api/docs", "/api/routes", "/redoc", "/admin.json"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, w.Code, strings.Contains(w.Body.String(), `"/admin"`))
	}
	// Output:
	// /api.json 200 false
	// /api/docs 200 false
	// /api/routes 200 false
	// /redoc 404 false
	// /admin.json 200 true
}

// TransformOpenAPI changes the document at last. Other options choose its form.
func ExampleTransformOpenAPI() {
	app := brio.New(
		brio.AutoTitles(), brio.SeparateInputOutput(false), brio.FastAPIDocument(false), brio.DocumentErrors(false), brio.DocComments(nil),
		brio.OperationIDs(brio.FastAPIOperationID),
		brio.TransformOpenAPI(func(doc *spec.Document) { doc.Info.Summary = "Hats of all sizes" }),
	)
	app.Get("/hats/{hat_id}", func(*struct {
		ID int `path:"hat_id"`
	}) int {
		return 0
	}, brio.Name("readHat"))
	doc := app.OpenAPI()
	op := doc.Paths["/hats/{hat_id}"].Operations["get"]
	fmt.Println(doc.Info.Summary, op.ID, op.Parameters[0].Schema.Title, len(op.Responses))
	// Output:
	// Hats of all sizes read_hat_hats__hat_id__get Hat Id 2
}

// Lifespan runs when the app starts, and its stop when the app ends. Supplied gives it a value of the app.
func ExampleLifespan() {
	type Cache struct{ name string }
	app := brio.New(
		brio.Supply(&Cache{"hats"}),
		brio.Health(),
		brio.Lifespan(func(ctx context.Context) (func(context.Context) error, error) {
			cache, err := brio.Supplied[*Cache](ctx)
			if err != nil {
				return nil, err
			}
			brio.AddHealthCheck(ctx, brio.HealthCheck{Name: cache.name, Check: func(context.Context) error { return nil }})
			fmt.Println("warm", cache.name)
			return func(context.Context) error { fmt.Println("stop"); return nil }, nil
		}),
	)
	fmt.Println(app.Start(context.Background()))
	fmt.Println(app.Shutdown(context.Background()))
	// Output:
	// warm hats
	// <nil>
	// stop
	// <nil>
}

// Filters of an app, a router or a route decide which members of a result are sent.
func ExampleExcludeNone() {
	type Hat struct {
		Name  string  `json:"name"`
		Size  int     `json:"size" default:"57"`
		Owner *string `json:"owner"`
	}
	read := func() Hat { return Hat{Name: "fez", Size: 57} }
	for _, option := range []brio.Option{
		brio.Options(), brio.ExcludeNone(), brio.ExcludeDefaults(), brio.ExcludeUnset(),
		brio.ResponseInclude("name"), brio.ResponseExclude("owner"), brio.ByAlias(false),
	} {
		app := brio.New(option)
		app.Get("/", read)
		ask(app, "GET", "/", "")
	}
	app := brio.New()
	app.Get("/", read, brio.NoResponseModel())
	ask(app, "GET", "/", "")
	// Output:
	// 200 {"name":"fez","size":57,"owner":null}
	// 200 {"name":"fez","size":57}
	// 200 {"name":"fez"}
	// 200 {"name":"fez","size":57}
	// 200 {"name":"fez"}
	// 200 {"name":"fez","size":57}
	// 200 {"Name":"fez","Size":57,"Owner":null}
	// 200 {"name":"fez","size":57,"owner":null}
}

// Person has a computed field.
type Person struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

func (p Person) FullName() string { return p.First + " " + p.Last }

// Computed lists the fields that methods compute.
func (Person) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("full_name", Person.FullName)}
}

func ExampleComputed() {
	app := brio.New()
	app.Get("/", func() Person { return Person{"Ann", "Lee"} })
	ask(app, "GET", "/", "")
	// Output:
	// 200 {"first":"Ann","last":"Lee","full_name":"Ann Lee"}
}

// Limits hold on the app, a router or a route: the innermost decides.
func ExampleMaxBody() {
	app := brio.New(
		brio.MaxBody(64), brio.MaxDepth(3), brio.MaxElements(5), brio.MaxPairs(10), brio.UploadLimits(params.UploadLimits{Files: 1}),
		brio.ReadTimeout(10*time.Second), brio.MinReadRate(1000), brio.WriteTimeout(10*time.Second),
		brio.StreamWriteTimeout(time.Minute), brio.EventPing(15*time.Second),
	)
	app.Post("/", func(in *brio.Body[any]) int { return 0 })
	for _, body := range []string{`[[[1]]]`, `[[[[1]]]]`, `[1,2,3,4,5,6]`, `"` + strings.Repeat("a", 64) + `"`} {
		ask(app, "POST", "/", body)
	}
	// Output:
	// 200 0
	// 400 {"detail":[{"type":"json_too_deep","loc":["body"],"msg":"JSON should have at most 3 levels of arrays and objects","input":null,"ctx":{"max_depth":3}}]}
	// 413 {"detail":[{"type":"too_many_elements","loc":["body"],"msg":"JSON should have at most 5 array elements and object members","input":null,"ctx":{"max_elements":5}}]}
	// 413 {"detail":[{"type":"body_too_large","loc":["body"],"msg":"The body should have at most 64 bytes","input":null,"ctx":{"max_bytes":64}}]}
}

// MergeAlways adds cookies and headers of the temporal Response to errors and returned Responses too.
func ExampleMergeAlways() {
	for _, option := range []brio.Option{brio.MergeAlways(false), brio.MergeAlways()} {
		app := brio.New(option)
		app.Get("/", func(res *brio.Response) error {
			res.SetCookie(cookies.New("tries", "1"))
			return brio.Error(403, nil)
		})
		ask(app, "GET", "/", "")
	}
	// Output:
	// 403 {"detail":"Forbidden"}
	// 403 tries=1; Path=/; SameSite=Lax {"detail":"Forbidden"}
}

// FastAPICompat is a set of options; those behind it take parts of it back.
func ExampleFastAPICompat() {
	for _, options := range [][]brio.AppOption{
		{brio.FastAPICompat()},
		{brio.FastAPICompat(), brio.NullResults(false), brio.LaxText(false)},
	} {
		app := brio.New(options...)
		app.Get("/", func(*struct {
			Ready bool `query:"ready"`
		}) {
		})
		ask(app, "GET", "/?ready=on", "")
	}
	// Output:
	// 200 null
	// 204
}

// LaxJSON accepts the spellings of scalars that pydantic accepts.
func ExampleLaxJSON() {
	app := brio.New()
	app.Post("/strict", func(in *brio.Body[int]) int { return in.Value })
	app.Post("/lax", func(in *brio.Body[int]) int { return in.Value }, brio.LaxJSON())
	ask(app, "POST", "/strict", `"7"`)
	ask(app, "POST", "/lax", `"7"`)
	// Output:
	// 422 {"detail":[{"type":"int_type","loc":["body"],"msg":"Input should be a valid integer","input":"7"}]}
	// 200 7
}

// Validate, Defaults and SchemaOf use a model outside of requests.
func ExampleValidate() {
	type Page struct {
		Limit int `json:"limit" default:"20" validate:"max=100"`
	}
	page, err := brio.Validate[Page]([]byte(`{"limit":50}`))
	fmt.Println(page.Limit, err)
	_, err = brio.Validate[Page]([]byte(`{"limit":500}`))
	invalid, _ := errors.AsType[*brio.ValidationError](err)
	fmt.Println(invalid.Errors[0].Msg)
	fmt.Println(brio.Defaults[Page]().Limit, brio.SchemaOf[Page]().Properties["limit"].Maximum)
	// Output:
	// 50 <nil>
	// Input should be less than or equal to 100
	// 20 100
}

// Some and Null make an Optional; SetOf makes a Set.
func ExampleSetOf() {
	sizes := brio.SetOf(52, 57)
	fmt.Println(sizes.Has(57), brio.Some("red").Or("none"), brio.Null[string]().Or("none"))
	// Output:
	// true red none
}

// OnStatus answers errors by their status, whatever their type.
func ExampleOnStatus() {
	app := brio.New(brio.OnStatus(404, func(*http.Request, error) *brio.Response { return response.Text("nothing here").Status(404) }))
	ask(app, "GET", "/hats", "")
	// Output:
	// 404 nothing here
}

// Middleware answers with an error as the app does. Around wraps the endpoint of a route, before anything is sent.
func ExampleWriteError() {
	var closed brio.Middleware = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/closed" {
				brio.WriteError(w, r, brio.Error(503, "We are closed"))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	app := brio.New(brio.ProblemDetails(), brio.Use(closed), brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
		out, err := next()
		if out != nil {
			out.SetCookie(cookies.New("seen", "yes"))
		}
		return out, err
	}))
	app.Get("/", func() string { return "open" })
	ask(app, "GET", "/closed", "")
	ask(app, "GET", "/", "")
	// Output:
	// 503 {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"We are closed"}
	// 200 seen=yes; Path=/; SameSite=Lax "open"
}

// Behind a proxy, the client's address is what a trusted proxy reports, and URLs have the prefix that the proxy removes.
func ExampleTrustProxies() {
	app := brio.New(brio.TrustProxies("192.0.2.0/24"), brio.RootPath("/shop"), brio.RootPathInServers(false))
	app.Get("/", func(r *http.Request) (string, error) {
		url, err := brio.URLFor(r, "self")
		return brio.ClientHost(r) + " " + url, err
	}, brio.Name("self"))
	r := httptest.NewRequest("GET", "http://hats.example/", nil) // httptest sends from 192.0.2.1
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output:
	// "203.0.113.9 https://hats.example/shop/"
}

// Static serves a folder, and Frontend a single-page app.
func ExampleStaticCache() {
	files := fstest.MapFS{
		"index.html":         {Data: []byte("<p>home</p>")},
		"app-BX3kq2d9.js":    {Data: []byte("run()")},
		"app-BX3kq2d9.js.gz": {Data: []byte("zipped")},
		".env":               {Data: []byte("SECRET=1")},
	}
	app := brio.New()
	app.Static("/static", files, brio.StaticName("files"), brio.StaticHTML(), brio.StaticListing(false), brio.StaticDotFiles(false),
		brio.StaticPrecompressed(), brio.StaticImmutable(), brio.StaticCache("max-age=60"), brio.NoFallback(), brio.CheckDir())
	app.Frontend("/", files, brio.Fallback("index.html"))
	for _, path := range []string{"/static/app-BX3kq2d9.js", "/static/index.html", "/static/.env", "/some/page"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("Cache-Control"), w.Body)
	}
	// Output:
	// 200 max-age=31536000, immutable run()
	// 200 max-age=60 <p>home</p>
	// 404  {"detail":"Not Found"}
	// 200  <p>home</p>
}

// Options of Serve: the connections, the server and the shutdown.
func ExampleServer() {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	ctx, stop := context.WithCancel(context.Background())
	stop() // as a signal does
	fmt.Println(app.Serve(ctx, first,
		brio.Listen("127.0.0.1:0"), brio.Listener(second), brio.FromEnv(nil), brio.MaxConnections(1000), brio.H2C(), brio.RequestLog(false), brio.Development(false),
		brio.Server(func(s *http.Server) { s.MaxHeaderBytes = 32 << 10 }),
		brio.ShutdownDelay(0), brio.ShutdownTimeout(time.Second),
	))
	// Output:
	// <nil>
}

// An Encoder lets clients ask for another media type, and a BodyDecoder reads one.
func ExampleEncoder() {
	type Hat struct {
		Size int `json:"size"`
	}
	toText := func(v any) ([]byte, error) { return fmt.Append(nil, v), nil } // v is a value of maps and lists
	app := brio.New(brio.Encoder("application/x-text", toText), brio.BodyDecoder("application/xml", xml.Unmarshal), brio.AutoETag())
	app.Get("/", func() Hat { return Hat{57} })
	app.Post("/", func(in *struct {
		Hat Hat `body:"" media:"application/xml"`
	}) Hat {
		return in.Hat
	})
	ask(app, "GET", "/", "", "Accept", "application/x-text")
	ask(app, "POST", "/", "<Hat><Size>52</Size></Hat>", "Content-Type", "application/xml")
	// Output:
	// 200 map[size:57]
	// 200 {"size":52}
}

// Errors in the language of the client, and errors of types of the program.
func ExampleMessages() {
	app := brio.New(
		brio.ErrorKind("odd", "by"),
		brio.Messages(brio.Catalogue{Language: "de", Kinds: map[string]string{"missing": "Fehlt", "odd": "Um {by} daneben"}}),
		brio.RegisterValidation("even", func(v any, _ string) bool { return v.(int)%2 == 0 }),
	)
	app.Get("/", func(in *struct {
		Size int `query:"size" validate:"even"`
	}) int {
		return in.Size
	})
	ask(app, "GET", "/", "", "Accept-Language", "de")
	ask(app, "GET", "/?size=7", "")
	// Output:
	// 422 {"detail":[{"type":"missing","loc":["query","size"],"msg":"Fehlt","input":null}]}
	// 422 {"detail":[{"type":"value_error","loc":["query","size"],"msg":"Value error, must satisfy even","input":"7","ctx":{"error":{}}}]}
}

// Debug shows the text of unhandled errors and panics, for development. A function of OnError sees a panic as a PanicError.
func ExampleDebug() {
	quiet := brio.Logger(slog.New(slog.DiscardHandler))
	fail := func() string { panic("no hats") }
	w := httptest.NewRecorder()
	app := brio.New(quiet, brio.Debug())
	app.Get("/", fail)
	app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	fmt.Println(w.Code, strings.Contains(w.Body.String(), "no hats"))

	app = brio.New(quiet, brio.OnError(func(_ *http.Request, p *brio.PanicError) *brio.Response {
		return brio.Error(500, fmt.Sprint(p.Value)).Response()
	}))
	app.Get("/", fail)
	ask(app, "GET", "/", "")
	// Output:
	// 500 true
	// 500 {"detail":"no hats"}
}

// The wrappers of providers: scopes, errors for the document, clean-up before the answer, one call for each use.
func ExampleScoped() {
	type Tx struct{}
	begin := func(required brio.Scopes) (*Tx, func()) {
		fmt.Println("begin with", required)
		return &Tx{}, func() { fmt.Println("commit") }
	}
	provider := brio.Scoped(brio.Failing[*OutOfStock](brio.BeforeResponse(brio.NoCache(begin))), "hats:write")
	app := brio.New(brio.Provide(provider), brio.UncheckedScopes())
	app.Get("/", func(*Tx) string { return "saved" })
	ask(app, "GET", "/", "")
	// Output:
	// begin with hats:write
	// commit
	// 200 "saved"
}

// Options for WebSockets stand where those of other routes stand.
func ExampleSubprotocols() {
	app := brio.New(
		brio.AllowOrigins("https://app.example"), brio.MessageRate(100, time.Minute), brio.IdleTimeout(10*time.Minute),
		brio.CompressMessages(), brio.AnswerBadMessages(), brio.Subprotocols("v2", "v1"),
	)
	app.WebSocket("/ws", func(ctx context.Context, ws *brio.WebSocket) error { return ws.WriteText(ctx, "hello") })
	r := httptest.NewRequest("GET", "/ws", nil)
	r.Header.Set("Origin", "https://evil.example")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(app.Check(), w.Code)
	// Output:
	// <nil> 426
}

// The profiles of the process stand behind a guard. HealthURLs chooses the paths of the probes.
func ExampleDiagnostics() {
	app := brio.New(brio.HealthURLs("/alive", ""))
	app.Include(brio.Diagnostics(func() error { return brio.Error(403, nil) }), brio.Prefix("/debug"))
	ask(app, "GET", "/alive", "")
	ask(app, "GET", "/debug/pprof/heap", "")
	// Output:
	// 200 {"status":"ok"}
	// 403 {"detail":"Forbidden"}
}

// JobsPage stands behind a guard, which sees each request first.
func ExampleJobsPage() {
	engine := jobs.NewMemory()
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Jobs(engine, jobs.Handle("clean-up", func() {}, jobs.Cron("@daily"))))
	app.Include(brio.JobsPage(engine, func(in *struct {
		Key string `header:"X-Key" default:""`
	}) error {
		if in.Key != "secret" {
			return brio.Error(403, nil)
		}
		return nil
	}), brio.Prefix("/admin"))
	ask(app, "GET", "/admin/jobs.json", "")
	ask(app, "GET", "/admin/jobs.json", "", "X-Key", "secret")
	// Output:
	// 403 {"detail":"Forbidden"}
	// 200 {"count":{"running":0,"waiting":0},"jobs":[]}
}

// Callbacks document the requests that an operation makes to URLs of its client.
func ExampleCallbacks() {
	type Paid struct {
		Order int `json:"order"`
	}
	paid := brio.NewRouter()
	paid.Post("/paid", func(*brio.Body[Paid]) {})
	app := brio.New(brio.ForeignTags("gorm"))
	var route *brio.Route = app.Post("/orders", func() int { return 1 }, brio.Callbacks("paid", paid))
	fmt.Println(route.Path(), len(app.OpenAPI().Paths["/orders"].Operations["post"].Callbacks))
	// Output:
	// /orders 1
}

// ValidateResponses checks results against the rules of their types, for development and tests.
func ExampleValidateResponses() {
	type Hat struct {
		Size int `json:"size" validate:"min=50"`
	}
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.ValidateResponses())
	app.Get("/", func() Hat { return Hat{7} })
	ask(app, "GET", "/", "")
	// Output:
	// 500 {"detail":"Internal Server Error"}
}

// The parts of FastAPICompat can be used alone.
func ExamplePlainServerErrors() {
	app := brio.New(
		brio.Logger(slog.New(slog.DiscardHandler)),
		brio.PlainServerErrors(), brio.AbsoluteRedirects(), brio.RedirectSlashes(), brio.PlainLimits(), brio.DecodedPaths(),
		brio.JSONableEncoder(), brio.AbsentNulls(), brio.HeaderFieldNames(), brio.ContentTypeErrors(), brio.StrictContentType(false), brio.EncodedSlashes(),
	)
	app.Get("/hats", func() error { return errors.New("the database is down") })
	for _, path := range []string{"/hats", "/hats/"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", "http://hats.example"+path, nil))
		fmt.Println(w.Code, w.Header().Get("Location"), w.Body)
	}
	// Output:
	// 500  Internal Server Error
	// 307 http://hats.example/hats
}

// Headers and cookies as one model each.
func ExampleHeader() {
	app := brio.New()
	app.Get("/", func(h brio.Header[struct {
		XToken string `json:"x_token"`
	}], c brio.Cookie[struct {
		Theme string `json:"theme" default:"light"`
	}]) string {
		return h.Value.XToken + " " + c.Value.Theme
	})
	ask(app, "GET", "/", "", "X-Token", "secret")
	// Output:
	// 200 "secret light"
}

// FromEnv lets the environment decide the address. Run refuses TLS without certificates, and reports it as the mistakes of declarations.
func ExampleTLS() {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	err := app.Run("127.0.0.1:0", brio.TLS(&tls.Config{}), brio.TLSFiles("missing.pem", "missing.key"), brio.TLSSelfSigned("localhost"), brio.SocketMode(0o660))
	report, isReport := errors.AsType[routing.Report](err)
	fmt.Println(isReport, report[0].Found)
	// Output:
	// true certificates come from several options
}

// Each answer says since when the operation is deprecated. From the sunset on it is 410, and the app counts who still calls it.
func ExampleDeprecatedSince() {
	since, sunset := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	callers := map[string]int{}
	app := brio.New(brio.GoneAfterSunset(), brio.OnDeprecated(func(r *http.Request, route brio.RouteInfo) { callers[route.Path]++ }))
	app.Get("/old", func() string { return "old" }, brio.DeprecatedSince(since, sunset, "https://example.com/changes"))
	ask(app, "GET", "/old", "")
	fmt.Println(callers)
	// Output:
	// 410 {"detail":"This operation ended on Wed, 01 Jan 2025 00:00:00 GMT; see https://example.com/changes"}
	// map[/old:1]
}

// A route is of all versions, unless SinceVersion or UntilVersion says otherwise. Dates choose the newest version that is not after them.
func ExampleVersions() {
	var by brio.VersionSource = brio.VersionHeader("API-Version")
	app := brio.New(
		brio.Versions(by, "2025-06-01", "2026-01-01"), brio.DefaultVersion("2025-06-01"),
		brio.VersionOptions("2025-06-01", brio.Deprecated()),
		brio.Document("/next.json", brio.OfVersion("2026-01-01")),
	)
	app.Get("/name", func(info *brio.RouteInfo) string { return "hat of " + info.Version })
	app.Get("/price", func() float64 { return 12.5 }, brio.UntilVersion("2025-06-01"))
	app.Get("/price", func() map[string]int { return map[string]int{"cents": 1250} }, brio.SinceVersion("2026-01-01"))
	app.Get("/status", func() string { return "fine" }, brio.Unversioned())
	ask(app, "GET", "/name", "", "API-Version", "2025-12-31")
	ask(app, "GET", "/price", "")
	ask(app, "GET", "/price", "", "API-Version", "2026-01-01")
	ask(app, "GET", "/price", "", "API-Version", "1")
	ask(app, "GET", "/status", "")
	// Output:
	// 200 "hat of 2025-06-01"
	// 200 12.5
	// 200 {"cents":1250}
	// 400 {"detail":[{"type":"version_unknown","loc":["header","api-version"],"msg":"The API has no such version; it has: 2025-06-01, 2026-01-01","input":null}]}
	// 200 "fine"
}

func ExampleVersionPrefix() {
	app := brio.New(brio.Versions(brio.VersionPrefix(), "v1", "v2"))
	app.Get("/items", func(info *brio.RouteInfo) string { return info.Path }, brio.Name("listItems"))
	ask(app, "GET", "/v1/items", "")
	fmt.Println(app.URL("listItems"))
	// Output:
	// 200 "/v1/items"
	// /v2/items <nil>
}

func ExampleVersionMediaType() {
	app := brio.New(brio.Versions(brio.VersionMediaType("application/vnd.shop.v*+json"), "1", "2"), brio.DefaultVersion("1"))
	app.Get("/items", func(info *brio.RouteInfo) string { return info.Version })
	ask(app, "GET", "/items", "")
	ask(app, "GET", "/items", "", "Accept", "application/vnd.shop.v2+json")
	// Output:
	// 200 "1"
	// 200 "2"
}
