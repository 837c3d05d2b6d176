package cookies_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
)

// New makes a cookie with safe defaults; options change it.
func ExampleNew() {
	fmt.Println(cookies.New("theme", "dark"))
	fmt.Println(cookies.New("theme", "dark", cookies.MaxAge(24*time.Hour), cookies.Secure(), cookies.HTTPOnly()))
	// Output:
	// theme=dark; Path=/; SameSite=Lax
	// theme=dark; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax
}

func ExampleDelete() {
	set := cookies.New("theme", "dark", cookies.Path("/shop"))
	fmt.Println(cookies.Delete("theme", set))
	// Output:
	// theme=; Path=/shop; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax
}

func ExampleCheck() {
	fmt.Println(cookies.Check(cookies.New("embed", "1", cookies.SameSite(http.SameSiteNoneMode))))
	fmt.Println(cookies.Check(cookies.New("__Host-id", "1", cookies.Secure(), cookies.Path("/app"))))
	// Output:
	// cookie "embed": SameSite=None needs Secure, or browsers drop the cookie
	// cookie "__Host-id": a name with the prefix __Host- needs Path=/, not "/app", or browsers drop the cookie
}

// A Codec writes a value into a cookie that the client cannot change.
func ExampleCodec() {
	type Session struct {
		User string `json:"user"`
	}
	secret := []byte("32 random bytes from a secret store") // not in the source, in earnest
	codec, err := cookies.NewCodec(cookies.Key{Sign: secret})
	if err != nil {
		panic(err)
	}

	cookie, err := codec.Encode("session", Session{User: "alice"}, cookies.Secure())
	if err != nil {
		panic(err)
	}

	var session Session
	err = codec.Decode(cookie, &session)
	fmt.Println(session.User, err)

	cookie.Value = "x" + cookie.Value[1:]
	fmt.Println(errors.Is(codec.Decode(cookie, &session), cookies.ErrInvalid))
	// Output:
	// alice <nil>
	// true
}

// A handler sets a cookie on the Response that it asks for. The next request brings it back as a parameter.
func Example_setCookie() {
	app := brio.New()
	app.Post("/theme", func(res *brio.Response) string {
		res.SetCookie(cookies.New("theme", "dark", cookies.MaxAge(24*time.Hour)))
		return "saved"
	})
	app.Get("/theme", func(in *struct {
		Theme string `cookie:"theme" default:"light"`
	}) string {
		return in.Theme
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/theme", nil))
	fmt.Println(w.Header().Get("Set-Cookie"))

	r := httptest.NewRequest("GET", "/theme", nil)
	r.AddCookie(w.Result().Cookies()[0])
	w = httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output:
	// theme=dark; Path=/; Max-Age=86400; SameSite=Lax
	// "dark"
}

// Options set the attributes of a cookie.
func ExampleOption() {
	options := []cookies.Option{
		cookies.Domain("example.com"),
		cookies.Expires(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)),
		cookies.Secure(), cookies.Partitioned(),
	}
	fmt.Println(cookies.New("embed", "1", options...))
	// Output:
	// embed=1; Path=/; Domain=example.com; Expires=Tue, 01 Jan 2030 00:00:00 GMT; Secure; SameSite=Lax; Partitioned
}
