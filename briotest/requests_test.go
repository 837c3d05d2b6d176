package briotest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/response"
)

// FailNow ends the test, as Fatal does.
func (r *recorder) FailNow() { r.Fatal("FailNow") }

func (r *recorder) Log(...any)          {}
func (r *recorder) Logf(string, ...any) {}

// newMirror is an app that answers with what it has received, and with redirects and streams.
func newMirror() *brio.App {
	app := brio.New(brio.Hidden())
	mirror := func(r *http.Request) (string, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return "", err
		}
		out := r.Method + " " + r.URL.RequestURI() + " at " + r.Host
		for _, name := range []string{"Authorization", "Content-Type", "Cookie"} {
			if v := r.Header.Get(name); v != "" {
				out += "\n" + name + ": " + v
			}
		}
		return out + "\n" + string(body), nil
	}
	for _, declare := range []func(string, any, ...brio.RouteOption) *brio.Route{app.Get, app.Post, app.Put} {
		declare("/mirror", mirror)
		declare("/redirect/{status}", func(in struct {
			Status int    `path:"status"`
			To     string `query:"to"`
		}) *brio.Response {
			return response.Redirect(in.To).Status(in.Status)
		})
	}
	app.Post("/files", func(in struct {
		Text  string            `form:"text,omitempty"`
		Files []brio.UploadFile `file:"file"`
	}) (string, error) {
		out := in.Text
		for _, f := range in.Files {
			text, err := f.ReadAll()
			if err != nil {
				return "", err
			}
			out += fmt.Sprintf(" %s %s %q", f.Filename, f.ContentType, text)
		}
		return out, nil
	})
	app.Get("/loop", func() *brio.Response { return response.Redirect("/loop") })
	app.Get("/ticks", func() iter.Seq[response.Event[note]] {
		return func(yield func(response.Event[note]) bool) {
			_ = yield(response.Event[note]{ID: "1", Event: "tick", Retry: 2 * time.Second, Data: note{"a"}}) && yield(response.Event[note]{Data: note{"b"}})
		}
	})
	app.Get("/lines", func() iter.Seq[note] {
		return func(yield func(note) bool) { _ = yield(note{"a"}) && yield(note{"b"}) }
	})
	app.Get("/refused", func() (iter.Seq[note], error) { return nil, brio.Error(409, "no") })
	return app
}

// TestRequestsReachApp: what the methods of a Request add is what the app receives.
func TestRequestsReachApp(t *testing.T) {
	t.Parallel()
	c := briotest.New(t, newMirror(), briotest.BaseURL("http://shop.example"))
	for name, test := range map[string]struct {
		request *briotest.Request
		want    string
	}{
		"query":             {c.Get("/mirror").Query("tag", "a&b", 2), "GET /mirror?tag=a%26b&tag=2 at shop.example\n"},
		"query twice":       {c.Get("/mirror?a=1").Query("b", true), "GET /mirror?a=1&b=true at shop.example\n"},
		"URL":               {c.Get("https://other.example/mirror"), "GET /mirror at other.example\n"},
		"host":              {c.Get("/mirror").Header("Host", "other.example"), "GET /mirror at other.example\n"},
		"bearer":            {c.Get("/mirror").Bearer("t"), "GET /mirror at shop.example\nAuthorization: Bearer t\n"},
		"basic":             {c.Get("/mirror").Basic("ann", "s"), "GET /mirror at shop.example\nAuthorization: Basic YW5uOnM=\n"},
		"cookie":            {c.Get("/mirror").Cookie("k", "v"), "GET /mirror at shop.example\nCookie: k=v\n"},
		"body":              {c.Put("/mirror", nil).Body("text/csv", "a,b"), "PUT /mirror at shop.example\nContent-Type: text/csv\na,b"},
		"form":              {c.Post("/mirror", nil).Form("a", 1, "x y"), "POST /mirror at shop.example\nContent-Type: application/x-www-form-urlencoded\na=1&a=x+y"},
		"JSON":              {c.Put("/mirror", nil).JSON(note{"a"}), "PUT /mirror at shop.example\nContent-Type: application/json\n{\"text\":\"a\"}"},
		"303 after POST":    {c.Post("/redirect/303", "{}").Query("to", "/mirror?x=1").FollowRedirects(), "GET /mirror?x=1 at shop.example\n"},
		"303 after a form":  {c.Post("/redirect/303", nil).Form("a", 1).Query("to", "/mirror").FollowRedirects(), "GET /mirror at shop.example\n"},
		"307 after POST":    {c.Post("/redirect/307", "{}").Query("to", "/mirror").FollowRedirects(), "POST /mirror at shop.example\nContent-Type: application/json\n{}"},
		"302 after GET":     {c.Get("/redirect/302").Query("to", "http://shop.example/mirror").FollowRedirects(), "GET /mirror at shop.example\n"},
		"302 and 308":       {c.Get("/redirect/302").Query("to", "/redirect/308?to=/mirror").FollowRedirects(), "GET /mirror at shop.example\n"},
		"redirect of a set": {c.Get("/redirect/301").Query("to", "../mirror").FollowRedirects().Cookie("k", "v"), "GET /mirror at shop.example\nCookie: k=v\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := briotest.Do[string](test.request); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	c.Get("/mirror").Context(gone).Status(499) // the app sees a client that has closed the connection
	c.Get("/redirect/302").Query("to", "/mirror").Status(302)
	c.Get("/redirect/302").Query("to", "https://evil.example/mirror").FollowRedirects().Status(302)
	c.Get("/redirect/300").Query("to", "/mirror").FollowRedirects().Status(300)
	if c.Head("/mirror").Status(200); len(c.Head("/mirror").Send().Bytes()) != 0 {
		t.Error("an answer to HEAD has a body")
	}
	got := briotest.Do[string](c.Post("/files", nil).Form("text", "hi").
		File("file", "a.txt", "1").File("file", "b.png", []byte("\x89PNG\r\n\x1a\n")).File("file", "c.txt", strings.NewReader("3")))
	if want := `hi a.txt text/plain; charset=utf-8 "1" b.png image/png "\x89PNG\r\n\x1a\n" c.txt text/plain; charset=utf-8 "3"`; got != want {
		t.Errorf("files: got %s\nwant %s", got, want)
	}
	if res, err := http.Get(c.Listen() + "/mirror"); err != nil || res.StatusCode != 200 {
		t.Errorf("over the network: %v, %v", res, err)
	} else {
		_ = res.Body.Close()
	}
}

// TestMistakesOfRequestsFail: a request that cannot be meant ends the test, and says what is legal.
func TestMistakesOfRequestsFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f    func(t testing.TB, c *briotest.Client)
		want string
	}{
		"file of another type": {func(t testing.TB, c *briotest.Client) { c.Post("/files", nil).File("file", "a", 1) }, "its content is a int; legal are string, []byte and io.Reader"},
		"file that fails": {func(t testing.TB, c *briotest.Client) {
			c.Post("/files", nil).File("file", "a", iotest.ErrReader(errors.New("torn")))
		}, "the file a: torn"},
		"no path":           {func(t testing.TB, c *briotest.Client) { c.Get("mirror").Send() }, `GET "mirror": legal is a path, as in /items, or a URL`},
		"body without JSON": {func(t testing.TB, c *briotest.Client) { c.Post("/mirror", func() {}) }, "the body of POST /mirror"},
		"not sent":          {func(t testing.TB, c *briotest.Client) { c.Get("/mirror") }, "GET /mirror was not sent"},
		"no success":        {func(t testing.TB, c *briotest.Client) { briotest.Do[note](c.Get("/refused")) }, "status 409, want a success"},
		"another type":      {func(t testing.TB, c *briotest.Client) { briotest.Do[note](c.Get("/mirror")) }, "the body is no briotest_test.note"},
		"redirects for ever": {func(t testing.TB, c *briotest.Client) {
			c.Get("/loop").FollowRedirects().Send()
		}, "more than 10 redirects"},
		"base URL with a path": {func(t testing.TB, c *briotest.Client) {
			briotest.New(t, newMirror(), briotest.BaseURL("https://a.example/x"))
		}, "legal is a scheme and a host"},
		"base URL without one": {func(t testing.TB, c *briotest.Client) { briotest.New(t, newMirror(), briotest.BaseURL("a.example")) }, "legal is a scheme and a host"},
		"not a stream":         {func(t testing.TB, c *briotest.Client) { c.Get("/lines").Events() }, "want text/event-stream"},
		"stream refused":       {func(t testing.TB, c *briotest.Client) { c.Get("/refused").Lines() }, "status 409, want 200"},
		"reason missing": {func(t testing.TB, c *briotest.Client) {
			briotest.Explore(t, newNotes(), briotest.LeaveOut("GET /who", ""))
		}, "a reason is missing"},
		"unknown operation": {func(t testing.TB, c *briotest.Client) {
			briotest.Explore(t, newNotes(), briotest.LeaveOut("GET /whom", "why"))
		}, `the document has no such operation; it has ["GET /notes"`},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(func(t testing.TB) { c.f(t, briotest.New(t, newMirror())) })
			if all := r.fatal + "\n" + strings.Join(r.errors, "\n"); !strings.Contains(all, c.want) {
				t.Errorf("got %s\nwant %s", all, c.want)
			}
		})
	}
}

// TestExpectListsDifferences: a failure lists the places of a JSON body that differ, and shows long and binary bodies cut and quoted.
func TestExpectListsDifferences(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/list", func() map[string]any {
		return map[string]any{"a": 1, "b": []int{1, 2}, "c": map[string]any{"d": "x"}, "long": strings.Repeat("y", 3000)}
	})
	app.Get("/binary", func() *brio.Response { return response.Bytes("image/png", []byte{0xff, 0xfe}) })
	app.Get("/many", func() []int { return make([]int, 50) })
	for name, c := range map[string]struct {
		path string
		want any
		says []string
	}{
		"value":      {"/list", map[string]any{"a": 2, "b": []int{1, 3}, "c": 1}, []string{"$.a: 1, want 2", "$.b[1]: 2, want 3", `$.c: {"d":"x"}, want 1`, `want no such member`, "… (30"}},
		"text":       {"/list", `{"a":1,"b":[1],"c":{"d":"x","e":null},"long":"z"}`, []string{"$.b: 2 elements, want 1", "$.c.e: missing, want null", "yyy…"}},
		"bytes":      {"/list", []byte("[]"), []string{"$: {", "want []"}},
		"no JSON":    {"/binary", []int{}, []string{"it is no JSON", `"\xff\xfe"`}},
		"wrong text": {"/list", "{", []string{"what is expected is no JSON"}},
		"a function": {"/list", func() {}, []string{"the value to expect: "}},
		"many":       {"/many", make([]string, 50), []string{"$[19]", "and 30 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(func(t testing.TB) { briotest.New(t, app).Get(c.path).Status(200).Expect(c.want) })
			if len(r.errors) != 1 {
				t.Fatalf("%d errors, want 1: %q, %s", len(r.errors), r.errors, r.fatal)
			}
			for _, part := range c.says {
				if !strings.Contains(r.errors[0], part) {
					t.Errorf("the failure lacks %q:\n%s", part, r.errors[0])
				}
			}
		})
	}
	r := record(func(t testing.TB) {
		briotest.New(t, app).Get("/list").Status(200).Body(`{"a":1,"b":[1,2],"c":{"d":"` + strings.Repeat("n", 100) + `"},"long":""}`)
	})
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "$.c.d: ") {
		t.Errorf("a long JSON body: %q", r.errors)
	}
	briotest.New(t, app).Get("/many").Status(200).Expect(make([]int, 50)).Expect([]byte("[" + strings.TrimSuffix(strings.Repeat("0 ,", 50), ",") + "]"))
}

// TestStreamsAreReceived: events and lines come item by item, and each expectation that is not met fails the test.
func TestStreamsAreReceived(t *testing.T) {
	t.Parallel()
	c := briotest.New(t, newMirror())
	var n note
	c.Get("/ticks").Events().Expect(briotest.Event{ID: "1", Name: "tick", Retry: 2 * time.Second, Data: `{"text":"a"}`}).JSON(&n).End()
	if n.Text != "b" {
		t.Errorf("the second event is %q", n.Text)
	}
	lines := c.Get("/lines").Lines()
	if e := lines.Expect(`{"text":"a"}`).Next(); e != (briotest.Event{Data: `{"text":"b"}`}) {
		t.Errorf("the second line is %+v", e)
	}
	lines.End()
	for name, test := range map[string]struct {
		f    func(s *briotest.Stream)
		want string
	}{
		"event":     {func(s *briotest.Stream) { s.Expect(briotest.Event{ID: "2"}) }, "item 1 differs: {ID:1"},
		"text":      {func(s *briotest.Stream) { s.Expect("x") }, `item 1 differs: "{\"text\":\"a\"}", want "x"`},
		"value":     {func(s *briotest.Stream) { s.Expect(note{"z"}) }, `$.text: "a", want "z"`},
		"function":  {func(s *briotest.Stream) { s.Expect(func() {}) }, "the item to expect: "},
		"no number": {func(s *briotest.Stream) { var n int; s.JSON(&n) }, "item 1 is no *int"},
		"too few":   {func(s *briotest.Stream) { s.Next(); s.Next(); s.Next() }, "no item 3: the app has ended the stream"},
		"too many":  {func(s *briotest.Stream) { s.Next(); s.End() }, "item 2 instead of the end"},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(func(t testing.TB) { test.f(briotest.New(t, newMirror()).Get("/ticks").Events()) })
			if len(r.errors) != 1 || !strings.Contains(r.errors[0], test.want) {
				t.Errorf("got %q, %s\nwant %s", r.errors, r.fatal, test.want)
			}
		})
	}
}

// TestSnapshotFails: for a value that differs, a file that is missing, and what is no JSON.
func TestSnapshotFails(t *testing.T) {
	t.Setenv(briotest.UpdateEnv, "")
	folder := t.TempDir()
	file := filepath.Join(folder, "a.json")
	if err := os.WriteFile(file, []byte("{\n  \"text\": \"a\"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		v    any
		want string // "": none
	}{
		"the same":      {file, note{"a"}, ""},
		"the same text": {file, `{"text" : "a"}`, ""},
		"bytes":         {file, []byte(`{"text":"b"}`), `$.text: "b", want "a"`},
		"missing":       {filepath.Join(folder, "b.json"), note{"a"}, "there is no file"},
		"a folder":      {folder, note{"a"}, "briotest.Snapshot: read"},
		"no JSON":       {file, "{", "unexpected end of JSON input"},
		"a function":    {file, func() {}, "unsupported type"},
	} {
		r := record(func(t testing.TB) { briotest.Snapshot(t, c.file, c.v) })
		if all := r.fatal + strings.Join(r.errors, "\n"); (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
			t.Errorf("%s: got %q, want %q", name, all, c.want)
		}
	}
	t.Setenv(briotest.UpdateEnv, "1")
	if r := record(func(t testing.TB) { briotest.Snapshot(t, filepath.Join(file, "b.json"), note{"a"}) }); !strings.Contains(r.fatal, "briotest.Snapshot: ") {
		t.Errorf("below a file: %q", r.fatal)
	}
}

// FuzzNotes runs the seeds of Fuzz on an app without faults.
func FuzzNotes(f *testing.F) {
	app := brio.New()
	app.Post("/notes", func(in *brio.Body[note]) note { return in.Value }, brio.Status(201))
	app.Get("/notes/{id}", func(in struct {
		ID int `path:"id" validate:"min=1,max=9"`
	}) note {
		return note{fmt.Sprint(in.ID)}
	})
	briotest.Fuzz(f, app)
}

// TestStreamsThatDoNotEnd: the failure says whether the app has cut a stream, sends nothing more, or has not answered. Comments and events
// without data are no items (HTML, section 9.2.6).
func TestStreamsThatDoNotEnd(t *testing.T) {
	newApp := func() *brio.App {
		app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
		app.Get("/silent", func(ctx context.Context) iter.Seq[int] {
			return func(yield func(int) bool) {
				if yield(1) {
					<-ctx.Done()
				}
			}
		}, brio.EventStream())
		app.Get("/cut", func() iter.Seq[int] {
			return func(yield func(int) bool) {
				if yield(1) {
					panic("no more")
				}
			}
		}, brio.EventStream())
		app.Get("/hang", func(ctx context.Context) iter.Seq[int] { <-ctx.Done(); return nil }, brio.EventStream())
		app.Get("/comments", func() *brio.Response {
			return response.Bytes("text/event-stream", []byte(": a comment\n\nevent: empty\n\ndata: a\ndata: b\nretry: soon\n\n"))
		})
		return app
	}
	briotest.New(t, newApp()).Get("/comments").Events().Expect(briotest.Event{Data: "a\nb"}).End()
	for _, c := range []struct {
		name, path string
		f          func(s *briotest.Stream)
		want       string
	}{
		{"silent", "/silent", func(s *briotest.Stream) { s.Next(); s.Next() }, "no item 2: nothing has happened for 10s"},
		{"silent at the end", "/silent", func(s *briotest.Stream) { s.Next(); s.End() }, "the stream has not ended: nothing has happened for 10s"},
		{"cut", "/cut", func(s *briotest.Stream) { s.Next(); s.Next() }, "no item 2: unexpected EOF"},
		{"cut at the end", "/cut", func(s *briotest.Stream) { s.Next(); s.End() }, "the stream has not ended: unexpected EOF"},
		{"no answer", "/hang", func(s *briotest.Stream) {}, "briotest: GET /hang: there is no answer: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := record(func(t testing.TB) { c.f(briotest.New(t, newApp()).Get(c.path).Events()) })
				if all := r.fatal + strings.Join(r.errors, "\n"); !strings.Contains(all, c.want) {
					t.Errorf("got %q, want %q", all, c.want)
				}
			})
		})
	}
}
