package bind_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

type (
	even  int
	evens []even
	span  struct {
		From int `json:"from"`
		To   int `json:"to" validate:"gtfield=From"`
	}
	booking struct {
		span
		Name string `json:"name" default:"x"`
		Card string `json:"card,omitempty" validate:"required_if=Name paid"`
		Max  opt    `json:"max" validate:"omitempty,gtfield=From"`
	}
	refuser struct {
		How string `json:"how"`
	}
)

func (e *even) Validate(context.Context) error {
	if *e%2 != 0 {
		return fmt.Errorf("%d is odd", *e)
	}
	return nil
}

func (e evens) Validate(context.Context) error {
	if len(e) == 3 {
		return errors.New("three is a crowd")
	}
	return nil
}

func (b booking) Validate(context.Context) error {
	if b.Name == "" {
		return &params.ErrorDetail{Type: "no_name", Loc: []any{"name", int64(3)}, Msg: "who?", Input: b.Name}
	}
	return nil
}

func (r refuser) Validate(context.Context) error {
	switch r.How {
	case "http":
		return response.NewError(409, "taken")
	case "nil detail":
		return (*params.ErrorDetail)(nil)
	case "wrapped":
		return fmt.Errorf("outer: %w", &params.ErrorDetail{Type: "t", Msg: "m"})
	case "odd":
		return &params.ErrorDetail{Type: "t", Loc: []any{[]int{1}, strings.Repeat("k", 200)}, Msg: "m"}
	}
	return nil
}

// TestValidateRunsOnEachModel: Validate runs for a model in a list, a map, a pointer and a union too.
func TestValidateRunsOnEachModel(t *testing.T) {
	type in struct {
		Q    even             `query:"q"`
		Qs   evens            `query:"qs,omitempty"`
		P    *even            `query:"p"`
		H    []even           `header:"X-H,omitempty"`
		Body map[string]evens `body:""`
	}
	b := compile[in](t)
	_, errs, _ := try[in](t, b, input{query: "q=2&p=4&qs=2", body: `{"a":[2]}`})
	wantErrors(t, errs)
	_, errs, _ = try[in](t, b, input{query: "q=1&p=3&qs=2&qs=5", headers: []string{"X-H", "2", "X-H", "7"}, body: `{"a":[1,2],"b":[2,2,2]}`})
	wantErrors(t, errs, `query.q value_error "1"`, `query.qs.1 value_error "5"`, `query.p value_error "3"`, `header.x-h.1 value_error "7"`,
		`body.a.0 value_error 1`, `body.b value_error [2,2,2]`)
	_, errs, _ = try[in](t, b, input{query: "q=2&qs=2&qs=2&qs=2", body: `{}`})
	wantErrors(t, errs, `query.qs value_error ["2","2","2"]`)
}

// TestValidateErrorsHaveLocations: errors of Validate are below the model's loc.
func TestValidateErrorsHaveLocations(t *testing.T) {
	_, errs := body[[]refuser](t, `[{"how":"nil detail"},{"how":"wrapped"},{"how":"odd"}]`)
	wantErrors(t, errs, `body.1 t {"how":"wrapped"}`, `body.2.[1].`+strings.Repeat("k", 128)+`… t {"how":"odd"}`)
	v, _, err := try[params.Body[refuser]](t, compile[params.Body[refuser]](t), input{body: `{"how":"http"}`})
	if refused, ok := errors.AsType[*response.HTTPError](err); !ok || refused.Status != 409 {
		t.Errorf("%v %v, want the HTTPError", v, err)
	}
	if _, _, err := try[params.Body[refuser]](t, compile[params.Body[refuser]](t), input{body: `{"how":"nil"}`}); err != nil {
		t.Errorf("a typed nil: %v", err)
	}
}

// TestCrossRulesCompareFields: validate tags may compare fields of one struct, as validator does.
func TestCrossRulesCompareFields(t *testing.T) {
	for _, c := range []struct {
		doc  string
		want []string
	}{
		{`{"from":1,"to":2}`, nil},
		{`{"from":2,"to":2,"max":null}`, []string{`body.to value_error 2`}},
		{`{"from":2,"to":3,"max":1}`, []string{`body.max value_error 1`}},
		{`{"from":2,"to":3,"name":"paid"}`, []string{`body.card value_error {"from":2,"to":3,"name":"paid"}`}},
		{`{"from":2,"to":3,"name":"paid","card":"4711"}`, nil},
		{`{"from":2,"to":3,"name":""}`, []string{`body.name.3 no_name ""`}},
		{`{"from":2,"to":1,"name":7}`, []string{`body.name string_type 7`}}, // not before each field alone is right
		{`{"from":2,"to":1,"name":"paid"}`, []string{`body.to value_error 1`, `body.card value_error {"from":2,"to":1,"name":"paid"}`}},
	} {
		_, errs := body[booking](t, c.doc)
		t.Run(c.doc, func(t *testing.T) { wantErrors(t, errs, c.want...) })
		// The same where something else in the document is wrong, so that nothing is decoded in one go.
		_, errs = body[[]booking](t, `[`+c.doc+`,1]`)
		for i, e := range errs {
			errs[i] = strings.Replace(e, "body.0.", "body.", 1)
		}
		t.Run("beside an error "+c.doc, func(t *testing.T) {
			wantErrors(t, errs, append(c.want, `body.1 model_attributes_type 1`)...)
		})
	}
}

type window struct {
	From time.Time `query:"from" default:"2026-01-01T00:00:00Z"`
	To   time.Time `query:"to" validate:"gtfield=From"`
}

type search struct {
	window
	Min  int    `query:"min" default:"0"`
	Max  *int   `query:"max" validate:"omitempty,gtfield=Min"`
	Pass string `query:"pass,omitempty" secret:"true" validate:"nefield=Text"`
	Text string `query:"text,omitempty"`
}

func (s *search) Validate(context.Context) error {
	switch s.Text {
	case "plain":
		return errors.New("no plain text")
	case "located":
		return &params.ErrorDetail{Type: "t", Loc: []any{"query", "text"}, Msg: "m"}
	}
	return nil
}

// TestParameterStructsAreValidated: rules between parameters, and Validate of the struct, see the complete struct.
func TestParameterStructsAreValidated(t *testing.T) {
	b := compile[search](t)
	_, errs, _ := try[search](t, b, input{query: "to=2026-02-01T00:00:00Z&min=1&max=2&text=a"})
	wantErrors(t, errs)
	_, errs, _ = try[search](t, b, input{query: "to=2025-02-01T00:00:00Z&min=2&max=2&text=a&pass=a"})
	wantErrors(t, errs, `query.to value_error "2025-02-01T00:00:00Z"`, `query.max value_error "2"`, `query.pass value_error null`)
	_, errs, _ = try[search](t, b, input{query: "to=2026-02-01T00:00:00Z&text=plain"})
	wantErrors(t, errs, `query value_error null`)
	_, errs, _ = try[search](t, b, input{query: "to=2026-02-01T00:00:00Z&text=located"})
	wantErrors(t, errs, `query.text t "located"`)
	type mixed struct {
		A int `path:"a"`
		B int `body:"b" validate:"gtfield=A"`
	}
	_, errs, _ = try[mixed](t, compile[mixed](t), input{path: []string{"3"}, body: `{"b":2}`})
	wantErrors(t, errs, `body.b value_error 2`)
}

type timed struct {
	Every time.Duration        `json:"every" default:"1m"`
	Subs  []sub                `json:"subs,omitempty"`
	ByKey map[string]sub       `json:"by_key,omitempty"`
	Ptr   *sub                 `json:"ptr"`
	Made  sub                  `json:"made" default:"{\"n\":1}"`
	Many  map[string][]sub     `json:"many" default:"{\"a\":[{\"n\":2}]}"`
	Opt   params.Optional[sub] `json:"opt" default:"{\"n\":3}"`
	Times []time.Duration      `json:"times" default:"1s,1m"`
	JSON  []time.Duration      `json:"json" default:"[\"1s\",2]"`
}

type sub struct {
	N    int            `json:"n"`
	List []string       `json:"list" default:"a,b" validate:"dive,min=1"`
	Map  map[string]int `json:"map" default:"{\"x\":1}"`
	P    *int           `json:"p" default:"9"`
	Span time.Duration  `json:"span" default:"PT5S"`
}

// TestDefaultsApplyAtEveryDepth
func TestDefaultsApplyAtEveryDepth(t *testing.T) {
	nine := 9
	filled := func(n int) sub {
		return sub{n, []string{"a", "b"}, map[string]int{"x": 1}, &nine, 5 * time.Second}
	}
	for _, spoil := range []string{``, `,"every":"x"`} { // the second is walked without being decoded
		doc := `{"subs":[{"n":4}],"by_key":{"k":{"n":5}},"ptr":{"n":6}` + spoil + `}`
		got, errs := body[timed](t, doc)
		if spoil != "" {
			wantErrors(t, errs, `body.every time_delta_parsing "x"`)
			continue
		}
		wantErrors(t, errs)
		o, _ := got.Opt.Get()
		wantValue(t, []any{got.Every, got.Subs, got.ByKey, *got.Ptr, got.Made, got.Many, o, got.Times, got.JSON}, []any{
			time.Minute, []sub{filled(4)}, map[string]sub{"k": filled(5)}, filled(6), filled(1), map[string][]sub{"a": {filled(2)}}, filled(3),
			[]time.Duration{time.Second, time.Minute}, []time.Duration{time.Second, 2 * time.Second},
		})
	}
}

// TestDefaultsAreCopied: two requests never share a list or map of a default.
func TestDefaultsAreCopied(t *testing.T) {
	type in struct {
		Q    []string `query:"q" default:"a,b"`
		P    *int     `query:"p" default:"1"`
		Body timed    `body:""`
	}
	b := compile[in](t)
	first, _, _ := try[in](t, b, input{body: `{"subs":[{"n":1}]}`})
	first.Q[0], *first.P, first.Body.Made.List[0], *first.Body.Made.P = "changed", 7, "changed", 7
	first.Body.Many["a"][0].Map["x"], first.Body.Subs[0].List[0] = 7, "changed"
	delete(first.Body.Many, "a")
	second, _, _ := try[in](t, b, input{body: `{"subs":[{"n":1}]}`})
	fresh, _, _ := try[in](t, compile[in](t), input{body: `{"subs":[{"n":1}]}`})
	wantValue(t, second, fresh)
}

// secretText has a Validate whose error contains the secret.
type secretText string

func (s secretText) Validate(context.Context) error {
	switch {
	case strings.HasPrefix(string(s), "detail"):
		return &params.ErrorDetail{Type: "own", Msg: "m", Input: string(s)}
	case strings.HasPrefix(string(s), "bad"):
		return errors.New("bad")
	}
	return nil
}

type secretTexts []string

func (secretTexts) Validate(context.Context) error { return errors.New("bad") }

// TestSecretsAreNeverEchoed: no error contains a part of a secret: no value and no key. kinds has the types of error that the
// documents must cause, so that each check is covered.
func TestSecretsAreNeverEchoed(t *testing.T) {
	type login struct {
		User string            `json:"user" validate:"min=20"`
		Pass string            `json:"pass" secret:"true" validate:"min=20"`
		Keys map[string]string `json:"keys,omitempty" secret:"true" validate:"max=1,dive,keys,min=3,endkeys,min=9"`
		List []string          `json:"list,omitempty" secret:"true" validate:"max=1,dive,min=9"`
		Deep *struct {
			A string `json:"a" validate:"min=20"`
		} `json:"deep" secret:"true"`
		Same string     `json:"same,omitempty" validate:"eqfield=Pass"`
		Own  secretText `json:"own,omitempty" secret:"true"`
	}
	type in struct {
		Token  int               `query:"token,omitempty" secret:"true"`
		Tokens []string          `header:"X-T,omitempty" secret:"true" validate:"max=1,dive,min=9"`
		Comma  []int             `query:"comma,omitempty" style:"comma" secret:"true" validate:"max=1"`
		Pair   [2]string         `query:"pair,omitempty" secret:"true"`
		Set    params.Set[int]   `query:"set,omitempty" secret:"true" validate:"max=1"`
		Filter map[string]int    `query:"filter,omitempty" style:"deepObject" secret:"true" validate:"max=1"`
		JSON   map[string]string `query:"json,json,omitempty" secret:"true" validate:"max=1"`
		Own    secretText        `query:"own,omitempty" secret:"true"`
		Owns   []secretText      `query:"owns,omitempty" secret:"true"`
		All    secretTexts       `header:"X-All,omitempty" secret:"true"`
		Login  login             `body:"login"`
		Pin    int               `body:"pin" secret:"true"`
	}
	b := compile[in](t)
	const long = "s3cret01234567890123456789"
	const right = `"user":"01234567890123456789x","pass":"` + long + `"`
	kinds := map[string]bool{}
	for _, doc := range []string{
		`"s3cret"`, `["s3cret"]`, `{"login":"s3cret","pin":"s3cret"}`, `{"login":["s3cret"]}`, `{"login":{"pass":"s3cret"}}`,
		`{"login":{"user":1,"pass":"s3cret"}}`, `{"login":{"Pass":"s3cret"}}`, `{"login":{"pass":1,"pass":"s3cret"},"pin":1,"pin":"s3cret"}`,
		`{"login":{"keys":{"abc":"s3cret"}}}`, `{"login":{"keys":{"s3cret":"s3cret","b":{}}}}`, `{"login":{"keys":["s3cret"]}}`,
		`{"login":{"keys":{"s3cret":"s3cret","s3cret":"s3cret"}}}`, `{"login":{"deep":{"a":"s3cret","s3cret":{"s3cret":1,"s3cret":1}}}}`,
		`{"login":{"deep":{"A":"s3cret"}}}`, `{"login":{"deep":["s3cret"]}}`, `{"PIN":"s3cret"}`,
		`{"login":{` + right + `,"same":"x"},"pin":1}`,
		`{"login":{` + right + `,"keys":{"s3cret":"` + long + `","s3cret2":"` + long + `"}},"pin":1}`,
		`{"login":{` + right + `,"keys":{"s":"` + long + `"}},"pin":1}`,
		`{"login":{` + right + `,"list":["` + long + `","` + long + `"]},"pin":1}`,
		`{"login":{` + right + `,"list":["s3cret"]},"pin":1}`,
		`{"login":{` + right + `,"own":"bad s3cret"},"pin":1}`,
		`{"login":{` + right + `,"own":"detail s3cret"},"pin":1}`,
	} {
		for _, text := range []input{
			{query: "token=s3cret&comma=1,s3cret&pair=s3cret&filter[s3cret]=s3cret&json=s3cret&set=s3cret", headers: []string{"X-T", "s3cret"}},
			{query: "comma=1,22&pair=s3cret&pair=s3cret&pair=s3cret&set=1&set=22&filter[s3cret]=1&filter[b]=2&own=bad+s3cret&owns=bad+s3cret",
				headers: []string{"X-T", long, "X-T", long, "X-All", "s3cret"}},
			{query: `json={"s3cret":"s3cret"}&own=detail+s3cret&owns=detail+s3cret`},
			{query: `json={"a":"s3cret","b":"s3cret"}`},
			{query: `json={"a":1,"s3cret":{"s3cret":1}}`},
		} {
			text.body = doc
			_, errs, err := try[in](t, b, text)
			if len(errs) == 0 || err != nil {
				t.Errorf("%s %s: %q %v, want errors", text.query, doc, errs, err)
			}
			for _, e := range errs {
				kind, _, _ := strings.Cut(e, " ")
				what, _, _ := strings.Cut(strings.TrimPrefix(e, kind+" "), " ")
				kinds[kind+" "+what] = true
				if strings.Contains(e, "s3cret") || strings.Contains(e, "22") {
					t.Errorf("%s %s: %s", text.query, doc, e)
				}
			}
		}
	}
	for _, kind := range []string{
		"query.token int_parsing", "header.x-t too_long", "header.x-t.0 string_too_short", "query.comma too_long", "query.comma.1 int_parsing",
		"query.pair too_short", "query.pair too_long", "query.set too_long", "query.set.0 int_parsing", "query.filter too_long", "query.filter.[secret] int_parsing",
		"query.json json_invalid", "query.json too_long", "query.json.[secret] string_type", "query.own value_error", "query.own own", "query.owns.0 value_error", "query.owns.0 own",
		"header.x-all value_error", "body.pin int_type", "body.login.pass string_too_short", "body.login.pass string_type", "body.login.keys too_long",
		"body.login.keys.[secret] string_too_short", "body.login.keys.[secret].[key] string_too_short", "body.login.keys dict_type", "body.login.list too_long",
		"body.login.list.0 string_too_short", "body.login.deep.a string_too_short", "body.login.deep model_attributes_type", "body.login.same value_error",
		"body.login.own value_error", "body.login.own own",
	} {
		if !kinds[kind] {
			t.Errorf("no document reaches %s", kind)
		}
	}
	if t.Failed() {
		t.Logf("reached: %q", slices.Sorted(maps.Keys(kinds)))
	}
}

// TestReadonlyParametersAreIgnored: a readonly parameter has its default or zero, whatever the client sends.
func TestReadonlyParametersAreIgnored(t *testing.T) {
	type whole struct {
		ID   int    `json:"id" readonly:"true"`
		Role string `json:"role" readonly:"true" default:"user"`
		Name string `json:"name"`
	}
	type in struct {
		ID     int            `query:"id" readonly:"true"`
		Role   string         `query:"role" readonly:"true" default:"user"`
		Ptr    *int           `query:"ptr" readonly:"true"`
		List   []string       `query:"list" readonly:"true" default:"a,b"`
		Filter map[string]int `query:"filter" style:"deepObject" readonly:"true"`
		JSON   *whole         `query:"json,json" readonly:"true"`
		Header string         `header:"X-Role" readonly:"true"`
		Cookie string         `cookie:"role" readonly:"true"`
		Deep   whole          `query:"deep" style:"deepObject"`
		Text   whole          `query:"text,json"`
	}
	for _, value := range []string{"7", "x"} {
		v, errs, err := try[in](t, compile[in](t), input{
			query:   "id=" + value + "&role=admin&ptr=" + value + "&list=" + value + "&filter[a]=" + value + `&json={"id":7,"name":"n"}&deep[id]=7&deep[role]=admin&deep[name]=n&text={"id":7,"role":"admin","name":"n"}`,
			headers: []string{"X-Role", "admin", "Cookie", "role=admin"},
		})
		wantErrors(t, errs)
		wantValue(t, err, nil)
		own := whole{Role: "user", Name: "n"}
		wantValue(t, v, in{Role: "user", List: []string{"a", "b"}, Deep: own, Text: own})
	}
	q, errs, _ := try[params.Query[whole]](t, compile[params.Query[whole]](t), input{query: "id=7&role=admin&name=n"})
	wantErrors(t, errs)
	wantValue(t, q.Value, whole{Role: "user", Name: "n"})
	f, errs, _ := try[params.Form[whole]](t, compile[params.Form[whole]](t), input{body: "id=7&role=admin&name=n", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}})
	wantErrors(t, errs)
	wantValue(t, f.Value, whole{Role: "user", Name: "n"})
	h, errs, _ := try[params.Header[whole]](t, compile[params.Header[whole]](t), input{headers: []string{"Id", "7", "Role", "admin", "Name", "n"}})
	wantErrors(t, errs)
	wantValue(t, h.Value, whole{Role: "user", Name: "n"})
	c, errs, _ := try[params.Cookie[whole]](t, compile[params.Cookie[whole]](t), input{headers: []string{"Cookie", "id=7; role=admin; name=n"}})
	wantErrors(t, errs)
	wantValue(t, c.Value, whole{Role: "user", Name: "n"})
}

// completeStruct is a parameter struct whose Validate must see complete values only.
type completeStruct struct {
	A    int     `query:"a" validate:"min=1"`
	B    int     `header:"X-B" validate:"gtfield=A"`
	Text refuser `query:"text,json" default:"{\"how\":\"\"}"`
	Body *struct {
		C int `json:"c" validate:"min=1"`
	} `body:""`
}

var halfReadCalls int

func (h *completeStruct) Validate(context.Context) error {
	halfReadCalls++
	if h.A < 1 || h.B <= h.A || h.Body != nil && h.Body.C < 1 {
		panic(fmt.Sprintf("Validate sees values that break rules: %+v", h))
	}
	if h.A == 9 {
		return errors.New("nine")
	}
	return nil
}

// TestValidateSeesCompleteStructs: Validate of a parameter struct runs once, and only if all parameters are read and valid.
func TestValidateSeesCompleteStructs(t *testing.T) {
	b := compile[completeStruct](t)
	for _, c := range []struct {
		in    input
		calls int
		want  []string
	}{
		{input{query: "a=1", headers: []string{"X-B", "2"}, body: `{"c":1}`}, 1, nil},
		{input{query: "a=9", headers: []string{"X-B", "10"}}, 1, []string{`request value_error null`}},
		{input{query: "a=x", headers: []string{"X-B", "2"}}, 0, []string{`query.a int_parsing "x"`}},
		{input{query: "a=0", headers: []string{"X-B", "2"}}, 0, []string{`query.a greater_than_equal "0"`}},
		{input{headers: []string{"X-B", "2"}}, 0, []string{`query.a missing null`}},
		{input{query: "a=1", headers: []string{"X-B", "1"}}, 0, []string{`header.x-b value_error "1"`}},
		{input{query: "a=1", headers: []string{"X-B", "2"}, body: `{"c":0}`}, 0, []string{`body.c greater_than_equal 0`}},
		{input{query: "a=1", headers: []string{"X-B", "2"}, body: `{`}, 0, []string{`body.1 json_invalid null`}},
		{input{query: `a=1&text={"how":"wrapped"}`, headers: []string{"X-B", "2"}}, 0, []string{`query.text t {"how":"wrapped"}`}},
	} {
		halfReadCalls = 0
		_, errs, err := try[completeStruct](t, b, c.in)
		if len(errs) == 1 && strings.Contains(errs[0], "json_invalid") {
			errs[0] = `body.1 json_invalid null`
		}
		wantErrors(t, errs, c.want...)
		if halfReadCalls != c.calls || err != nil {
			t.Errorf("%+v: Validate was called %d times, want %d; %v", c.in, halfReadCalls, c.calls, err)
		}
	}
	halfReadCalls = 0
	_, _, err := try[completeStruct](t, b, input{query: `a=1&text={"how":"http"}`, headers: []string{"X-B", "2"}})
	if refused, ok := errors.AsType[*response.HTTPError](err); !ok || refused.Status != 409 || halfReadCalls != 0 {
		t.Errorf("%v and %d calls, want the HTTPError of the field, and no call", err, halfReadCalls)
	}
}

type refusedBody struct {
	Body refuser `body:""`
}

func (refusedBody) Validate(context.Context) error {
	panic("Validate is called although the body is refused")
}

type refusedForm struct {
	Form refuser `form:""`
}

func (refusedForm) Validate(context.Context) error {
	panic("Validate is called although the form is refused")
}

// TestBodyRefusalEndsBinding: an HTTPError of a body's Validate is the answer, and no other check runs.
func TestBodyRefusalEndsBinding(t *testing.T) {
	_, _, err := try[refusedBody](t, compile[refusedBody](t), input{body: `{"how":"http"}`})
	if refused, ok := errors.AsType[*response.HTTPError](err); !ok || refused.Status != 409 {
		t.Errorf("%v, want the HTTPError of the body", err)
	}
	_, _, err = try[refusedForm](t, compile[refusedForm](t), input{body: "how=http", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}})
	if refused, ok := errors.AsType[*response.HTTPError](err); !ok || refused.Status != 409 {
		t.Errorf("%v, want the HTTPError of the form", err)
	}
}

type located struct {
	A  int    `query:"a" default:"1"`
	At string `query:"at,omitempty"`
}

func (l located) Validate(context.Context) error {
	loc := map[string][]any{"source": {"header", "x"}, "name": {"a"}, "index": {3}, "none": nil}
	if at, ok := loc[l.At]; ok {
		return &params.ErrorDetail{Type: "t", Loc: at, Msg: "m"}
	}
	return nil
}

// TestValidateLocMayNameSource: a loc that begins with a source is used as it is; any other is below the struct's source.
func TestValidateLocMayNameSource(t *testing.T) {
	b := compile[located](t)
	for at, want := range map[string]string{"source": "header.x", "name": "query.a", "index": "query.3", "none": "query"} {
		_, errs, _ := try[located](t, b, input{query: "at=" + at})
		wantErrors(t, errs, want+" t null")
	}
}

// TestCrossRulesRunWithoutValidate: rules between fields run without a Validate method, in embedded pointers that are not nil, and
// for each struct alone.
func TestCrossRulesRunWithoutValidate(t *testing.T) {
	type plain struct {
		From int `query:"from"`
		To   int `query:"to" validate:"gtefield=From"`
	}
	b := compile[plain](t)
	_, errs, err := try[plain](t, b, input{query: "from=1&to=1"})
	wantErrors(t, errs)
	wantValue(t, err, nil)
	_, errs, _ = try[plain](t, b, input{query: "from=2&to=1"})
	wantErrors(t, errs, `query.to value_error "1"`)
	type Range struct {
		From int `json:"from,omitempty"`
		To   int `json:"to,omitempty" validate:"gtefield=From"`
	}
	type outer struct {
		*Range
		Name string `json:"name"`
	}
	for doc, want := range map[string][]string{
		`{"name":"n"}`:                   nil,
		`{"name":"n","from":1,"to":2}`:   nil,
		`{"name":"n","from":2,"to":1}`:   {`body.to value_error 1`},
		`{"name":"n","from":2}`:          {`body.to value_error {"name":"n","from":2}`},
		`{"name":1,"from":2,"to":1}`:     {`body.name string_type 1`},
		`{"name":"n","from":"x","to":1}`: {`body.from int_type "x"`},
	} {
		_, errs := body[outer](t, doc)
		t.Run(doc, func(t *testing.T) { wantErrors(t, errs, want...) })
	}
}

// TestSourceModelErrorsAreComplete: errors of a model that takes all of a source do not hide errors of other parameters, nor the
// reverse.
func TestSourceModelErrorsAreComplete(t *testing.T) {
	type in struct {
		ID   int    `path:"a"`
		Page unlike `query:""`
	}
	b := compile[in](t)
	_, errs, _ := try[in](t, b, input{path: []string{"x"}, query: "a=1&b=1"})
	wantErrors(t, errs, `path.a int_parsing "x"`, `query value_error {"a":"1","b":"1"}`)
	type reversed struct {
		Page params.Optional[int] `header:"X-Page"`
		Form params.Optional[int] `query:"form"`
	}
	_, errs, _ = try[reversed](t, compile[reversed](t), input{query: "form=x", headers: []string{"X-Page", "y"}})
	wantErrors(t, errs, `query.form int_parsing "x"`, `header.x-page int_parsing "y"`)
}

type (
	countedA struct {
		A int `json:"a"`
	}
	countedB struct {
		A int `json:"a"`
		B int `json:"b"`
	}
	countedUnion struct {
		params.AnyOf
		A *countedA
		B *countedB
	}
)

var countedCalls string

func (countedA) Validate(context.Context) error { countedCalls += "A"; return nil }
func (b countedB) Validate(context.Context) error {
	if countedCalls += "B"; b.B == 0 {
		return errors.New("b is zero")
	}
	return nil
}

// TestValidateRunsOnceForVariant: Validate runs once, for the chosen variant. It does not choose.
func TestValidateRunsOnceForVariant(t *testing.T) {
	for _, c := range []struct {
		doc, calls string
		want       []string
	}{
		{`{"a":1}`, "A", nil},
		{`{"a":1,"b":2}`, "B", nil},
		{`{"a":1,"b":0}`, "B", []string{`body.countedB value_error {"a":1,"b":0}`}},
	} {
		countedCalls = ""
		_, errs := body[countedUnion](t, c.doc)
		wantErrors(t, errs, c.want...)
		if countedCalls != c.calls {
			t.Errorf("%s: called %s, want %s", c.doc, countedCalls, c.calls)
		}
	}
}

// TestErrorsAreBounded: a request causes at most 100 errors, and long inputs are cut.
func TestErrorsAreBounded(t *testing.T) {
	_, errs := body[[]int](t, "["+strings.Repeat(`"x",`, 5000)+"0]")
	if len(errs) != 100 || errs[99] != `body.99 int_type "x"` {
		t.Errorf("%d errors, want 100", len(errs))
	}
	long := strings.Repeat("é", 100_000)
	for _, c := range []struct{ name, got string }{
		{"value", first(body[map[string]int](t, `{"a":"`+long+`"}`))},
		{"key", first(body[map[string]int](t, `{"`+long+`":""}`))},
		{"repeated key", first(body[map[string]int](t, `{"`+long+`":1,"`+long+`":1}`))},
		{"key of another type", first(body[map[int]int](t, `{"`+long+`":1}`))},
		{"strange key", first(body[struct {
			_ struct{} `extra:"forbid"`
		}](t, `{"`+long+`":1}`))},
		{"folded key", first(body[struct{ K int }](t, `{"K":1,"`+strings.Repeat("\u212a", 1)+`":"`+long+`"}`))},
	} {
		if c.got == "" || len(c.got) > 3000 {
			t.Errorf("%s: %d bytes: %.200s", c.name, len(c.got), c.got)
		}
	}
	type in struct {
		Q []int `query:"q,omitempty"`
		H int   `header:"h,omitempty"`
	}
	_, list, _ := try[in](t, compile[in](t), input{query: strings.Repeat("q=x&", 500), headers: []string{"H", long}})
	if len(list) != 100 {
		t.Errorf("%d errors, want 100", len(list))
	}
	_, list, _ = try[in](t, compile[in](t), input{headers: []string{"H", long}})
	if len(list) != 1 || len(list[0]) > 3000 {
		t.Errorf("%.200q", list)
	}
}

func first[T any](_ T, errs []string) string { return strings.Join(errs, "\n") }

// TestErrorsFollowFastAPIOrder: errors are sorted path, query, header, cookie, body; within a source in the order of declaration.
func TestErrorsFollowFastAPIOrder(t *testing.T) {
	type in struct {
		Body2 int `body:"z"`
		Body1 int `body:"a"`
		C     int `cookie:"c"`
		H     int `header:"X-H"`
		Q2    int `query:"q2"`
		Q1    int `query:"q1"`
		P     int `path:"a"`
	}
	_, errs, _ := try[in](t, compile[in](t), input{path: []string{"x"}, body: `{"q":1}`})
	wantErrors(t, errs, `path.a int_parsing "x"`, `query.q2 missing null`, `query.q1 missing null`, `header.x-h missing null`,
		`cookie.c missing null`, `body.z missing null`, `body.a missing null`)
}

// TestRepeatedErrorsStillRefuse: the parameters of a function stay refused if an error is already listed for another function, or
// is beyond the limit.
func TestRepeatedErrorsStillRefuse(t *testing.T) {
	type a struct {
		Q int `query:"q"`
	}
	type b struct {
		Q int `query:"q"`
	}
	type list struct {
		Q []int `query:"l,omitempty"`
	}
	var errs bind.Errors
	bind := func(bound *bind.Binder, v any, in input) (refused bool) {
		x := exchange.Acquire(nil, in.request())
		defer x.Release()
		before := errs.Len()
		if err := bound.Bind(t.Context(), x, &bind.Settings{MaxBody: 1 << 20, Switches: switches.ContentTypeErrors}, memory.OfValue(reflect.ValueOf(v).Elem()), &errs); err != nil {
			t.Error(err)
		}
		return errs.Len() > before
	}
	in := input{query: "q=x" + strings.Repeat("&l=x", 200)}
	if !bind(compile[a](t), &a{}, in) || !bind(compile[b](t), &b{}, in) {
		t.Error("a repeated error does not count")
	}
	if n := len(errs.Err().(*params.ValidationError).Errors); n != 1 {
		t.Errorf("%d errors, want 1", n)
	}
	if bind(compile[list](t), &list{}, in); !bind(compile[params.Body[[]int]](t), &params.Body[[]int]{}, input{body: `["x"]`}) {
		t.Error("a dropped error does not count")
	}
	errs.Sort(150)
	errs.Reset()
	if !errs.Empty() || errs.Err() != nil {
		t.Error("Reset leaves errors")
	}
}

// TestBindIsSafeForConcurrentUse
func TestBindIsSafeForConcurrentUse(t *testing.T) {
	type in struct {
		Q    []string `query:"q" default:"a,b"`
		Body []timed  `body:""`
	}
	b := compile[in](t)
	good, bad := input{body: `[{"subs":[{"n":1}]}]`}, input{body: `[{"subs":[{"n":"x"}]},{"every":"1y"}]`}
	want, _, _ := try[in](t, b, good)
	_, wantBad, _ := try[in](t, b, bad)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, errs, _ := try[in](t, b, good); errs != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%v %v", got, errs)
				}
				if _, errs, _ := try[in](t, b, bad); !reflect.DeepEqual(errs, wantBad) {
					t.Errorf("%v", errs)
				}
			}
		})
	}
	wg.Wait()
}
