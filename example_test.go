package brio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
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
