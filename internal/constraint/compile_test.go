package constraint

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// Every planted mistake must be found at start-up, with words that name it.
func TestCompileFindsMistakes(t *testing.T) {
	e := New()
	if err := e.Register("short", func(v any, _ string) bool { return len(v.(string)) < 9 }); err != nil {
		t.Fatal(err)
	}
	type nested struct{ A, b int }
	_ = nested{b: 1} // b is there to be named
	for _, c := range []struct {
		value        any
		tag, pattern string
		want         string
	}{
		{"", "mn=3", "", `validate:"mn=3": unknown rule "mn" (did you mean `},
		{"", "emial", "", `did you mean email?`},
		{"", "omitemtpy", "", `did you mean omitempty?`},
		{1, "min=abc", "", `validate:"min=abc": "abc" is not a whole number`},
		{"", "min=abc", "", `validate:"min=abc": "abc" is not a number`},
		{1, "min", "", `min needs a whole number after =`},
		{uint(1), "min=-1", "", `"-1" is not a whole number from 0`},
		{1.0, "max=NaN", "", `"NaN" is not a finite number`},
		{1, "max=99999999999999999999", "", `out of range`},
		{"", "min=-1", "", `a length is never negative`},
		{"", "lt=0", "", `no length is less than 0`},
		{true, "min=1", "", `min does not judge bool: it needs a string, a number, a list, a map or a time.Time`},
		{true, "eq=maybe", "", `"maybe" is not a boolean`},
		{nested{}, "min=1", "", `min does not judge constraint.nested`},
		{1.5, "oneof=1 2", "", `oneof does not judge float64`},
		{1, "oneof=1 two", "", `"two" is not a plain decimal number that int can hold`},
		{int8(1), "oneof=1 300", "", `"300" is not a plain decimal number that int8 can hold`},
		{1, "oneof=01", "", `"01" is not a plain decimal number`},
		{"", "oneof", "", `oneof needs at least one word`},
		{"", "oneof=a,b", "", `words after oneof= are separated by spaces`},
		{1, "unique", "", `unique does not judge int`},
		{[][]int{}, "unique", "", `[]int cannot be compared with ==`},
		{[]any{}, "unique", "", `interface {} cannot be compared`},
		{[]nested{}, "unique=Zz", "", `no exported field Zz`},
		{[]nested{}, "unique=b", "", `no exported field b`},
		{[]int{}, "unique=A", "", `needs a list of structs`},
		{time.Time{}, "datetime=2006", "", `datetime does not judge time.Time`},
		{"", "datetime=RFC3339", "", `"RFC3339" is not a layout of package time`},
		{"", "datetime", "", `is not a layout`},
		{time.Second, "min=5q", "", `"5q" is not a duration such as 1m30s`},
		{time.Time{}, "gt=5", "", `takes nothing after =`},
		{1, "email", "", `email does not judge int: it needs a string`},
		{"", "email=x", "", `email takes nothing after =`},
		{"", "contains=", "", `contains needs a text`},
		{"", "isbn|email=1", "", `email takes nothing`},
		{"", "email|", "", `an empty alternative`},
		{"", "omitempty|email", "", `omitempty stands alone`},
		{"", "required=true", "", `required stands alone`},
		{1, "dive,min=1", "", `validate:"dive": it needs a list or a map, and int is neither`},
		{[]int{}, "dive,keys,min=1,endkeys", "", `it needs a map, and []int is none`},
		{map[string]int{}, "keys,min=1,endkeys", "", `keys must directly follow dive`},
		{map[string]int{}, "dive,min=1,keys,min=1,endkeys", "", `keys must directly follow dive`},
		{map[string]int{}, "dive,keys,min=1", "", `keys without endkeys`},
		{map[string]int{}, "dive,endkeys", "", `endkeys without keys`},
		{[]bool{}, "dive,min=1", "", `min does not judge bool`},
		{1, "min=1, max=2", "", `validate:" max=2": a space before the rule`},
		{1, "min=1,,max=2", "", `an empty rule`},
		{1, "min=1,", "", `an empty rule`},
		{1, "-,min=1", "", `- stands alone`},
		{nested{}, "structonly", "", `not supported`},
		{new(any), "min=3", "", `no rule can stand on interface {}`},
		{[]any{}, "dive,max=3", "", `no rule can stand on interface {}`},
		{"", "file", "", `reads the server's disk`}, {"", "dirpath", "", `reads the server's disk`}, {"", "image", "", `reads the server's disk`},
		{"", "tcp_addr", "", `asks DNS`}, {"", "ip4_addr", "", `asks DNS`}, {"", "email|udp_addr", "", `asks DNS`},
		{1, "eqfield", "", `needs the Go name of another field`},
		{1, "required_if=Kind", "", `pairs of a field and a value`},
		{1, "required_if=A 1 A 2", "", `names a field twice`},
		{nested{}, "eqfield=Other", "", `cannot compare constraint.nested`},
		{[]int{}, "dive,gtfield=A", "", `cannot stand after dive`},
		{1, "eqfield=A|eq=3", "", `cannot be one of several alternatives`},
		{1, "short", "", `it fails on int: interface conversion`},
		{1, "validateFn=Nope", "", `needs a method Nope() error or Nope() bool`},
		{"", "spicedb=nope", "", `Unrecognized parameter`},
		{"", "", "(", `pattern:"(": error parsing regexp`},
		{1, "", "a", `it needs a string, and int is none`},
		{"", "postcode_iso3166_alpha2=USA", "", `needs a country code`},
	} {
		_, err := e.Compile(reflect.TypeOf(c.value), c.tag, c.pattern, Request)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T %q %q: got %v, want %s", c.value, c.tag, c.pattern, err, c.want)
		}
	}
}

func TestCompileTakesWhatIsFine(t *testing.T) {
	type listed struct { // cannot be compared; its field A can
		A int
		B []string
	}
	for _, c := range []struct {
		value any
		tag   string
		use   Use
	}{
		{"", "", Request}, {"", "-", Request}, {"", "required", Request}, {new(string), "omitempty,min=1", Request},
		{any(new(any)), "required", Request}, {model{}, "required", Request}, {model{}, "validateFn=Positive", Request},
		{odd(""), "validateFn", Request}, {textID{}, "uuid", Request}, {[]byte{}, "json", Request},
		{map[string][]int{}, "min=1,dive,keys,min=2,endkeys,max=3,dive,gt=0", Request},
		{"", "file", Reply}, {"", "tcp_addr", Reply}, {"", "iscolor", Request}, {1, "port", Request}, {1.5, "latitude", Request},
		{[]*model{}, "unique", Request}, {[]model{}, "unique=A", Request}, {[]listed{}, "unique=A", Request}, {time.Time{}, "lte", Request}, {1, "isdefault", Request},
	} {
		if _, err := New().Compile(reflect.TypeOf(c.value), c.tag, "", c.use); err != nil {
			t.Errorf("%T %q: %v", c.value, c.tag, err)
		}
	}
}

func TestGrammar(t *testing.T) {
	r, err := New().Compile(reflect.TypeFor[map[string][]string](),
		"required,min=1,dive,keys,max=9,endkeys,omitempty,len=2,dive,oneof=a 'b c' d0x2Ce|email", "", Request)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Required || r.OmitEmpty || !r.Elem.OmitEmpty || r.Elem.Required || r.Empty() {
		t.Errorf("presence words: %+v %+v", r, r.Elem)
	}
	for _, c := range []struct {
		at   *Rules
		want []Rule
	}{
		{r, []Rule{{Name: "min", Param: "1"}}},
		{r.Key, []Rule{{Name: "max", Param: "9"}}},
		{r.Elem, []Rule{{Name: "len", Param: "2"}}},
		{r.Elem.Elem, []Rule{{Any: []Rule{{Name: "oneof", Param: "a 'b c' d,e", Values: []string{"a", "b c", "d,e"}}, {Name: "email"}}}}},
	} {
		if !reflect.DeepEqual(c.at.Schema, c.want) {
			t.Errorf("got %+v, want %+v", c.at.Schema, c.want)
		}
	}
	if (*Rules)(nil).Check(reflect.ValueOf(1)) != nil || !(*Rules)(nil).Empty() {
		t.Error("a nil Rules has no rules")
	}
}

func TestPresenceWordsAreNotChecked(t *testing.T) {
	for _, tag := range []string{"required", "omitempty", "omitnil", "omitzero", "required,omitempty"} {
		if f := one(t, 0, tag, ""); f != nil {
			t.Errorf("%s: %+v", tag, f)
		}
	}
	if f := one(t, 0, "omitempty,min=1", ""); f == nil {
		t.Error("a zero that is present is judged")
	}
}

func TestRegister(t *testing.T) {
	e := New()
	yes := func(any, string) bool { return true }
	for _, name := range []string{"", "min", "email", "required", "dive", "pattern", "omitempty", "a=b", "a b", "a,b", "iscolor"} {
		if e.Register(name, yes) == nil {
			t.Errorf("%q: no error", name)
		}
	}
	even := func(v any, _ string) bool { n, ok := v.(int); return ok && n%2 == 0 }
	if err := e.Register("even", even); err != nil {
		t.Fatal(err)
	}
	if e.Register("even", yes) == nil || e.Register("nothing", nil) == nil {
		t.Error("twice, and nil: no error")
	}
	r := must(e.Compile(reflect.TypeFor[int](), "even=x", "", Request))
	if f := r.Check(reflect.ValueOf(3)); f == nil || f.Msg != "Value error, must satisfy even=x" {
		t.Errorf("got %+v", f)
	}
	if f := r.Check(reflect.ValueOf(4)); f != nil {
		t.Errorf("got %+v", f)
	}
	if r = must(e.Compile(reflect.TypeFor[int](), "even|eq=3", "", Request)); r.Check(reflect.ValueOf(3)) != nil || r.Check(reflect.ValueOf(5)) == nil {
		t.Error("a custom rule among alternatives")
	}
	if err := e.Register("sized", func(v any, _ string) bool { return v.(model).A == 0 }); err != nil {
		t.Fatal(err)
	}
	if r = must(e.Compile(reflect.TypeFor[model](), "sized", "", Request)); r.Check(reflect.ValueOf(model{A: 1})) == nil {
		t.Error("a custom rule sees structs")
	}
}

// The table of rules must not know a rule that validator does not know.
func TestBuiltinsExist(t *testing.T) {
	e := New()
	for name := range builtin {
		func() {
			defer func() {
				if p := recover(); p != nil && strings.HasPrefix(p.(string), "Undefined") {
					t.Errorf("%s: %v", name, p)
				}
			}()
			_ = e.validator.Var("", name)
		}()
	}
}
