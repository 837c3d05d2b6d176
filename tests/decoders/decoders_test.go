// Package decoders_test holds bodies that a BodyDecoder has read to what JSON bodies are held to: rules at every depth, in
// pointers, Optionals, lists, maps and unions, rules that compare fields, Validate, readonly and secret fields.
package decoders_test

import (
	"context"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestDecodedMapsKeepRules":         "JSON Schema has no rules for keys that are numbers",
		"TestDecodedEnumsAndSetsKeepRules": "a Set takes repetitions, although its schema has uniqueItems, as FastAPI's",
	})
}

// std is the media type of a decoder that knows nothing of models: encoding/json.
const std = "application/x-std"

// bind sends doc as a body of type T and returns what the handler got and the errors, each as "loc type input".
func bind[T any](t *testing.T, mediaType, doc string) (got *T, errs []string) {
	t.Helper()
	app := brio.New(brio.BodyDecoder(std, stdjson.Unmarshal))
	app.Post("/", func(in brio.Body[T]) { got = &in.Value })
	w := testkit.Do(app, "POST", "/", doc, "Content-Type", mediaType)
	switch w.Code {
	case http.StatusNoContent:
		return got, nil
	case http.StatusUnprocessableEntity:
	default:
		return got, []string{fmt.Sprintf("%d %s", w.Code, w.Body)}
	}
	if got != nil {
		t.Errorf("%s: the handler ran although the answer is 422", doc)
	}
	var body struct {
		Detail []struct {
			Loc   []any
			Type  string
			Input stdjson.RawMessage
		}
	}
	if err := stdjson.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	for _, d := range body.Detail {
		var loc []string
		for _, step := range d.Loc {
			loc = append(loc, fmt.Sprint(step))
		}
		errs = append(errs, fmt.Sprintf("%s %s %s", strings.Join(loc, "."), d.Type, d.Input))
	}
	return got, errs
}

// same holds a body to want, read by the decoder and as JSON. Without errors both give the same value.
func same[T any](t *testing.T, doc string, want ...string) {
	t.Helper()
	decoded, errs := bind[T](t, std, doc)
	if !reflect.DeepEqual(errs, want) {
		t.Errorf("%s decoded: errors\n  %s\nwant\n  %s", doc, strings.Join(errs, "\n  "), strings.Join(want, "\n  "))
	}
	read, errs := bind[T](t, "application/json", doc)
	if !reflect.DeepEqual(errs, want) {
		t.Errorf("%s as JSON: errors\n  %s\nwant\n  %s", doc, strings.Join(errs, "\n  "), strings.Join(want, "\n  "))
	}
	if !reflect.DeepEqual(decoded, read) {
		t.Errorf("%s: decoded %+v, as JSON %+v", doc, decoded, read)
	}
}

type leaf struct {
	Name string `json:"name" validate:"min=2"`
}

func TestDecodedPointersKeepRules(t *testing.T) {
	type model struct {
		Text   *string  `json:"text" validate:"min=2"`
		Twice  **string `json:"twice" validate:"min=2"`
		Struct *leaf    `json:"struct"`
		List   *[]int   `json:"list" validate:"max=2,dive,max=9"`
		Elems  []*leaf  `json:"elems,omitempty"`
	}
	same[model](t, `{"text":"ab","twice":"ab","struct":{"name":"ab"},"list":[1],"elems":[{"name":"ab"}]}`)
	same[model](t, `{"text":null,"twice":null,"struct":null,"list":null,"elems":[]}`)
	same[model](t, `{"text":"a","twice":"b","struct":{"name":"c"},"list":[1,10],"elems":[{"name":"ab"},{"name":"d"}]}`,
		`body.text string_too_short "a"`, `body.twice string_too_short "b"`, `body.struct.name string_too_short "c"`,
		`body.list.1 less_than_equal 10`, `body.elems.1.name string_too_short "d"`)
	same[model](t, `{"list":[1,2,3]}`, `body.list too_long [1,2,3]`)
	same[*leaf](t, `{"name":"c"}`, `body.name string_too_short "c"`)
}

func TestDecodedOptionalsKeepRules(t *testing.T) {
	type model struct {
		Text   brio.Optional[string] `json:"text" validate:"min=2"`
		Struct brio.Optional[leaf]   `json:"struct"`
		List   brio.Optional[[]leaf] `json:"list" validate:"max=2"`
	}
	same[model](t, `{}`)
	same[model](t, `{"text":null,"struct":null,"list":null}`)
	same[model](t, `{"text":"ab","struct":{"name":"ab"},"list":[{"name":"ab"}]}`)
	same[model](t, `{"text":"a","struct":{"name":"b"},"list":[{"name":"ab"},{"name":"c"}]}`,
		`body.text string_too_short "a"`, `body.struct.name string_too_short "b"`, `body.list.1.name string_too_short "c"`)
}

func TestDecodedListsAndArraysKeepRules(t *testing.T) {
	type model struct {
		Lists [][]int  `json:"lists,omitempty" validate:"max=2,dive,max=2,dive,min=1"`
		Pair  [2]leaf  `json:"pair"`
		Words []string `json:"words,omitempty" validate:"dive,oneof=a b"`
	}
	const pair = `"pair":[{"name":"ab"},{"name":"cd"}]`
	same[model](t, `{"lists":[[1],[2,3]],"words":["a"],`+pair+`}`)
	same[model](t, `{"lists":[[1],[2,3,4]],`+pair+`}`, `body.lists.1 too_long [2,3,4]`)
	same[model](t, `{"lists":[[1],[0]],"words":["a","c"],"pair":[{"name":"ab"},{"name":"c"}]}`,
		`body.lists.1.0 greater_than_equal 0`, `body.pair.1.name string_too_short "c"`, `body.words.1 literal_error "c"`)
}

// Keys of maps have rules of their own, between keys and endkeys.
func TestDecodedMapsKeepRules(t *testing.T) {
	type model struct {
		Map map[string]string `json:"map,omitempty" validate:"max=2,dive,keys,min=2,endkeys,max=3"`
		Num map[int]leaf      `json:"num,omitempty" validate:"dive,keys,max=9,endkeys"`
		Ptr map[string]*leaf  `json:"ptr,omitempty"`
	}
	same[model](t, `{"map":{"ab":"x","cd":"xyz"},"num":{"9":{"name":"ab"}},"ptr":{"a":{"name":"ab"}}}`)
	same[model](t, `{"map":{"a":"x"}}`, `body.map.a.[key] string_too_short "a"`)
	same[model](t, `{"map":{"ab":"long"}}`, `body.map.ab string_too_long "long"`)
	same[model](t, `{"map":{"ab":"","bc":"","cd":""}}`, `body.map too_long {"ab":"","bc":"","cd":""}`)
	same[model](t, `{"num":{"10":{"name":"ab"}}}`, `body.num.10.[key] less_than_equal "10"`)
	same[model](t, `{"num":{"1":{"name":"a"}}}`, `body.num.1.name string_too_short "a"`)
	same[model](t, `{"ptr":{"k":{"name":"a"}}}`, `body.ptr.k.name string_too_short "a"`)
	same[map[color]int](t, `{"red":1,"blue":2}`)
	same[map[color]int](t, `{"green":1}`, `body.green.[key] enum "green"`)
	same[map[string]leaf](t, `{"k":{"name":"a"}}`, `body.k.name string_too_short "a"`)
}

type (
	cat struct {
		Kind string `json:"kind" validate:"oneof=cat"`
		Name string `json:"name" validate:"min=2"`
	}
	dog struct {
		Kind string `json:"kind" validate:"oneof=dog"`
		Legs int    `json:"legs" validate:"max=4"`
		ID   int    `json:"id" readonly:"true"`
	}
	pet struct {
		brio.OneOf `discriminator:"kind"`
		Cat        *cat
		Dog        *dog
	}
)

// A decoder fills a union as Go has it: the field of the variant.
func TestDecodedUnionsKeepRules(t *testing.T) {
	type model struct {
		Pet  pet   `json:"pet"`
		Pets []pet `json:"pets,omitempty"`
	}
	for doc, want := range map[string][]string{
		`{"pet":{"Cat":{"kind":"cat","name":"tom"}},"pets":[{"Dog":{"kind":"dog","legs":4}}]}`: nil,
		`{"pet":{"Cat":{"kind":"cat","name":"t"}},"pets":[{"Dog":{"kind":"dog","legs":5}}]}`: {
			`body.pet.name string_too_short "t"`, `body.pets.0.legs less_than_equal 5`},
		`{"pet":{"Dog":{"kind":"cat","legs":4}}}`: {`body.pet.kind literal_error "cat"`},
		`{"pet":{"Dog":{"kind":"dog"},"Cat":{"kind":"cat","name":"tom"}}}`: {
			`body.pet value_error {"Cat":{"kind":"cat","name":"tom"},"Dog":{"kind":"dog","legs":0,"id":0}}`},
	} {
		if _, errs := bind[model](t, std, doc); !reflect.DeepEqual(errs, want) {
			t.Errorf("%s: errors %q, want %q", doc, errs, want)
		}
	}
	got, errs := bind[model](t, std, `{"pet":{"Dog":{"kind":"dog","legs":4,"id":7}}}`)
	if len(errs) > 0 || got.Pet.Dog == nil || got.Pet.Dog.ID != 0 || got.Pet.Dog.Legs != 4 {
		t.Errorf("%+v %q: want a dog without an id", got, errs)
	}
}

type (
	span struct {
		From int `json:"from"`
		To   int `json:"to"`
	}
	strictSpan struct {
		From int    `json:"from" validate:"min=0"`
		Over string `json:"over,omitempty"`
	}
	word string
)

func (s span) Validate(context.Context) error {
	if s.To < s.From {
		return errors.New("ends before it begins")
	}
	return nil
}

// Validate is not called before the rules hold.
func (s *strictSpan) Validate(context.Context) error {
	switch {
	case s.From < 0:
		panic("Validate is called although a rule is broken")
	case s.Over == "detail":
		return &brio.ErrorDetail{Type: "own", Loc: []any{"over"}, Msg: "no"}
	case s.Over == "tea":
		return brio.Error(418, "tea")
	}
	return nil
}

func (w *word) Validate(context.Context) error {
	if *w == "bad" {
		return errors.New("a bad word")
	}
	return nil
}

func TestDecodedBodiesAreValidated(t *testing.T) {
	type model struct {
		Span  span                `json:"span"`
		Ptr   *span               `json:"ptr,omitempty"`
		Opt   brio.Optional[span] `json:"opt,omitzero"`
		List  []span              `json:"list,omitempty"`
		Map   map[string]span     `json:"map,omitempty"`
		Word  word                `json:"word,omitempty"`
		Words []word              `json:"words,omitempty"`
	}
	const bad = `{"from":2,"to":1}`
	same[span](t, bad, `body value_error {"from":2,"to":1}`)
	same[span](t, `{"from":1,"to":2}`)
	same[model](t, `{"span":`+bad+`}`, `body.span value_error `+bad)
	same[model](t, `{"span":{"from":1,"to":1},"ptr":`+bad+`,"opt":`+bad+`,"list":[`+bad+`],"map":{"k":`+bad+`},"word":"bad","words":["good","bad"]}`,
		`body.ptr value_error `+bad, `body.opt value_error `+bad, `body.list.0 value_error `+bad, `body.map.k value_error `+bad,
		`body.word value_error "bad"`, `body.words.1 value_error "bad"`)
	same[strictSpan](t, `{"from":-1}`, `body.from greater_than_equal -1`)
	same[strictSpan](t, `{"from":1,"over":"tea"}`, `418 {"detail":"tea"}`)
	same[struct {
		A strictSpan `json:"a"`
	}](t, `{"a":{"from":1,"over":"tea"}}`, `418 {"detail":"tea"}`)
}

// Rules that compare fields are asked once each field is right by itself.
func TestDecodedBodiesKeepRulesBetweenFields(t *testing.T) {
	type passwords struct {
		Pass  string `json:"pass" validate:"min=2" secret:"true"`
		Again string `json:"again" validate:"eqfield=Pass" secret:"true"`
		From  int    `json:"from,omitempty"`
		To    int    `json:"to,omitempty" validate:"gtefield=From"`
	}
	same[passwords](t, `{"pass":"ab","again":"ab","from":1,"to":1}`)
	_, errs := bind[passwords](t, std, `{"pass":"ab","again":"xy","from":2,"to":1}`)
	if len(errs) != 2 || !strings.HasPrefix(errs[0], "body.again ") || !strings.HasSuffix(errs[0], " null") || !strings.HasPrefix(errs[1], "body.to ") || !strings.HasSuffix(errs[1], " 1") {
		t.Errorf("errors %q, want one of again without its input and one of to", errs)
	}
	_, read := bind[passwords](t, "application/json", `{"pass":"ab","again":"xy","from":2,"to":1}`)
	if !reflect.DeepEqual(errs, read) {
		t.Errorf("decoded %q, as JSON %q", errs, read)
	}
	same[passwords](t, `{"pass":"a","again":"xy","from":2,"to":1}`, `body.pass string_too_short null`)
	same[[]passwords](t, `[{"pass":"a","again":"xy"}]`, `body.0.pass string_too_short null`)
}

// What clients may not set they do not set, at any depth: a readonly field is its default, or zero.
func TestDecodedReadonlyFieldsAreNotSet(t *testing.T) {
	type owned struct {
		ID   int    `json:"id" readonly:"true"`
		Role string `json:"role" readonly:"true" default:"user" validate:"min=4"`
		Name string `json:"name"`
	}
	type model struct {
		owned
		Inner owned                         `json:"inner"`
		Ptr   *owned                        `json:"ptr"`
		Opt   brio.Optional[owned]          `json:"opt,omitzero"`
		List  []owned                       `json:"list,omitempty"`
		Array [1]owned                      `json:"array"`
		Map   map[string]owned              `json:"map,omitempty"`
		Ptrs  map[string]*owned             `json:"ptrs,omitempty"`
		Deep  map[string]map[string][]owned `json:"deep,omitempty"`
		Whole *owned                        `json:"whole" readonly:"true"`
	}
	const in = `{"id":7,"role":"admin","name":"n"}`
	doc := `{"id":7,"role":"admin","name":"n","inner":` + in + `,"ptr":` + in + `,"opt":` + in + `,"list":[` + in + `],"array":[` + in +
		`],"map":{"k":` + in + `},"ptrs":{"k":` + in + `},"deep":{"a":{"b":[` + in + `]}},"whole":` + in + `}`
	same[model](t, doc)
	got, errs := bind[model](t, std, doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	opt, _ := got.Opt.Get()
	for place, o := range map[string]owned{"embedded": got.owned, "struct": got.Inner, "pointer": *got.Ptr, "Optional": opt, "list": got.List[0],
		"array": got.Array[0], "map": got.Map["k"], "map of pointers": *got.Ptrs["k"], "map of maps of lists": got.Deep["a"]["b"][0]} {
		if o != (owned{Role: "user", Name: "n"}) {
			t.Errorf("%s: %+v, want what the server says", place, o)
		}
	}
	if got.Whole != nil {
		t.Errorf("a readonly pointer: %+v, want nil", got.Whole)
	}
}

// The text of a secret is in no error, neither as input nor as a key of a map.
func TestDecodedSecretsAreNotEchoed(t *testing.T) {
	type model struct {
		Text  string            `json:"text,omitempty" secret:"true" validate:"max=3"`
		Ptr   *string           `json:"ptr" secret:"true" validate:"max=3"`
		List  []string          `json:"list,omitempty" secret:"true" validate:"max=2,dive,max=3"`
		Map   map[string]string `json:"map,omitempty" secret:"true" validate:"dive,keys,max=3,endkeys,max=3"`
		Inner *leaf             `json:"inner" secret:"true"`
		Word  word              `json:"word,omitempty" secret:"true"`
		Pair  *struct {
			A string `json:"a"`
			B string `json:"b" secret:"true"`
			V span   `json:"v"`
		} `json:"pair" validate:"required"`
	}
	const pair = `"pair":{"a":"","b":"s3cret","v":{"from":1,"to":1}}`
	for doc, want := range map[string]string{
		`{"text":"s3cret",` + pair + `}`:                         `body.text string_too_long null`,
		`{"ptr":"s3cret",` + pair + `}`:                          `body.ptr string_too_long null`,
		`{"list":["s3cret"],` + pair + `}`:                       `body.list.0 string_too_long null`,
		`{"list":["a","b","c"],` + pair + `}`:                    `body.list too_long null`,
		`{"map":{"k":"s3cret"},` + pair + `}`:                    `body.map.[secret] string_too_long null`,
		`{"map":{"s3cret":""},` + pair + `}`:                     `body.map.[secret].[key] string_too_long null`,
		`{"inner":{"name":"s"},` + pair + `}`:                    `body.inner.name string_too_short null`,
		`{"word":"bad",` + pair + `}`:                            `body.word value_error null`,
		`{"pair":{"a":"","b":"s3","v":{"from":2,"to":1}}}`:       `body.pair.v value_error {"from":2,"to":1}`,
		`{"text":"s3cret","pair":{"v":{"from":2,"to":1}}}`:       "body.text string_too_long null\n" + `body.pair.v value_error {"from":2,"to":1}`,
		`{"list":["s3cret","s3cret"],"word":"bad",` + pair + `}`: "body.list.0 string_too_long null\nbody.list.1 string_too_long null\nbody.word value_error null",
	} {
		if _, errs := bind[model](t, std, doc); strings.Join(errs, "\n") != want {
			t.Errorf("%s: errors %q, want %q", doc, errs, want)
		}
	}
	// A struct that has a secret is secret as a whole.
	if _, errs := bind[guarded](t, std, `{"pin":"s3cret"}`); !reflect.DeepEqual(errs, []string{"body value_error null"}) {
		t.Errorf("errors %q, want one without input", errs)
	}
}

type guarded struct {
	Pin string `json:"pin" secret:"true"`
}

func (guarded) Validate(context.Context) error { return errors.New("no") }

type color string

func (color) Values() []color { return []color{"red", "blue"} }

func TestDecodedEnumsAndSetsKeepRules(t *testing.T) {
	type model struct {
		Color  color            `json:"color"`
		Colors []color          `json:"colors,omitempty"`
		Set    brio.Set[string] `json:"set,omitempty" validate:"max=2,dive,min=2"`
	}
	same[model](t, `{"color":"red","colors":["blue"],"set":["ab","ab","cd"]}`)
	same[model](t, `{"color":"pink","colors":["blue","green"]}`, `body.color enum "pink"`, `body.colors.1 enum "green"`)
	for doc, want := range map[string]string{
		`{"color":"red","set":["a","ab"]}`:       `body.set.a string_too_short "a"`, // its place in the document is not known
		`{"color":"red","set":["ab","cd","ef"]}`: `body.set too_long ["ab","cd","ef"]`,
	} {
		if _, errs := bind[model](t, std, doc); !reflect.DeepEqual(errs, []string{want}) {
			t.Errorf("%s: errors %q, want %q", doc, errs, want)
		}
	}
}

// Errors are bounded, as for JSON: a hundred.
func TestDecodedErrorsAreBounded(t *testing.T) {
	doc := "[" + strings.Repeat(`{"name":"a"},`, 500) + `{"name":"a"}]`
	if _, errs := bind[[]leaf](t, std, doc); len(errs) != 100 {
		t.Errorf("%d errors, want 100", len(errs))
	}
	calls := 0
	app := brio.New(brio.BodyDecoder(std, stdjson.Unmarshal))
	app.Post("/", func(in brio.Body[[]counted]) {}, brio.Depends(func() {}))
	countCalls = &calls
	defer func() { countCalls = nil }()
	testkit.Do(app, "POST", "/", "["+strings.Repeat(`{},`, 500)+`{}]`, "Content-Type", std)
	if calls != 100 {
		t.Errorf("Validate was called %d times, want 100: further errors are not told", calls)
	}
}

var countCalls *int

type counted struct{}

func (counted) Validate(context.Context) error { *countCalls++; return errors.New("no") }
