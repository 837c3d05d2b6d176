package isolation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

func newApp(opts ...brio.Option) *brio.App { return newAppWith(brio.Options(opts...)) }

func newAppWith(opts ...brio.AppOption) *brio.App {
	opts = append(opts, brio.Logger(slog.New(slog.DiscardHandler)))
	if compat {
		opts = append([]brio.AppOption{brio.FastAPICompat()}, opts...)
	}
	return brio.New(opts...)
}

type color string

func (color) Values() []color { return []color{"red", "green"} }

type reading struct{ text []byte }

func (c *reading) UnmarshalText(b []byte) error { c.text = bytes.Clone(b); return nil }

type inner struct {
	Name string            `json:"name"`
	Tags []string          `json:"tags"`
	More map[string]string `json:"more"`
	By   *string           `json:"by"`
}

type defaults struct {
	List  []string          `json:"list" default:"a,b"`
	JSON  []string          `json:"json" default:"[\"a\"]"`
	Map   map[string]string `json:"map" default:"{\"a\":\"b\"}"`
	Ptr   *string           `json:"ptr" default:"p"`
	Deep  *inner            `json:"deep" default:"{\"name\":\"n\",\"tags\":[\"t\"],\"more\":{\"a\":\"b\"},\"by\":\"x\"}"`
	Big   big.Int           `json:"big" default:"123456789012345678901234567890"`
	Set   brio.Set[string]  `json:"set" default:"a"`
	Bytes []byte            `json:"bytes" default:"YWJj"`
}

const wantDefaults = "{a,b, a, [a:b] p {n t, [a:b] x } 123456789012345678901234567890"

type cat struct {
	Kind string   `json:"kind" validate:"oneof=cat"`
	Tags []string `json:"tags"`
}

type dog struct {
	Kind string `json:"kind" validate:"oneof=dog"`
}

type pet struct {
	brio.OneOf `discriminator:"kind"`
	Cat        *cat
	Dog        *dog
}

// tokenFiles returns a multipart body with a file for each name. Filename, a header and the content have the token.
func tokenFiles(names ...string) string {
	var parts []testkit.Part
	for _, name := range names {
		part := testkit.FilePart(name, "TOKEN.txt", "TOKEN")
		part.Headers += "\r\nX-Own: TOKEN"
		parts = append(parts, part)
	}
	return testkit.MultipartBody(parts...)
}

// long is longer than a body with memory of its own, so its body is read into pooled memory.
var long = strings.Repeat("-", 5000)

// gifts returns a gift for every kind of value that a function can receive.
func gifts() []gift {
	all := []gift{}
	add := func(more ...gift) { all = append(all, more...) }

	add(
		parameters[struct {
			ID    string                  `path:"id"`
			Q     string                  `query:"q"`
			Named color                   `query:"color"`
			List  []string                `query:"list"`
			Comma []string                `query:"comma" style:"comma"`
			Deep  map[string]string       `query:"deep" style:"deepObject"`
			Own   reading                 `query:"own"`
			Set   brio.Set[string]        `query:"set"`
			JSON  map[string]any          `query:"json,json"`
			Any   any                     `query:"any"`
			Ptr   *string                 `query:"ptr"`
			Opt   brio.Optional[[]string] `query:"opt"`
			Array [2]string               `query:"array"`
			Bytes []byte                  `query:"bytes"`
			URL   params.URL              `query:"url"`
			Std   url.URL                 `query:"std"`
			IP    net.IP                  `query:"ip"`
			Big   big.Int                 `query:"big"`
			At    time.Time               `query:"at"`
			XS    []string                `header:"X-Token"`
		}]("text", get("/TOKEN?q=TOKEN&color=red&list=TOKEN&list=%54OKEN&comma=TOKEN,b&deep[a]=TOKEN&own=TOKEN&set=TOKEN&json={\"a\":[\"TOKEN\",{\"b\":\"TOKEN\"}]}&any=TOKEN&ptr=TOKEN&opt=TOKEN&array=TOKEN&array=b&bytes=TOKEN&url=https://TOKEN.example/&std=https://TOKEN.example/&ip=10.0.0.1&big=123456789012345678901234567890&at=2026-01-02T03:04:05Z"), func(t string) string {
			return fmt.Sprintf("{%s %s red %[1]s,TOKEN, %[1]s,b, [a:%[1]s]", t, t)
		}),
		parameters[struct {
			C    string   `cookie:"c"`
			List []string `cookie:"list,json"`
		}]("cookies", func(token string) *http.Request {
			r := get("/")(token)
			r.Header["Cookie"] = []string{"c=" + token + `; list=["` + token + `"]`}
			return r
		}, func(t string) string { return fmt.Sprintf("{%s %s, }", t, t) }),
		parameters[brio.Query[struct {
			Name string   `json:"name"`
			Tags []string `json:"tags"`
			By   *string  `json:"by"`
		}]]("whole query", get("/?name=TOKEN&tags=TOKEN&tags=b&by=TOKEN"), same),
		parameters[brio.Header[struct {
			Token []string `json:"x_token"`
		}]]("whole headers", get("/"), same),
		parameters[brio.Cookie[struct {
			C string `json:"c"`
		}]]("whole cookies", func(token string) *http.Request {
			r := get("/")(token)
			r.AddCookie(&http.Cookie{Name: "c", Value: token})
			return r
		}, same),
		parameters[brio.Form[struct {
			Name string   `json:"name"`
			Tags []string `json:"tags"`
		}]]("whole form", post("/", testkit.FormType, "name=TOKEN&tags=TOKEN&tags=b"), same),
		parameters[struct {
			Name string         `form:"name"`
			JSON map[string]any `form:"json,json"`
			Deep inner          `form:"deep" style:"deepObject"`
		}]("form", post("/", testkit.FormType, `name=TOKEN&json={"a":["TOKEN"]}&deep[name]=TOKEN&deep[tags]=TOKEN&deep[more][a]=TOKEN`), same),
		parameters[struct {
			In struct {
				defaults
			} `query:"in,json"`
			List []string                `query:"list" default:"a,b"`
			Map  map[string]string       `query:"map" style:"deepObject" default:"{\"a\":\"b\"}"`
			Ptr  *string                 `query:"ptr" default:"p"`
			Opt  brio.Optional[[]string] `query:"opt" default:"a"`
			URL  params.URL              `query:"url" default:"https://example.com/"`
			IP   net.IP                  `query:"ip" default:"10.0.0.1"`
			Own  reading                 `query:"own" default:"x"`
			Big  big.Int                 `query:"big" default:"123456789012345678901234567890"`
			H    []string                `header:"X-None" default:"a"`
			C    []string                `cookie:"c,json" default:"[\"a\"]"`
		}]("defaults of text", get("/?in={}"), always("a,b, [a:b] p")),
		parameters[brio.Body[defaults]]("defaults of a body", post("/", "application/json", "{}"), always(wantDefaults)),
		parameters[brio.Body[[]defaults]]("defaults in a list", post("/", "application/json", "[{},{}]"), always(wantDefaults)),
		parameters[brio.Query[struct {
			List []string         `json:"list" default:"a,b"`
			Ptr  *string          `json:"ptr" default:"p"`
			Set  brio.Set[string] `json:"set" default:"a"`
		}]]("defaults of a whole source", get("/"), always("a,b, p")),
		parameters[struct {
			D defaults `body:"d" default:"{}"`
			N string   `body:"n"`
		}]("defaults of a member", post("/", "application/json", `{"n":"TOKEN"}`), always(wantDefaults)),
		parameters[brio.Body[inner]]("body", post("/", "application/json", `{"name":"TOKEN","tags":["TOKEN","T\u004fKEN"],"more":{"TOKEN":"TOKEN"},"by":"TOKEN"}`), same),
		parameters[brio.Body[inner]]("long body", post("/", "application/json", `{"name":"TOKEN`+long+`","tags":["TOKEN`+long+`"],"more":{"a":"TOKEN"},"by":null}`), same),
		parameters[brio.Body[[]inner]]("list body", post("/", "application/json", `[{"name":"TOKEN","tags":[],"more":{}},{"name":"TOKEN","tags":["TOKEN"],"more":{}}]`), same),
		parameters[brio.Body[map[string]any]]("object body", post("/", "application/json", `{"TOKEN":["TOKEN",{"a":"TOKEN"}]}`), same),
		parameters[brio.Body[any]]("any body", post("/", "application/json", `["TOKEN",{"a":["TOKEN"]}]`), same),
		parameters[brio.Body[json.RawMessage]]("raw JSON", post("/", "application/json", `["TOKEN"]`), same),
		parameters[brio.Body[struct {
			Raw  json.RawMessage `json:"raw"`
			Text string          `json:"text"`
			B    []byte          `json:"b"`
		}]]("raw member", post("/", "application/json", `{"raw":["TOKEN"],"text":"TOKEN","b":"YWJj"}`), func(t string) string { return fmt.Sprintf(`["%s"] %s abc`, t, t) }),
		parameters[brio.Body[pet]]("union", post("/", "application/json", `{"kind":"cat","tags":["TOKEN"]}`), same),
		parameters[brio.Body[brio.Patch[inner]]]("patch", post("/", "application/json", `{"name":"TOKEN","tags":["TOKEN"]}`), same),
		parameters[struct {
			In map[string][]string `body:"in"`
			By *string             `body:"by"`
		}]("members", post("/", "application/json", `{"in":{"a":["TOKEN"]},"by":"TOKEN"}`), same),
		parameters[struct {
			Raw []byte `body:""`
		}]("bytes", post("/", "application/octet-stream", "TOKEN"+long), same),
		parameters[struct {
			In inner `body:"" media:"application/x-own"`
		}]("decoded", post("/", "application/x-own", `{"name":"TOKEN","tags":["TOKEN"],"more":{},"by":null}`), same, brio.BodyDecoder("application/x-own", func(b []byte, to any) error { return json.Unmarshal(b, to) })),
	)
	add(functions()...)
	add(files()...)
	add(credentials()...)
	add(failures()...)
	add(headers()...)
	add(results()...)
	return all
}

// files returns the gifts of functions that read the body.
func files() []gift {
	type files struct {
		F  brio.UploadFile   `file:"f"`
		FS []brio.UploadFile `file:"g"`
		B  []byte            `file:"h"`
	}
	upload := parameters[files]("files", post("/", testkit.MultipartType, tokenFiles("f", "g", "h")), same)
	upload.text = func(given any) string {
		in := given.(*files)
		return fmt.Sprint(in.F.Filename, in.F.ContentType, in.F.Header, string(in.B), in.FS[0].Filename, in.FS[0].Header)
	}
	upload.change = func(given any) {
		in := given.(*files)
		changeAll(in.F.Header)
		changeAll(&in.B)
		in.F.Filename, in.FS[0].Filename = spoilt, spoilt
	}
	parts := gift{
		name: "parts", request: post("/", testkit.MultipartType, tokenFiles("f")), want: same, answer: quoted,
		app: func(see func(any)) http.Handler {
			app := newApp()
			app.Post("/", func(r *http.Request, parts *brio.Parts) (string, error) {
				for part, err := range parts.All() {
					if err != nil {
						return "", err
					}
					see(&part.Header)
				}
				return r.Header.Get("X-Token"), nil
			})
			return app
		},
	}
	decoder := gift{
		name: "what a decoder gets", request: post("/", "application/x-own", "TOKEN"+long), want: same, answer: quoted,
		app: func(see func(any)) http.Handler {
			app := newApp(brio.BodyDecoder("application/x-own", func(b []byte, to any) error { see(&b); return nil }))
			app.Post("/", func(r *http.Request, in *struct {
				In inner `body:"" media:"application/x-own"`
			}) string {
				return r.Header.Get("X-Token")
			})
			return app
		},
	}
	short := decoder
	short.name, short.request = "what a decoder gets of a short body", post("/", "application/x-own", "TOKEN")
	return []gift{upload, parts, decoder, short}
}

// injected returns the gift of a parameter that is no parameter struct.
func injected[T any](name string, want func(string) string, opts ...brio.Option) gift {
	return gift{
		name: name, request: get("/private/TOKEN?q=TOKEN"), want: want, answer: quoted,
		app: func(see func(any)) http.Handler {
			app := newApp(opts...)
			handler := func(r *http.Request, given T) string {
				answer := r.Header.Get("X-Token")
				see(given)
				return answer
			}
			app.Get("/private/{id}", handler, brio.Tags("one", "two"), brio.Name("route"))
			return app
		},
	}
}

// user is a principal, which a provider makes for each request.
type user struct {
	Name   string
	Scopes []string
}

func functions() []gift {
	request := injected[*http.Request]("request", same)
	request.text = func(given any) string {
		r := given.(*http.Request)
		return fmt.Sprint(r.Method, r.URL, r.Header, r.PathValue("id"), r.Host, r.Pattern)
	}
	request.change = func(given any) {
		r := given.(*http.Request)
		changeAll(r.Header)
		changeAll(r.URL)
		_ = r.ParseForm()
		changeAll(r.Form)
		r.SetPathValue("id", spoilt)
		r.Pattern, r.Host = spoilt, spoilt
	}
	ctx := injected[context.Context]("context", same, brio.Use(middleware.RequestIDWith(middleware.RequestIDOptions{Header: "X-Token"})))
	ctx.text = func(given any) string { return middleware.RequestIDFrom(given.(context.Context)) }
	ctx.change = func(any) {}
	urls := injected[*brio.URLs]("URLs", always("http://example.com/private/x"))
	urls.text = func(given any) string { s, _ := given.(*brio.URLs).For("route", "id", "x"); return s }
	urls.change = func(any) {}
	logger := injected[*slog.Logger]("logger", always(""))
	logger.text = func(given any) string { given.(*slog.Logger).Info("x"); return "" }
	logger.change = func(any) {}

	temporal := injected[*brio.Response]("temporal Response", same, brio.Depends(func(r *http.Request, res *brio.Response) {
		token := r.Header.Get("X-Token")
		res.SetHeader("X-Own", token).AddHeader("X-More", token).AddHeader("X-More", "b").SetCookie(cookies.New("c", token))
	}))
	temporal.text = func(given any) string {
		res := given.(*brio.Response)
		return fmt.Sprint(testkit.TextOf(res.Header()), testkit.TextOf(res.Cookies()))
	}
	temporal.change = func(given any) {
		res := given.(*brio.Response)
		changeAll(res.Header())
		res.SetHeader("X-Own", spoilt).SetCookie(cookies.New("c", spoilt)).EarlyHints("</a>")
	}
	tasks := injected[*brio.BackgroundTasks]("tasks", always("0"))
	tasks.text = func(given any) string { return fmt.Sprint(given.(*brio.BackgroundTasks).Len()) }
	tasks.change = func(given any) {
		given.(*brio.BackgroundTasks).Add(func(context.Context) error { return nil })
	}
	provided := func(r *http.Request) *user { return &user{r.Header.Get("X-Token"), []string{r.Header.Get("X-Token")}} }

	job := gift{
		name: "what a queue gets", request: get("/"), want: same, answer: quoted,
		app: func(see func(any)) http.Handler {
			app := newApp(brio.TaskQueue(background.QueueFunc(func(_ context.Context, j background.Job) error { see(&j); return nil })))
			app.Get("/", func(r *http.Request, tasks *brio.BackgroundTasks) string {
				tasks.Enqueue("job", map[string]string{"token": r.Header.Get("X-Token")})
				return r.Header.Get("X-Token")
			})
			return app
		},
	}
	session := injected[*middleware.Session]("session", same, brio.Use(middleware.Sessions(must(cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte("k"), 32)})), middleware.SessionOptions{})),
		brio.Provide(middleware.SessionFrom), brio.Depends(func(r *http.Request, s *middleware.Session) error {
			return s.Set("who", []string{r.Header.Get("X-Token")})
		}))
	session.text = func(given any) string {
		var who []string
		given.(*middleware.Session).Get("who", &who)
		return testkit.TextOf(who)
	}
	session.change = func(given any) {
		var who json.RawMessage
		given.(*middleware.Session).Get("who", &who)
		changeAll(&who)
	}
	return []gift{
		request, ctx, urls, logger, temporal, tasks, job, session,
		injected[*brio.RouteInfo]("route information", always("one,two,")),
		injected[*user]("what a provider makes", same, brio.Provide(provided)),
		injected[user]("a value that a provider makes", same, brio.Provide(func(r *http.Request) user { return *provided(r) })),
		injected[[]string]("a list that a provider makes", same, brio.Provide(func(r *http.Request) []string { return provided(r).Scopes })),
		scopes(),
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// scopes returns the gift of a guard that two routes have, and of one inside another guard.
func scopes() gift {
	return gift{
		name: "scopes", request: get("/"), want: always("read,write,more,"), answer: quoted,
		app: func(see func(any)) http.Handler {
			app := newApp()
			inside := func(scopes brio.Scopes) *user { see([]string(scopes)); return &user{} }
			guard := func(_ *user, scopes brio.Scopes) { see([]string(scopes)) }
			app.Get("/", func(r *http.Request, scopes brio.Scopes) string {
				see(append(scopes, "read", "write", "more"))
				return r.Header.Get("X-Token")
			},
				brio.Provide(brio.Scoped(inside, "more")), brio.Security(guard, "read", "write"))
			return app
		},
	}
}

func credentials() (all []gift) {
	authorization := func(value func(token string) string) func(string) *http.Request {
		return func(token string) *http.Request {
			r := get("/")(token)
			r.Header.Set("Authorization", value(token))
			return r
		}
	}
	bearer := authorization(func(token string) string { return "Bearer " + token })
	basic := authorization(func(token string) string {
		r := httptest.NewRequest("GET", "/", nil)
		r.SetBasicAuth(token, token)
		return r.Header.Get("Authorization")
	})
	return []gift{
		credential[security.Token]("bearer", security.HTTPBearer(), bearer),
		credential[security.Token]("OAuth 2", security.OAuth2PasswordBearer("token", nil), bearer),
		credential[security.BasicCredentials]("basic", security.HTTPBasic(), basic),
		credential[security.Authorization]("OpenID Connect", security.OpenIDConnect("https://example.com/"), bearer),
		credential[security.APIKey]("API key in a query", security.APIKeyQuery("key"), get("/?key=TOKEN")),
		credential[security.APIKey]("API key in a header", security.APIKeyHeader("X-Token"), get("/")),
		credential[security.Credentials]("any of two", security.AnyOf(security.HTTPBasic(), security.HTTPBearer()), bearer),
	}
}

func credential[T any](name string, scheme security.Scheme, request func(string) *http.Request) gift {
	g := injected[*T]("credentials: "+name, same, brio.Provide(scheme))
	g.request = func(token string) *http.Request {
		r := request(token)
		r.URL.Path = "/private/" + token
		return r
	}
	return g
}

// invalid breaks several rules, some with a ctx.
type invalid struct {
	N    int      `query:"n" validate:"gt=5"`
	List []string `query:"list" validate:"min=3"`
	E    color    `query:"e"`
	Body inner    `body:""`
}

// failures returns the gifts of functions that receive errors.
func failures() (all []gift) {
	request := post("/?n=1&list=TOKEN&e=TOKEN", "application/json", `{"name":1,"tags":"TOKEN","more":{"a":"TOKEN`+long+`"}}`)
	build := func(name string, change func(any), routes func(app *brio.App, see func(any)), opts func(see func(any)) []brio.AppOption) gift {
		return gift{
			name: "errors: " + name, request: request, want: same, change: change,
			app: func(see func(any)) http.Handler {
				app := newAppWith(opts(see)...)
				routes(app, see)
				return app
			},
		}
	}
	plain := func(app *brio.App, _ func(any)) { app.Post("/", func(*invalid) {}) }
	handlers := func(app *brio.App, see func(any)) {
		app.Post("/", func(*invalid) {}, brio.OnError(func(r *http.Request, err *brio.ValidationError) *brio.Response {
			see(err)
			return nil
		}))
	}
	none := func(func(any)) []brio.AppOption { return nil }
	all = append(all,
		build("an error handler", nil, handlers, none),
		build("Around", nil, plain, func(see func(any)) []brio.AppOption {
			return []brio.AppOption{brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
				out, err := next()
				see(err)
				return out, err
			})}
		}),
		build("a clean-up", nil, plain, func(see func(any)) []brio.AppOption {
			return []brio.AppOption{brio.Depends(func() func(error) { return func(err error) { see(err) } })}
		}),
		build("a format", nil, plain, func(see func(any)) []brio.AppOption {
			return []brio.AppOption{brio.FormatErrors(&format{response.FastAPIErrors(), see})}
		}),
		build("a catalogue", nil, plain, func(see func(any)) []brio.AppOption {
			return []brio.AppOption{brio.Messages(brio.Catalogue{Language: "de", Default: true, Message: func(d brio.ErrorDetail) string { see(&d); return "" }})}
		}),
	)
	for name, raise := range map[string]func(app *brio.App){
		"no route":  func(*brio.App) {},
		"no method": func(app *brio.App) { app.Get("/", func() {}) },
		"scheme":    func(app *brio.App) { app.Post("/", func() {}, brio.Depends(security.HTTPBasic())) },
		"scopes": func(app *brio.App) {
			app.Post("/", func() {}, brio.Provide(func() *user { return &user{} }), brio.Security(security.RequireScopes(func(u *user) []string { return u.Scopes }), "read"))
		},
		"too large": func(app *brio.App) { app.Post("/", func(*invalid) {}, brio.MaxBody(1)) },
	} {
		g := build(name, nil, func(app *brio.App, _ func(any)) { raise(app) }, func(see func(any)) []brio.AppOption {
			return []brio.AppOption{brio.OnError(func(r *http.Request, err error) *brio.Response {
				if e, ok := errors.AsType[*brio.HTTPError](err); ok {
					see(e)
				} else {
					see(&struct{ Text string }{err.Error()})
				}
				return nil
			})}
		})
		g.want = always("")
		all = append(all, g)
	}
	return all
}

// format passes on the values that an ErrorFormat receives.
type format struct {
	brio.ErrorFormat
	see func(any)
}

func (f *format) MediaType() string { return "application/json" }
func (f *format) Body(e *brio.ErrorInfo) any {
	body := response.FastAPIErrors().Body(&brio.ErrorInfo{Status: e.Status, Detail: "x"})
	if len(e.Errors) > 0 {
		f.see(e)
	}
	return body
}
