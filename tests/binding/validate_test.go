package binding_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
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

// TestValidateErrorDetailKeepsInput: an *ErrorDetail of a Validate method has the input that its loc leads to, as any
// other error has. A missing member has the object around it.
func TestValidateErrorDetailKeepsInput(t *testing.T) {
	t.Parallel()
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

// TestRulesCompareOrderedTypes: gt and the other bounds compare structs that have UnmarshalText and Cmp or Compare, with
// pydantic's errors.
func TestRulesCompareOrderedTypes(t *testing.T) {
	t.Parallel()
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

// TestOmitemptySkipsAbsentValuesOnly: a value that is present is checked, also when it is empty (docs/parameters.md).
// omitempty says only that it may be absent.
func TestOmitemptySkipsAbsentValuesOnly(t *testing.T) {
	t.Parallel()
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

// TestBodyWithoutMembersMissesEachField: a body that is no object reports each required member as missing, as FastAPI
// does for a body of several parameters.
func TestBodyWithoutMembersMissesEachField(t *testing.T) {
	t.Parallel()
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
