package cookies_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
)

func TestEveryAttributeAsSent(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 41, 9, 0, time.FixedZone("", 3600))
	for want, c := range map[string]*http.Cookie{
		"s=v; Path=/; SameSite=Lax":                                        cookies.New("s", "v"),
		"s=; Path=/; SameSite=Lax":                                         cookies.New("s", ""),
		"s=v; SameSite=Lax":                                                cookies.New("s", "v", cookies.Path("")),
		"s=v; Path=/p; Domain=d.com; SameSite=Lax":                         cookies.New("s", "v", cookies.Path("/p"), cookies.Domain("d.com")),
		"s=v; Path=/; Expires=Sun, 22 Nov 2026 05:41:09 GMT; SameSite=Lax": cookies.New("s", "v", cookies.Expires(at)),
		"s=v; Path=/; Max-Age=2; SameSite=Lax":                             cookies.New("s", "v", cookies.MaxAge(1500*time.Millisecond)),
		"s=v; Path=/; Max-Age=0; SameSite=Lax":                             cookies.New("s", "v", cookies.MaxAge(0)),
		"s=v; Path=/; HttpOnly; Secure; SameSite=Strict":                   cookies.New("s", "v", cookies.HTTPOnly(), cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode)),
		"s=v; Path=/; Secure; SameSite=None; Partitioned":                  cookies.New("s", "v", cookies.Secure(), cookies.SameSite(http.SameSiteNoneMode), cookies.Partitioned()),
		"s=v; Path=/": cookies.New("s", "v", cookies.SameSite(http.SameSiteDefaultMode)),
		"__Host-s=v; Path=/; Secure; SameSite=Lax": cookies.New("__Host-s", "v", cookies.Secure()),
		`s="a b,c"; Path=/; SameSite=Lax`:          cookies.New("s", "a b,c"),
	} {
		app := brio.New()
		app.Get("/", func(res *brio.Response) { res.SetCookie(c) })
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// What is set comes back as it was, quotes or not (RFC 6265, 4.1.1), or is refused; a cookie is never another one.
func TestValuesComeBack(t *testing.T) {
	app := brio.New()
	app.Get("/set", func(res *brio.Response, in *struct {
		Value string `query:"v"`
	}) {
		res.SetCookie(cookies.New("s", in.Value))
	})
	app.Get("/get", func(in *struct {
		S string `cookie:"s"`
	}) string {
		return in.S
	})
	refused := 0
	for c := range 256 {
		for _, value := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)}) + "b", string([]byte{byte(c), byte(c)})} {
			r := httptest.NewRequest("GET", "/set", nil)
			q := r.URL.Query()
			q.Set("v", value)
			r.URL.RawQuery = q.Encode()
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			if w.Code == 500 || w.Code == 422 {
				refused++
				continue
			}
			set, err := http.ParseSetCookie(w.Header().Get("Set-Cookie"))
			if err != nil {
				t.Errorf("%q: %v", value, err)
				continue
			}
			r = httptest.NewRequest("GET", "/get", nil)
			r.AddCookie(&http.Cookie{Name: set.Name, Value: set.Value, Quoted: set.Quoted})
			w = httptest.NewRecorder()
			app.ServeHTTP(w, r)
			if want := `"` + value + `"`; w.Body.String() != want {
				t.Errorf("%q came back as %s", value, w.Body)
			}
		}
	}
	if refused == 0 || refused > 3*(256-90) {
		t.Errorf("%d values were refused", refused)
	}
}

// Misused options leave a text that Check returns, also when another cookie is made of the cookie. The first argument counts, and
// net/http writes nothing of the text.
func TestCheckRefusesMisusedOptions(t *testing.T) {
	misused := cookies.New("s", "v", cookies.Secure(true, false), cookies.HTTPOnly(false, true))
	for name, c := range map[string]struct {
		cookie *http.Cookie
		want   string
	}{
		"a switch":            {misused, `cookie "s": Secure has 2 arguments; legal is one bool or none`},
		"like a misused one":  {cookies.Delete("s", misused), `cookie "s": Secure has 2 arguments`},
		"two cookies as like": {cookies.Delete("s", cookies.New("s", ""), cookies.New("s", "")), `cookie "s": Delete has 2 cookies for like; legal is one or none`},
	} {
		if err := cookies.Check(c.cookie); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %s", name, err, c.want)
		}
	}
	if got, want := misused.String(), "s=v; Path=/; Secure; SameSite=Lax"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := cookies.Check(&http.Cookie{Name: "s", Value: "v", Unparsed: []string{"Priority=High"}}); err != nil {
		t.Errorf("an attribute of a parsed cookie: got error %v, want none", err)
	}
}
