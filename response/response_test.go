package response_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/response"
)

// sent returns the answer that a client receives for r.
func sent(t *testing.T, r *response.Response) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	x := exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))
	defer x.Release()
	a := response.AnswerOf(r)
	if e, ok := a.Failure(); ok { // the router does so with the format of the app
		failure, _ := e.(*response.HTTPError)
		info := failure.Info()
		a.Format("application/json", response.FastAPIErrors().Body(&info))
	}
	if _, err := a.Encode(nil, json.Append); err != nil {
		t.Fatal(err)
	}
	if err := a.Send(x); err != nil {
		t.Fatal(err)
	}
	return w
}

func wantValues(t *testing.T, h http.Header, key string, want ...string) {
	t.Helper()
	if got := h.Values(key); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", key, got, want)
	}
}

func TestConstructors(t *testing.T) {
	for _, c := range []struct {
		name      string
		r         *response.Response
		status    int
		mediaType string
		body      string
	}{
		{"zero", &response.Response{}, 200, "", ""},
		{"JSON", response.JSON(map[string]int{"a": 1}), 200, "application/json", `{"a":1}`},
		{"HTML", response.HTML("<p>"), 200, "text/html; charset=utf-8", "<p>"},
		{"Text", response.Text("é"), 200, "text/plain; charset=utf-8", "é"},
		{"Bytes", response.Bytes("a/b", []byte("x")), 200, "a/b", "x"},
		{"Redirect", response.Redirect("/x"), 307, "", ""},
		{"Empty", response.Empty(204), 204, "", ""},
		{"MediaType", response.Text("x").MediaType("text/csv"), 200, "text/csv", "x"},
		{"a Content-Type header", response.Text("x").SetHeader("content-type", "text/csv"), 200, "text/csv", "x"},
		{"MediaType without a body", response.Empty(201).MediaType("text/csv"), 201, "", ""},
	} {
		w := sent(t, c.r)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.mediaType || w.Body.String() != c.body {
			t.Errorf("%s: %d %q %q", c.name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
}

func TestAddHeaderReplacesSingleValuedHeaders(t *testing.T) {
	for key, single := range map[string]bool{
		"Content-Type": true, "location": true, "ETAG": true, "Retry-After": true, "Content-Disposition": true, "Strict-Transport-Security": true,
		"Vary": false, "Cache-Control": false, "Link": false, "WWW-Authenticate": false, "X-Own": false, "Set-Cookie": false, "Allow": false,
	} {
		want := []string{"1", "2"}
		if single {
			want = want[1:]
		}
		wantValues(t, (&response.Response{}).AddHeader(key, "1").AddHeader(key, "2").Header(), key, want...)
		wantValues(t, (&response.Response{}).AddHeader(key, "1").SetHeader(key, "2").Header(), key, "2")
		r := &response.Response{}
		r.Header().Add(key, "1")
		r.Header().Add(key, "2")
		wantValues(t, sent(t, r).Header(), key, want...)
	}
}

func TestRedirectEscapesURL(t *testing.T) {
	for url, want := range map[string]string{
		"":                         "",
		"/":                        "/",
		"https://a.b:1/c?d=e&f#g":  "https://a.b:1/c?d=e&f#g",
		"/a b":                     "/a%20b",
		"/%20%zz":                  "/%20%zz",
		"/é":                       "/%C3%A9",
		"/\xff":                    "/%FF",
		"/\r\nSet-Cookie: a=b":     "/%0D%0ASet-Cookie:%20a=b",
		"/\x00":                    "/%00",
		"/\"<>\\^`{|}":             "/%22%3C%3E%5C%5E%60%7B%7C%7D",
		"/:/%#?=@[]!$&'()*+,;-._~": "/:/%#?=@[]!$&'()*+,;-._~",
	} {
		if got := response.Redirect(url).Header().Get("Location"); got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
}

func TestDeleteCookieKeepsAttributes(t *testing.T) {
	set := cookies.New("a", "1", cookies.Path("/p"), cookies.Domain("example.com"), cookies.Secure(), cookies.HTTPOnly(), cookies.SameSite(http.SameSiteNoneMode))
	for _, c := range []struct {
		r    *response.Response
		want string
	}{
		{(&response.Response{}).DeleteCookie("a"), "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax"},
		{(&response.Response{}).DeleteCookie("__Host-a"), "__Host-a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; SameSite=Lax"},
		{(&response.Response{}).DeleteCookie("a", set), "a=; Path=/p; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Secure; SameSite=None"},
		{(&response.Response{}).SetCookie(set).DeleteCookie("a", set), "a=; Path=/p; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Secure; SameSite=None"},
	} {
		wantValues(t, sent(t, c.r).Header(), "Set-Cookie", c.want)
	}
}

func TestSetCookieKeepsFirstMisuse(t *testing.T) {
	r := response.Text("x").SetCookie(&http.Cookie{Name: "a b", Value: "secret"}).SetCookie(nil).SetCookie(cookies.New("c", "d"))
	if err := response.AnswerOf(r).Err(); err == nil || !strings.Contains(err.Error(), `"a b"`) || strings.Contains(err.Error(), "secret") {
		t.Errorf("Err is %v", err)
	}
	if got := r.Cookies(); len(got) != 1 || got[0].Name != "c" {
		t.Errorf("cookies: %v", got)
	}
}
