package response_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing/fstest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

type item struct {
	Name string `json:"name"`
}

// show prints what a client gets.
func show(app *brio.App, path string) {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	fmt.Println(strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Body)))
	for _, key := range []string{"Location", "Retry-After", "Set-Cookie"} {
		for _, v := range w.Header().Values(key) {
			fmt.Println(key+":", v)
		}
	}
}

// A temporal Response: set things on it and return the value as usual.
func ExampleResponse() {
	app := brio.New()
	app.Get("/", func(res *brio.Response) item {
		res.Status(201).SetCookie(cookies.New("seen", "yes"))
		return item{"hat"}
	})
	show(app, "/")
	// Output:
	// 201 {"name":"hat"}
	// Set-Cookie: seen=yes; Path=/; SameSite=Lax
}

// A direct Response: it goes out as it is.
func ExampleJSON() {
	app := brio.New()
	app.Get("/", func() *brio.Response {
		return response.JSON(item{"hat"}).Status(202).SetCookie(cookies.New("seen", "yes"))
	})
	show(app, "/")
	// Output:
	// 202 {"name":"hat"}
	// Set-Cookie: seen=yes; Path=/; SameSite=Lax
}

func ExampleRedirect() {
	app := brio.New()
	app.Get("/", func() *brio.Response { return response.Redirect("/items/red hat").Status(303) })
	show(app, "/")
	// Output:
	// 303
	// Location: /items/red%20hat
}

func ExampleResponse_DeleteCookie() {
	app := brio.New()
	app.Get("/", func(res *brio.Response) string {
		res.DeleteCookie("seen")
		return "bye"
	})
	show(app, "/")
	// Output:
	// 200 "bye"
	// Set-Cookie: seen=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax
}

// Errors may be kept in variables: what changes them copies.
func ExampleHTTPError() {
	errBusy := brio.Error(503, "Come back later")
	app := brio.New()
	app.Get("/", func() error { return errBusy.WithHeader("Retry-After", "30") })
	show(app, "/")
	fmt.Println(len(errBusy.Headers))
	// Output:
	// 503 {"detail":"Come back later"}
	// Retry-After: 30
	// 0
}

// A class of one's own renders what handlers return.
func ExampleNewClass() {
	csv := response.NewClass("text/csv", func(v any) ([]byte, error) {
		rows, ok := v.([][]string)
		if !ok {
			return nil, errors.New("a table is [][]string")
		}
		var b strings.Builder
		for _, row := range rows {
			b.WriteString(strings.Join(row, ",") + "\n")
		}
		return []byte(b.String()), nil
	})
	app := brio.New(brio.ResponseClass(csv))
	app.Get("/", func() [][]string { return [][]string{{"name", "price"}, {"hat", "3"}} })
	show(app, "/")
	// Output:
	// 200 name,price
	// hat,3
}

// A direct Response may be of any media type.
func ExampleBytes() {
	app := brio.New()
	app.Get("/html", func() *brio.Response { return response.HTML("<h1>Hats</h1>") })
	app.Get("/bytes", func() *brio.Response { return response.Bytes("text/csv", []byte("hat,3")) })
	app.Get("/xml", func() *brio.Response { return response.XML(item{"hat"}) })
	app.Get("/empty", func() *brio.Response { return response.Empty(204) })
	for _, path := range []string{"/html", "/bytes", "/xml", "/empty"} {
		show(app, path)
	}
	// Output:
	// 200 <h1>Hats</h1>
	// 200 hat,3
	// 200 <?xml version="1.0" encoding="UTF-8"?>
	// <item><Name>hat</Name></item>
	// 204
}

// html/template escapes the data for its place in the page.
func ExampleTemplate() {
	page := template.Must(template.New("").Parse(`<p title="{{.Name}}">{{.Name}}</p>`))
	app := brio.New()
	app.Get("/", func() *brio.Response { return response.Template(page, "", item{`<b>"hat"</b>`}) })
	show(app, "/")
	// Output:
	// 200 <p title="&lt;b&gt;&#34;hat&#34;&lt;/b&gt;">&lt;b&gt;&#34;hat&#34;&lt;/b&gt;</p>
}

// Files of a file system are safe for names that clients choose: no name leads out of it.
func ExampleFileIn() {
	reports := fstest.MapFS{"may.csv": {Data: []byte("hat,3\n")}}
	app := brio.New()
	app.Get("/reports/{name...}", func(in *struct {
		Name string `path:"name"`
	}) *brio.Response {
		return response.FileIn(reports, in.Name, response.OrNotFound(), response.FileMediaType("text/plain"), response.Filename("Mai €.csv"), response.Inline())
	})
	for _, path := range []string{"/reports/may.csv", "/reports/june.csv"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()), w.Header()["Content-Disposition"])
	}
	// Output:
	// 200 hat,3 [inline; filename="Mai _.csv"; filename*=UTF-8''Mai%20%E2%82%AC.csv]
	// 404 {"detail":"Not Found"} []
}

// File sends a file that the program names. Ranges and conditions are answered (RFC 9110).
func ExampleFile() {
	dir, err := os.MkdirTemp("", "brio")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "poem.txt")
	if err := os.WriteFile(name, []byte("a rose is a rose"), 0o644); err != nil {
		fmt.Println(err)
		return
	}
	app := brio.New()
	app.Get("/", func() *brio.Response { return response.File(name) })
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Range", "bytes=2-5")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body, w.Header().Get("Content-Range"))
	// Output:
	// 206 rose bytes 2-5/16
}

// Server-sent events with names and identifiers. Clients send the last identifier when they reconnect.
func ExampleEvents() {
	app := brio.New()
	app.Get("/", func() response.Events[item] {
		return func(yield func(response.Event[item], error) bool) {
			_ = yield(response.Comment[item]("welcome"), nil) &&
				yield(response.Data(item{"hat"}), nil) &&
				yield(response.Event[item]{Event: "sold", ID: "7", Data: item{"fez"}}, nil) &&
				yield(response.Raw[item]("[DONE]"), nil)
		}
	})
	show(app, "/")
	// Output:
	// 200 : welcome
	//
	// data: {"name":"hat"}
	//
	// event: sold
	// data: {"name":"fez"}
	// id: 7
	//
	// data: [DONE]
}

// Bytes that come while the answer is sent: from an iterator, from a reader, or from a handler that returns an iterator.
func ExampleStream() {
	lines := func(yield func([]byte) bool) {
		_ = yield([]byte("one\n")) && yield([]byte("two\n"))
	}
	app := brio.New()
	app.Get("/stream", func() *brio.Response { return response.Stream("text/plain", lines) })
	app.Get("/reader", func() *brio.Response { return response.Reader("text/plain", strings.NewReader("three\n")) })
	app.Get("/class", func() iter.Seq[[]byte] { return lines }, brio.ResponseClass(response.StreamOf("text/plain")))
	for _, path := range []string{"/stream", "/reader", "/class"} {
		show(app, path)
	}
	// Output:
	// 200 one
	// two
	// 200 three
	// 200 one
	// two
}

// A Flash is a message for the next page. It is read once.
func ExampleFlash() {
	notice := response.Flash[string]{Name: "notice"}
	app := brio.New()
	app.Post("/", func() (*brio.Response, error) {
		out := response.Redirect("/").Status(303)
		return out, notice.Set(out, "Saved.")
	})
	app.Get("/", func(r *http.Request, res *brio.Response) string {
		message, _ := notice.Take(r, res)
		return message
	})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	w = httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body, w.Result().Cookies()[0].MaxAge)
	// Output:
	// "Saved." -1
}

// short is a format of errors of the program.
type short struct{}

func (short) MediaType() string { return "application/json" }
func (short) Body(e *response.ErrorInfo) any {
	return map[string]any{"error": e.Title, "code": e.Status}
}
func (short) Model(int) reflect.Type { return reflect.TypeFor[map[string]any]() }

// All errors of an app have one format: FastAPI's by default, that of RFC 9457, or one of the program.
func ExampleErrorFormat() {
	for _, format := range []response.ErrorFormat{response.FastAPIErrors(), response.ProblemDetails(), short{}} {
		app := brio.New(brio.FormatErrors(format))
		app.Get("/", func() error { return response.NewError(404, "There is no hat") })
		show(app, "/")
	}
	// Output:
	// 404 {"detail":"There is no hat"}
	// 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"There is no hat"}
	// 404 {"code":404,"error":"Not Found"}
}

// A client of the API reads errors with the types that the formats write.
func ExampleHTTPValidationError() {
	app := brio.New()
	app.Get("/", func(*struct {
		Size int `query:"size"`
	}) error {
		return brio.Error(404, "There is no such hat")
	})
	get := func(app *brio.App, path string, into any) error {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return json.Unmarshal(w.Body.Bytes(), into)
	}
	var invalid response.HTTPValidationError
	var missing response.Detail
	var problem response.Problem
	fmt.Println(get(app, "/", &invalid), invalid.Detail[0].Type, invalid.Detail[0].Loc)
	fmt.Println(get(app, "/?size=7", &missing), missing.Detail)
	fmt.Println(get(brio.New(brio.ProblemDetails()), "/", &problem), problem.Title)
	// Output:
	// <nil> missing [query size]
	// <nil> There is no such hat
	// <nil> Not Found
}

// A Catalogue has the texts of errors in another language.
func ExampleCatalogue() {
	german := response.Catalogue{
		Language: "de",
		Kinds:    map[string]string{"less_than_equal": "Höchstens {le}"},
		Details:  map[string]string{"Not Found": "Nicht gefunden"},
	}
	app := brio.New(brio.Messages(german))
	app.Get("/hats", func(in *struct {
		Limit int `query:"limit" validate:"max=100"`
	}) int {
		return in.Limit
	})
	for _, path := range []string{"/hats?limit=200", "/coats"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Language", "de-AT, en;q=0.5")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Body, w.Header().Get("Content-Language"))
	}
	// Output:
	// {"detail":[{"type":"less_than_equal","loc":["query","limit"],"msg":"Höchstens 100","input":"200","ctx":{"le":100}}]} de
	// {"detail":"Nicht gefunden"} de
}
