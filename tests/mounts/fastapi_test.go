package mounts

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The tests of this file follow FastAPI's tests/test_tutorial/test_sub_applications and test_wsgi, with the names there, and the rows of
// mounts in FastAPI's documentation. TestSubApplication has test_main and test_sub under Brio's defaults.

// newCompatibleSubApplication is the program of FastAPI's chapter in the form that takes FastAPI's place.
func newCompatibleSubApplication() *brio.App {
	app, sub := brio.New(testkit.Quiet(), brio.FastAPICompat()), brio.New(testkit.Quiet(), brio.FastAPICompat())
	app.Get("/app", message("Hello World from main app"), brio.Name("readMain"))
	sub.Get("/sub", message("Hello World from sub API"), brio.Name("readSub"))
	app.Mount("/subapi", sub)
	return app
}

// wantJSON fails the test unless a JSON answer has the value of want.
func wantJSON(t *testing.T, text, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// test_openapi_schema_main, test_openapi_schema_sub: each app describes its own routes, and the mounted one says where it is.
func TestDocumentsOfSubApplicationAreFastAPIs(t *testing.T) {
	app := newCompatibleSubApplication()
	for path, want := range map[string]string{
		"/openapi.json": `{"openapi":"3.1.0","info":{"title":"FastAPI","version":"0.1.0"},"paths":{"/app":{"get":{"summary":"Read Main",
			"operationId":"read_main_app_get","responses":{"200":{"description":"Successful Response","content":{"application/json":{"schema":
			{"additionalProperties":{"type":"string"},"type":"object","title":"Response Read Main App Get"}}}}}}}}}`,
		"/subapi/openapi.json": `{"openapi":"3.1.0","info":{"title":"FastAPI","version":"0.1.0"},"paths":{"/sub":{"get":{"summary":"Read Sub",
			"operationId":"read_sub_sub_get","responses":{"200":{"description":"Successful Response","content":{"application/json":{"schema":
			{"additionalProperties":{"type":"string"},"type":"object","title":"Response Read Sub Sub Get"}}}}}}}},
			"servers":[{"url":"/subapi"}]}`,
	} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		wantJSON(t, w.Body.String(), want)
	}
}

// test_main, test_sub
func TestRoutesOfSubApplicationAnswer(t *testing.T) {
	app := newCompatibleSubApplication()
	for path, want := range map[string]string{
		"/app": `{"message":"Hello World from main app"}`, "/subapi/sub": `{"message":"Hello World from sub API"}`,
	} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, want)
	}
}

// FastAPI's table of mounts: the pages of the mounted app stand below the prefix, the prefix is redirected to the slash, and middleware
// and error handlers are those of each app.
func TestSubApplicationIsAnAppOfItsOwn(t *testing.T) {
	app, sub := brio.New(testkit.Quiet(), brio.FastAPICompat()), brio.New(testkit.Quiet(), brio.FastAPICompat())
	mark := func(name string) brio.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("X-Through", name)
				next.ServeHTTP(w, r)
			})
		}
	}
	app.Use(mark("parent"))
	sub.Use(mark("sub"))
	fails := func() error { return brio.Error(409, "taken") }
	app.Get("/fails", fails, brio.Name("failsHere"))
	sub.Get("/fails", fails, brio.Name("failsThere"))
	app.Mount("/sub", sub)

	w := testkit.Get(app, "/sub")
	testkit.WantStatus(t, w, 307)
	testkit.WantHeader(t, w, "Location", "http://example.com/sub/")
	testkit.WantHeader(t, testkit.Get(app, "/fails"), "X-Through", "parent")
	testkit.WantHeader(t, testkit.Get(app, "/sub/fails"), "X-Through", "parent", "sub")
	for _, page := range []string{"/docs", "/redoc", "/sub/docs", "/sub/redoc"} {
		testkit.WantStatus(t, testkit.Get(app, page), 200)
	}
	w = testkit.Get(app, "/sub/none")
	testkit.WantStatus(t, w, 404)
	testkit.WantBody(t, w, `{"detail":"Not Found"}`)
	w = testkit.Do(app, "POST", "/sub/fails", "")
	testkit.WantStatus(t, w, 405)
	testkit.WantBody(t, w, `{"detail":"Method Not Allowed"}`)
}

// test_flask, test_app of test_wsgi: a mounted program of another kind answers below its prefix, and routes of the app beside it.
func TestMountedProgramStandsBesideRoutes(t *testing.T) {
	flask := http.NewServeMux()
	flask.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		if name == "" {
			name = "World"
		}
		_, _ = io.WriteString(w, "Hello, "+name+" from Flask!")
	})
	app := brio.New(testkit.Quiet(), brio.FastAPICompat())
	app.Get("/v2", message("Hello World"))
	app.Mount("/v1", flask)
	for path, want := range map[string]string{
		"/v1/": "Hello, World from Flask!", "/v1/?name=Ann": "Hello, Ann from Flask!", "/v2": `{"message":"Hello World"}`,
	} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, want)
	}
}
