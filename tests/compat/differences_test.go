package compat_test

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

type item struct {
	Name  string  `json:"name"`
	Price float64 `json:"price" default:"1"`
	N     int     `json:"n" default:"1"`
}

type pageOf[T any] struct {
	Items []T `json:"items"`
}

func differentApp(log *testkit.Log) *brio.App {
	app := brio.New(brio.FastAPICompat(), brio.Logger(log.Logger()))
	app.Get("/get", func() int { return 1 }, brio.Name("get"))
	app.Put("/get", func() int { return 1 }, brio.Name("put"))
	app.Get("/users/{id}", func(in *struct {
		ID int `path:"id"`
	}) int {
		return in.ID
	}, brio.Name("user"))
	app.Get("/users/me", func() string { return "me" }, brio.Name("me"))
	app.Post("/item", func(in *brio.Body[item]) item { return in.Value }, brio.Name("item"))
	app.Post("/secret", func(_ *security.Token, in *brio.Body[item]) item { return in.Value }, brio.Name("secret"),
		brio.Security(security.OAuth2PasswordBearer("token", nil)))
	app.Get("/cookie", func(in *struct {
		A *string `cookie:"a"`
	}) *string {
		return in.A
	}, brio.Name("cookie"))
	app.Post("/upload", func(in *struct {
		F params.UploadFile `file:"f"`
		T string            `form:"t" default:"t"`
	}) string {
		return in.T
	}, brio.Name("upload"))
	app.Get("/merge", func(res *brio.Response) int {
		res.SetHeader("Content-Type", "text/csv")
		res.SetCookie(cookies.New("a", "1"))
		res.SetCookie(cookies.New("a", "2"))
		return 1
	}, brio.Name("merge"))
	app.Get("/injected", func(res *brio.Response) *brio.Response {
		res.SetHeader("X-Set", "1")
		return res
	}, brio.Name("injected"))
	app.Get("/reset", func(res *brio.Response) int {
		res.Status(http.StatusResetContent)
		return 1
	}, brio.Name("reset"))
	app.Get("/late", func() iter.Seq2[int, error] {
		return func(yield func(int, error) bool) { yield(0, brio.Error(http.StatusTeapot, "tea")) }
	}, brio.Name("late"))
	app.Get("/early", func(res *brio.Response) iter.Seq[int] {
		return func(yield func(int) bool) {
			res.SetHeader("X-Early", "1")
			yield(1)
		}
	}, brio.Name("early"))
	app.Get("/fails", func() error { return errors.New("secret") }, brio.Name("fails"),
		brio.Use(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.example"}})))
	app.Get("/float", func() float64 { return 1 }, brio.Name("float"))
	app.Get("/delete", func(res *brio.Response) int {
		res.DeleteCookie("a")
		return 1
	}, brio.Name("delete"))
	app.Get("/query", func(in *struct {
		brio.Query[struct {
			Limit int `json:"limit" default:"10"`
		}]
		Q string `query:"q"`
	}) string {
		return fmt.Sprint(in.Value.Limit, in.Q)
	}, brio.Name("query"))
	app.Get("/file", func() *brio.Response { return response.File("main_test.go") }, brio.Name("file"))
	app.Post("/both", func(_ *brio.Body[item], r *http.Request) (int, error) {
		rest, err := io.ReadAll(r.Body)
		return len(rest), err
	}, brio.Name("both"))
	app.Static("/static", testkit.Files("a.txt", "a", ".env", "secret"))
	app.Get("/page", func() pageOf[item] { return pageOf[item]{} }, brio.Name("page"))
	return app
}

// TestDifferencesMatchPage holds docs/compat.md to Brio's answers: the subject of each case is a row of the page. want is the
// status, then parts of the headers and the body.
func TestDifferencesMatchPage(t *testing.T) {
	var log testkit.Log
	app := differentApp(&log)
	page, err := os.ReadFile("../../docs/compat.md")
	if err != nil {
		t.Fatal(err)
	}
	const js, form = "Content-Type: application/json", "Content-Type: " + testkit.MultipartType
	textForFile := testkit.MultipartBody(testkit.FieldPart("f", "text"))
	fileForText := testkit.MultipartBody(testkit.FilePart("f", "f", "f"), testkit.FilePart("t", "t", "t"))
	for _, c := range []struct{ subject, request, header, body, want string }{
		{"`HEAD` on a GET route", "HEAD /get", "", "", "200"},
		{"`OPTIONS` on a route", "OPTIONS /get", "", "", "204 Allow: GET, HEAD, OPTIONS, PUT"},
		{"`Allow` of a 405", "DELETE /get", "", "", "405 Allow: GET, HEAD, OPTIONS, PUT"},
		{"two routes that match one path", "GET /users/me", "", "", `200 "me"`},
		{"a converter (`{id:int}`) that does not fit", "GET /users/x", "", "", "422 int_parsing"},
		{"malformed JSON and a missing credential", "POST /secret", js, "{", "401"},
		{"`NaN` and `Infinity` in JSON", "POST /item", js, `{"name":"a","price":NaN}`, "422 json_invalid"},
		{"a byte order mark, UTF-16, UTF-32", "POST /item", js, "\ufeff{}", "422 json_invalid"},
		{"a key given twice", "POST /item", js, `{"name":"a","name":"b"}`, "422 duplicate_key"},
		{"a key that differs from a field's name in case alone", "POST /item", js, `{"Name":"a","name":"b"}`, "422"},
		{"invalid UTF-8 and a lone surrogate (`\\ud800`) in a body", "POST /item", js, `{"name":"\ud800"}`, "422 json_invalid"},
		{"invalid UTF-8 and a lone surrogate (`\\ud800`) in a body", "POST /item", js, "{\"name\":\"\xff\"}", "422"},
		{"an integer beyond 64 bits", "POST /item", js, `{"name":"a","n":99999999999999999999}`, "422 int_parsing_size"},
		{"a float beyond the field's range (`1e400`)", "POST /item", js, `{"name":"a","price":1e400}`, "422 finite_number"},
		{"a model beside other query parameters", "GET /query?limit=3&q=x", "", "", `200 "3x"`},
		{"octal escapes in a quoted cookie value (`\\073`)", "GET /cookie", `Cookie: a="x\073"`, "", `200 "x\\073"`},
		{"text where a file is expected", "POST /upload", form, textForFile, "422 Value error, Expected a file, received text"},
		{"a file where text is expected", "POST /upload", form, fileForText, `422 "type":"string_type","loc":["body","t"],"msg":"Input should be a valid string","input":null`},
		{"`request.body()` beside a declared body", "POST /both", js, `{"name":"a"}`, "200 |0"},
		{"a malformed multipart body", "POST /upload", form, "x", "400 There was an error parsing the body"},
		{"a header that the temporal Response sets and the answer has", "GET /merge", "", "", "200 Content-Type: text/csv|"},
		{"a cookie set twice", "GET /merge", "", "", "200 Set-Cookie: a=2;"},
		{"the temporal Response returned", "GET /injected", "", "", "200 X-Set: 1|"},
		{"204, 205 and 304", "GET /reset", "", "", "205 Content-Length: 0|"},
		{"an error before the first item of a stream", "GET /late", "", "", "418 tea"},
		{"cookies and headers that a stream's function sets before its first item", "GET /early", "", "", "200 X-Early: 1|"},
		{"a 500", "GET /fails", "Origin: https://a.example", "", "500 Access-Control-Allow-Origin: https://a.example|"},
		{"`Set-Cookie`", "GET /delete", "", "", "200 Set-Cookie: a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax|"},
		{"an empty bearer token", "POST /secret", "Authorization: Bearer ", "", "401"},
		{"whole floats", "GET /float", "", "", "200 |1"},
		{"more than a hundred ranges", "GET /file", "Range: bytes=" + strings.Repeat("0-0,", 200) + "0-0", "", "200 package compat_test"},
		{"a dot file of a folder", "GET /static/.env", "", "", "404"},
		{"`//`, and a slash behind the name of a file", "GET /static//a.txt", "", "", "404"},
		{"`//`, and a slash behind the name of a file", "GET /static/a.txt/", "", "", "404"},
		{"`OPTIONS` of a file", "OPTIONS /static/a.txt", "", "", "204 Allow: GET, HEAD, OPTIONS|"},
		{"an unhandled error in a test", "GET /fails", "", "", "500 Internal Server Error"},
		{"pages of the documentation", "GET /docs", "", "", "200 Content-Security-Policy:"},
		{"names of generic models", "GET /openapi.json", "", "", `200 "pageOf_item_"`},
	} {
		t.Run(c.request+" "+c.subject, func(t *testing.T) {
			if !strings.Contains(string(page), "| "+c.subject+" |") {
				t.Errorf("docs/compat.md has no row %q", c.subject)
			}
			method, target, _ := strings.Cut(c.request, " ")
			var headers []string
			if key, value, ok := strings.Cut(c.header, ": "); ok {
				headers = []string{key, value}
			}
			w := testkit.Do(app, method, target, c.body, headers...)
			var got strings.Builder
			fmt.Fprintf(&got, "%d ", w.Code)
			for key, values := range w.Header() {
				fmt.Fprintf(&got, "%s: %s|", key, strings.Join(values, ", "))
			}
			fmt.Fprintf(&got, "|%s", w.Body)
			status, rest, _ := strings.Cut(c.want, " ")
			if !strings.HasPrefix(got.String(), status+" ") || !strings.Contains(got.String(), rest) {
				t.Errorf("got\n%s\nwant %q with %q in it", got.String(), status, rest)
			}
		})
	}
}

// TestDifferencesStopStart holds the rows of docs/compat.md about apps that do not start. FastAPI's document has one of two
// declarations there.
func TestDifferencesStopStart(t *testing.T) {
	page, err := os.ReadFile("../../docs/compat.md")
	if err != nil {
		t.Fatal(err)
	}
	hook := func() *brio.Router {
		r := brio.NewRouter()
		r.Post("{$request.body#/url}", func() {})
		return r
	}
	for _, c := range []struct {
		subject, want string
		declare       func(app *brio.App)
	}{
		{"two security schemes of one class", "a second security scheme with the key", func(app *brio.App) {
			for path, url := range map[string]string{"/a": "a", "/b": "b"} {
				app.Get(path, func() {}, brio.Security(security.OAuth2PasswordBearer(url, nil)))
			}
		}},
		{"two callbacks, or webhooks, of one name", "a second callback with the name", func(app *brio.App) {
			app.Get("/a", func() {}, brio.Callbacks("a", hook()), brio.Callbacks("a", hook()))
		}},
		{"two callbacks, or webhooks, of one name", "is registered twice", func(app *brio.App) {
			app.Webhooks().Post("a", func() {})
			app.Webhooks().Post("a", func() {})
		}},
		{"a frontend without its folder, in development", "the folder cannot be opened", func(app *brio.App) {
			t.Setenv("BRIO_ENV", "development")
			app.Frontend("/", os.DirFS(t.TempDir()+"/dist"))
		}},
		{"two descriptions of one tag", "a second tag with the name", func(app *brio.App) {}},
		{"two models of one status, two examples of one name, at one level", "a second model of the response 404", func(app *brio.App) {
			app.Get("/a", func() {}, brio.Responds[item](404, ""), brio.Responds[pageOf[item]](404, ""))
		}},
		{"two models of one status, two examples of one name, at one level", "a second example of query.q", func(app *brio.App) {
			app.Get("/a", func(*struct {
				Q string `query:"q"`
			}) {
			}, brio.Examples("query.q", spec.Example{Name: "a", Value: 1}, spec.Example{Name: "a", Value: 2}))
		}},
	} {
		t.Run(c.want, func(t *testing.T) {
			if !strings.Contains(string(page), "| "+c.subject+" |") {
				t.Errorf("docs/compat.md has no row %q", c.subject)
			}
			options := []brio.AppOption{brio.FastAPICompat()}
			if strings.Contains(c.subject, "tag") {
				options = append(options, brio.TagInfo(spec.Tag{Name: "a"}, spec.Tag{Name: "a", Description: "b"}))
			}
			app := brio.New(options...)
			c.declare(app)
			if err := app.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check: got %v, want %q in it", err, c.want)
			}
		})
	}
}
