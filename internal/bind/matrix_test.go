package bind_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

var (
	matrixTypes = map[string]reflect.Type{
		"int": reflect.TypeFor[int](), "*int": reflect.TypeFor[*int](), "Optional[int]": reflect.TypeFor[params.Optional[int]](),
		"[]int": reflect.TypeFor[[]int](), "*[]int": reflect.TypeFor[*[]int](),
	}
	sentText  = map[string]string{"empty": "", "null": "null", "zero": "0", "value": "7", "wrong type": "x", "out of range": "11"}
	sentJSON  = map[string]string{"empty": `""`, "null": "null", "zero": "0", "value": "7", "wrong type": `"x"`, "out of range": "11"}
	sentLists = map[string]string{"empty": "[]", "null": "null", "zero": "[0]", "value": "[7]", "wrong type": `["x"]`, "out of range": "[11]"}
)

// TestMatrix checks every cell of docs/matrix.md.
func TestMatrix(t *testing.T) {
	page, err := os.ReadFile("../../docs/matrix.md")
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	var sources, columns []string
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			sources, columns = strings.Split(heading, ", "), nil
		}
		if sources == nil || !strings.HasPrefix(line, "| ") {
			continue
		}
		row := strings.Split(strings.Trim(line, "| "), " | ")
		if columns == nil {
			columns = row
			continue
		}
		for i, state := range columns[1:] {
			for _, source := range sources {
				cells++
				if got := matrixCell(t, source, row[0], state); got != row[i+1] {
					t.Errorf("%s: %s, %s: %s, the page says %s", source, row[0], state, got, row[i+1])
				}
			}
		}
	}
	if cells < 400 {
		t.Errorf("the page has only %d cells", cells)
	}
}

// matrixCell sends one value for one field and returns the field's value or the type of the error.
func matrixCell(t *testing.T, source, label, state string) string {
	t.Helper()
	name, option, _ := strings.Cut(label, ", ")
	name = strings.Trim(name, "`")
	list := strings.Contains(name, "[]")
	rules, key, more := "max=10", "a", ""
	if list {
		rules = "max=2,dive,max=10"
	}
	switch option {
	case "required":
		rules = "required," + rules
	case "omitempty", "json":
		key += "," + option
	case "default":
		more = ` default:"5"`
		if list {
			more = ` default:"1,2"`
		}
	case "comma":
		more = ` style:"comma"`
	}
	if source == "path" && list {
		more = ` style:"comma"`
	}
	tag := source
	if source == "body" {
		tag = "json"
	}
	field := func(name string, typ reflect.Type, tag string) reflect.Type {
		return reflect.StructOf([]reflect.StructField{{Name: name, Type: typ, Tag: reflect.StructTag(tag)}})
	}
	typ := field("A", matrixTypes[name], fmt.Sprintf(`%s:%q validate:%q%s`, tag, key, rules, more))
	text, sent := sentText[state]
	var in input
	switch {
	case source == "body":
		if in.body = "{}"; sent && list {
			in.body = `{"a":` + sentLists[state] + "}"
		} else if sent {
			in.body = `{"a":` + sentJSON[state] + "}"
		}
		typ = field("Value", typ, `body:""`)
	case source == "form":
		in.headers, in.body = []string{"Content-Type", "application/x-www-form-urlencoded"}, "b=1"
		if sent {
			in.body += "&a=" + url.QueryEscape(text)
		}
	case !sent:
	case source == "path":
		in.path = []string{text}
	case source == "query":
		in.query = "a=" + url.QueryEscape(text)
	case source == "header":
		in.headers = []string{"a", text}
	case source == "cookie":
		in.headers = []string{"Cookie", "a=" + text}
	}
	b, problems := bind.Compile(model.NewReader(constraint.New()), typ, wildcards)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	x := exchange.Acquire(httptest.NewRecorder(), in.request())
	defer x.Release()
	x.SetPath(in.path)
	v := reflect.New(typ).Elem()
	var found bind.Errors
	if err := b.Bind(t.Context(), x, &bind.Settings{MaxBody: 1000, Switches: switches.ContentTypeErrors}, memory.OfValue(v), &found); err != nil {
		t.Fatal(err)
	}
	if invalid, ok := found.Err().(*params.ValidationError); ok {
		return invalid.Errors[0].Type
	}
	if source == "body" {
		v = v.Field(0)
	}
	return written(v.Field(0))
}

// TestPathParametersAreAlwaysRequired: a path parameter is never absent, so pointers and defaults do not make it optional.
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

// TestZeroValuesAreValues: a client that sends 0, "" or false has sent a value, as in pydantic.
func TestZeroValuesAreValues(t *testing.T) {
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
