package responses_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// A cookie that clients would refuse (RFC 6265bis) is an error of the program and is not sent, also when a
// later cookie of its name is valid.
func TestSetCookieInvalidIsInternalError(t *testing.T) {
	t.Parallel()
	for _, c := range []*http.Cookie{
		nil,
		{Name: ""},
		{Name: "a b", Value: "x"},
		{Name: "a", Value: "x;y"},
		{Name: "a", Value: `x"y`},
		{Name: "a", Value: "x\r\nSet-Cookie: b=c"},
		{Name: "a", Value: "é"},
		{Name: "a", Path: "/;x"},
		{Name: "a", Domain: "-"},
		{Name: "a", SameSite: http.SameSiteNoneMode},
		{Name: "a", Partitioned: true},
		{Name: "__Host-a", Path: "/"},
		{Name: "__Host-a", Path: "/x", Secure: true},
		{Name: "__Secure-a"},
		{Name: "a", Value: strings.Repeat("x", 4096)},
	} {
		log := &testkit.Log{}
		app := brio.New(brio.Logger(log.Logger()))
		app.Get("/value", func(res *brio.Response) message { res.SetCookie(c); return message{} })
		app.Get("/text", func(res *brio.Response) string { res.SetCookie(c); return "" }, brio.ResponseClass(response.TextClass))
		app.Get("/direct", func() *brio.Response { return response.Text("x").SetCookie(c) })
		app.Get("/kept", func(res *brio.Response) *brio.Response { res.SetCookie(c); return response.Text("x") }, brio.MergeAlways())
		app.Get("/error", func(res *brio.Response) error { res.SetCookie(c); return brio.Error(404, nil) }, brio.MergeAlways())
		app.Get("/taken-back", func(res *brio.Response) message { res.SetCookie(c).SetCookie(cookies.New("a", "b")); return message{} })
		for _, r := range app.Routes() {
			log.Reset()
			w := testkit.Get(app, r.Path)
			testkit.WantInternalError(t, w, log, "SetCookie")
			testkit.WantHeader(t, w, "Set-Cookie")
		}
	}
}

// cyclic has no JSON form when it points to itself.
type cyclic struct {
	Next *cyclic `json:"next"`
}

// A value is encoded completely before the status and the headers are sent, so that a value without a JSON form ends in a 500.
func TestBodyIsEncodedBeforeHeaders(t *testing.T) {
	t.Parallel()
	ring := &cyclic{}
	ring.Next = ring
	list := []any{}
	list = append(list, nil)
	list[0] = list
	long := func(last any) []any {
		items := make([]any, 10_001)
		for i := range items {
			items[i] = strings.Repeat("x", 100)
		}
		items[10_000] = last
		return items
	}
	values := map[string]any{
		"NaN":                 math.NaN(),
		"infinity":            []float64{1, math.Inf(1)},
		"func":                map[string]any{"f": func() {}},
		"channel":             []any{make(chan int)},
		"cyclic pointers":     ring,
		"cyclic list":         list,
		"error in a method":   []any{marshalFails{}},
		"panic in a method":   []any{marshalPanics{}},
		"NaN after 1 MB":      long(math.NaN()),
		"panic after 1 MB":    long(marshalPanics{}),
		"invalid RawMessage":  json.RawMessage(`{"a":`),
		"invalid json.Number": json.Number("1x"),
	}
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	pick := func(in *struct {
		Name string `query:"name"`
	}, res *brio.Response) any {
		res.SetCookie(cookies.New("a", "b")).SetHeader("ETag", `"1"`).Status(201)
		return values[in.Name]
	}
	app.Get("/value", pick)
	app.Get("/direct", func(in *struct {
		Name string `query:"name"`
	}) *brio.Response {
		return response.JSON(values[in.Name]).SetCookie(cookies.New("a", "b"))
	})
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	server := testkit.Serve(t, app)
	for name := range values {
		for _, path := range []string{"/value", "/direct"} {
			t.Run(name+path, func(t *testing.T) {
				target := path + "?name=" + strings.ReplaceAll(name, " ", "+")
				log.Reset()
				w := testkit.Get(app, target)
				testkit.WantInternalError(t, w, log, "level=ERROR")
				testkit.WantHeader(t, w, "Set-Cookie")
				testkit.WantHeader(t, w, "ETag")
				status, header, body := testkit.Fetch(t, server+target)
				if status != 500 || body != testkit.InternalError || header.Get("Content-Type") != "application/json" || header.Get("Content-Length") != "34" {
					t.Errorf("over a connection: %d %v %q", status, header, body)
				}
			})
		}
	}
}

func TestBodyLargeIsSentWhole(t *testing.T) {
	t.Parallel()
	row := strings.Repeat("x", 1023)
	app := brio.New(testkit.Quiet())
	app.Get("/", func() []string {
		rows := make([]string, 10<<10)
		for i := range rows {
			rows[i] = row
		}
		return rows
	})
	server := testkit.Serve(t, app)
	for range 2 { // the second answer uses the buffer that the first gave to the pool
		status, header, body := testkit.Fetch(t, server)
		want := (len(row)+3)*(10<<10) + 1
		if status != 200 || len(body) != want || header.Get("Content-Length") != fmt.Sprint(want) {
			t.Errorf("%d, %d bytes, want %d; %v", status, len(body), want, header)
		}
		var rows []string
		if err := json.Unmarshal([]byte(body), &rows); err != nil || len(rows) != 10<<10 || rows[len(rows)-1] != row {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	}
}

// marshalFails and marshalPanics have no JSON form.
type (
	marshalFails  struct{}
	marshalPanics struct{}
)

func (marshalFails) MarshalJSON() ([]byte, error) {
	return []byte(`{"half":`), errors.New("cannot be JSON today")
}
func (marshalPanics) MarshalJSON() ([]byte, error) { panic("cannot be JSON ever") }
