package models_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/responsemodel"
)

// outside adds to app a route that returns v as a Model, and compares its body with what responsemodel writes.
type outside struct {
	app   *brio.App
	check map[string]func(t *testing.T, status int, body string)
}

// both are options that a route and an Encoder have by the same name.
type both struct {
	route   []brio.RouteOption
	encoder []responsemodel.Option
}

func compareOutside[T, Model any](o *outside, name string, v T, options ...both) {
	var opts both
	for _, b := range options {
		opts.route, opts.encoder = append(opts.route, b.route...), append(opts.encoder, b.encoder...)
	}
	path := fmt.Sprintf("/%d", len(o.check))
	o.app.Get(path, func() T { return v }, append(opts.route, brio.ResponseModel[Model]())...)
	o.check[path] = func(t *testing.T, status int, body string) {
		t.Run(name, func(t *testing.T) {
			e, err := responsemodel.As[T, Model](opts.encoder...)
			if err != nil {
				t.Fatal(err)
			}
			text, err := e.Encode(v)
			if (status == 200) != (err == nil) {
				t.Fatalf("the route has status %d with %s, the Encoder the error %v", status, body, err)
			}
			if err == nil && string(text) != body {
				t.Errorf("the route writes\n%s\nand the Encoder\n%s", body, text)
			}
		})
	}
}

type (
	outsideAddress struct {
		City   string `json:"city"`
		Zip    *int   `json:"zip"`
		Secret string `json:"secret" writeonly:"true"`
	}
	outsideUser struct {
		ID        int                          `json:"id"`
		First     string                       `json:"first_name"`
		Last      string                       `json:"last_name,omitempty"`
		Size      int                          `json:"size" default:"3"`
		Address   outsideAddress               `json:"address"`
		Addresses []outsideAddress             `json:"addresses"`
		ByName    map[string]outsideAddress    `json:"by_name"`
		Nick      brio.Optional[string]        `json:"nick"`
		Parent    *outsideUser                 `json:"parent"`
		Tags      brio.Set[string]             `json:"tags"`
		Any       any                          `json:"any"`
		Matrix    [2][2]float64                `json:"matrix"`
		Counts    map[int]uint8                `json:"counts"`
		Raw       json.RawMessage              `json:"raw"`
		Bytes     []byte                       `json:"bytes"`
		Text      string                       `json:"-"`
		Quoted    int64                        `json:"quoted,string"`
		Zero      time.Time                    `json:"zero,omitzero"`
		Nested    map[string][]*outsideAddress `json:"nested"`
	}
	outsideRow struct {
		ID          int64
		First, Last string
		Password    string
		Address     struct{ City, Secret string }
		Addresses   []struct{ City, Secret string }
		ByName      map[string]struct{ City, Secret string }
		Nick        *string
		Parent      *outsideRow
		Tags        []string
		Any         any
		Matrix      [2][2]float32
		Counts      map[int]uint8
		Raw         json.RawMessage
		Bytes       []byte
		Quoted      int
		Nested      map[string][]*outsideAddress
		//lint:ignore U1000 it is never written
		unexported    int
		NotInTheModel chan int
	}
	outsideCat struct {
		Kind string `json:"kind" validate:"oneof=cat"`
		Name string `json:"name"`
	}
	outsideDog struct {
		Kind  string `json:"kind" validate:"oneof=dog"`
		Barks bool   `json:"barks"`
	}
	outsidePet struct {
		brio.OneOf `discriminator:"kind"`
		Cat        *outsideCat
		Dog        *outsideDog
	}
	outsideAnimal struct {
		brio.AnyOf
		Cat *outsideCat
		Dog *outsideDog
	}
	outsideTimes struct {
		Time     time.Time            `json:"time"`
		Pointer  *time.Time           `json:"pointer"`
		Duration time.Duration        `json:"duration"`
		Date     params.Date          `json:"date"`
		Clock    params.TimeOfDay     `json:"clock"`
		Local    params.LocalDateTime `json:"local"`
		Addr     netip.Addr           `json:"addr"`
		URL      url.URL              `json:"url"`
		Big      *big.Int             `json:"big"`
		Number   json.Number          `json:"number"`
	}
	outsideItem struct {
		Name  string   `json:"name"`
		Price *float64 `json:"price"`
		brio.FieldsSet
	}
	outsideRuled struct {
		Count int    `json:"count" validate:"min=1"`
		Code  string `json:"code" pattern:"^[a-z]+$"`
	}
	outsideOpen struct {
		Name  string         `json:"name"`
		Extra map[string]any `json:"-" extra:"allow"`
	}
	outsideComputed struct {
		outsideCat
		N int
	}
)

func (c outsideComputed) Twice() int { return 2 * c.N }

func (outsideComputed) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("twice", outsideComputed.Twice)}
}

// TestResponseModelOutsideOfHTTP: an Encoder of package responsemodel writes the bytes of a route with the same types and options.
// It fails where the route answers 500.
func TestResponseModelOutsideOfHTTP(t *testing.T) {
	t.Parallel()
	o := &outside{app: brio.New(brio.ValidateResponses(false)), check: map[string]func(*testing.T, int, string){}}
	zip, nick, at := 10115, "ada", time.Date(2024, 2, 29, 23, 59, 58, 123456789, time.FixedZone("", 3600))
	address := outsideAddress{City: "Köln", Zip: &zip, Secret: "hidden"}
	user := outsideUser{
		ID: 1, First: `Ada "A" <&>`, Size: 3, Address: address, Addresses: []outsideAddress{{}, address}, ByName: map[string]outsideAddress{"z": {}, "a": address},
		Nick: brio.Null[string](), Parent: &outsideUser{ID: 2, Nick: brio.Some("\u2028")}, Tags: brio.SetOf("b", "a"), Any: []any{1, "x", nil, map[string]any{"k": address}},
		Matrix: [2][2]float64{{1, 1e21}, {-0.5, 1e-7}}, Counts: map[int]uint8{10: 1, 9: 2}, Raw: json.RawMessage(` {"a" : [1, 2]} `), Bytes: []byte("\xff\x00"),
		Text: "never", Quoted: 1 << 60, Nested: map[string][]*outsideAddress{"n": {nil, &address}},
	}
	row := outsideRow{
		ID: 1, First: "Ada", Password: "secret", Nick: &nick, Parent: &outsideRow{}, Tags: []string{"b", "a", "b"}, Any: 1.5, Raw: json.RawMessage(`null`),
		Addresses: []struct{ City, Secret string }{{"a", "b"}}, ByName: map[string]struct{ City, Secret string }{"k": {"c", "d"}}, Quoted: 5,
	}
	options := map[string]both{
		"": {},
		", Include": {[]brio.RouteOption{brio.ResponseInclude("id", "addresses.city", "parent")},
			[]responsemodel.Option{responsemodel.Include("id", "addresses.city", "parent")}},
		", Exclude": {[]brio.RouteOption{brio.ResponseExclude("address", "by_name.*.city", "parent.parent")},
			[]responsemodel.Option{responsemodel.Exclude("address", "by_name.*.city", "parent.parent")}},
		", ExcludeNone":     {[]brio.RouteOption{brio.ExcludeNone()}, []responsemodel.Option{responsemodel.ExcludeNone()}},
		", ExcludeDefaults": {[]brio.RouteOption{brio.ExcludeDefaults()}, []responsemodel.Option{responsemodel.ExcludeDefaults()}},
		", ExcludeUnset":    {[]brio.RouteOption{brio.ExcludeUnset()}, []responsemodel.Option{responsemodel.ExcludeUnset()}},
		", Go names":        {[]brio.RouteOption{brio.ByAlias(false)}, []responsemodel.Option{responsemodel.ByAlias(false)}},
	}
	for name, opts := range options {
		compareOutside[outsideUser, outsideUser](o, "own type"+name, user, opts)
		compareOutside[*outsideUser, outsideUser](o, "pointer"+name, &user, opts)
		compareOutside[outsideRow, outsideUser](o, "other struct"+name, row, opts)
		compareOutside[[]outsideUser, []outsideUser](o, "list"+name, []outsideUser{user, {}}, both{})
		compareOutside[any, outsideUser](o, "struct in any"+name, row, opts)
		compareOutside[any, outsideUser](o, "own type in any"+name, &user, opts)
		compareOutside[map[string]any, outsideUser](o, "map"+name, map[string]any{
			"id": 1.0, "first_name": "x", "address": map[string]any{"city": "y"}, "addresses": []any{}, "by_name": map[string]any{"k": map[string]any{"city": "z", "secret": "hidden"}}, "parent": nil, "tags": []any{"b", "a"}, "any": nil,
			"matrix": []any{[]any{1, 2}, []any{3, 4}}, "counts": map[string]any{"1": 2}, "raw": json.RawMessage(`1`), "bytes": "eA==", "quoted": "7", "nested": map[string]any{}, "password": "secret",
		}, opts)
	}
	none := map[string]both{"": {}, ", ExcludeNone": options[", ExcludeNone"], ", ExcludeUnset": options[", ExcludeUnset"], ", Go names": options[", Go names"]}
	for name, opts := range none {
		compareOutside[outsidePet, outsidePet](o, "union"+name, outsidePet{Dog: &outsideDog{"dog", true}}, opts)
		compareOutside[outsideCat, outsidePet](o, "variant"+name, outsideCat{"cat", "Tom"}, opts)
		compareOutside[map[string]any, outsidePet](o, "map as variant"+name, map[string]any{"kind": "cat", "name": "Tom", "more": 1}, opts)
		compareOutside[[]outsideAnimal, []outsideAnimal](o, "AnyOf"+name, []outsideAnimal{{Cat: &outsideCat{}}, {Dog: &outsideDog{}}}, opts)
		compareOutside[outsidePet, outsidePet](o, "empty union"+name, outsidePet{}, opts)
		compareOutside[outsideTimes, outsideTimes](o, "times"+name, outsideTimes{
			Time: at, Pointer: &at, Duration: 90*time.Minute + time.Nanosecond, Date: params.DateOf(at), Local: params.LocalDateTime{Date: params.DateOf(at)}, Addr: netip.MustParseAddr("::1"),
			URL: url.URL{Scheme: "https", Host: "example.com", Path: "/a b"}, Big: new(big.Int).Lsh(big.NewInt(1), 100), Number: "1.50",
		}, opts)
		compareOutside[outsideTimes, outsideTimes](o, "zero times"+name, outsideTimes{}, opts)
		var marked outsideItem
		marked.Mark("price")
		compareOutside[outsideItem, outsideItem](o, "FieldsSet"+name, marked, opts)
		compareOutside[outsideItem, outsideItem](o, "FieldsSet without a record"+name, outsideItem{}, opts)
		compareOutside[outsideOpen, outsideOpen](o, "undeclared names"+name, outsideOpen{"x", map[string]any{"b": 1, "a": nil}}, opts)
		compareOutside[map[string]any, outsideOpen](o, "undeclared names of a map"+name, map[string]any{"name": "x", "b": at, "a": nil}, opts)
		compareOutside[outsideComputed, outsideComputed](o, "computed"+name, outsideComputed{outsideCat{"cat", "Tom"}, 4}, opts)
		compareOutside[[]outsideComputed, []outsideComputed](o, "list of computed"+name, []outsideComputed{{N: 1}, {N: 2}}, opts)
		compareOutside[any, any](o, "any"+name, map[string]any{"t": at, "d": time.Second, "l": []any{address, &user, nil}}, opts)
		compareOutside[map[string]*int, map[string]*int](o, "map of pointers"+name, map[string]*int{"b": nil, "a": &zip}, opts)
	}
	compareOutside[*outsideAddress, *outsideAddress](o, "nil, nullable", nil)
	compareOutside[*outsideAddress, outsideAddress](o, "nil, not nullable", nil)
	compareOutside[any, any](o, "nil any", nil)
	compareOutside[[]float64, []float64](o, "NaN", []float64{1, math.NaN()})
	compareOutside[float32, float64](o, "float32", 0.1)
	compareOutside[uint64, uint64](o, "largest", math.MaxUint64)
	compareOutside[string, string](o, "text", "a\x00\xffé\u2029")
	compareOutside[json.RawMessage, json.RawMessage](o, "broken RawMessage", json.RawMessage(`{"a":`))
	compareOutside[brio.Optional[int], brio.Optional[int]](o, "absent", brio.Optional[int]{})
	compareOutside[any, outsideAddress](o, "no such form", []int{1})
	compareOutside[map[string]any, outsideAddress](o, "missing key", map[string]any{})

	c := briotest.New(t, o.app, briotest.AllowUndeclared())
	refused := 0
	for path, check := range o.check {
		res := c.Get(path).Send()
		check(t, res.Result().StatusCode, string(res.Bytes()))
		if res.Result().StatusCode == http.StatusInternalServerError {
			refused++
		}
	}
	if refused != 13 {
		t.Errorf("%d values are refused, want 13: empty unions, zero dates, and five more", refused)
	}
}

// TestCheckRulesIsValidateResponses: with rules checked, an Encoder refuses the values for which a route answers 500.
func TestCheckRulesIsValidateResponses(t *testing.T) {
	t.Parallel()
	o := &outside{app: brio.New(brio.ValidateResponses(true)), check: map[string]func(*testing.T, int, string){}}
	check := both{nil, []responsemodel.Option{responsemodel.CheckRules()}}
	for name, v := range map[string]outsideRuled{"legal": {1, "a"}, "count": {0, "a"}, "code": {1, "A"}} {
		compareOutside[outsideRuled, outsideRuled](o, name, v, check)
		compareOutside[map[string]any, outsideRuled](o, name+" in a map", map[string]any{"count": v.Count, "code": v.Code}, check)
		compareOutside[any, []outsideRuled](o, name+" in a list", []any{outsideRuled{5, "x"}, v}, check)
	}
	c := briotest.New(t, o.app, briotest.AllowUndeclared())
	refused := 0
	for path, check := range o.check {
		res := c.Get(path).Send()
		check(t, res.Result().StatusCode, string(res.Bytes()))
		if res.Result().StatusCode == http.StatusInternalServerError {
			refused++
		}
	}
	if refused != 6 {
		t.Errorf("%d values are refused, want 6", refused)
	}
}

// TestPackageAppendIsAnyOfRoute: responsemodel.Append writes what a route without a model writes.
func TestPackageAppendIsAnyOfRoute(t *testing.T) {
	t.Parallel()
	values := []any{nil, 1, "x", 2.50, true, []any{1, nil}, map[string]any{"b": 1, "a": outsideAddress{City: "x", Secret: "y"}}, &outsideCat{"cat", "Tom"}, time.Unix(0, 1).UTC(),
		json.Number("1.0"), json.RawMessage(`[ 1 ]`), outsidePet{Cat: &outsideCat{}}, outsidePet{}, math.Inf(1), make(chan int)}
	app := brio.New()
	for i, v := range values {
		app.Get(fmt.Sprintf("/%d", i), func() any { return v })
	}
	c := briotest.New(t, app)
	for i, v := range values {
		res := c.Get(fmt.Sprintf("/%d", i)).Send()
		text, err := responsemodel.Append([]byte("> "), v)
		if (res.Result().StatusCode == 200) != (err == nil) || err == nil && string(text) != "> "+string(res.Bytes()) || err != nil && !strings.HasPrefix(err.Error(), "responsemodel: result") {
			t.Errorf("%T: the route has %d with %s, Append %s with the error %v", v, res.Result().StatusCode, string(res.Bytes()), text, err)
		}
	}
}
