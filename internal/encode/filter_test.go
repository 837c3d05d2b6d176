package encode

import (
	stdjson "encoding/json"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio/params"
)

type (
	address struct {
		Street string `json:"street"`
		City   string `json:"city"`
		Secret string `json:"secret"`
	}
	publicAddress struct {
		City string `json:"city"`
	}
	user struct {
		ID       int
		Email    string
		Hash     string `json:"-"`
		Nick     *string
		Tags     []string
		Home     address
		Others   []address
		ByName   map[string]address
		Work     *address
		Any      any
		Friend   *user
		Internal func()
	}
	publicUser struct {
		ID     int                      `json:"id"`
		Nick   *string                  `json:"nick"`
		Tags   []string                 `json:"tags"`
		Home   publicAddress            `json:"home"`
		Others []publicAddress          `json:"others"`
		ByName map[string]publicAddress `json:"by_name"`
		Work   *publicAddress           `json:"work"`
		Any    *publicAddress           `json:"any"`
		Friend *publicUser              `json:"friend"`
	}
	level string
	wide  struct {
		I   int64          `json:"i"`
		F   float64        `json:"f"`
		U   int32          `json:"u"`
		S   string         `json:"s"`
		L   level          `json:"l"`
		C   color          `json:"c"`
		N   int            `json:"n"`
		G   float64        `json:"g"`
		D   time.Duration  `json:"d"`
		T   time.Time      `json:"t"`
		B   []byte         `json:"b"`
		R   any            `json:"r"`
		Q   int64          `json:"q,string"`
		Num stdjson.Number `json:"num"`
		A   []int          `json:"a"`
	}
	narrow struct {
		I   int32
		F   int
		U   uint16
		S   level
		L   string
		C   int
		N   color
		G   float32
		D   time.Duration
		T   time.Time
		B   []byte
		R   address
		Q   int8
		Num string
		A   [2]int8
	}
	absent struct {
		Def   int                     `json:"def" default:"5"`
		List  []string                `json:"list" default:"a,b"`
		Ptr   *int                    `json:"ptr"`
		PtrD  *int                    `json:"ptr_d" default:"6"`
		Opt   params.Optional[int]    `json:"opt"`
		OptD  params.Optional[string] `json:"opt_d" default:"x"`
		Empty string                  `json:"empty,omitempty"`
		Zero  int                     `json:"zero,omitzero"`
		Write string                  `json:"write" writeonly:"true"`
	}
	nothing  struct{}
	optional struct {
		Def, List, Ptr, PtrD params.Optional[int]
		Opt, Empty           params.Optional[int]
		Zero                 params.Optional[int]
	}
	optModel struct {
		Def   int                  `json:"def" default:"5"`
		Ptr   *int                 `json:"ptr"`
		Opt   params.Optional[int] `json:"opt"`
		Empty int                  `json:"empty,omitempty"`
		Zero  int                  `json:"zero,omitzero"`
	}
	pointers struct {
		Def, Ptr, Opt, Empty, Zero *int
	}
	meta   struct{ Created, Secret string }
	record struct {
		meta
		*Inner
		ID int
	}
	page struct {
		ID      int
		Created string
		Deep    int `json:",omitempty"`
	}
	strict struct{ Deep int }
	note   struct {
		Text  string  `json:"text"`
		Stars int     `json:"stars" default:"3"`
		By    *string `json:"by"`
		Score float64 `json:"score,omitempty"`
	}
	dated struct {
		At    time.Time `json:"at,omitzero"`
		Where place     `json:"where,omitzero"`
		N     color     `json:"n,omitzero"`
		Any   any       `json:"any,omitempty"`
		P     *int      `json:"p,omitempty"`
		S     []int     `json:"s,omitempty"`
	}
	dateSource struct {
		At    time.Time
		Where address
		N     int
		Any   []int
		P     int
		S     [0]int
	}
	place struct {
		City string `json:"city"`
	}
	zeroed struct {
		PP *zeroValue `json:"pp,omitzero"`
	}
	otherValue struct{ N int }
)

// encode compiles and appends, without problems.
func encode(t *testing.T, v any, mdl reflect.Type, o Options) (string, error) {
	t.Helper()
	e, problems := newCompiler().Compile(reflect.TypeOf(v), mdl, o)
	if problems != nil {
		t.Fatal(problems)
	}
	got, err := e.Append(nil, reflect.ValueOf(v))
	if err == nil && !stdjson.Valid(got) {
		t.Errorf("not JSON: %s", got)
	}
	return string(got), err
}

func of[T any]() reflect.Type { return reflect.TypeFor[T]() }

func TestFiltering(t *testing.T) {
	home := address{"S1", "C1", "X1"}
	full := user{ID: 1, Email: "e", Hash: "h", Nick: p("n"), Tags: nil, Home: home, Others: []address{home}, ByName: map[string]address{"b": home, "a": {}},
		Work: &home, Any: home, Friend: &user{ID: 2}}
	when := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct {
		name string
		v    any
		mdl  reflect.Type
		o    Options
		want string
	}{
		{"nested, lists, maps, pointers, any and recursion", full, of[publicUser](), Options{},
			`{"id":1,"nick":"n","tags":[],"home":{"city":"C1"},"others":[{"city":"C1"}],"by_name":{"a":{"city":""},"b":{"city":"C1"}},"work":{"city":"C1"},"any":{"city":"C1"},` +
				`"friend":{"id":2,"nick":null,"tags":[],"home":{"city":""},"others":[],"by_name":{},"work":null,"any":null,"friend":null}}`},
		{"list of results", []user{{ID: 1}}, of[[]struct{ ID int }](), Options{}, `[{"ID":1}]`},
		{"pointer to result", &full, of[struct{ ID int }](), Options{}, `{"ID":1}`},
		{"result for pointer model", full, of[*struct{ ID int }](), Options{}, `{"ID":1}`},
		{"nil where null is meant", (*user)(nil), of[*publicUser](), Options{}, `null`},
		{"a field tagged out counts by its Go name", full, of[struct{ Hash string }](), Options{}, `{"Hash":"h"}`},
		{"same JSON name", struct {
			A string `json:"email"`
		}{"x"}, of[struct {
			B string `json:"email"`
		}](), Options{}, `{"email":"x"}`},
		{"scalars", narrow{-1, 2, 3, "s", "l", 4, 5, 0.5, time.Minute, when, []byte("b"), home, 6, "7", [2]int8{8, 9}}, of[wide](), Options{},
			`{"i":-1,"f":2,"u":3,"s":"s","l":"l","c":"color<4>","n":5,"g":0.5,"d":"PT1M","t":"2024-01-02T03:04:05Z","b":"Yg==","r":{"street":"S1","city":"C1","secret":"X1"},"q":"6","num":7,"a":[8,9]}`},
		{"float32 as float64", []float32{0.1}, of[[]float64](), Options{}, `[0.10000000149011612]`},
		{"integers as float64", []uint64{math.MaxUint64}, of[[]float64](), Options{}, `[18446744073709551615]`},
		{"fields that the source lacks", nothing{}, of[absent](), Options{}, `{"def":5,"list":["a","b"],"ptr":null,"ptr_d":6,"opt_d":"x"}`},
		{"lacking, unset", nothing{}, of[absent](), Options{ExcludeUnset: true}, `{}`},
		{"lacking, defaults", nothing{}, of[absent](), Options{ExcludeDefaults: true}, `{}`},
		{"lacking, none", nothing{}, of[absent](), Options{ExcludeNone: true}, `{"def":5,"list":["a","b"],"ptr_d":6,"opt_d":"x"}`},
		{"absent Optionals", optional{}, of[optModel](), Options{}, `{"def":5,"ptr":null}`},
		{"absent Optionals, unset", optional{}, of[optModel](), Options{ExcludeUnset: true}, `{}`},
		{"present Optionals", optional{Def: params.Some(1), Ptr: params.Some(2), Opt: params.Some(0), Empty: params.Some(3), Zero: params.Some(4)}, of[optModel](), Options{},
			`{"def":1,"ptr":2,"opt":0,"empty":3,"zero":4}`},
		{"empty Optionals", optional{Def: params.Some(0), Ptr: params.Null[int](), Opt: params.Null[int](), Empty: params.Some(0), Zero: params.Some(0)}, of[optModel](), Options{},
			`{"def":0,"ptr":null,"opt":null}`},
		{"nil pointers", pointers{}, of[optModel](), Options{}, `{"def":5,"ptr":null,"opt":null}`},
		{"nil pointers, unset", pointers{}, of[optModel](), Options{ExcludeUnset: true}, `{}`},
		{"nil pointers, defaults", pointers{}, of[optModel](), Options{ExcludeDefaults: true}, `{}`},
		{"nil pointers, none", pointers{}, of[optModel](), Options{ExcludeNone: true}, `{"def":5}`},
		{"set pointers", pointers{p(1), p(2), p(3), p(0), p(0)}, of[optModel](), Options{ExcludeUnset: true}, `{"def":1,"ptr":2,"opt":3}`},
		{"default value, defaults", pointers{Def: p(5), Ptr: p(0)}, of[optModel](), Options{ExcludeDefaults: true}, `{"ptr":0}`},
		{"embedded", record{meta{"c", "s"}, &Inner{3}, 1}, of[page](), Options{}, `{"ID":1,"Created":"c","Deep":3}`},
		{"nil embedded", record{meta{"c", "s"}, nil, 1}, of[page](), Options{}, `{"ID":1,"Created":"c"}`},
		{"embedding model", page{1, "c", 2}, of[struct {
			Base2
			Created string
		}](), Options{}, `{"ID":1,"Created":"c"}`},
		{"omitempty and omitzero of the model", dateSource{}, of[dated](), Options{}, `{"any":[],"p":0}`},
		{"omitzero by a method of the model's pointer, nil", struct{ PP *otherValue }{}, of[zeroed](), Options{}, `{}`},
		{"omitzero by a method of the model's pointer, zero", struct{ PP *otherValue }{&otherValue{7}}, of[zeroed](), Options{}, `{}`},
		{"omitzero by a method of the model's pointer, set", struct{ PP *otherValue }{&otherValue{}}, of[zeroed](), Options{}, `{"pp":{"N":0}}`},
		{"omitempty and omitzero, set", dateSource{At: when, Where: address{City: "c"}, N: 1, Any: []int{1}, P: 1}, of[dated](), Options{},
			`{"at":"2024-01-02T03:04:05Z","where":{"city":"c"},"n":"color<1>","any":[1],"p":1}`},

		{"map as struct", map[string]any{"text": "t", "stars": 1, "by": p("me"), "score": 1.5, "secret": "s"}, of[note](), Options{}, `{"text":"t","stars":1,"by":"me","score":1.5}`},
		{"map, absent keys", map[string]any{"text": "t"}, of[note](), Options{}, `{"text":"t","stars":3}`},
		{"map, absent keys are unset", map[string]any{"text": "t"}, of[note](), Options{ExcludeUnset: true}, `{"text":"t"}`},
		{"map, set to default", map[string]any{"text": "t", "stars": 3}, of[note](), Options{ExcludeUnset: true}, `{"text":"t","stars":3}`},
		{"map, defaults", map[string]any{"text": "t", "stars": 3, "by": nil}, of[note](), Options{ExcludeDefaults: true}, `{"text":"t"}`},
		{"map, null", map[string]any{"text": "t", "by": nil}, of[note](), Options{}, `{"text":"t","stars":3,"by":null}`},
		{"map of strings", map[slug]string{"text": "t", "x": "y"}, of[struct {
			Text string `json:"text"`
		}](), Options{}, `{"text":"t"}`},
		{"map inside a list of any", []any{map[string]any{"text": "t"}, note{Text: "u", Stars: 2}, &note{Text: "v"}}, of[[]note](), Options{},
			`[{"text":"t","stars":3},{"text":"u","stars":2,"by":null},{"text":"v","stars":0,"by":null}]`},
		{"map elements", map[string]any{"text": "t", "by": map[string]string{"text": "u"}}, of[struct {
			By struct {
				Text string `json:"text"`
			} `json:"by"`
		}](), Options{}, `{"by":{"text":"u"}}`},
		{"optional in a map", map[string]any{"text": params.Some("o"), "stars": params.Some(1), "by": params.Optional[string]{}}, of[note](), Options{}, `{"text":"o","stars":1,"by":null}`},
		{"any with omitempty", map[string]any{"text": "t", "score": 0.0}, of[note](), Options{}, `{"text":"t","stars":3}`},
		{"any model", full.Home, of[any](), Options{}, `{"street":"S1","city":"C1","secret":"X1"}`},
		{"list of any model", []address{home}, of[[]any](), Options{}, `[{"street":"S1","city":"C1","secret":"X1"}]`},

		{"include", full, of[publicUser](), Options{Include: []string{"id", "home.city", "by_name.*.city", "others.city"}},
			`{"id":1,"home":{"city":"C1"},"others":[{"city":"C1"}],"by_name":{"a":{"city":""},"b":{"city":"C1"}}}`},
		{"include of the type itself", home, of[address](), Options{Include: []string{"city", "street"}}, `{"street":"S1","city":"C1"}`},
		{"include a parent and its child", struct{ H address }{home}, of[struct{ H address }](), Options{Include: []string{"H", "H.city"}}, `{"H":{"street":"S1","city":"C1","secret":"X1"}}`},
		{"exclude", []address{home}, of[[]address](), Options{Exclude: []string{"secret", "*.street"}}, `[{"city":"C1"}]`},
		{"exclude nested", struct{ L [][]address }{[][]address{{home}}}, of[struct{ L [][]address }](), Options{Exclude: []string{"L.*.*.secret", "L.street"}}, `{"L":[[{"city":"C1"}]]}`},
		{"include and exclude", struct{ H, O address }{home, home}, of[struct{ H, O address }](), Options{Include: []string{"H"}, Exclude: []string{"H.secret"}}, `{"H":{"street":"S1","city":"C1"}}`},
		{"recursive", branch{Name: "a", Kids: []*branch{{Name: "b", Kids: []*branch{{Name: "c"}}}}}, of[branch](), Options{Exclude: []string{"Kids.Name"}}, `{"Name":"a","Kids":[{"Kids":[{"Name":"c","Kids":[]}]}]}`},
		{"exclude a required field", home, of[publicAddress](), Options{Exclude: []string{"city"}}, `{}`},

		{"none, at all depths", map[string]any{"a": nil, "b": []any{nil, map[string]any{"c": (*int)(nil)}}, "d": ptrs{L: &[]string{}}}, of[any](), Options{ExcludeNone: true}, `{"b":[null,{}],"d":{"L":[]}}`},
		{"none in typed maps", map[string]*int{"a": nil, "b": p(1)}, of[map[string]*int](), Options{ExcludeNone: true}, `{"b":1}`},
		{"the text null is no null", map[string]string{"a": "null"}, of[map[string]string](), Options{ExcludeNone: true}, `{"a":"null"}`},
		{"defaults of the type itself", note{Text: "t", Stars: 3}, of[note](), Options{ExcludeDefaults: true}, `{"text":"t"}`},
		{"unset of the type itself", note{Text: "t", Stars: 3}, of[note](), Options{ExcludeUnset: true}, `{"text":"t","stars":3}`},
		{"unset Optionals with defaults", absent{}, of[absent](), Options{ExcludeUnset: true}, `{"def":0,"list":[]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := encode(t, test.v, test.mdl, test.o)
			if err != nil || got != test.want {
				t.Errorf("%v\n got %s\nwant %s", err, got, test.want)
			}
		})
	}
}

type Base2 struct{ ID int }

func TestRuntimeErrors(t *testing.T) {
	type item struct {
		Price float64 `json:"price"`
	}
	type shelf struct {
		Items []item `json:"items"`
	}
	for _, test := range []struct {
		name string
		v    any
		mdl  reflect.Type
		want string
	}{
		{"NaN", struct{ Items []item }{[]item{{}, {math.NaN()}}}, of[shelf](), `responsemodel: result.items[1].price: NaN has no JSON form`},
		{"nil result", (*user)(nil), of[struct{ ID int }](), `responsemodel: result: a nil *encode.user, where the model is struct { ID int }, which is not nullable; the model *encode.user would make it null`},
		{"nil inside", []*item{{}, nil}, of[[]item](), `responsemodel: result[1]: nil, where the model has item, which is not nullable`},
		{"nil member", struct{ City *string }{}, of[publicAddress](), `responsemodel: result.city: nil, where the model has string, which is not nullable`},
		{"nil any", struct{ City any }{}, of[publicAddress](), `responsemodel: result.city: nil, where the model has string, which is not nullable`},
		{"absent Optional", struct{ City params.Optional[string] }{}, of[publicAddress](), `responsemodel: result.city: the model requires a value, but it is absent`},
		{"null Optional", struct{ City params.Optional[string] }{params.Null[string]()}, of[publicAddress](), `responsemodel: result.city: nil, where the model has string, which is not nullable`},
		{"nil embedded pointer", record{}, of[strict](), `responsemodel: result.Deep: the model requires a value, but its embedded struct is nil`},
		{"required key", map[string]any{"stars": 1}, of[note](), `responsemodel: result.text: the model requires a value, but the map has no such key`},
		{"required key in a list", []any{map[string]any{}}, of[[]note](), `responsemodel: result[0].text: the model requires a value, but the map has no such key`},
		{"dynamic mismatch", map[string]any{"text": 5}, of[note](), `responsemodel: result.text: the source has int, which cannot be written as the model's string`},
		{"dynamic struct mismatch", []any{struct{ X int }{}}, of[[]note](), `responsemodel: result[0]: model note has the required field text (Text), which struct { X int } does not have`},
		{"dynamic list mismatch", map[string]any{"k": []any{1, "x"}}, of[map[string][]int](), `responsemodel: result["k"][1]: the source has string, which cannot be written as the model's int`},
		{"dynamic map mismatch", map[string]any{"k": map[int]string{1: "x"}}, of[map[string]map[string]string](), `responsemodel: result["k"]: the source has map[int]string, which cannot be written as the model's map[string]string`},
		{"number text", struct{ N string }{"x1"}, of[struct{ N stdjson.Number }](), `responsemodel: result.N: the json.Number "x1" is not a number`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := encode(t, test.v, test.mdl, Options{})
			if err == nil || err.Error() != test.want {
				t.Errorf("got %s %v\nwant %s", got, err, test.want)
			}
			if got != "" {
				t.Errorf("dst is %s", got)
			}
		})
	}
}

func TestValuesOfOtherTypes(t *testing.T) {
	e, _ := newCompiler().Compile(of[any](), of[publicAddress](), Options{})
	if got, err := e.Append(nil, reflect.ValueOf(address{City: "c"})); err != nil || string(got) != `{"city":"c"}` {
		t.Errorf("%s %v", got, err)
	}
	if _, err := e.Append(nil, reflect.Value{}); err == nil || !strings.Contains(err.Error(), "not nullable") {
		t.Error(err)
	}
	e, _ = newCompiler().Compile(of[address](), of[publicAddress](), Options{})
	for _, v := range []reflect.Value{{}, reflect.ValueOf(1)} {
		if _, err := e.Append(nil, v); err == nil {
			t.Errorf("no error for %v", v)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	c := newCompiler()
	e, _ := c.Compile(of[[]any](), of[[]note](), Options{})
	v := []any{map[string]any{"text": "t"}, note{Text: "u"}, &note{}}
	want, err := e.Append(nil, reflect.ValueOf(v))
	if err != nil {
		t.Fatal(err)
	}
	e, _ = c.Compile(of[[]any](), of[[]note](), Options{})
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 50 {
				if got, err := e.Append(nil, reflect.ValueOf(v)); err != nil || string(got) != string(want) {
					t.Errorf("%s %v", got, err)
				}
				for _, v := range values() {
					_, _ = c.Append(nil, v)
				}
			}
		})
	}
	all.Wait()
}

// TestPathsHoldForConcurrentFirstValues: a path with a * leaves out the member in the first values too, which several requests may
// write at once. Their types are compiled then, because the source is an interface.
func TestPathsHoldForConcurrentFirstValues(t *testing.T) {
	type row struct{ ID, Secret int }
	type table struct{ Rows []row }
	for range 50 {
		e, problems := newCompiler().Compile(of[any](), of[table](), Options{Exclude: []string{"Rows.*.Secret"}})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range 8 {
			wg.Go(func() {
				var v any = table{[]row{{1, 2}}}
				if i%2 == 0 {
					v = map[string]any{"Rows": []row{{1, 2}}}
				}
				<-start
				if got, err := e.Append(nil, reflect.ValueOf(&v).Elem()); string(got) != `{"Rows":[{"ID":1}]}` || err != nil {
					t.Errorf("got %s and %v", got, err)
				}
			})
		}
		close(start)
		wg.Wait()
	}
}
