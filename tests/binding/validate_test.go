package binding_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// judged refuses itself with an error whose place its own text says: "a/b/0".
type judged struct {
	Where string         `json:"where"`
	Inner map[string]any `json:"inner,omitempty"`
	List  []int          `json:"list,omitempty"`
}

func refusal(where string) error {
	if where == "" {
		return nil
	}
	d := &brio.ErrorDetail{Type: "own", Msg: "refused"}
	for _, step := range strings.Split(where, "/") {
		if step == "0" || step == "1" {
			d.Loc = append(d.Loc, int(step[0]-'0'))
		} else if step != "." {
			d.Loc = append(d.Loc, step)
		}
	}
	return d
}

func (j judged) Validate(context.Context) error { return refusal(j.Where) }

type judgedQuery struct {
	Where string   `json:"where"`
	Ids   []string `json:"ids,omitempty"`
}

func (j judgedQuery) Validate(context.Context) error { return refusal(j.Where) }

type judgedSecret struct {
	Where string `json:"where"`
	PW    string `json:"pw" secret:"true"`
}

func (j judgedSecret) Validate(context.Context) error { return refusal(j.Where) }

type judgedText string

func (j judgedText) Validate(context.Context) error { return refusal(string(j)) }

type judgedParams struct {
	Where string       `query:"where"`
	Ids   *[]int       `query:"id"`
	JSON  *judged      `query:"json,json"`
	PW    *string      `query:"pw" secret:"true"`
	Body  *judged      `body:"body"`
	Texts []judgedText `query:"text,omitempty"`
}

func (j judgedParams) Validate(context.Context) error { return refusal(j.Where) }

// TestValidateErrorDetailKeepsTheInput: an *ErrorDetail of a Validate method says what was sent, as every other error does:
// the part of the value that its loc leads to, or what stands around a member that is missing.
func TestValidateErrorDetailKeepsTheInput(t *testing.T) {
	app := brio.New()
	app.Post("/body", func(*brio.Body[judged]) int { return 1 })
	app.Post("/list", func(*brio.Body[[]judged]) int { return 1 })
	app.Post("/secret", func(*brio.Body[judgedSecret]) int { return 1 })
	app.Post("/params", func(*judgedParams) int { return 1 })
	app.Get("/query", func(*brio.Query[judgedQuery]) int { return 1 })
	app.Get("/text", func(*struct {
		X judgedText `query:"x"`
	}) int {
		return 1
	})
	for _, c := range []struct{ target, body, loc, input string }{
		{"/body", `{"where":"."}`, `["body"]`, `{"where":"."}`},
		{"/body", `{"where":"where"}`, `["body","where"]`, `"where"`},
		{"/body", `{"where":"inner/a/1","inner":{"a":[1,{"b":2}]}}`, `["body","inner","a",1]`, `{"b":2}`},
		{"/body", `{"where":"list/1","list":[7,8]}`, `["body","list",1]`, `8`},
		{"/body", `{"where":"inner/none","inner":{"a":1}}`, `["body","inner","none"]`, `{"a":1}`},
		{"/list", `[{"where":""},{"where":"where"}]`, `["body",1,"where"]`, `"where"`},
		{"/secret", `{"where":"where","pw":"HUSH"}`, `["body","where"]`, `null`},
		{"/params?where=query/id/1&id=7&id=8", ``, `["query","id",1]`, `"8"`},
		{"/params?where=query/id&id=7", ``, `["query","id"]`, `["7"]`},
		{"/params?where=query/where", ``, `["query","where"]`, `"query/where"`},
		{"/params?where=query/pw&pw=HUSH", ``, `["query","pw"]`, `null`},
		{"/params?where=query/none", ``, `["query","none"]`, `null`},
		{"/params?where=body/body/list/0", `{"body":{"where":"","list":[5]}}`, `["body","body","list",0]`, `5`},
		{"/params?where=&text=.", ``, `["query","text",0]`, `"."`},
		{"/params?where=&json=" + url.QueryEscape(`{"where":"list/0","list":[9]}`), ``, `["query","json","list",0]`, `9`},
		{"/query?where=where", ``, `["query","where"]`, `"where"`},
		{"/query?where=ids/1&ids=a&ids=b", ``, `["query","ids",1]`, `"b"`},
		{"/query?where=.", ``, `["query"]`, `{"where":"."}`},
		{"/text?x=.", ``, `["query","x"]`, `"."`},
	} {
		method := "POST"
		if strings.HasPrefix(c.target, "/text") || strings.HasPrefix(c.target, "/query") {
			method = "GET"
		}
		w := testkit.Do(app, method, c.target, c.body, "Content-Type", "application/json")
		testkit.WantStatus(t, w, 422)
		testkit.WantBody(t, w, `{"detail":[{"type":"own","loc":`+c.loc+`,"msg":"refused","input":`+c.input+`}]}`)
	}
}

// cents orders itself: Cmp is math/big's form, with a value.
type cents struct{ n int64 }

func (c *cents) UnmarshalText(b []byte) error {
	f, ok := new(big.Rat).SetString(string(b))
	if !ok {
		return errors.New("no number")
	}
	f.Mul(f, big.NewRat(100, 1))
	c.n = f.Num().Int64()
	return nil
}

func (c cents) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d.%02d", c.n/100, c.n%100), nil
}
func (c cents) Cmp(d cents) int  { return int(c.n - d.n) }
func (cents) TextFormat() string { return "decimal" }

// TestRulesCompareTypesThatOrderThemselves: gt and its like judge structs that have UnmarshalText and Cmp or Compare, with
// pydantic's errors.
func TestRulesCompareTypesThatOrderThemselves(t *testing.T) {
	type in struct {
		Gt    *cents            `query:"gt" validate:"gt=0"`
		Range *cents            `query:"range" validate:"gte=0.10,lte=99.99"`
		Each  *[]cents          `query:"each" validate:"dive,lt=1e2"`
		Eq    *cents            `query:"eq" validate:"eq=1|eq=2"`
		Big   *big.Int          `query:"big" validate:"min=10,ne=12"`
		Addr  *netip.Addr       `query:"addr" validate:"gte=10.0.0.0"`
		JSON  *map[string]cents `query:"json,json" validate:"dive,gt=0"`
		Def   cents             `query:"def" default:"5.00" validate:"gt=4"`
	}
	app := brio.New()
	app.Get("/x", func(*in) int { return 1 })
	app.Post("/x", func(*brio.Body[struct {
		A cents `json:"a" validate:"gt=0.5"`
	}]) int {
		return 1
	})
	for _, c := range []struct{ query, want string }{
		{"gt=0.01", ""}, {"gt=0", `"greater_than","loc":["query","gt"],"msg":"Input should be greater than 0","input":"0","ctx":{"gt":0}`},
		{"range=0.10", ""}, {"range=99.99", ""},
		{"range=0.09", `"greater_than_equal","loc":["query","range"],"msg":"Input should be greater than or equal to 0.10","input":"0.09","ctx":{"ge":0.10}`},
		{"range=100", `"less_than_equal","loc":["query","range"],"msg":"Input should be less than or equal to 99.99","input":"100","ctx":{"le":99.99}`},
		{"each=1&each=100", `"less_than","loc":["query","each",1]`},
		{"eq=2", ""}, {"eq=3", `"value_error","loc":["query","eq"],"msg":"Value error, must satisfy eq=1|eq=2"`},
		{"big=10", ""}, {"big=9", `"greater_than_equal"`}, {"big=12", `must satisfy ne=12`},
		{"addr=10.0.0.1", ""}, {"addr=9.9.9.9", `"msg":"Input should be greater than or equal to 10.0.0.0","input":"9.9.9.9","ctx":{"ge":"10.0.0.0"}`},
		{"json=" + url.QueryEscape(`{"a":"1"}`), ""}, {"json=" + url.QueryEscape(`{"a":"0"}`), `"loc":["query","json","a"]`},
		{"def=3", `"greater_than"`},
	} {
		w := testkit.Get(app, "/x?"+c.query)
		if c.want == "" {
			testkit.WantStatus(t, w, 200)
		} else {
			testkit.WantStatus(t, w, 422)
			testkit.WantContains(t, w.Body.String(), c.want)
		}
	}
	testkit.WantStatus(t, testkit.PostJSON(app, "/x", `{"a":"0.51"}`), 200)
	testkit.WantContains(t, testkit.PostJSON(app, "/x", `{"a":"0.50"}`).Body.String(), `"loc":["body","a"]`, `"ctx":{"gt":0.5}`)

	bad := brio.New()
	bad.Get("/x", func(*struct {
		A cents      `query:"a" validate:"gt=x"`
		B cents      `query:"b" validate:"len=3"`
		C params.URL `query:"c" validate:"gt=3"`
		D cents      `query:"d" default:"1" validate:"gt=4"`
		E cents      `query:"e" validate:"gt"`
	}) int {
		return 1
	})
	err := bad.Check()
	testkit.WantContains(t, fmt.Sprint(err), `gt=x`, `no number`, `len=3`, "Cmp or Compare", `default:"1" breaks a rule: Input should be greater than 4`, "gt needs a")
}

// TestOmitEmptyJudgesWhatIsPresent: what is present counts (docs/parameters.md), also when it is empty. omitempty says that
// a value may be absent, and no more.
func TestOmitEmptyJudgesWhatIsPresent(t *testing.T) {
	app := brio.New()
	app.Post("/x", func(*brio.Body[struct {
		Email string `json:"email" validate:"omitempty,email"`
		Loose string `json:"loose" validate:"omitempty,email|len=0"`
		N     int    `json:"n" validate:"omitempty,gt=0"`
	}]) int {
		return 1
	})
	testkit.WantStatus(t, testkit.PostJSON(app, "/x", `{}`), 200)
	testkit.WantStatus(t, testkit.PostJSON(app, "/x", `{"loose":""}`), 200)
	for name, doc := range map[string]string{"email": `{"email":""}`, "n": `{"n":0}`, "loose": `{"loose":"x"}`} {
		w := testkit.PostJSON(app, "/x", doc)
		testkit.WantStatus(t, w, 422)
		testkit.WantContains(t, w.Body.String(), `"loc":["body","`+name+`"]`)
	}
}

// TestBodyWithoutMembersMissesEachField: FastAPI reports each parameter of a keyed body as missing, whatever the body is
// that has no members.
func TestBodyWithoutMembersMissesEachField(t *testing.T) {
	for _, options := range [][]brio.AppOption{nil, {brio.FastAPICompat()}} {
		app := brio.New(options...)
		app.Put("/x", func(*struct {
			A int  `body:"a"`
			B *int `body:"b"`
			C int  `body:"c" default:"1"`
		}) int {
			return 1
		})
		want := `{"detail":[{"type":"missing","loc":["body","a"],"msg":"Field required","input":null},{"type":"missing","loc":["body","b"],"msg":"Field required","input":null},{"type":"missing","loc":["body","c"],"msg":"Field required","input":null}]}`
		for _, doc := range []string{`[]`, `[{"a":1}]`, `3`, `"a"`, `true`} {
			w := testkit.Do(app, "PUT", "/x", doc, "Content-Type", "application/json")
			testkit.WantStatus(t, w, 422)
			testkit.WantBody(t, w, want)
		}
	}
}

type checked struct {
	N     int                     `json:"n"`
	Inner *checkedInner           `json:"inner,omitempty"`
	List  []checkedInner          `json:"list,omitempty"`
	Map   map[string]checkedInner `json:"map,omitempty"`
}

func (c *checked) Validate(ctx context.Context) error {
	if ctx.Value(checkedKey{}) == nil {
		return errors.New("no context of the request")
	}
	if c.N < 0 {
		return errors.New("n is negative")
	}
	return nil
}

type checkedInner struct {
	M int `json:"m"`
}

func (c checkedInner) Validate(context.Context) error {
	if c.M < 0 {
		return &brio.HTTPError{Status: 404}
	}
	return nil
}

type checkedKey struct{}

type checkedOther struct {
	N     int            `json:"n"`
	Extra string         `json:"extra"`
	List  []checkedInner `json:"list"`
}

type checkedUnion struct {
	brio.AnyOf
	Checked *checked
	Text    *string
}

// TestValidateResponsesCallsValidate: FastAPI validates a result against its model with all validators. The methods get the
// request's context, and their error is a 500 whatever it is.
func TestValidateResponsesCallsValidate(t *testing.T) {
	bad := checkedInner{M: -1}
	values := map[string]struct {
		value any
		model brio.RouteOption
		path  string // in the log; "" where the value is right
	}{
		"right":      {checked{N: 1}, brio.ResponseModel[checked](), ""},
		"itself":     {checked{N: -1}, brio.ResponseModel[checked](), "result: its Validate"},
		"pointer":    {&checked{N: -1}, brio.ResponseModel[*checked](), "result: its Validate"},
		"null":       {(*checked)(nil), brio.ResponseModel[*checked](), ""},
		"inner":      {checked{Inner: &bad}, brio.ResponseModel[checked](), "result.inner: its Validate"},
		"list":       {checked{List: []checkedInner{{}, bad}}, brio.ResponseModel[checked](), "result.list[1]: its Validate"},
		"map":        {checked{Map: map[string]checkedInner{"k": bad}}, brio.ResponseModel[checked](), `result.map["k"]: its Validate`},
		"map right":  {map[string]any{"n": 1}, brio.ResponseModel[checked](), ""},
		"as a map":   {map[string]any{"n": -1}, brio.ResponseModel[checked](), "result: its Validate"},
		"maps":       {[]any{map[string]any{"n": 1}, map[string]any{"n": 1, "list": []any{map[string]any{"m": -1}}}}, brio.ResponseModel[[]checked](), "result[1].list[0]: its Validate"},
		"other":      {checkedOther{N: -1}, brio.ResponseModel[checked](), "result: its Validate"},
		"union":      {checkedUnion{Checked: &checked{N: -1}}, brio.ResponseModel[checkedUnion](), "result: its Validate"},
		"optional":   {brio.Some(checked{N: -1}), brio.ResponseModel[brio.Optional[checked]](), "result: its Validate"},
		"not a rule": {checkedOther{N: -1}, brio.ResponseModel[checkedOther](), ""},
	}
	for _, on := range []bool{true, false} {
		log := &testkit.Log{}
		app := brio.New(brio.ValidateResponses(on), brio.Logger(log.Logger()))
		app.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), checkedKey{}, 1)))
			})
		})
		for name, c := range values {
			app.Get("/"+strings.ReplaceAll(name, " ", "-"), func() any { return c.value }, c.model)
		}
		app.Get("/typed", func() (*checked, error) { return &checked{N: -1}, nil })
		app.Get("/lines", func() iter.Seq[checked] { return slices.Values([]checked{{N: -1}}) })
		app.Get("/lines/map", func() iter.Seq[any] { return slices.Values([]any{map[string]any{"n": -1}}) }, brio.ResponseModel[checked]())
		app.Get("/events", func() iter.Seq[response.Event[checked]] {
			return slices.Values([]response.Event[checked]{{Data: checked{N: -1}}})
		}, brio.EventStream())
		want := func(target, path string) {
			t.Helper()
			w := testkit.Get(app, target)
			if path == "" || !on {
				testkit.WantStatus(t, w, 200)
				return
			}
			testkit.WantStatus(t, w, 500)
			if !strings.Contains(strings.ReplaceAll(log.String(), `\`, ""), path) {
				t.Errorf("%s: the log has no %q: %s", target, path, log)
			}
		}
		for name, c := range values {
			want("/"+strings.ReplaceAll(name, " ", "-"), c.path)
		}
		for _, target := range []string{"/typed", "/lines", "/lines/map", "/events"} {
			want(target, "result: its Validate refuses it: n is negative")
		}
	}
}
