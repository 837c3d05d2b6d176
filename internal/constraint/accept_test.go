package constraint

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// fuzzTypes are the types that the direct checks are held to validator on.
var fuzzTypes = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[odd](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint64](),
	reflect.TypeFor[float64](), reflect.TypeFor[float32](), reflect.TypeFor[bool](), reflect.TypeFor[time.Duration](),
	reflect.TypeFor[[]string](), reflect.TypeFor[[]int](), reflect.TypeFor[[2]uint8](), reflect.TypeFor[map[string]int](),
	reflect.TypeFor[textID](),
}

// value makes a value of type t from fuzzed parts.
func value(t reflect.Type, s string, n int64, f float64) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int8, reflect.Int64:
		v.SetInt(n)
	case reflect.Uint64:
		v.SetUint(uint64(n))
	case reflect.Float64, reflect.Float32:
		v.SetFloat(f)
	case reflect.Bool:
		v.SetBool(n&1 == 0)
	case reflect.Slice:
		parts := strings.Split(s, " ")
		v.Set(reflect.MakeSlice(t, len(parts), len(parts)))
		for i, p := range parts {
			v.Index(i).Set(value(t.Elem(), p, int64(len(p)), f))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]int{s: 1, "b": 2}))
	}
	return v
}

// agree is the promise of the package: a direct check never says yes where validator says no. Check as a whole agrees with
// validator in both directions, long texts for slow rules aside.
func agree(t *testing.T, e *Engine, name string, typ reflect.Type, param, s string, n int64, x float64) {
	t.Helper()
	tag := name
	if param != "" && builtin[name].arg != none {
		tag += "=" + strings.NewReplacer(",", "0x2C", "|", "0x7C").Replace(param)
	}
	r, err := e.Compile(typ, tag, "", Request)
	if err != nil {
		return
	}
	v := value(typ, s, n, x)
	wants := e.validator.Var(v.Interface(), tag) == nil
	if c := r.checks[0]; c.accept != nil && c.accept(v) && !wants {
		t.Fatalf("%s accepts %#v, validator does not", tag, v)
	}
	if yes, ok := quickly(r, v); ok && yes != r.Accepts(v) {
		t.Fatalf("%s of %#v: quickly %t, else %t", tag, v, yes, r.Accepts(v))
	}
	fine := r.Check(v) == nil
	if fine && !wants || !fine && wants && len(s) <= longEmail {
		t.Fatalf("%s of %#v: Check %t, validator %t", tag, v, fine, wants)
	}
}

// quickly judges without reflect, where that can be done.
func quickly(r *Rules, v reflect.Value) (yes, ok bool) {
	switch {
	case !r.IsFast():
		return false, false
	case v.Kind() == reflect.String:
		return r.AcceptsString(v.String()), true
	case v.CanInt():
		return r.AcceptsInt(v.Int()), true
	}
	return r.AcceptsInt(int64(v.Len())), true
}

// candidates are the rules whose outcome depends on the value alone.
func candidates() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(builtin)), func(name string) bool {
		return builtin[name].restriction != harmless || builtin[name].arg.isCross()
	})
}

var (
	fuzzParams = []string{"", "0", "1", "2", "-1", "3.5", "0x10", "a", "a b", "'a b' c", "1 2", "1s", "2006-01-02", "true", "é", "A", "-]^"}
	fuzzTexts  = []string{"", "a", "A", "aé", "1", "-1.5", "0x1F", "a b", "\xff", "a@b.de", "a@b-.de", "a.b+c@d-e.fg", "a@b.c1",
		"http://a.de/b?c=d", "https://a.de:80/", "http://a.de:x", "1.2.3.4", "::1", "::ffff:1.2.3.4", "fe80::1%eth0",
		"00000000-0000-4000-8000-00000000000F", "00000000-0000-7000-a000-000000000000", "QUJD", "QUI=", "data:,QUJD", "2020-02-30",
		"2020-02-03", "a\n", "ǅ", "ſ", "K", strings.Repeat("a", 5000)}
	fuzzNumbers = []float64{0, 1, 2, -1, 3.5, 16, 1e300, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}
)

func TestCompiledAgreesWithValidator(t *testing.T) {
	e := New()
	for _, name := range candidates() {
		for _, typ := range fuzzTypes {
			for i, param := range fuzzParams {
				if i > 0 && builtin[name].arg == none {
					break
				}
				for _, s := range fuzzTexts {
					agree(t, e, name, typ, param, s, int64(len(s)-2), 0)
					if typ.Kind() != reflect.String && typ.Kind() != reflect.Slice && typ.Kind() != reflect.Map {
						break
					}
				}
				for _, x := range fuzzNumbers {
					if typ.Kind() < reflect.Bool || typ.Kind() > reflect.Float64 {
						break
					}
					agree(t, e, name, typ, param, "", int64(max(min(x, 1e18), -1e18)), x)
				}
			}
		}
	}
}

func FuzzCompiledAcceptsOnlyWhatValidatorAccepts(f *testing.F) {
	names := candidates()
	f.Add(uint8(0), uint8(5), "1", "", int64(0), math.NaN())
	for i, name := range names {
		f.Add(uint8(i), uint8(i), fuzzParams[i%len(fuzzParams)], fuzzTexts[i%(len(fuzzTexts)-1)], int64(i), float64(len(name)))
	}
	f.Fuzz(func(t *testing.T, rule, kind uint8, param, s string, n int64, x float64) {
		name := names[int(rule)%len(names)]
		// Strings twice as often as the rest: most direct checks are theirs. A new engine, as validator keeps every tag.
		typ := reflect.TypeFor[string]()
		if builtin[name].on&^text != 0 && kind%2 == 0 {
			typ = fuzzTypes[int(kind/2)%len(fuzzTypes)]
		}
		agree(t, New(), name, typ, param, s, n, x)
	})
}

// Of the rules that are compiled completely, those with a pattern must refuse exactly what the pattern does not match.
func TestPatternsAreTrue(t *testing.T) {
	e := New()
	texts := []string{"", "a", "A", "aB", "é", "É", "a b", "1", "-1.5", "+1", "0xfF", "0x", "a-]", "^", "a\nb", "\x7f", "日本", "ab1", "\\", "[", "-"}
	for _, tag := range []string{"alpha", "alphaspace", "alphanum", "alphanumspace", "alphaunicode", "alphanumunicode", "numeric", "number",
		"hexadecimal", "ascii", "printascii", "lowercase", "uppercase", "contains=a-", "startswith=^", "endswith=]",
		"containsany=-]^\\[", "excludesall=-]^\\[", "containsrune=é", "excludesrune=^"} {
		r := must(e.Compile(reflect.TypeFor[string](), tag, "", Request))
		p := must(e.Compile(reflect.TypeFor[string](), "", r.Schema[0].Pattern(), Request))
		for _, s := range texts {
			if a, b := r.Check(reflect.ValueOf(s)) == nil, p.Check(reflect.ValueOf(s)) == nil; a != b {
				t.Errorf("%s of %q: rule %t, pattern %s %t", tag, s, a, r.Schema[0], b)
			}
		}
	}
}

// The common good values must not reach validator: that is where the time would go.
func TestCommonValuesAreAcceptedDirectly(t *testing.T) {
	e := New()
	for _, c := range []struct {
		value any
		tags  []string
	}{
		{"someone@example.com", []string{"email", "contains=@", "min=3", "max=99", "ascii", "lowercase", "oneof=x someone@example.com", "printascii"}},
		{"first.last+tag@mail.example.co.uk", []string{"email"}},
		{"https://example.com:8080/a/b?c=d&e=f", []string{"url", "http_url", "https_url", "startswith=https://"}},
		{"123e4567-e89b-42d3-a456-426614174000", []string{"uuid", "uuid4", "uuid4_rfc4122", "len=36"}},
		{"abc", []string{"alpha", "alphanum", "alphaunicode", "eq=abc", "ne=x", "noneof=x y", "eq=x|len=3"}},
		{"10", []string{"number", "numeric", "hexadecimal"}},
		{"2001:db8::1", []string{"ipv6", "ip"}}, {"10.0.0.1", []string{"ipv4", "ip"}}, {"2020-02-03", []string{"datetime=2006-01-02"}},
		{5, []string{"min=5", "max=5", "gt=4", "lt=6", "gte=0", "lte=9", "eq=5", "len=5", "ne=0", "oneof=1 5", "noneof=2"}},
		{uint16(5), []string{"min=5", "oneof=5"}}, {1.5, []string{"gt=1", "lt=2"}}, {true, []string{"eq=true", "ne=false"}},
		{time.Minute, []string{"min=1s", "max=1h"}}, {[]string{"a", "b"}, []string{"unique", "min=1", "max=3", "len=2"}},
		{[]int{1, 2}, []string{"unique"}}, {map[string]int{"a": 1}, []string{"min=1"}},
	} {
		for _, tag := range c.tags {
			r := must(e.Compile(reflect.TypeOf(c.value), tag, "", Request))
			if a := r.checks[0].accept; a == nil || !a(reflect.ValueOf(c.value)) {
				t.Errorf("%s of %v goes to validator", tag, c.value)
			}
		}
	}
}

func TestHappyPathDoesNotAllocate(t *testing.T) {
	e := New()
	number, name, id, mail := 30, "name", "123e4567-e89b-42d3-a456-426614174000", "someone@example.com"
	for _, c := range []struct {
		ptr any
		tag string
	}{
		{&number, "required,min=1,max=150,ne=7,oneof=30 31"},
		{&name, "required,min=1,max=50,alphanum,oneof=name other,contains=a"},
		{&id, "uuid4,len=36"}, {&mail, "email,max=100"},
	} {
		v := reflect.ValueOf(c.ptr).Elem()
		pattern := "^[a-z0-9.@-]+$"
		if v.Kind() == reflect.Int {
			pattern = ""
		}
		r := must(e.Compile(v.Type(), c.tag, pattern, Request))
		if f := r.Check(v); f != nil {
			t.Fatalf("%s: %+v", c.tag, f)
		}
		if n := testing.AllocsPerRun(100, func() { r.Check(v) }); n != 0 {
			t.Errorf("%s: %v allocations", c.tag, n)
		}
	}
}
