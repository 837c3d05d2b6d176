//go:build unix

package brio_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// corsPage asks APIs of other origins, one after the other, and sends back what it was allowed to see.
const corsPage = `<!doctype html><title>cors</title><script>
const json = {"Content-Type": "application/json"};
async function ask(url, options) {
	try {
		const r = await fetch(url, options);
		return r.status + " " + await r.text();
	} catch (e) {
		return e.name;
	}
}
(async () => {
	const api = "$API", other = "$OTHER", open = "$OPEN", both = "$BOTH", heard = {};
	const simple = await fetch(api + "/open");
	heard["simple"] = await simple.text();
	heard["exposed header"] = String(simple.headers.get("X-Shown"));
	heard["other header"] = String(simple.headers.get("X-Hidden"));
	heard["login, preflighted"] = await ask(api + "/login", {method: "POST", credentials: "include", headers: json, body: '{"user":"ann"}'});
	heard["with credentials"] = await ask(api + "/me", {credentials: "include"});
	heard["without credentials"] = await ask(api + "/me", {credentials: "omit"});
	heard["allowed header"] = await ask(api + "/items", {method: "PUT", headers: {"X-Token": "t"}});
	heard["disallowed header"] = await ask(api + "/items", {method: "PUT", headers: {"X-Nope": "t"}});
	heard["disallowed method"] = await ask(api + "/items", {method: "DELETE"});
	heard["error"] = await ask(api + "/error");
	heard["panic"] = await ask(api + "/panic");
	heard["panic of middleware"] = await ask(api + "/middleware-panic");
	heard["timeout"] = await ask(api + "/timeout");
	heard["no such route"] = await ask(api + "/none");
	heard["wrong method"] = await ask(api + "/error", {method: "POST"});
	heard["invalid"] = (await ask(api + "/invalid")).slice(0, 3);
	heard["another origin's API"] = await ask(other + "/open");
	heard["another origin's API, preflighted"] = await ask(other + "/items", {method: "PUT"});
	heard["any origin"] = await ask(open + "/open");
	heard["any origin, with credentials"] = await ask(open + "/open", {credentials: "include"});
	heard["any origin, credentials allowed"] = await ask(both + "/me", {credentials: "include"});
	await fetch("/heard", {method: "POST", headers: json, body: JSON.stringify(heard)});
})();
</script>`

// corsAPI is an app with the middleware around.
func corsAPI(t *testing.T, o middleware.CORSOptions) string {
	block := make(chan struct{})
	app := brio.New(quiet(), brio.Use(middleware.CORS(o)))
	app.Get("/open", func(res *brio.Response) string {
		res.SetHeader("X-Shown", "shown").SetHeader("X-Hidden", "hidden")
		return "open"
	})
	app.Post("/login", func(res *brio.Response, in *brio.Body[map[string]string]) string {
		res.SetCookie(cookies.New("user", in.Value["user"]))
		return "welcome"
	})
	app.Get("/me", func(in *struct {
		User string `cookie:"user" default:"nobody"`
	}) string {
		return in.User
	})
	app.Put("/items", func(in *struct {
		Token string `header:"X-Token" default:""`
	}) string {
		return in.Token
	})
	app.Delete("/items", func() {})
	app.Get("/error", func() error { return errors.New("canary") })
	app.Get("/panic", func() { panic("canary") })
	app.Get("/middleware-panic", func() {}, brio.Use(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary") })
	}))
	app.Get("/timeout", func() { <-block }, brio.Use(middleware.Timeout(time.Millisecond)))
	app.Get("/invalid", func(*struct {
		N int `query:"n"`
	}) {
	})
	s := httptest.NewServer(app)
	t.Cleanup(func() {
		close(block)
		s.Close()
	})
	return s.URL
}

// TestCORSOfABrowser lets a page in Chromium use APIs of other origins. make browser runs it.
func TestCORSOfABrowser(t *testing.T) {
	if os.Getenv("BRIO_BROWSER") == "" {
		t.Skip("BRIO_BROWSER is not set; make browser does it")
	}
	heard := make(chan map[string]string, 1)
	page := brio.New(quiet())
	s := httptest.NewUnstartedServer(page) // its address is known before it serves
	defer s.Close()
	api := corsAPI(t, middleware.CORSOptions{
		AllowOrigins: []string{"http://" + s.Listener.Addr().String()}, AllowMethods: []string{"GET", "POST", "PUT"}, AllowHeaders: []string{"X-Token"},
		ExposeHeaders: []string{"X-Shown"}, AllowCredentials: true,
	})
	other := corsAPI(t, middleware.CORSOptions{AllowOriginRegex: `https://.*\.example\.com`, AllowMethods: []string{"*"}})
	open := corsAPI(t, middleware.CORSOptions{AllowOrigins: []string{"*"}})
	both := corsAPI(t, middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowCredentials: true})
	html := strings.NewReplacer("$API", api, "$OTHER", other, "$OPEN", open, "$BOTH", both).Replace(corsPage)
	page.Get("/", func() *brio.Response { return response.HTML(html) })
	page.Post("/heard", func(in *brio.Body[map[string]string]) { heard <- in.Value })
	s.Start()
	browse(t, s.URL)
	internal := `500 {"detail":"Internal Server Error"}`
	want := map[string]string{
		"simple": `"open"`, "exposed header": "shown", "other header": "null",
		"login, preflighted": `200 "welcome"`, "with credentials": `200 "ann"`, "without credentials": `200 "nobody"`,
		"allowed header": `200 "t"`, "disallowed header": "TypeError", "disallowed method": "TypeError",
		"error": internal, "panic": internal, "panic of middleware": internal,
		"timeout":       `503 {"detail":"The server took too long to respond"}`,
		"no such route": `404 {"detail":"Not Found"}`, "wrong method": `405 {"detail":"Method Not Allowed"}`, "invalid": "422",
		"another origin's API": "TypeError", "another origin's API, preflighted": "TypeError",
		"any origin": `200 "open"`, "any origin, with credentials": "TypeError", "any origin, credentials allowed": `200 "ann"`,
	}
	select {
	case got := <-heard:
		for key := range want {
			if got[key] != want[key] {
				t.Errorf("%s: %q, want %q", key, got[key], want[key])
			}
		}
		if len(got) != len(want) {
			t.Errorf("heard %s", fmt.Sprint(got))
		}
	case <-time.After(time.Minute):
		t.Fatal("the page has said nothing")
	}
}
