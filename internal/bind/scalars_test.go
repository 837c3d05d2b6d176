package bind_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/params"
)

type (
	color string
	level int8
	blob  []byte
	upper string // UnmarshalText
	point struct{ X, Y int }
	UUID  [2]byte
)

func (u *upper) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		return errors.New("a private reason")
	}
	*u = upper(strings.ToUpper(string(b)))
	return nil
}

func (u *UUID) UnmarshalText(b []byte) error {
	if copy(u[:], b) != 2 {
		return errors.New("length")
	}
	return nil
}

// nullable notes what its method has received.
type nullable struct{ received string }

func (n *nullable) UnmarshalJSON(b []byte) error {
	n.received = string(b)
	return nil
}

// A type with UnmarshalJSON receives null, as from encoding/json.
func TestOwnMethodReceivesNull(t *testing.T) {
	type model struct {
		A nullable
		B []nullable
		C *nullable
	}
	got, errs := body[model](t, `{"A":null,"B":[null,1],"C":null}`)
	wantErrors(t, errs)
	wantValue(t, got, model{A: nullable{"null"}, B: []nullable{{"null"}, {"1"}}})
}

func (p *point) UnmarshalJSON(b []byte) error {
	var xy [2]int
	if err := json.Unmarshal(b, &xy); err != nil {
		return err
	}
	p.X, p.Y = xy[0], xy[1]
	return nil
}

type one[T any] struct {
	V T `query:"v"`
}

// text binds one query parameter.
func text[T any](t *testing.T, s string, want any) {
	t.Helper()
	got, errs, _ := try[one[T]](t, compile[one[T]](t), input{query: "v=" + strings.NewReplacer("+", "%2B", " ", "+").Replace(s)})
	outcome(t, "text "+s, got.V, errs, want)
}

// doc binds a body that is one value.
func doc[T any](t *testing.T, s string, want any) {
	t.Helper()
	got, errs := body[T](t, s)
	outcome(t, "JSON "+s, got, errs, want)
}

// failed is the type of the expected error.
type failed string

func outcome(t *testing.T, what string, got any, errs []string, want any) {
	t.Helper()
	if f, ok := want.(failed); ok {
		if len(errs) != 1 || strings.Fields(errs[0])[1] != string(f) {
			t.Errorf("%s into %T: %q %v, want %s", what, got, errs, got, f)
		}
		return
	}
	if len(errs) > 0 {
		t.Errorf("%s into %T: %q", what, got, errs)
	} else if v := reflect.ValueOf(want); v.CanConvert(reflect.TypeOf(got)) && !reflect.DeepEqual(got, v.Convert(reflect.TypeOf(got)).Interface()) {
		t.Errorf("%s into %T: %v, want %v", what, got, got, want)
	} else if !v.CanConvert(reflect.TypeOf(got)) && !reflect.DeepEqual(got, want) {
		t.Errorf("%s into %T: %v, want %v", what, got, got, want)
	}
}

func integers[T any](t *testing.T, low, high string, min, max any) {
	t.Helper()
	for _, try := range []func(*testing.T, string, any){text[T], doc[T]} {
		try(t, low, min)
		try(t, high, max)
	}
	text[T](t, " +"+high+" ", max)
	text[T](t, "007", 7)
	below, above := failed("greater_than_equal"), failed("less_than_equal")
	if len(high) >= 19 { // beyond 64 bits nothing is said of limits, as in pydantic
		below, above = failed("int_parsing_size"), failed("int_parsing_size")
		if low == "0" {
			below = failed("greater_than_equal")
		}
	}
	if high == "9223372036854775807" {
		above = failed("less_than_equal") // 2^63 fits a uint64
	}
	lower := map[bool]string{true: "-1", false: "-" + next(low[min0(low):])}[low == "0"]
	for _, try := range []func(*testing.T, string, any){text[T], doc[T]} {
		try(t, lower, below)
		try(t, next(high), above)
		try(t, "99999999999999999999", failed("int_parsing_size"))
		try(t, "-99999999999999999999", failed("int_parsing_size"))
	}
	for _, s := range []string{"", "x", "1.0", "1e2", "0x1f", "1_000", "--1", "1 2", "٣"} {
		text[T](t, s, failed("int_parsing"))
	}
	for _, s := range []string{"1.0", "1.5", "1e2", "-1E0"} {
		doc[T](t, s, failed("int_from_float"))
	}
	for _, s := range []string{`"1"`, `true`, `[]`, `{}`, `""`} {
		doc[T](t, s, failed("int_type"))
	}
	doc[T](t, "null", failed("missing"))
}

func min0(s string) int { return strings.IndexFunc(s, func(r rune) bool { return r != '-' }) }

// next returns the decimal number after s.
func next(s string) string {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i]++; b[i] <= '9' {
			return string(b)
		}
		b[i] = '0'
	}
	return "1" + string(b)
}

// TestIntegersHaveBounds: the largest and smallest integer of each size is accepted, and the next one is an error.
func TestIntegersHaveBounds(t *testing.T) {
	integers[int8](t, "-128", "127", math.MinInt8, math.MaxInt8)
	integers[int16](t, "-32768", "32767", math.MinInt16, math.MaxInt16)
	integers[int32](t, "-2147483648", "2147483647", math.MinInt32, math.MaxInt32)
	integers[int64](t, "-9223372036854775808", "9223372036854775807", int64(math.MinInt64), int64(math.MaxInt64))
	integers[int](t, strconv.Itoa(math.MinInt), strconv.Itoa(math.MaxInt), math.MinInt, math.MaxInt)
	integers[level](t, "-128", "127", math.MinInt8, math.MaxInt8)
	integers[uint8](t, "0", "255", 0, math.MaxUint8)
	integers[uint16](t, "0", "65535", 0, math.MaxUint16)
	integers[uint32](t, "0", "4294967295", 0, uint32(math.MaxUint32))
	integers[uint64](t, "0", "18446744073709551615", 0, uint64(math.MaxUint64))
	integers[uint](t, "0", strconv.FormatUint(math.MaxUint, 10), 0, uint(math.MaxUint))
	integers[uintptr](t, "0", strconv.FormatUint(uint64(^uintptr(0)), 10), 0, ^uintptr(0))
	text[int](t, "-0", 0)
	doc[int](t, "-0", 0)
	text[uint](t, "-0", failed("greater_than_equal")) // Go's decoders refuse it too
	doc[uint](t, "-0", failed("greater_than_equal"))
}

// TestFloatsHaveBounds
func TestFloatsHaveBounds(t *testing.T) {
	for _, try := range []func(*testing.T, string, any){text[float64], doc[float64]} {
		try(t, "1.5", 1.5)
		try(t, "-0", math.Copysign(0, -1))
		try(t, "7", 7.0)
		try(t, "1e400", failed("finite_number"))
		try(t, "1e-400", 0.0)
		try(t, "1.7976931348623157e308", math.MaxFloat64)
	}
	for _, try := range []func(*testing.T, string, any){text[float32], doc[float32]} {
		try(t, "1.5", float32(1.5))
		try(t, "3.4028234e38", float32(math.MaxFloat32))
		try(t, "3.4028235e38", float32(math.MaxFloat32)) // its shortest spelling
		try(t, "-3.4028235e+38", float32(-math.MaxFloat32))
		try(t, "3.4028236e38", failed("finite_number"))
		try(t, "1.00000017881393432617187499", float32(1.0000001)) // rounded once
		try(t, "1e39", failed("finite_number"))
	}
	for _, s := range []string{"", "x", "1_0", "0x1p4", "1,5"} {
		text[float64](t, s, failed("float_parsing"))
	}
	for _, s := range []string{"nan", "inf", "-Infinity"} {
		text[float64](t, s, failed("finite_number"))
	}
	for _, s := range []string{`"1"`, "true", "[]"} {
		doc[float64](t, s, failed("float_type"))
	}
	for _, s := range []string{"NaN", "Infinity", "+1", ".5", "01"} {
		doc[float64](t, s, failed("json_invalid"))
	}
}

// TestBoolAcceptsSpellings: text accepts pydantic's spellings of a boolean.
func TestBoolAcceptsSpellings(t *testing.T) {
	for _, s := range strings.Fields("1 on t true y yes ON True YES") {
		text[bool](t, s, true)
	}
	for _, s := range strings.Fields("0 off f false n no OFF False NO") {
		text[bool](t, s, false)
	}
	for _, s := range []string{"", "2", "maybe", "tru"} {
		text[bool](t, s, failed("bool_parsing"))
	}
	doc[bool](t, "true", true)
	doc[bool](t, "false", false)
	for _, s := range []string{"1", `"true"`, "0", "{}"} {
		doc[bool](t, s, failed("bool_type"))
	}
}

// TestScalarsReadTexts: other scalar types and their errors.
func TestScalarsReadTexts(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, try := range []func(*testing.T, string, any){text[string], text[color], text[any]} {
		try(t, "", "")
		try(t, "null", "null")
		try(t, "é", "é")
	}
	doc[string](t, `"a\u00e9\n"`, "aé\n")
	doc[color](t, `"red"`, color("red"))
	doc[string](t, "1", failed("string_type"))

	text[[]byte](t, "raw", []byte("raw"))
	doc[blob](t, `"cmF3"`, blob("raw"))
	doc[blob](t, `"***"`, failed("value_error"))
	doc[blob](t, `[1]`, failed("bytes_type"))

	text[time.Time](t, "2026-01-02T12:00:00Z", noon)
	doc[time.Time](t, `"2026-01-02T12:00:00Z"`, noon)
	for s, kind := range map[string]string{
		"": "datetime_from_date_parsing", "2026-13-02T12:00:00Z": "datetime_from_date_parsing", // FastAPI's, for what is no date either
		"2026-01-02": "datetime_parsing", "2026-01-02T12:60:00Z": "datetime_parsing", "2026-01-02T12:00:00": "timezone_aware",
	} {
		text[time.Time](t, s, failed(kind))
		doc[time.Time](t, `"`+s+`"`, failed(kind))
	}
	doc[time.Time](t, "1", failed("datetime_type"))

	for _, s := range []string{"1m30s", "PT1M30S", "90", "90.0", "P0DT90S"} {
		text[time.Duration](t, s, 90*time.Second)
		doc[time.Duration](t, `"`+s+`"`, 90*time.Second)
	}
	doc[time.Duration](t, "1.5", 1500*time.Millisecond)
	doc[time.Duration](t, "-3", -3*time.Second)
	for _, s := range []string{"", "x", "P", "PT", "1y", "1e400", "P1S", "PT1H1H", "0x10"} {
		text[time.Duration](t, s, failed("time_delta_parsing"))
	}
	doc[time.Duration](t, "1e30", failed("time_delta_parsing"))
	doc[time.Duration](t, "true", failed("time_delta_type"))

	text[upper](t, "abc", upper("ABC"))
	text[upper](t, "", failed("value_error"))
	doc[upper](t, `"abc"`, upper("ABC"))
	doc[upper](t, `""`, failed("value_error"))
	doc[upper](t, `1`, failed("string_type"))
	doc[UUID](t, `"x"`, failed("uuid_parsing"))

	text[json.Number](t, " 1e400 ", json.Number("1e400"))
	text[json.Number](t, "x", failed("float_parsing"))
	text[json.Number](t, `"1"`, failed("float_parsing"))
	doc[json.Number](t, "1e400", json.Number("1e400"))
	doc[json.Number](t, `"1"`, failed("float_type"))

	doc[json.RawMessage](t, `{"a": [1]}`, json.RawMessage(`{"a": [1]}`))
	doc[any](t, `{"a":[1,"x",null]}`, map[string]any{"a": []any{1.0, "x", nil}})
	doc[any](t, `1e400`, failed("finite_number"))
	doc[any](t, `{"a":[{"b":-1e999}]}`, failed("finite_number"))
	doc[any](t, `{"a":{"b":1,"b":2}}`, failed("duplicate_key"))
	doc[json.RawMessage](t, `[1e999]`, json.RawMessage(`[1e999]`))
	doc[json.RawMessage](t, `[{"b":1,"b":2}]`, failed("duplicate_key"))

	doc[point](t, `[1,2]`, point{1, 2})
	doc[point](t, `{"X":1}`, failed("value_error"))
	doc[point](t, `[{"X":1,"X":2}]`, failed("duplicate_key"))
	doc[[2]int](t, `[1,2]`, [2]int{1, 2})
	doc[[2]int](t, `[1]`, failed("too_short"))
	doc[[2]int](t, `[1,2,3]`, failed("too_long"))
	doc[[2]int](t, `1`, failed("list_type"))
	doc[map[string]int](t, `[]`, failed("dict_type"))
}

// TestListsReadTexts: a repeated parameter is a list.
func TestListsReadTexts(t *testing.T) {
	type in struct {
		Ints  []int         `query:"i"`
		Array [2]level      `query:"a,omitempty"`
		Ptrs  []*int        `query:"p,omitempty" validate:"dive,max=3"`
		Opt   []opt         `query:"o,omitempty" validate:"dive,max=3"`
		Words []color       `header:"X-Word" default:"a,b" validate:"unique,dive,min=1"`
		Spans params0       `query:"s,omitempty" validate:"max=2"`
		Times []time.Time   `query:"t,omitempty"`
		Any   []any         `query:"any,omitempty"`
		Maybe *[]upper      `query:"m"`
		Some  optList       `query:"some"`
		Bytes []byte        `query:"b,omitempty"`
		Long  time.Duration `query:"d" default:"1m"`
	}
	b := compile[in](t)
	got, errs, _ := try[in](t, b, input{
		query:   "i=1&i=2&a=3&a=4&p=1&o=2&s=1m&s=2&any=x&m=q&some=1&b=%00",
		headers: []string{"x-word", "c", "X-WORD", "d,e"},
	})
	wantErrors(t, errs)
	some, _ := got.Some.Get()
	wantValue(t, []any{got.Ints, got.Array, *got.Ptrs[0], got.Opt[0].Or(0), got.Words, got.Spans, got.Any, *got.Maybe, some, got.Long},
		[]any{[]int{1, 2}, [2]level{3, 4}, 1, 2, []color{"c", "d,e"}, params0{time.Minute, 2 * time.Second}, []any{"x"}, []upper{"Q"}, []int{1}, time.Minute})
	_, errs, _ = try[in](t, b, input{
		query:   "i=1&i=x&i=&a=1&p=4&o=4&s=1&s=2&s=3&t=now",
		headers: []string{"X-Word", "c", "X-Word", "", "X-Word", "c"},
	})
	wantErrors(t, errs, `query.i.1 int_parsing "x"`, `query.i.2 int_parsing ""`, `query.a too_short ["1"]`, `query.p.0 less_than_equal "4"`,
		`query.o.0 less_than_equal "4"`, `query.s too_long ["1","2","3"]`, `query.t.0 datetime_from_date_parsing "now"`, `header.x-word.1 string_too_short ""`)
}

type (
	params0 []time.Duration
	opt     = params.Optional[int]
	optList = params.Optional[[]int]
)
