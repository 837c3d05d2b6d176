package params_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/exchange"
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

func TestValidateIsAskedWhereverAModelStands(t *testing.T) {
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

func TestErrorsOfValidate(t *testing.T) {
	_, errs := body[[]refuser](t, `[{"how":"nil detail"},{"how":"wrapped"},{"how":"odd"}]`)
	wantErrors(t, errs, `body.1 t null`, `body.2.[1].`+strings.Repeat("k", 128)+`… t null`)
	v, _, err := try[params.Body[refuser]](t, compile[params.Body[refuser]](t), input{body: `{"how":"http"}`})
	if refused, ok := errors.AsType[*response.HTTPError](err); !ok || refused.Status != 409 {
		t.Errorf("%v %v, want the HTTPError", v, err)
	}
	if _, _, err := try[params.Body[refuser]](t, compile[params.Body[refuser]](t), input{body: `{"how":"nil"}`}); err != nil {
		t.Errorf("a typed nil: %v", err)
	}
}

func TestRulesThatCompareFields(t *testing.T) {
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

func TestParameterStructsAreCheckedAsAWhole(t *testing.T) {
	b := compile[search](t)
	_, errs, _ := try[search](t, b, input{query: "to=2026-02-01T00:00:00Z&min=1&max=2&text=a"})
	wantErrors(t, errs)
	_, errs, _ = try[search](t, b, input{query: "to=2025-02-01T00:00:00Z&min=2&max=2&text=a&pass=a"})
	wantErrors(t, errs, `query.to value_error "2025-02-01T00:00:00Z"`, `query.max value_error "2"`, `query.pass value_error null`)
	_, errs, _ = try[search](t, b, input{query: "to=2026-02-01T00:00:00Z&text=plain"})
	wantErrors(t, errs, `query value_error null`)
	_, errs, _ = try[search](t, b, input{query: "to=2026-02-01T00:00:00Z&text=located"})
	wantErrors(t, errs, `query.text t null`)
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

func TestDefaultsAtEveryDepth(t *testing.T) {
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

func TestDefaultsAreNotSharedBetweenRequests(t *testing.T) {
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

func TestSecretsAreNeverEchoed(t *testing.T) {
	type login struct {
		User string            `json:"user" validate:"min=20"`
		Pass string            `json:"pass" secret:"true" validate:"min=20"`
		Keys map[string]string `json:"keys,omitempty" secret:"true" validate:"max=1,dive,min=20"`
		Deep *struct {
			A string `json:"a" validate:"min=20"`
		} `json:"deep" secret:"true"`
		Same string `json:"same,omitempty" validate:"eqfield=Pass"`
	}
	type in struct {
		Token  int      `query:"token,omitempty" secret:"true"`
		Tokens []string `header:"X-T,omitempty" secret:"true" validate:"max=1,dive,min=9"`
		Login  login    `body:"login"`
		Pin    int      `body:"pin" secret:"true"`
	}
	b := compile[in](t)
	for _, doc := range []string{
		`"s3cret"`, `["s3cret"]`, `{"login":"s3cret","pin":"s3cret"}`, `{"login":["s3cret"]}`, `{"login":{"pass":"s3cret"}}`,
		`{"login":{"user":1,"pass":"s3cret"}}`, `{"login":{"Pass":"s3cret"}}`, `{"login":{"pass":1,"pass":"s3cret"},"pin":1,"pin":"s3cret"}`,
		`{"login":{"keys":{"a":"s3cret"}}}`, `{"login":{"keys":{"s3cret":"s3cret","b":{}}}}`, `{"login":{"keys":["s3cret"]}}`,
		`{"login":{"keys":{"s3cret":"s3cret","s3cret":"s3cret"}}}`, `{"login":{"deep":{"a":"s3cret","s3cret":{"s3cret":1,"s3cret":1}}}}`,
		`{"login":{"deep":{"A":"s3cret"}}}`, `{"login":{"deep":["s3cret"]}}`, `{"PIN":"s3cret"}`,
		`{"login":{"user":"01234567890123456789x","pass":"s3cret01234567890123456789","same":"x"},"pin":1}`,
	} {
		_, errs, err := try[in](t, b, input{query: "token=s3cret", headers: []string{"X-T", "s3cret", "X-T", "s3cret9999"}, body: doc})
		if len(errs) == 0 || err != nil {
			t.Errorf("%s: %q %v, want errors", doc, errs, err)
		}
		for _, e := range errs {
			if strings.Contains(e, "s3cret") {
				t.Errorf("%s: %s", doc, e)
			}
		}
	}
}

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

func TestErrorsInTheOrderOfFastAPI(t *testing.T) {
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

// What one function's parameters refuse stays refused when another's have shown the error already, or too many others.
func TestRepeatedAndDroppedErrorsStillRefuse(t *testing.T) {
	type a struct {
		Q int `query:"q"`
	}
	type b struct {
		Q int `query:"q"`
	}
	type list struct {
		Q []int `query:"l,omitempty"`
	}
	var errs params.Errors
	bind := func(bound *params.Binder, v any, in input) (refused bool) {
		x := exchange.Acquire(nil, in.request())
		defer x.Release()
		before := errs.Len()
		if err := bound.Bind(t.Context(), x, &params.Settings{MaxBody: 1 << 20}, reflect.ValueOf(v).UnsafePointer(), &errs); err != nil {
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
