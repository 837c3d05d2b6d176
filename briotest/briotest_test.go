package briotest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// recorder is the testing.TB of a test that may fail: it keeps what a real one would print.
type recorder struct {
	testing.TB
	errors   []string
	fatal    string
	helpers  int
	cleanups []func()
}

func (r *recorder) Helper()          { r.helpers++ }
func (r *recorder) Failed() bool     { return len(r.errors) > 0 || r.fatal != "" }
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any)                 { r.fatal = fmt.Sprint(args...); panic(r) }
func (r *recorder) Fatalf(format string, args ...any) { r.Fatal(fmt.Sprintf(format, args...)) }

// record runs f as a test of its own, with its clean-ups.
func record(f func(t testing.TB)) *recorder {
	r := &recorder{}
	func() {
		defer func() {
			if v := recover(); v != nil && v != any(r) {
				panic(v)
			}
		}()
		f(r)
	}()
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	return r
}

type thing struct {
	Name string `json:"name"`
}

func newApp() *brio.App {
	app := brio.New(brio.Provide(func() (thing, error) { return thing{}, brio.Error(503, "no thing") }))
	app.Get("/thing", func(t thing) thing { return t })
	app.Post("/echo", func(in brio.Body[thing], res *brio.Response) thing {
		res.SetHeader("X-Name", in.Value.Name)
		return in.Value
	}, brio.Status(201))
	app.Get("/set", func(res *brio.Response) { _ = res.SetCookie(cookies.New("session", "s1")) })
	app.Get("/session", func(in struct {
		Session string `cookie:"session,omitempty"`
	}) string {
		return in.Session
	})
	app.Delete("/thing", func() {})
	app.Put("/thing", func(in brio.Body[thing]) thing { return in.Value })
	app.Patch("/thing", func(in brio.Body[thing]) thing { return in.Value })
	return app
}

// Every expectation that is not met fails the test, names the request and shows the answer; one that is met does not.
func TestExpectationsFail(t *testing.T) {
	const answer = "POST /echo: %s\n\tPOST /echo\n\tContent-Type: application/json\n\n\t{\"name\":\"ann\"}\n\n" +
		"\t201 Created\n\tContent-Length: 14\n\tContent-Type: application/json\n\tX-Name: ann\n\n\t{\"name\":\"ann\"}\n"
	for _, c := range []struct {
		name string
		f    func(r *briotest.Response)
		want string // "" for no failure
	}{
		{"status", func(r *briotest.Response) { r.Status(201) }, ""},
		{"another status", func(r *briotest.Response) { r.Status(200) }, "status 201, want 200"},
		{"body", func(r *briotest.Response) { r.Body(`{"name":"ann"}`) }, ""},
		{"another body", func(r *briotest.Response) { r.Body(`{"name":"bob"}`) }, "the body differs, want\n{\"name\":\"bob\"}"},
		{"part of the body", func(r *briotest.Response) { r.Body(`{"name":"ann"`) }, "the body differs, want\n{\"name\":\"ann\""},
		{"header", func(r *briotest.Response) { r.Header("x-name", "ann") }, ""},
		{"another header", func(r *briotest.Response) { r.Header("X-Name", "bob") }, `X-Name: "ann", want "bob"`},
		{"header that is missing", func(r *briotest.Response) { r.Header("X-None", "a") }, `X-None: "", want "a"`},
		{"no header", func(r *briotest.Response) { r.Header("X-None", "") }, ""},
		{"header that must not be", func(r *briotest.Response) { r.Header("X-Name", "") }, `X-Name: "ann", want ""`},
		{"JSON", func(r *briotest.Response) { r.JSON(new(thing)) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := record(func(tb testing.TB) {
				c.f(briotest.New(tb, newApp(), briotest.AllowHeader("x-name")).Post("/echo", thing{"ann"}).Send())
			})
			var want []string
			if c.want != "" {
				want = []string{fmt.Sprintf(answer, c.want)}
			}
			if !slices.Equal(got.errors, want) || got.fatal != "" {
				t.Errorf("errors %q, fatal %q; want %q", got.errors, got.fatal, want)
			}
			if got.helpers == 0 {
				t.Error("the failure is not reported at the line of the test")
			}
		})
	}
	got := record(func(tb testing.TB) {
		briotest.New(tb, newApp(), briotest.AllowHeader("X-Name")).Post("/echo", thing{"ann"}).Send().JSON(new(int))
	})
	if len(got.errors) != 1 || !strings.HasPrefix(got.errors[0], "POST /echo: the body is no int: ") {
		t.Errorf("JSON of another shape: %q", got.errors)
	}
	got = record(func(tb testing.TB) { briotest.New(tb, newApp()).Get("/none").Status(200).Body("x").Header("X", "y") })
	if len(got.errors) != 3 {
		t.Errorf("%d errors of three expectations that are not met: %q", len(got.errors), got.errors)
	}
}

// What makes a client useless ends the test at once.
func TestClientRefusesIllegalArguments(t *testing.T) {
	wrong := brio.New()
	wrong.Get("/", func(chan int) {})
	ends := func(err error) *brio.App {
		app := brio.New(brio.SupplyFunc(func(context.Context) (thing, func(context.Context) error, error) {
			return thing{}, func(context.Context) error { return err }, nil
		}))
		app.Get("/", func(t thing) thing { return t })
		return app
	}
	for _, c := range []struct {
		name  string
		f     func(t testing.TB)
		fatal string
		error string
	}{
		{"app with a mistake", func(t testing.TB) { briotest.New(t, wrong) }, "chan int", ""},
		{"override that is no provider", func(t testing.TB) { briotest.New(t, newApp(), briotest.Override(7)) }, "briotest.Override(int): ", ""},
		{"override without a result", func(t testing.TB) { briotest.New(t, newApp(), briotest.Override(func() error { return nil })) }, "has no result by which it could replace anything; use Replace", ""},
		{"body that is no JSON", func(t testing.TB) { briotest.New(t, newApp()).Post("/echo", func() {}) }, "briotest: the body of POST /echo: ", ""},
		{"app that does not stop cleanly", func(t testing.TB) { briotest.New(t, ends(errors.New("stuck"))).Get("/").Status(200) }, "", "briotest: the app did not stop cleanly: "},
		{"app that stops cleanly", func(t testing.TB) { briotest.New(t, ends(nil)).Get("/").Status(200) }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := record(c.f)
			if !strings.Contains(got.fatal, c.fatal) || (got.fatal == "") != (c.fatal == "") {
				t.Errorf("fatal %q, want %q", got.fatal, c.fatal)
			}
			if (len(got.errors) > 0) != (c.error != "") || c.error != "" && !strings.HasPrefix(got.errors[0], c.error) {
				t.Errorf("errors %q, want %q", got.errors, c.error)
			}
		})
	}
}

func TestClient(t *testing.T) {
	c := briotest.New(t, newApp(), briotest.AllowStatus(503))
	c.Get("/thing").Status(503)
	c.Delete("/thing").Status(204).Body("")
	c.Put("/thing", thing{"put"}).Status(200).Body(`{"name":"put"}`)
	c.Patch("/thing", `{"name":"text"}`).Status(200).Body(`{"name":"text"}`)
	c.Request("PUT", "/thing", []byte(`{"name":"bytes"}`)).Status(200).Body(`{"name":"bytes"}`)
	if got := string(c.Get("/none").Send().Bytes()); got != `{"detail":"Not Found"}` {
		t.Errorf("Bytes: %s", got)
	}
	result := c.Get("/none").Send().Result()
	if result.StatusCode != 404 || result.Body == nil {
		t.Errorf("Result: %+v", result)
	}
}

// A client keeps the cookies it is given, as a browser does, and no other client has them.
func TestClientsKeepTheirOwnCookies(t *testing.T) {
	app := newApp()
	first, second := briotest.New(t, app), briotest.New(t, app)
	first.Get("/set").Status(204)
	first.Get("/session").Send().Body(`"s1"`)
	second.Get("/session").Send().Body(`""`)
	r := httptest.NewRequest(http.MethodGet, "/session", nil)
	first.Do(r).Body(`"s1"`)
}

// A form is sent as browsers send it, headers of WithHeader go with every request, and an https URL is served as over TLS, whoever has made
// the request. Clients of WithHeader share the cookies.
func TestClientSendsFormsHeadersAndHTTPS(t *testing.T) {
	app := brio.New()
	app.Post("/form", func(in *struct {
		Name string   `form:"name"`
		Tags []string `form:"tag,omitempty"`
	}) string {
		return in.Name + strings.Join(in.Tags, "")
	})
	app.Put("/raw", func(in *struct {
		Body string `body:"" media:"application/json"`
		Type string `header:"Content-Type"`
	}) string {
		return in.Type + in.Body
	})
	app.Get("/who", func(in *struct {
		Who string `header:"X-Who" default:"nobody"`
	}) string {
		return in.Who
	})
	app.Post("/login", func(res *brio.Response) {
		res.SetCookie(cookies.New("sid", "s1", cookies.Secure(), cookies.Path("/login")))
	})
	app.Get("/login", func(r *http.Request) string {
		return r.Header.Get("Cookie") + " " + r.RemoteAddr + " " + r.RequestURI
	})
	c := briotest.New(t, app)
	c.Post("/form", url.Values{"name": {"ann"}, "tag": {"a", "b"}}).Status(200).Body(`"annab"`)
	c.WithHeader("Content-Type", "application/vnd.a+json").Put("/raw", `"x"`).Status(415).Header("Accept", "application/json")

	ann := c.WithHeader("X-Who", "ann")
	ann.Get("/who").Send().Body(`"ann"`)
	ann.WithHeader("x-who", "bob").Get("/who").Send().Body(`"bob"`)
	ann.WithHeader("X-Who", "").Get("/who").Send().Body(`"nobody"`)
	c.Get("/who").Send().Body(`"nobody"`)
	own := httptest.NewRequest("GET", "/who", nil)
	own.Header.Set("X-Who", "eve")
	ann.Do(own).Body(`"eve"`)

	ann.Post("https://example.com/login", nil).Status(204)
	c.Get("/login").Send().Body(`" 192.0.2.1:1234 /login"`)
	made, err := http.NewRequest("GET", "https://example.com/login?x=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // Do changes no request
		c.Do(made).Body(`"sid=s1 192.0.2.1:1234 /login?x=1"`)
	}
	made.AddCookie(&http.Cookie{Name: "sid", Value: "own"})
	c.Do(made).Body(`"sid=own 192.0.2.1:1234 /login?x=1"`)
	relative, err := http.NewRequest("GET", "/who", nil)
	if err != nil {
		t.Fatal(err)
	}
	relative.Header = nil
	ann.Do(relative).Body(`"ann"`)
}

// Overrides are those of one client: neither the app nor another client has them.
func TestOverridesAreClientsOwn(t *testing.T) {
	app := newApp()
	fake := briotest.New(t, app, briotest.Override(func() thing { return thing{"fake"} }))
	supplied := briotest.New(t, app, briotest.Supply(thing{"supplied"}))
	fake.Get("/thing").Status(200).Body(`{"name":"fake"}`)
	supplied.Get("/thing").Status(200).Body(`{"name":"supplied"}`)
	briotest.New(t, app, briotest.AllowStatus(503)).Get("/thing").Status(503)
}

// A nil option and a nil value fail the test with a text, and not with a nil pointer.
func TestNilFailsTest(t *testing.T) {
	for want, opt := range map[string]briotest.Option{
		"briotest: option 1 is nil":                     nil,
		"briotest.Supply(nil): the value has no type":   briotest.Supply(nil),
		"briotest.Override(<nil>): the provider is nil": briotest.Override(nil),
	} {
		got := record(func(tb testing.TB) { briotest.New(tb, newApp(), opt) })
		if !strings.Contains(got.fatal, want) {
			t.Errorf("got %q, want %q", got.fatal, want)
		}
	}
}

// Explore takes what New takes: without the override this app answers each request with a 500.
func TestExploreTakesOptionsOfNew(t *testing.T) {
	newBroken := func() *brio.App {
		app := brio.New(brio.Provide(func() (thing, error) { return thing{}, errors.New("broken") }))
		app.Get("/thing", func(t thing) thing { return t })
		return app
	}
	overrides := map[string]briotest.Option{
		"Override": briotest.Override(func() thing { return thing{"fake"} }),
		"Supply":   briotest.Supply(thing{"supplied"}),
	}
	for name, opt := range overrides {
		if got := record(func(tb testing.TB) { briotest.Explore(tb, newBroken(), opt) }); len(got.errors) > 0 {
			t.Errorf("%s has no effect: %s", name, got.errors)
		}
	}
	if got := record(func(tb testing.TB) { briotest.Explore(tb, newBroken()) }); len(got.errors) == 0 {
		t.Error("the app without an override has no failure")
	}
}

// TestAnswersAreHeldToDocument: an answer that the document does not declare fails the test, unless an option allows it.
func TestAnswersAreHeldToDocument(t *testing.T) {
	newApp := func() *brio.App {
		app := brio.New()
		app.Get("/status", func() error { return brio.Error(418, "tea") })
		app.Get("/member", func() *brio.Response { return response.JSON(map[string]any{"name": "a", "pin": 1}) }, brio.Responds[thing](200, ""))
		return app
	}
	for _, c := range []struct {
		path string
		opts []briotest.Option
		want string // "": the test passes
	}{
		{"/status", nil, "GET /status: the answer is not as GET /status is documented: the status 418 is not declared"},
		{"/status", []briotest.Option{briotest.AllowStatus(418)}, ""},
		{"/member", nil, "GET /member: the answer is not as GET /member is documented: the body is not as declared: $.pin: the document has no such member"},
		{"/member", []briotest.Option{briotest.AllowUndeclared()}, ""},
		{"/none", nil, ""},
	} {
		r := record(func(t testing.TB) { briotest.New(t, newApp(), c.opts...).WithHeader("X-A", "b").Get(c.path).Send() })
		if all := r.fatal + strings.Join(r.errors, "\n"); (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
			t.Errorf("%s: got %q, want %q", c.path, all, c.want)
		}
	}
}
