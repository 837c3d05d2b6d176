package bind_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio/params"
)

type spot struct {
	X     int            `json:"x" validate:"min=0"`
	Y     *int           `json:"y"`
	Label string         `json:"label" default:"none"`
	Next  *spot          `json:"next"`
	Tags  []string       `json:"tags,omitempty" validate:"max=3"`
	Sizes map[string]int `json:"sizes,omitempty" validate:"dive,max=9"`
}

// TestJSONTextIsDecoded: query:"q,json" decodes a JSON document.
func TestJSONTextIsDecoded(t *testing.T) {
	type in struct {
		At    spot                 `query:"at,json"`
		IDs   []int                `header:"X-Ids,json,omitempty" validate:"max=3"`
		Maybe params.Optional[int] `cookie:"maybe,json"`
		Path  map[string]int       `path:"a,json"`
		Pet   *params.Set[string]  `query:"pet,json"`
		Def   []int                `query:"def,json" default:"[1,2]"`
		Pin   struct{ A, B int }   `query:"pin,json,omitempty" secret:"true"`
	}
	b := compile[in](t)
	full := input{path: []string{`{"a":1}`}, query: `at={"x":1,"next":{"x":2}}&pet=["a","a"]`, headers: []string{"X-Ids", "[1, 2]", "Cookie", "maybe=null"}}
	got, errs, err := try[in](t, b, full)
	if err != nil {
		t.Fatal(err)
	}
	wantErrors(t, errs)
	pet := params.SetOf("a")
	want := in{At: spot{X: 1, Label: "none", Next: &spot{X: 2, Label: "none"}}, IDs: []int{1, 2}, Maybe: params.Null[int](), Path: map[string]int{"a": 1}, Pet: &pet, Def: []int{1, 2}}
	wantValue(t, got, want)

	_, errs, _ = try[in](t, b, input{path: []string{`{"a":"b"}`}, query: `at={"x":-1,"y":"1","x":3}&pin={"A":1}`, headers: []string{"X-Ids", "[1,2,3,4]", "Cookie", `maybe="5`}})
	wantErrors(t, errs, `path.a.a int_type "b"`, `query.at.x duplicate_key 3`, `query.at.x greater_than_equal -1`, `query.at.y int_type "1"`,
		`query.pin.B missing null`, `header.x-ids too_long [1,2,3,4]`, `cookie.maybe json_invalid "\"5"`)
}

// TestJSONTextErrorsHaveReasons
func TestJSONTextErrorsHaveReasons(t *testing.T) {
	type in struct {
		V any `query:"v,json"`
	}
	b := compile[in](t)
	for text, want := range map[string]string{
		"[1,":         "EOF while parsing a list at line 1 column 3",
		"":            "EOF while parsing a value at line 1 column 0",
		"x":           "expected value at line 1 column 1",
		"[1 2]":       "expected `,` or `]` at line 1 column 4",
		`{"a" 1}`:     "expected `:` at line 1 column 6",
		`{"a":1 "b"}`: "expected `,` or `}` at line 1 column 8",
		"{x":          "key must be a string at line 1 column 2",
		"{":           "EOF while parsing an object at line 1 column 1",
		`"ab`:         "EOF while parsing a string at line 1 column 3",
		"1\n2":        "trailing characters at line 2 column 1",
	} {
		_, errs := tryMessages[in](t, b, input{query: "v=" + url.QueryEscape(text)})
		if len(errs) != 1 || errs[0] != "Invalid JSON: "+want {
			t.Errorf("%s: %q, want %q", text, errs, want)
		}
	}
	_, errs := tryMessages[in](t, b, input{query: "v=" + strings.Repeat("[", 65)})
	if want := "JSON should have at most 64 levels of arrays and objects"; len(errs) != 1 || errs[0] != want {
		t.Errorf("65 levels: %q, want %q", errs, want)
	}
}

// TestCommaStyleSplitsLists
func TestCommaStyleSplitsLists(t *testing.T) {
	type in struct {
		Path   []int                  `path:"a" style:"comma"`
		Tags   []string               `query:"tag" style:"comma" validate:"max=3,dive,min=1"`
		Accept []string               `header:"Accept" style:"comma"`
		Seen   params.Set[int]        `cookie:"seen" style:"comma"`
		Pair   [2]int                 `query:"pair" style:"comma" default:"[1,2]"`
		Opt    params.Optional[[]int] `query:"opt" style:"comma"`
	}
	b := compile[in](t)
	got, errs, _ := try[in](t, b, input{path: []string{"1,2"}, query: "tag=a,b&tag=c&pair=3,4&opt=", headers: []string{"Accept", "a, b ,c", "Accept", "d", "Cookie", "seen=1,2,1"}})
	wantErrors(t, errs)
	wantValue(t, got, in{Path: []int{1, 2}, Tags: []string{"a", "b", "c"}, Accept: []string{"a", "b", "c", "d"}, Seen: params.SetOf(1, 2), Pair: [2]int{3, 4}, Opt: params.Some([]int{})})

	_, errs, _ = try[in](t, b, input{path: []string{"1,x"}, query: "tag=a,,b&pair=1,2,3"})
	wantErrors(t, errs, `path.a.1 int_parsing "x"`, `query.tag.1 string_too_short ""`, `query.pair too_long ["1","2","3"]`, `header.accept missing null`, `cookie.seen missing null`)
}

// TestDeepObjectReadsAny
func TestDeepObjectReadsAny(t *testing.T) {
	type in struct {
		M map[string]any `query:"m" style:"deepObject"`
	}
	got, errs, _ := try[in](t, compile[in](t), input{query: "m[a]=1&m[b]=1&m[b]=2&m[c][d]=3&m[c][e][]=4"})
	wantErrors(t, errs)
	wantValue(t, got.M, map[string]any{"a": "1", "b": []any{"1", "2"}, "c": map[string]any{"d": "3", "e": "4"}})
}

// TestDeepObjectIsBounded: a name with many levels, or many names, costs one error.
func TestDeepObjectIsBounded(t *testing.T) {
	type in struct {
		M map[string]any `query:"m" style:"deepObject"`
	}
	b := compile[in](t)
	for names, want := range map[int]string{1000: "", 1001: `query.m value_error null`} {
		var query strings.Builder
		for i := range names {
			fmt.Fprintf(&query, "&m[%d]=", i)
		}
		_, errs, _ := try[in](t, b, input{query: query.String()})
		if strings.Join(errs, "") != want {
			t.Errorf("%d names: %q", names, errs)
		}
	}
	for levels, want := range map[int]string{16: "", 17: `query.m value_error null`, 1000: `query.m value_error null`} {
		_, errs, _ := try[in](t, b, input{query: "m" + strings.Repeat("[a]", levels) + "=1"})
		if strings.Join(errs, "") != want {
			t.Errorf("%d levels: %q", levels, errs)
		}
	}
	both := "m" + strings.Repeat("[a]", 17) + "=1" // after the first fault no name is read
	for i := range 501 {                           // 1002 names
		both += fmt.Sprintf("&m[%d][a]=", i)
	}
	if _, errs := tryMessages[in](t, b, input{query: both}); strings.Join(errs, "") != "Value error, names have at most 16 levels" {
		t.Errorf("many levels, then many names: %q", errs)
	}
}

// TestDeepObjectReadsMembers
func TestDeepObjectReadsMembers(t *testing.T) {
	type in struct {
		Filter spot                  `query:"filter" style:"deepObject"`
		Map    map[int]*spot         `query:"map,omitempty" style:"deepObject"`
		Opt    params.Optional[spot] `query:"opt" style:"deepObject"`
		Closed struct {
			_ struct{} `extra:"forbid"`
			A []spot   `json:"a" validate:"max=2"`
		} `query:"closed,omitempty" style:"deepObject"`
	}
	b := compile[in](t)
	got, errs, _ := try[in](t, b, input{query: "filter[x]=1&filter[next][x]=2&filter[next][next][x]=3&filter[tags]=a&filter[tags]=b&filter[sizes][s]=1&filter[sizes][m]=2" +
		"&map[1][x]=1&map[2][x]=2&closed[a][1][x]=2&closed[a][0][x]=1&closed[a][0][tags][]=t&filterx[y]=1&filter[y"})
	wantErrors(t, errs)
	one, two := &spot{X: 1, Label: "none"}, &spot{X: 2, Label: "none"}
	want := in{Map: map[int]*spot{1: one, 2: two},
		Filter: spot{X: 1, Label: "none", Tags: []string{"a", "b"}, Sizes: map[string]int{"s": 1, "m": 2}, Next: &spot{X: 2, Label: "none", Next: &spot{X: 3, Label: "none"}}}}
	want.Closed.A = []spot{{X: 1, Label: "none", Tags: []string{"t"}}, *two}
	wantValue(t, got, want)

	for query, errors := range map[string][]string{
		"":            {`query.filter missing null`},
		"filter=1":    {`query.filter model_attributes_type "1"`},
		"filter[y]=1": {`query.filter.x missing {"y":"1"}`},
		"filter[x]=a&filter[sizes][s]=10&filter[tags][x]=1&filter[next]=2": {`query.filter.x int_parsing "a"`, `query.filter.next model_attributes_type "2"`,
			`query.filter.tags list_type {"x":"1"}`, `query.filter.sizes.s less_than_equal "10"`},
		"filter[x][y]=1":                                              {`query.filter.x int_type {"y":"1"}`},
		"filter[x]=1&closed[b]=1":                                     {`query.closed.a missing {"b":"1"}`, `query.closed.b extra_forbidden "1"`},
		"filter[x]=1&closed[a][5][x]=y":                               {`query.closed.a.5.x int_parsing "y"`},
		"filter[x]=1&map[a][x]=1&map[1][x]=1&map[01][x]=1":            {`query.map.a.[key] int_parsing "a"`, `query.map.01 duplicate_key {"x":"1"}`},
		"filter[x]=1&filter" + strings.Repeat("[next]", 16) + "[x]=1": {`query.filter value_error null`},
		"filter[x]=1&filter" + strings.Repeat("[next]", 99) + "[x]=1": {`query.filter value_error null`},
	} {
		_, errs, _ := try[in](t, b, input{query: query})
		if strings.Join(errs, "|") != strings.Join(errors, "|") {
			t.Errorf("%s:\n  %q\nwant\n  %q", query, errs, errors)
		}
	}
}
