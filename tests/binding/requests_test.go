package binding_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// orderLine refuses some SKUs: with an answer, with a located error and with a plain error.
type orderLine struct {
	SKU   string                `json:"sku" validate:"min=3"`
	Count int                   `json:"count" default:"1" validate:"min=1"`
	Wait  time.Duration         `json:"wait" default:"90s"`
	Note  brio.Optional[string] `json:"note"`
}

func (l orderLine) Validate(context.Context) error {
	switch l.SKU {
	case "gone":
		return brio.Error(410, "no longer made")
	case "odd":
		return &params.ErrorDetail{Type: "odd_sku", Loc: []any{"sku"}, Msg: "An odd SKU", Ctx: map[string]any{"sku": "odd"}}
	case "bad":
		return errors.New("bad")
	}
	return nil
}

type lineOrder struct {
	Shop  string      `path:"shop" validate:"min=2"`
	Page  int         `query:"page" validate:"gte=1"`
	Token string      `header:"X-Token" secret:"true" validate:"min=5"`
	Ads   *int        `cookie:"ads"`
	Lines []orderLine `body:""`
}

// newOrderApp has one route, with a parameter of each source and a list as body.
func newOrderApp(opts ...brio.RouteOption) *brio.App {
	app := brio.New()
	app.Post("/{shop}/orders", func(in *lineOrder) []orderLine { return in.Lines }, opts...)
	return app
}

// TestParametersReportAllErrors: one answer has the errors of all sources, in the order path, query, header, cookie,
// body, as in FastAPI. Secret inputs are null.
func TestParametersReportAllErrors(t *testing.T) {
	t.Parallel()
	app := newOrderApp()
	w := testkit.Do(app, "POST", "/s/orders?page=0", `[{"sku":"ab","count":0},{"sku":"odd"},{"sku":"bad"},7,{}]`,
		"Content-Type", "application/json", "X-Token", "hush", "Cookie", "ads=x")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, `{"detail":[`+
		`{"type":"string_too_short","loc":["path","shop"],"msg":"String should have at least 2 characters","input":"s","ctx":{"min_length":2}},`+
		`{"type":"greater_than_equal","loc":["query","page"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}},`+
		`{"type":"string_too_short","loc":["header","x-token"],"msg":"String should have at least 5 characters","input":null,"ctx":{"min_length":5}},`+
		`{"type":"int_parsing","loc":["cookie","ads"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"},`+
		`{"type":"string_too_short","loc":["body",0,"sku"],"msg":"String should have at least 3 characters","input":"ab","ctx":{"min_length":3}},`+
		`{"type":"greater_than_equal","loc":["body",0,"count"],"msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}},`+
		`{"type":"odd_sku","loc":["body",1,"sku"],"msg":"An odd SKU","input":"odd","ctx":{"sku":"odd"}},`+
		`{"type":"value_error","loc":["body",2],"msg":"Value error, bad","input":{"sku":"bad"},"ctx":{"error":{}}},`+
		`{"type":"model_attributes_type","loc":["body",3],"msg":"Input should be a valid dictionary or object to extract fields from","input":7},`+
		`{"type":"missing","loc":["body",4,"sku"],"msg":"Field required","input":{}}]}`)
}

// TestJSONBodyAnswers: a body that is absent, null, malformed, of another media type or over a limit has the status and
// error of FastAPI, or of its limit. An HTTPError of a Validate method is the answer.
func TestJSONBodyAnswers(t *testing.T) {
	t.Parallel()
	json, ok := "application/json", "abcde"
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		want                    string
		opts                    []brio.RouteOption
	}{
		{"valid order", json, `[{"sku":"abc"},{"sku":"abc","count":2,"wait":"1m","note":null}]`, 200,
			`[{"sku":"abc","count":1,"wait":"PT1M30S"},{"sku":"abc","count":2,"wait":"PT1M","note":null}]`, nil},
		{"HTTPError of Validate", json, `[{"sku":"gone"},{"sku":7}]`, 410, `{"detail":"no longer made"}`, nil},
		{"no body", json, ``, 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`, nil},
		{"null", json, `null`, 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`, nil},
		{"malformed JSON", json, `[{"sku":}]`, 422, `{"detail":[{"type":"json_invalid","loc":["body",8],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}}]}`, nil},
		{"other type", "text/plain", `[]`, 415, `{"detail":"Unsupported Media Type"}`, nil},
		{"no type", "", `[]`, 415, `{"detail":"Unsupported Media Type"}`, nil},
		{"no type, lenient", "", `[]`, 200, `[]`, []brio.RouteOption{brio.StrictContentType(false)}},
		{"other type, lenient", "text/json", `[]`, 415, `{"detail":"Unsupported Media Type"}`, []brio.RouteOption{brio.StrictContentType(false)}},
		{"just small enough", json, `[    ]`, 200, `[]`, []brio.RouteOption{brio.MaxBody(6)}},
		{"too large", json, `[     ]`, 413, `{"detail":[{"type":"body_too_large","loc":["body"],"msg":"The body should have at most 6 bytes","input":null,"ctx":{"max_bytes":6}}]}`, []brio.RouteOption{brio.MaxBody(6)}},
		{"too many elements", json, `[` + strings.Repeat(`1,`, 100_000) + `1]`, 413, `{"detail":[{"type":"too_many_elements","loc":["body"],"msg":"JSON should have at most 100000 array elements and object members","input":null,"ctx":{"max_elements":100000}}]}`, nil},
		{"too deep", json, strings.Repeat(`[`, 100_000), 400, `{"detail":[{"type":"json_too_deep","loc":["body"],"msg":"JSON should have at most 64 levels of arrays and objects","input":null,"ctx":{"max_depth":64}}]}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			headers := []string{"x-tOKEN", ok}
			if c.contentType != "" {
				headers = append(headers, "Content-Type", c.contentType)
			}
			w := testkit.Do(newOrderApp(c.opts...), "POST", "/shop/orders?page=1", c.body, headers...)
			testkit.WantStatus(t, w, c.status)
			testkit.WantBody(t, w, c.want)
			var accept []string
			if c.status == 415 {
				accept = []string{"application/json"} // RFC 9110, 15.5.16
			}
			testkit.WantHeader(t, w, "Accept", accept...)
		})
	}
}

// TestRepeatedScalarHasOneValue: a scalar takes the last value of a repeated query parameter or cookie, and the first of
// a repeated header, as in FastAPI.
func TestRepeatedScalarHasOneValue(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/", func(in struct {
		Q string `query:"q"`
		H string `header:"X-H"`
		C string `cookie:"c"`
	}) string {
		return in.Q + in.H + in.C
	})
	w := testkit.Get(app, "/?q=1&q=2", "X-H", "first", "X-H", "second", "Cookie", "c=a; c=b", "Cookie", "c=z")
	testkit.WantBody(t, w, `"2firstz"`)
}

// TestParametersOfFunctionsAreReportedOnce: functions that read one parameter report one error for it. A function with an
// error in its own parameters is not called, also where another function has reported the error.
func TestParametersOfFunctionsAreReportedOnce(t *testing.T) {
	t.Parallel()
	type limit struct {
		N int `query:"n" validate:"max=5"`
	}
	ran := false
	app := brio.New(brio.Depends(func(in limit) error { return nil }), brio.Provide(func(in struct {
		N int `query:"n" validate:"max=5"`
	}) *orderLine {
		ran = true
		return &orderLine{}
	}))
	app.Get("/", func(l *orderLine, in struct {
		N int `query:"n"`
		M int `query:"m"`
	}) int {
		return in.N
	})
	w := testkit.Get(app, "/?n=7&m=x")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, `{"detail":[{"type":"less_than_equal","loc":["query","n"],"msg":"Input should be less than or equal to 5","input":"7","ctx":{"le":5}},`+
		`{"type":"int_parsing","loc":["query","m"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`)
	if ran {
		t.Error("a provider ran with parameters that were refused")
	}
}

// TestParameterErrorsAreDeterministic: the same errors have the same order in each answer, although maps have none, and
// also under concurrent requests. An answer has at most 100 errors.
func TestParameterErrorsAreDeterministic(t *testing.T) {
	t.Parallel()
	type in struct {
		Keys map[string]map[int]orderLine `body:"keys"`
		Any  any                          `body:"any"`
		Q    []int                        `query:"q,omitempty" validate:"unique"`
	}
	app := brio.New()
	app.Post("/", func(in in) int { return 0 })
	var keys strings.Builder
	for i := range 40 {
		fmt.Fprintf(&keys, `"k%d":{"%d":{"sku":"a"},"x%d":{"count":"1"}},`, i, i, i)
	}
	body := `{"keys":{` + keys.String() + `"k1":{}},"any":{"a":1,"b":2,"a":3,"b":1e999}}`
	one := func() string {
		return testkit.PostJSON(app, "/?q=1&q=x&q=", body).Body.String()
	}
	want := one()
	if n := strings.Count(want, `"type"`); n != 100 {
		t.Errorf("%d errors, want 100: %s", n, want)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 250 {
				if got := one(); got != want {
					t.Errorf("%s\nwant\n%s", got, want)
					return
				}
			}
		})
	}
	testkit.Wait(t, &wg, "the requests")
}

// TestDebugRefusesBodies: under Debug, where requests record the times of their steps, a body that cannot be read is refused as without.
func TestDebugRefusesBodies(t *testing.T) {
	t.Parallel()
	for _, options := range [][]brio.AppOption{nil, {brio.Debug()}} {
		app := brio.New(append(options, testkit.Quiet(), brio.MaxBody(6))...)
		app.Post("/", func(in *brio.Body[[]int]) { t.Errorf("the handler is called with %v", in.Value) })
		testkit.WantStatus(t, testkit.PostJSON(app, "/", `[     ]`), 413)
	}
}

// TestCheckReportsParameterMistakes: one report has all mistakes in the tags of parameters. An app with mistakes panics
// when it serves.
func TestCheckReportsParameterMistakes(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/{id}", func(in struct {
		ID   int    `path:"ID"`
		Mail string `query:"mail" validate:"emial"`
		N    int    `query:"n" default:"x"`
		Raw  []byte `body:"" default:"x"`
	}) int {
		return 0
	})
	err := app.Check()
	if err == nil {
		t.Fatal("nothing is reported")
	}
	testkit.WantContains(t, err.Error(), `path parameter "ID", which the route's path does not have; it has id`, `unknown rule "emial"`, `default:"x" does not fit int`,
		"field Raw: a raw body cannot have a default")
	defer func() {
		if recover() == nil {
			t.Error("an app with problems serves")
		}
	}()
	app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/1", nil))
}
