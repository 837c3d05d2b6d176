package constraint

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type (
	textID [2]byte // a fmt.Stringer, as uuid.UUID is
	model  struct{ A, B int }
	odd    string
)

func (textID) String() string  { return "not a uuid" }
func (o odd) Validate() error  { return nil }
func (m model) Positive() bool { return m.A > 0 }
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// one compiles a tag for the type of value and checks value.
func one(t *testing.T, value any, tag, pattern string) *Failure {
	t.Helper()
	r, err := New().Compile(reflect.TypeOf(value), tag, pattern, Request)
	if err != nil {
		t.Fatalf("Compile(%T, %q): %v", value, tag, err)
	}
	return r.Check(reflect.ValueOf(value))
}

func TestFailureTexts(t *testing.T) {
	valueError := map[string]any{"error": map[string]any{}}
	for _, c := range []struct {
		value     any
		tag       string
		kind, msg string
		ctx       map[string]any
	}{
		{1, "min=2", "greater_than_equal", "Input should be greater than or equal to 2", map[string]any{"ge": int64(2)}},
		{int8(1), "gte=0x10", "greater_than_equal", "Input should be greater than or equal to 16", map[string]any{"ge": int64(16)}},
		{uint(9), "max=8", "less_than_equal", "Input should be less than or equal to 8", map[string]any{"le": uint64(8)}},
		{1.0, "gt=3", "greater_than", "Input should be greater than 3", map[string]any{"gt": 3.0}},
		{11.0, "lt=10.5", "less_than", "Input should be less than 10.5", map[string]any{"lt": 10.5}},
		{float32(0), "min=0.1", "greater_than_equal", "Input should be greater than or equal to 0.1", map[string]any{"ge": 0.1}},
		{math.NaN(), "min=1", "greater_than_equal", "Input should be greater than or equal to 1", map[string]any{"ge": 1.0}},
		{3, "len=4", "literal_error", "Input should be 4", map[string]any{"expected": "4"}},
		{3.5, "eq=4.5", "literal_error", "Input should be 4.5", map[string]any{"expected": "4.5"}},
		{false, "eq=true", "literal_error", "Input should be true", map[string]any{"expected": "true"}},
		{time.Millisecond, "min=1s", "greater_than_equal", "Input should be greater than or equal to 1s", map[string]any{"ge": "1s"}},

		{"", "min=1", "string_too_short", "String should have at least 1 character", map[string]any{"min_length": 1}},
		{"é", "min=2", "string_too_short", "String should have at least 2 characters", map[string]any{"min_length": 2}},
		{"éé", "max=1", "string_too_long", "String should have at most 1 character", map[string]any{"max_length": 1}},
		{"ab", "gt=2", "string_too_short", "String should have at least 3 characters", map[string]any{"min_length": 3}},
		{"ab", "lt=2", "string_too_long", "String should have at most 1 character", map[string]any{"max_length": 1}},
		{"ab", "len=3", "string_too_short", "String should have at least 3 characters", map[string]any{"min_length": 3}},
		{"abcd", "len=3", "string_too_long", "String should have at most 3 characters", map[string]any{"max_length": 3}},

		{[]int{1}, "min=2", "too_short", "List should have at least 2 items after validation, not 1",
			map[string]any{"field_type": "List", "min_length": 2, "actual_length": 1}},
		{[]int{1, 2}, "max=1", "too_long", "List should have at most 1 item after validation, not 2",
			map[string]any{"field_type": "List", "max_length": 1, "actual_length": 2}},
		{[]int{1}, "len=2", "too_short", "List should have at least 2 items after validation, not 1",
			map[string]any{"field_type": "List", "min_length": 2, "actual_length": 1}},
		{[]int{1, 2, 3}, "len=2", "too_long", "List should have at most 2 items after validation, not 3",
			map[string]any{"field_type": "List", "max_length": 2, "actual_length": 3}},
		{map[string]int{}, "gt=0", "too_short", "Dictionary should have at least 1 item after validation, not 0",
			map[string]any{"field_type": "Dictionary", "min_length": 1, "actual_length": 0}},
		{map[string]struct{}{"a": {}}, "lt=1", "too_long", "Set should have at most 0 items after validation, not more",
			map[string]any{"field_type": "Set", "max_length": 0, "actual_length": nil}},
		{[]byte("a"), "min=2", "bytes_too_short", "Data should have at least 2 bytes", map[string]any{"min_length": 2}},
		{[]byte("abc"), "max=1", "bytes_too_long", "Data should have at most 1 byte", map[string]any{"max_length": 1}},

		{"x", "eq=a", "literal_error", "Input should be 'a'", map[string]any{"expected": "'a'"}},
		{"x", "oneof=a 'b c' d0x2Ce", "literal_error", "Input should be 'a', 'b c' or 'd,e'", map[string]any{"expected": "'a', 'b c' or 'd,e'"}},
		{"x", "oneof=a b", "literal_error", "Input should be 'a' or 'b'", map[string]any{"expected": "'a' or 'b'"}},
		{4, "oneof=1 2 3", "literal_error", "Input should be 1, 2 or 3", map[string]any{"expected": "1, 2 or 3"}},
		{uint8(4), "oneof=1", "literal_error", "Input should be 1", map[string]any{"expected": "1"}},
		{"a", "noneof=a b", "value_error", "Value error, must satisfy noneof=a b", valueError},
		{"a", "ne=a", "value_error", "Value error, must satisfy ne=a", valueError},
		{"a|", "eq=a0x7C|eq=b,eq=b", "literal_error", "Input should be 'b'", map[string]any{"expected": "'b'"}},
		{"x", "eq=a0x7C|email", "value_error", "Value error, must satisfy eq=a||email", valueError},
		{7, "eq=0|eq=5", "value_error", "Value error, must satisfy eq=0|eq=5", valueError},
		{"x", "mac", "value_error", "Value error, must satisfy mac", valueError},
		{[]int{1, 1}, "unique", "value_error", "Value error, items must be unique", valueError},
		{[]model{{1, 2}, {1, 3}}, "unique=A", "value_error", "Value error, items must be unique by A", valueError},

		{"x", "email", "value_error", "value is not a valid email address: An email address must have an @-sign.",
			map[string]any{"reason": "An email address must have an @-sign."}},
		{"zz", "uuid", "uuid_parsing", "Input should be a valid UUID, invalid character: found `z` at 1",
			map[string]any{"error": "invalid character: found `z` at 1"}},
		{"00000000-0000-1000-8000-000000000000", "uuid4", "uuid_version", "UUID version 4 expected", map[string]any{"expected_version": 4}},
		{textID{}, "uuid", "uuid_parsing", "Input should be a valid UUID, invalid character: found `n` at 1",
			map[string]any{"error": "invalid character: found `n` at 1"}},
		{"/a", "url", "url_parsing", "Input should be a valid URL, relative URL without a base", map[string]any{"error": "relative URL without a base"}},
		{"ftp://a/", "http_url", "url_scheme", "URL scheme should be 'http' or 'https'", map[string]any{"expected_schemes": "'http' or 'https'"}},
		{"http://", "url", "url_parsing", "Input should be a valid URL, empty host", map[string]any{"error": "empty host"}},
		{"::", "ipv4", "ip_v4_address", "Input is not a valid IPv4 address", nil},
		{"1.2.3.4", "ipv6", "ip_v6_address", "Input is not a valid IPv6 address", nil},
		{"x", "ip", "ip_any_address", "value is not a valid IPv4 or IPv6 address", nil},
		{"x", "cidrv4", "ip_v4_network", "Input is not a valid IPv4 network", nil},
		{"x", "datetime=2006-01-02", "datetime_parsing", "Input should be a valid datetime, expected the form 2006-01-02",
			map[string]any{"error": "expected the form 2006-01-02"}},
		{time.Now().Add(time.Hour), "lt", "datetime_past", "Input should be in the past", nil},
		{time.Now().Add(-time.Hour), "gte", "datetime_future", "Input should be in the future", nil},

		{"a1", "alpha", "string_pattern_mismatch", "String should match pattern '^[a-zA-Z]+$'", map[string]any{"pattern": "^[a-zA-Z]+$"}},
		{"ab", "contains=.", "string_pattern_mismatch", `String should match pattern '\.'`, map[string]any{"pattern": `\.`}},
		{"ab", "startswith=b", "string_pattern_mismatch", "String should match pattern '^b'", map[string]any{"pattern": "^b"}},
		{"ab", "endswith=a", "string_pattern_mismatch", "String should match pattern 'a$'", map[string]any{"pattern": "a$"}},
		{"a-", "excludesall=-]", "string_pattern_mismatch", `String should match pattern '^[^\-\]]*$'`, map[string]any{"pattern": `^[^\-\]]*$`}},
		{"ab", "excludes=a", "value_error", "Value error, must satisfy excludes=a", valueError},
	} {
		f := one(t, c.value, c.tag, "")
		want := &Failure{c.kind, c.msg, c.ctx}
		if !reflect.DeepEqual(f, want) {
			t.Errorf("%v %q:\n got %+v\nwant %+v", c.value, c.tag, f, want)
		}
	}
}

func TestPatternTag(t *testing.T) {
	want := &Failure{"string_pattern_mismatch", "String should match pattern '^a'", map[string]any{"pattern": "^a"}}
	if f := one(t, "ba", "max=3", "^a"); !reflect.DeepEqual(f, want) {
		t.Errorf("got %+v", f)
	}
	if f := one(t, "ab", "max=3", "^a"); f != nil {
		t.Errorf("got %+v", f)
	}
	r := must(New().Compile(reflect.TypeFor[[]*string](), "min=1,dive", "^a", Request))
	if r.Elem.Check(reflect.ValueOf("b")) == nil || r.Check(reflect.ValueOf([]*string{nil})) != nil {
		t.Error("the pattern next to dive is that of the elements")
	}
}

func TestEmailReasons(t *testing.T) {
	for address, reason := range map[string]string{
		"":                                  "An email address must have an @-sign.",
		"@b.de":                             "There must be something before the @-sign.",
		"a@":                                "There must be something after the @-sign.",
		"a@.de":                             "An email address cannot have a period immediately after the @-sign.",
		".a@b.de":                           "An email address cannot start with a period.",
		"a.@b.de":                           "An email address cannot have a period immediately before the @-sign.",
		"a@b..de":                           "An email address cannot have two periods in a row.",
		"a@b":                               "The part after the @-sign is not valid. It should have a period.",
		"a b@b.de":                          "The part before the @-sign is not valid.",
		"a@b c.de":                          "The part after the @-sign is not valid.",
		"Bob <bob@b.de>":                    "The part after the @-sign is not valid.",
		strings.Repeat("a", 400) + "@b.de":  "The email address is too long.",
		strings.Repeat("a", 400) + "@b..de": "The email address is too long.",
	} {
		f := one(t, address, "email", "")
		if f == nil || f.Ctx["reason"] != reason {
			t.Errorf("%.20q: got %+v, want %s", address, f, reason)
		}
	}
}

// The same texts, from the constructors that readers of requests use.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		f         *Failure
		kind, msg string
		key       string
	}{
		{Missing(), "missing", "Field required", ""},
		{IntParsing(), "int_parsing", "Input should be a valid integer, unable to parse string as an integer", ""},
		{IntFromFloat(), "int_from_float", "Input should be a valid integer, got a number with a fractional part", ""},
		{BoolParsing(), "bool_parsing", "Input should be a valid boolean, unable to interpret input", ""},
		{ModelAttributesType(), "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", ""},
		{DatetimeParsing("input is too short"), "datetime_parsing", "Input should be a valid datetime, input is too short", "error"},
		{ValueError("no"), "value_error", "Value error, no", "error"},
		{JSONInvalid("Expecting value"), "json_invalid", "JSON decode error", "error"},
		{Enum([]string{"alexnet", "resnet", "lenet"}), "enum", "Input should be 'alexnet', 'resnet' or 'lenet'", "expected"},
		{LiteralError([]int{1, 2}), "literal_error", "Input should be 1 or 2", "expected"},
		{TooLong("Set", 3, -1), "too_long", "Set should have at most 3 items after validation, not more", "actual_length"},
		{DuplicateKey("x"), "duplicate_key", "Key 'x' appears more than once", "key"},
		{FoldedKey("ID", "id"), "ambiguous_key", "Key 'ID' differs from 'id' only in case", "field"},
		{UnionTagInvalid("kind", "x", []string{"cat", "dog"}), "union_tag_invalid",
			"Input tag 'x' found using 'kind' does not match any of the expected tags: 'cat', 'dog'", "discriminator"},
		{MultipleOf(0.5), "multiple_of", "Input should be a multiple of 0.5", "multiple_of"},
	} {
		if c.f.Type != c.kind || c.f.Msg != c.msg {
			t.Errorf("got %s %q, want %s %q", c.f.Type, c.f.Msg, c.kind, c.msg)
		}
		if _, ok := c.f.Ctx[c.key]; (c.key != "") != ok {
			t.Errorf("%s: ctx %v, want key %q", c.kind, c.f.Ctx, c.key)
		}
	}
}
