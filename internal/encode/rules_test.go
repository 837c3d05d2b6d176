package encode

import (
	"reflect"
	"testing"
)

// A struct is never empty for omitempty, as in encoding/json, also where a result of another type fills the model.
func TestOmitEmptyKeepsStructs(t *testing.T) {
	type inner struct {
		A int `json:"a"`
	}
	type source struct {
		Inner  address
		Place  inner
		Array  [2]int
		None   [0]int
		Text   string
		Number int
		List   []int
		Map    map[string]int
		Pair   any
	}
	type public struct {
		Inner  publicAddress  `json:"inner,omitempty"`
		Place  inner          `json:"place,omitempty"`
		Array  [2]int         `json:"array,omitempty"`
		None   [0]int         `json:"none,omitempty"`
		Text   string         `json:"text,omitempty"`
		Number int            `json:"number,omitempty"`
		List   []int          `json:"list,omitempty"`
		Map    map[string]int `json:"map,omitempty"`
		Pair   inner          `json:"pair,omitempty"`
	}
	for name, v := range map[string]any{
		"struct": source{Pair: inner{}},
		"map":    map[string]any{"inner": address{}, "place": inner{}, "array": [2]int{}, "none": [0]int{}, "text": "", "number": 0, "list": []int{}, "map": map[string]int{}, "pair": inner{}},
	} {
		got, err := encode(t, v, of[public](), Options{})
		if want := `{"inner":{"city":""},"place":{"a":0},"array":[0,0],"pair":{"a":0}}`; got != want || err != nil {
			t.Errorf("%s: %s %v, want %s", name, got, err, want)
		}
	}
}

// A zero value under omitempty breaks no rule of its model: such values are as good as absent.
func TestRulesOfResultsUnderOmitEmpty(t *testing.T) {
	type model struct {
		Mail  string            `json:"mail" validate:"omitempty,email"`
		Min   int               `json:"min" validate:"omitempty,min=3"`
		Ptr   *string           `json:"ptr" validate:"omitempty,min=2"`
		List  []string          `json:"list" validate:"omitempty,min=2,dive,omitempty,min=2"`
		ByKey map[string]string `json:"by_key" validate:"omitempty,dive,omitempty,min=2"`
	}
	c := newCompiler().Validating()
	e, problems := c.Compile(of[model](), of[model](), Options{})
	if problems != nil {
		t.Fatal(problems)
	}
	for _, v := range []model{{}, {Ptr: p("")}, {List: []string{"", "ab"}}, {ByKey: map[string]string{"a": ""}}, {Mail: "a@b.de", Min: 3, Ptr: p("ab")}} {
		if got, err := e.Append(nil, reflect.ValueOf(v)); err != nil {
			t.Errorf("%+v: %s %v, want no broken rule", v, got, err)
		}
	}
	for _, v := range []model{{Mail: "a"}, {Min: 2}, {Ptr: p("a")}, {List: []string{"ab"}}, {List: []string{"", "a"}}, {ByKey: map[string]string{"a": "b"}}} {
		if got, err := e.Append(nil, reflect.ValueOf(v)); err == nil {
			t.Errorf("%+v: %s, want a broken rule", v, got)
		}
	}
}
