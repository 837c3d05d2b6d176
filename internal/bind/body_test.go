package bind_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

type page[T any] struct {
	Items []T `json:"items"`
	Next  *T  `json:"next"`
}

type base struct {
	ID int `json:"id" validate:"min=1"`
}

type Meta struct {
	Tag  string `json:"tag" default:"none"`
	Note string `json:"note,omitempty"`
}

type tree struct {
	Name     string           `json:"name" validate:"min=1"`
	Children []tree           `json:"children,omitempty"`
	Left     *tree            `json:"left"`
	ByName   map[string]tree  `json:"by_name,omitempty"`
	Some     map[string]*tree `json:"some,omitempty"`
}

type item struct {
	base
	*Meta
	Price float64               `json:"price" validate:"gt=0"`
	Sizes map[string][]tree     `json:"sizes,omitempty" validate:"max=1,dive,keys,min=2,endkeys,max=1"`
	Codes map[int]string        `json:"codes,omitempty" validate:"dive,min=1"`
	Fixed [2]tree               `json:"fixed,omitzero"`
	Opt   params.Optional[tree] `json:"opt"`
	Count int                   `json:"count,string,omitempty" validate:"max=9"`
	Wait  time.Duration         `json:"wait" default:"1m" validate:"max=1h"`
	Keys  map[UUIDKey]int       `json:"keys,omitempty"`
	Plain map[string]bool       `json:"plain,omitempty"`
}

type UUIDKey string

func (k *UUIDKey) UnmarshalText(b []byte) error {
	if len(b) != 2 {
		return errors.New("length")
	}
	*k = UUIDKey(strings.ToUpper(string(b)))
	return nil
}

func (k UUIDKey) MarshalText() ([]byte, error) { return []byte(k), nil }

// TestBodyErrorsHaveExactLocations: errors of a body have FastAPI's loc, also inside lists and maps.
func TestBodyErrorsHaveExactLocations(t *testing.T) {
	for _, c := range []struct {
		doc  string
		want []string
	}{
		{`{"id":1,"price":2}`, nil},
		{`[]`, []string{`body model_attributes_type []`}},
		{`null`, []string{`body missing null`}},
		{``, []string{`body missing null`}},
		{` `, []string{`body.1 json_invalid {}`}},
		{`{}`, []string{`body.id missing {}`, `body.price missing {}`}},
		{`{"id":0,"price":0}`, []string{`body.id greater_than_equal 0`, `body.price greater_than 0`}},
		{`{"price":"2","id":null}`, []string{`body.id int_type null`, `body.price float_type "2"`}},
		{`{"id":1,"price":2,"Price":3}`, []string{`body.Price ambiguous_key 3`}},
		{`{"id":1,"id":2,"price":2}`, []string{`body.id duplicate_key 2`}},
		{`{"id":1,"price":2,"x":1,"x":2}`, []string{`body.x duplicate_key 2`}},
		{`{"id":1,"price":2,"x":{"y":[{"z":1,"z":2}]}}`, []string{`body.x.y.0.z duplicate_key 2`}},
		{`{"id":1,"price":2,"count":"10"}`, []string{`body.count less_than_equal "10"`}},
		{`{"id":1,"price":2,"count":7}`, []string{`body.count string_type 7`}},
		{`{"id":1,"price":2,"count":"x"}`, []string{`body.count int_parsing "x"`}},
		{`{"id":1,"price":2,"wait":"2h"}`, []string{`body.wait less_than_equal "2h"`}},
		{`{"id":1,"price":2,"opt":{"name":""}}`, []string{`body.opt.name string_too_short ""`}},
		{`{"id":1,"price":2,"opt":null}`, nil},
		{`{"id":1,"price":2,"sizes":{"xl":[{"name":""}]}}`, []string{`body.sizes.xl.0.name string_too_short ""`}},
		{`{"id":1,"price":2,"sizes":{"x":[{"name":"a"}]}}`, []string{`body.sizes.x.[key] string_too_short "x"`}},
		{`{"id":1,"price":2,"sizes":{"xl":[{"name":"a"},{"name":"b"}]}}`, []string{`body.sizes.xl too_long [{"name":"a"},{"name":"b"}]`}},
		{`{"id":1,"price":2,"sizes":{"xl":[],"xs":[]}}`, []string{`body.sizes too_long {"xl":[],"xs":[]}`}},
		{`{"id":1,"price":2,"sizes":{"xl":null}}`, []string{`body.sizes.xl list_type null`}},
		{`{"id":1,"price":2,"codes":{"1":"a","01":"b"}}`, []string{`body.codes.01 duplicate_key "b"`}},
		{`{"id":1,"price":2,"codes":{"x":"a","2":""}}`, []string{`body.codes.x.[key] int_parsing "x"`, `body.codes.2 string_too_short ""`}},
		{`{"id":1,"price":2,"keys":{"ab":1,"AB":2}}`, []string{`body.keys.AB duplicate_key 2`}},
		{`{"id":1,"price":2,"keys":{"abc":1}}`, []string{`body.keys.abc.[key] value_error "abc"`}},
		{`{"id":1,"price":2,"plain":{"a":true,"a":true,"b":1}}`, []string{`body.plain.a duplicate_key true`, `body.plain.b bool_type 1`}},
		{`{"id":1,"price":2,"fixed":[{"name":"a"}]}`, []string{`body.fixed too_short [{"name":"a"}]`}},
		{`{"id":1,"price":2,"fixed":[{"name":"a"},{}]}`, []string{`body.fixed.1.name missing {}`}},
		{`{"id":1,"price":2,"tag":1,"note":2}`, []string{`body.tag string_type 1`, `body.note string_type 2`}},
		{`{"id":1,"price":2`, []string{`body.17 json_invalid {}`}},
		{`{"é":x}`, []string{`body.5 json_invalid {}`}},
		{"\ufeff{}", []string{`body.0 json_invalid {}`}},
		{"{\"a\":\"\xff\"}", []string{`body.6 json_invalid {}`}},
		{`{"id":NaN}`, []string{`body.6 json_invalid {}`}},
	} {
		_, errs := body[item](t, c.doc)
		t.Run(c.doc, func(t *testing.T) { wantErrors(t, errs, c.want...) })
	}
}

// TestBodyAcceptsAllForms: a body may be a struct, a generic or recursive type, a list or a map.
func TestBodyAcceptsAllForms(t *testing.T) {
	got, errs := body[item](t, `{"id":3,"price":1.5,"note":"n","count":"7","wait":"PT2M","codes":{"-1":"x"},"keys":{"ab":1},"opt":{"name":"o","left":{"name":"l"}},"sizes":{"xl":[{"name":"s"}]}}`)
	wantErrors(t, errs)
	o, _ := got.Opt.Get()
	wantValue(t, []any{got.ID, *got.Meta, got.Price, got.Count, got.Wait, got.Codes, got.Keys, o.Left.Name, got.Sizes["xl"][0].Name},
		[]any{3, Meta{"none", "n"}, 1.5, 7, 2 * time.Minute, map[int]string{-1: "x"}, map[UUIDKey]int{"AB": 1}, "l", "s"})

	pages, errs := body[page[page[int]]](t, `{"items":[{"items":[1,2]}],"next":null}`)
	wantErrors(t, errs)
	wantValue(t, pages, page[page[int]]{Items: []page[int]{{Items: []int{1, 2}}}})

	deep, errs := body[tree](t, `{"name":"r","children":[{"name":"c","by_name":{"k":{"name":"v"}}}],"some":{"n":null}}`)
	wantErrors(t, errs)
	wantValue(t, deep, tree{Name: "r", Children: []tree{{Name: "c", ByName: map[string]tree{"k": {Name: "v"}}}}, Some: map[string]*tree{"n": nil}})
	_, errs = body[tree](t, `{"name":"r","children":[{"name":"c","by_name":{"k":{"name":""}}}],"left":{"left":{"name":1}}}`)
	wantErrors(t, errs, `body.children.0.by_name.k.name string_too_short ""`, `body.left.name missing {"left":{"name":1}}`, `body.left.left.name string_type 1`)

	list, errs := body[[]base](t, `[{"id":1},{"id":0},7,{}]`)
	wantErrors(t, errs, `body.1.id greater_than_equal 0`, `body.2 model_attributes_type 7`, `body.3.id missing {}`)
	_ = list
	m, errs := body[map[string]float64](t, `{"a":1}`)
	wantErrors(t, errs)
	wantValue(t, m, map[string]float64{"a": 1})
}

// TestBodyMembersAreRead: with body:"name" the body is an object with the named members, as in FastAPI.
func TestBodyMembersAreRead(t *testing.T) {
	type in struct {
		Item       base            `body:"item"`
		Importance int             `body:"importance" validate:"gt=0"`
		Note       *string         `body:"note"`
		Opt        opt             `body:"opt"`
		Limit      int             `body:"limit" default:"5"`
		Tags       []string        `body:"tags,omitempty"`
		Wait       time.Duration   `body:"wait" default:"1s"`
		Any        map[string]Meta `body:"any,omitempty"`
	}
	b := compile[in](t)
	for _, c := range []struct {
		doc  string
		want []string
	}{
		{`{"item":{"id":1},"importance":2,"opt":null,"tags":["a"],"wait":3,"more":1,"any":{"x":{}}}`, nil},
		{``, []string{`body.item missing null`, `body.importance missing null`}},
		{`null`, []string{`body.item missing null`, `body.importance missing null`}},
		{`{}`, []string{`body.item missing null`, `body.importance missing null`}},
		{`{"item":null,"importance":null,"limit":null}`, []string{`body.item missing null`, `body.importance missing null`}},
		{`[1]`, []string{`body.item missing null`, `body.importance missing null`, `body.note missing null`, `body.opt missing null`, `body.limit missing null`, `body.tags missing null`, `body.wait missing null`, `body.any missing null`}},
		{`{"item":{},"importance":0}`, []string{`body.item.id missing {}`, `body.importance greater_than 0`}},
		{`{"item":{"id":1},"importance":1,"Note":"x"}`, []string{`body.Note ambiguous_key "x"`}},
		{`{"item":{"id":1},"importance":1,"note":"x","note":"y"}`, []string{`body.note duplicate_key "y"`}},
		{`{"item":{"id":1},"importance":1,"z":1,"z":2}`, []string{`body.z duplicate_key 2`}},
		{`{"item":{"id":1},"importance":1,"limit":"x"}`, []string{`body.limit int_type "x"`}},
	} {
		t.Run(c.doc, func(t *testing.T) {
			got, errs, err := try[in](t, b, input{body: c.doc})
			if err != nil {
				t.Fatal(err)
			}
			wantErrors(t, errs, c.want...)
			if c.want == nil {
				wantValue(t, []any{got.Item.ID, got.Importance, got.Note, got.Opt.IsNull(), got.Limit, got.Tags, got.Wait, got.Any["x"].Tag},
					[]any{1, 2, (*string)(nil), true, 5, []string{"a"}, 3 * time.Second, "none"})
			}
		})
	}
}

// TestOptionalBodiesMayBeAbsent: a pointer, an Optional and a default make a body optional.
func TestOptionalBodiesMayBeAbsent(t *testing.T) {
	for _, doc := range []string{``, `null`} {
		if got, errs := body[*base](t, doc); got != nil || errs != nil {
			t.Errorf("%q: %v %q, want nil", doc, got, errs)
		}
		got, errs := body[params.Optional[base]](t, doc)
		if errs != nil || got.IsNull() != (doc == `null`) || got.IsSet() != (doc == `null`) {
			t.Errorf("%q: %+v %q", doc, got, errs)
		}
	}
	type in struct {
		Item Meta `body:"" default:"{}"`
	}
	got, errs, _ := try[in](t, compile[in](t), input{})
	wantErrors(t, errs)
	wantValue(t, got.Item.Tag, "none")
	type must struct {
		Item *base `body:"" validate:"required"`
	}
	_, errs, _ = try[must](t, compile[must](t), input{})
	wantErrors(t, errs, `body missing null`)
	_, errs, _ = try[must](t, compile[must](t), input{body: "null"})
	wantErrors(t, errs)
}

// TestReadonlyMembersAreIgnored: clients cannot set readonly members.
func TestReadonlyMembersAreIgnored(t *testing.T) {
	type model struct {
		ID   int    `json:"id" readonly:"true"`
		Rank int    `json:"rank" readonly:"true" default:"3" validate:"max=5"`
		Name string `json:"name" validate:"min=1"`
	}
	for _, doc := range []string{`{"name":"n"}`, `{"id":7,"rank":9,"name":"n"}`, `{"id":"x","rank":null,"name":"n"}`, `{"id":{"a":1},"name":"n"}`} {
		got, errs := body[model](t, doc)
		wantErrors(t, errs)
		wantValue(t, got, model{0, 3, "n"})
	}
	_, errs := body[model](t, `{"id":{"a":1,"a":2},"name":""}`)
	wantErrors(t, errs, `body.id.a duplicate_key 2`, `body.name string_too_short ""`)
}

// TestForbiddenMembersAreErrors: with extra:"forbid" each undeclared member is extra_forbidden.
func TestForbiddenMembersAreErrors(t *testing.T) {
	type model struct {
		_    struct{} `extra:"forbid"`
		Name string   `json:"name"`
		Sub  *struct {
			_ struct{} `extra:"forbid"`
			A int      `json:"a,omitempty"`
		} `json:"sub"`
	}
	_, errs := body[model](t, `{"x":[1],"sub":{"b":2,"A":3},"y":{}}`)
	wantErrors(t, errs, `body.name missing {"x":[1],"sub":{"b":2,"A":3},"y":{}}`, `body.sub.b extra_forbidden 2`, `body.sub.A ambiguous_key 3`,
		`body.x extra_forbidden [1]`, `body.y extra_forbidden {}`)
}

// TestBodyRefusals: a body of another media type, or one beyond a limit, is an error of Bind and not a validation error.
func TestBodyRefusals(t *testing.T) {
	b := compile[params.Body[any]](t)
	for _, c := range []struct {
		name    string
		in      input
		want    error
		lenient bool
	}{
		{"another type", input{headers: []string{"Content-Type", "text/plain"}}, params.ErrMediaType, false},
		{"another type, lenient", input{headers: []string{"Content-Type", "text/json"}}, params.ErrMediaType, true},
		{"a broken type, lenient", input{headers: []string{"Content-Type", "json"}}, params.ErrMediaType, true},
		{"no type", input{headers: []string{"Content-Type", ""}}, params.ErrMediaType, false},
		{"no type, lenient", input{headers: []string{"Content-Type", ""}}, nil, true},
		{"json with a charset", input{headers: []string{"Content-Type", "application/json; charset=utf-8"}}, nil, false},
		{"a json suffix", input{headers: []string{"Content-Type", "application/vnd.a+json"}}, nil, false},
		{"too deep", input{body: strings.Repeat("[", 65) + strings.Repeat("]", 65)}, params.ErrTooDeep, false},
		{"deep", input{body: strings.Repeat("[", 64) + strings.Repeat("]", 64)}, nil, false},
		{"too many", input{body: "[" + strings.Repeat("0,", 100_000) + "0]"}, params.ErrTooComplex, false},
		{"too large", input{body: `"` + strings.Repeat("x", 1<<20) + `"`}, exchange.ErrTooLarge, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.in.body == "" {
				c.in.body = "{}"
			}
			on := switches.Default
			if c.lenient {
				on = switches.ContentTypeErrors
			}
			got, errs, err := trySettings[params.Body[any]](t, b, c.in, bind.Settings{MaxBody: 1 << 20, Switches: on})
			if !errors.Is(err, c.want) || errs != nil {
				t.Errorf("%v %q %v, want %v", err, errs, got, c.want)
			}
		})
	}
}
