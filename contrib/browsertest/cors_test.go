package browsertest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// corsPage sends requests to APIs of other origins, one after the other. When all are answered, window.answers has what the
// page was allowed to read.
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
	const api = "$API", other = "$OTHER", open = "$OPEN", both = "$BOTH", answers = {};
	const simple = await fetch(api + "/open");
	answers["simple"] = await simple.text();
	answers["exposed header"] = String(simple.headers.get("X-Shown"));
	answers["other header"] = String(simple.headers.get("X-Hidden"));
	answers["login, preflighted"] = await ask(api + "/login", {method: "POST", credentials: "include", headers: json, body: '{"user":"ann"}'});
	answers["with credentials"] = await ask(api + "/me", {credentials: "include"});
	answers["without credentials"] = await ask(api + "/me", {credentials: "omit"});
	answers["allowed header"] = await ask(api + "/items", {method: "PUT", headers: {"X-Token": "t"}});
	answers["disallowed header"] = await ask(api + "/items", {method: "PUT", headers: {"X-Nope": "t"}});
	answers["disallowed method"] = await ask(api + "/items", {method: "DELETE"});
	answers["error"] = await ask(api + "/error");
	answers["panic"] = await ask(api + "/panic");
	answers["panic of middleware"] = await ask(api + "/middleware-panic");
	answers["timeout"] = await ask(api + "/timeout");
	answers["no such route"] = await ask(api + "/none");
	answers["wrong method"] = await ask(api + "/error", {method: "POST"});
	answers["invalid"] = (await ask(api + "/invalid")).slice(0, 3);
	answers["another origin's API"] = await ask(other + "/open");
	answers["another origin's API, preflighted"] = await ask(other + "/items", {method: "PUT"});
	answers["any origin"] = await ask(open + "/open");
	answers["any origin, with credentials"] = await ask(open + "/open", {credentials: "include"});
	answers["any origin, credentials allowed"] = await ask(both + "/me", {credentials: "include"});
	window.answers = answers;
})();
</script>`

// serveCORSAPI serves an app with the CORS middleware until the test ends and returns its URL.
func serveCORSAPI(t *testing.T, o middleware.CORSOptions) string {
	t.Helper()
	block := make(chan struct{})
	app := brio.New(withoutLog(), brio.Use(middleware.CORS(o)))
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
	url := serve(t, app)
	t.Cleanup(func() { close(block) }) // it runs before the server closes, which waits for the handler
	return url
}

// TestCORSDecidesWhatPagesRead: a browser lets a page read an answer of another origin, its headers and its errors when
// middleware.CORS allows the page's origin, and sends methods, headers and credentials when it allows those (the Fetch
// standard, 3.3).
func TestCORSDecidesWhatPagesRead(t *testing.T) {
	p := openTab(t) // its console has an error for each refusal
	page := brio.New(withoutLog())
	s := httptest.NewUnstartedServer(page) // its address is known before it serves
	t.Cleanup(s.Close)
	api := serveCORSAPI(t, middleware.CORSOptions{
		AllowOrigins: []string{"http://" + s.Listener.Addr().String()}, AllowMethods: []string{"GET", "POST", "PUT"}, AllowHeaders: []string{"X-Token"},
		ExposeHeaders: []string{"X-Shown"}, AllowCredentials: true,
	})
	other := serveCORSAPI(t, middleware.CORSOptions{AllowOriginRegex: `https://.*\.example\.com`, AllowMethods: []string{"*"}})
	open := serveCORSAPI(t, middleware.CORSOptions{AllowOrigins: []string{"*"}})
	both := serveCORSAPI(t, middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowCredentials: true})
	html := strings.NewReplacer("$API", api, "$OTHER", other, "$OPEN", open, "$BOTH", both).Replace(corsPage)
	page.Get("/", func() *brio.Response { return response.HTML(html) })
	s.Start()
	p.navigate(s.URL)
	got := wait[map[string]string](p, "window.answers")
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
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: got %q, want %q", key, got[key], want[key])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d answers, want %d: %v", len(got), len(want), got)
	}
}
