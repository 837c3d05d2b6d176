package params_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/params"
)

type (
	queryMatrix struct {
		Value    int                  `query:"value" validate:"max=10"`
		Required int                  `query:"required" validate:"required,max=10"`
		Pointer  *int                 `query:"pointer" validate:"max=10"`
		Must     *int                 `query:"must" validate:"required,max=10"`
		Optional params.Optional[int] `query:"optional" validate:"max=10"`
		List     []int                `query:"list" validate:"max=2,dive,max=10"`
		Lists    *[]int               `query:"lists" validate:"dive,max=10"`
		Default  int                  `query:"default" default:"5" validate:"max=10"`
		Omit     int                  `query:"omit,omitempty" validate:"max=10"`
		OmitList []int                `query:"omitlist,omitempty" validate:"dive,max=10"`
		DefList  []int                `query:"deflist" default:"1,2" validate:"dive,max=10"`
	}
	headerMatrix struct {
		Value    int                  `header:"value" validate:"max=10"`
		Required int                  `header:"required" validate:"required,max=10"`
		Pointer  *int                 `header:"pointer" validate:"max=10"`
		Must     *int                 `header:"must" validate:"required,max=10"`
		Optional params.Optional[int] `header:"optional" validate:"max=10"`
		List     []int                `header:"list" validate:"max=2,dive,max=10"`
		Lists    *[]int               `header:"lists" validate:"dive,max=10"`
		Default  int                  `header:"default" default:"5" validate:"max=10"`
		Omit     int                  `header:"omit,omitempty" validate:"max=10"`
		OmitList []int                `header:"omitlist,omitempty" validate:"dive,max=10"`
		DefList  []int                `header:"deflist" default:"1,2" validate:"dive,max=10"`
	}
	cookieMatrix struct {
		Value    int                  `cookie:"value" validate:"max=10"`
		Required int                  `cookie:"required" validate:"required,max=10"`
		Pointer  *int                 `cookie:"pointer" validate:"max=10"`
		Must     *int                 `cookie:"must" validate:"required,max=10"`
		Optional params.Optional[int] `cookie:"optional" validate:"max=10"`
		Default  int                  `cookie:"default" default:"5" validate:"max=10"`
		Omit     int                  `cookie:"omit,omitempty" validate:"max=10"`
	}
	jsonMatrix struct {
		Value    int                  `json:"value" validate:"max=10"`
		Required int                  `json:"required" validate:"required,max=10"`
		Pointer  *int                 `json:"pointer" validate:"max=10"`
		Must     *int                 `json:"must" validate:"required,max=10"`
		Optional params.Optional[int] `json:"optional" validate:"max=10"`
		List     []int                `json:"list" validate:"max=2,dive,max=10"`
		Lists    *[]int               `json:"lists" validate:"dive,max=10"`
		Default  int                  `json:"default" default:"5" validate:"max=10"`
		Omit     int                  `json:"omit,omitempty" validate:"max=10"`
		OmitList []int                `json:"omitlist,omitempty" validate:"dive,max=10"`
		DefList  []int                `json:"deflist" default:"1,2" validate:"dive,max=10"`
	}
)

// outcomes are those of absent, empty, null, zero, value, wrong type, out of range.
type outcomes [7]string

const (
	absent = iota
)

var textOutcomes = map[string]outcomes{
	"value":    {"missing", "int_parsing", "int_parsing", "0", "7", "int_parsing", "less_than_equal"},
	"required": {"missing", "int_parsing", "int_parsing", "0", "7", "int_parsing", "less_than_equal"},
	"pointer":  {"nil", "int_parsing", "int_parsing", "&0", "&7", "int_parsing", "less_than_equal"},
	"must":     {"missing", "int_parsing", "int_parsing", "&0", "&7", "int_parsing", "less_than_equal"},
	"optional": {"absent", "int_parsing", "int_parsing", "some 0", "some 7", "int_parsing", "less_than_equal"},
	"list":     {"missing", "int_parsing", "int_parsing", "[0]", "[7]", "int_parsing", "less_than_equal"},
	"lists":    {"nil", "int_parsing", "int_parsing", "&[0]", "&[7]", "int_parsing", "less_than_equal"},
	"default":  {"5", "int_parsing", "int_parsing", "0", "7", "int_parsing", "less_than_equal"},
	"omit":     {"0", "int_parsing", "int_parsing", "0", "7", "int_parsing", "less_than_equal"},
	"omitlist": {"nil", "int_parsing", "int_parsing", "[0]", "[7]", "int_parsing", "less_than_equal"},
	"deflist":  {"[1 2]", "int_parsing", "int_parsing", "[0]", "[7]", "int_parsing", "less_than_equal"},
}

var jsonOutcomes = map[string]outcomes{
	"value":    {"missing", "int_type", "int_type", "0", "7", "int_type", "less_than_equal"},
	"required": {"missing", "int_type", "int_type", "0", "7", "int_type", "less_than_equal"},
	"pointer":  {"nil", "int_type", "nil", "&0", "&7", "int_type", "less_than_equal"},
	"must":     {"missing", "int_type", "nil", "&0", "&7", "int_type", "less_than_equal"},
	"optional": {"absent", "int_type", "null", "some 0", "some 7", "int_type", "less_than_equal"},
	"list":     {"missing", "[]", "list_type", "[0]", "[7]", "int_type", "less_than_equal"},
	"lists":    {"nil", "&[]", "nil", "&[0]", "&[7]", "int_type", "less_than_equal"},
	"default":  {"5", "int_type", "int_type", "0", "7", "int_type", "less_than_equal"},
	"omit":     {"0", "int_type", "int_type", "0", "7", "int_type", "less_than_equal"},
	"omitlist": {"nil", "[]", "list_type", "[0]", "[7]", "int_type", "less_than_equal"},
	"deflist":  {"[1 2]", "[]", "list_type", "[0]", "[7]", "int_type", "less_than_equal"},
}

var (
	sentText  = outcomes{"", "", "null", "0", "7", "x", "11"}
	sentJSON  = outcomes{"", `""`, "null", "0", "7", `"x"`, "11"}
	sentLists = outcomes{"", "[]", "null", "[0]", "[7]", `["x"]`, "[11]"}
)

// Every kind of field, in every source, with every sort of input. One struct per source; all fields get the same
// input, and each answers for itself.
func TestRequiredPresentAndNull(t *testing.T) {
	matrix[queryMatrix](t, "query", textOutcomes, func(in *input, name, text string) {
		in.query += "&" + name + "=" + url.QueryEscape(text)
	})
	matrix[headerMatrix](t, "header", textOutcomes, func(in *input, name, text string) {
		in.headers = append(in.headers, name, text)
	})
	matrix[cookieMatrix](t, "cookie", textOutcomes, func(in *input, name, text string) {
		in.headers = append(in.headers, "Cookie", name+"="+text)
	})
	matrix[params.Body[jsonMatrix]](t, "body", jsonOutcomes, func(in *input, name, text string) {
		in.body += `,"` + name + `":` + text
	})
}

func matrix[T any](t *testing.T, source string, want map[string]outcomes, send func(in *input, name, text string)) {
	b := compile[T](t)
	for state := range len(sentText) {
		var in input
		st := reflect.TypeFor[T]()
		if source == "body" {
			st = reflect.TypeFor[jsonMatrix]()
			in.body = `{"unknown":0`
		}
		for i := range st.NumField() {
			name := strings.ToLower(st.Field(i).Name)
			switch {
			case state == absent:
			case source != "body":
				send(&in, name, sentText[state])
			case strings.Contains(name, "list"):
				send(&in, name, sentLists[state])
			default:
				send(&in, name, sentJSON[state])
			}
		}
		if source == "body" {
			in.body += "}"
		}
		got, errs, err := try[T](t, b, in)
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.ValueOf(got)
		if source == "body" {
			v = v.Field(0)
		}
		for i := range st.NumField() {
			name := strings.ToLower(st.Field(i).Name)
			outcome := written(v.Field(i))
			for _, e := range errs {
				if loc, rest, _ := strings.Cut(e, " "); loc == source+"."+name || strings.HasPrefix(loc, source+"."+name+".") {
					outcome, _, _ = strings.Cut(rest, " ")
				}
			}
			if w := want[name][state]; outcome != w {
				t.Errorf("%s %s, sent %q: %s, want %s", source, name, sentText[state], outcome, w)
			}
		}
	}
}

func TestPathParametersAreAlwaysRequired(t *testing.T) {
	type in struct {
		A int    `path:"a"`
		B *int   `path:"b" validate:"max=10"`
		C string `path:"c" validate:"min=2"`
	}
	b := compile[in](t)
	for _, f := range b.Fields {
		if !f.Required {
			t.Errorf("%s is not required", f.Name)
		}
	}
	got, errs, _ := try[in](t, b, input{path: []string{"0", "7", "xy"}})
	wantErrors(t, errs)
	wantValue(t, got.A+*got.B, 7)
	_, errs, _ = try[in](t, b, input{path: []string{"", "11", "x"}})
	wantErrors(t, errs, `path.a int_parsing ""`, `path.b less_than_equal "11"`, `path.c string_too_short "x"`)
}

func TestExplicitZeroValuesAreValues(t *testing.T) {
	type all struct {
		I int      `json:"i" validate:"required" default:"1"`
		B bool     `json:"b" validate:"required" default:"true"`
		S string   `json:"s" validate:"required" default:"x"`
		F float64  `json:"f" validate:"required"`
		L []string `json:"l" validate:"required" default:"a"`
	}
	type in struct {
		Item all    `body:""`
		I    int    `query:"i" validate:"required" default:"1"`
		B    bool   `query:"b" default:"true"`
		S    string `query:"s" default:"x"`
	}
	got, errs, _ := try[in](t, compile[in](t), input{query: "i=0&b=false&s=", body: `{"i":0,"b":false,"s":"","f":0,"l":[]}`})
	wantErrors(t, errs)
	wantValue(t, got, in{Item: all{L: []string{}}})
}
