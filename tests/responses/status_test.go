package responses_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// 204, 205 and 304 have no content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5), whatever the handler returns. A 205 says so
// with Content-Length: 0.
func TestStatusWithoutBodySendsNone(t *testing.T) {
	t.Parallel()
	anyValue := func() any { return message{"ok"} }
	temporal := func(status int) any {
		return func(res *brio.Response) message { res.Status(status); return message{"ok"} }
	}
	for _, s := range []struct {
		status int
		length []string
	}{{204, nil}, {205, []string{"0"}}, {304, nil}} {
		app := brio.New(testkit.Quiet())
		app.Get("/route", anyValue, brio.Status(s.status))
		app.Get("/route-nothing", func() {}, brio.Status(s.status))
		app.Get("/temporal", temporal(s.status))
		app.Get("/temporal-text", temporal(s.status), brio.ResponseClass(textX))
		app.Get("/direct", func() *brio.Response { return response.JSON(1).Status(s.status) })
		app.Get("/empty", func() *brio.Response { return response.Empty(s.status) })
		if s.status == 304 { // an error that Precondition returns; other errors have 400 to 599
			app.Get("/error", func() error { return brio.Error(s.status, "x").WithHeader("X-A", "b") })
		}
		app.Get("/injected", func(res *brio.Response) *brio.Response { return res.Status(s.status).SetHeader("Content-Type", "a/b") })
		if err := app.Check(); err != nil {
			t.Fatal(err)
		}
		for _, r := range app.Routes() {
			for _, method := range []string{"GET", "HEAD"} {
				w := testkit.Do(app, method, r.Path, "")
				testkit.WantStatus(t, w, s.status)
				testkit.WantBody(t, w, "")
				testkit.WantHeader(t, w, "Content-Type")
				testkit.WantHeader(t, w, "Content-Length", s.length...)
			}
		}
		if s.status == 304 {
			testkit.WantHeader(t, testkit.Get(app, "/error"), "X-A", "b")
		}
	}
}

// textX is a class with a body of its own for every value.
var textX = response.NewClass("text/x", func(any) ([]byte, error) { return []byte("x"), nil })

func TestCheckReportsValueForStatusWithoutBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{204, 205, 304} {
		app := brio.New()
		app.Get("/", func() message { return message{} }, brio.Status(status))
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), "has no body") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// A status outside of 200 to 999 is an error of the program. After an interim one, net/http would send an empty 200.
func TestStatusInvalidIsInternalError(t *testing.T) {
	t.Parallel()
	for _, status := range []int{100, 102, 103, 199, 99, 1000, -1} {
		log := &testkit.Log{}
		app := brio.New(brio.Logger(log.Logger()))
		app.Get("/temporal", func(res *brio.Response) message { res.Status(status); return message{} })
		app.Get("/direct", func() *brio.Response { return response.Text("x").Status(status) })
		app.Get("/error", func() error { return brio.Error(status, "x") })
		for _, r := range app.Routes() {
			log.Reset()
			testkit.WantInternalError(t, testkit.Get(app, r.Path), log, "status")
		}
	}
}

// HEAD has the header fields of GET, and no content (RFC 9110, section 9.3.2). Content-Length is that of
// the body, in a recorder and over a connection.
func TestHeadSendsHeadersOfGet(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/value", func(res *brio.Response) message {
		res.SetCookie(cookies.New("a", "b"))
		return message{"ok"}
	})
	app.Get("/text", func() *brio.Response { return response.Text("four") })
	app.Get("/error", func() error { return brio.Error(404, nil) })
	app.Get("/nothing", func() {})
	app.Get("/wrapped", func() string { return "wrapped" }, brio.Use(func(next http.Handler) http.Handler { return next }))
	for _, r := range app.Routes() {
		get, head := testkit.Get(app, r.Path), testkit.Do(app, "HEAD", r.Path, "")
		testkit.WantStatus(t, head, get.Code)
		testkit.WantBody(t, head, "")
		for _, key := range []string{"Content-Length", "Content-Type", "Set-Cookie"} {
			testkit.WantHeader(t, head, key, get.Header().Values(key)...)
		}
		if n := get.Body.Len(); n > 0 {
			testkit.WantHeader(t, get, "Content-Length", strconv.Itoa(n))
		}
	}
	server := testkit.Serve(t, app)
	for _, r := range app.Routes() {
		res, err := http.Get(server + r.Path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.ContentLength != int64(len(body)) || len(res.TransferEncoding) > 0 {
			t.Errorf("%s: %d bytes, Content-Length %d", r.Path, len(body), res.ContentLength)
		}
	}
}
