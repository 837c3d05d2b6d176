package schemas_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
)

// judge is a type with its two readings: the plan, which reads requests, and the schema, which another library reads.
type judge struct {
	typ         reflect.Type
	schema      *spec.Schema
	plan        *bind.Document
	body        reflect.Type
	says        *jsonschema.Schema // formats are words
	saysFormats *jsonschema.Schema // formats are checked
}

var reader = func() *model.Reader {
	r := model.NewReader(constraint.New())
	r.DocumentTags = document.Tags()
	return r
}()

func newJudge(t testing.TB, typ reflect.Type) *judge {
	t.Helper()
	j := &judge{typ: typ, body: reflect.StructOf([]reflect.StructField{{Name: "Value", Type: typ, Tag: `body:""`}})}
	var err error
	if j.plan, err = bind.NewDocument(reader, j.body); err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	if j.schema, err = document.SchemaOf(reader, typ, document.Config{}); err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	j.says, j.saysFormats = compileSchema(t, j.schema, false), compileSchema(t, j.schema, true)
	return j
}

// compileSchema also validates the schema against the meta-schema of 2020-12.
func compileSchema(t testing.TB, schema *spec.Schema, formats bool) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, text, "", formats)
}

// compile compiles the schema at a place of a document, a JSON pointer after #.
func compile(t testing.TB, text []byte, at string, formats bool) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if formats {
		c.AssertFormat()
		c.AssertContent()
	}
	if err := c.AddResource("mem:///schema.json", doc); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("mem:///schema.json" + at)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return out
}

func (j *judge) read(doc string) (value any, err error) {
	v := reflect.New(j.body).Elem()
	err = j.plan.Read(context.Background(), []byte(doc), &bind.Settings{}, v)
	return v.Field(0).Interface(), err
}

func fits(schema *jsonschema.Schema, doc string) bool {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	return err == nil && schema.Validate(v) == nil
}

// unsaid are the errors of the plan that no schema foresees; "What JSON Schema cannot say" in docs/schemas.md lists them.
var unsaid = []string{"duplicate_key", "ambiguous_key", "int_parsing_size", "finite_number"}

// verdict lets both judge a document. The errors of more are unsaid too.
func (j *judge) verdict(t *testing.T, doc string, more ...string) {
	t.Helper()
	_, err := j.read(doc)
	text := func() string { text, _ := json.Marshal(j.schema); return string(text) }
	if err == nil {
		if !fits(j.says, doc) && !slices.Contains(more, "stricter") {
			t.Errorf("the plan accepts %s, and the schema does not: %s", doc, text())
		}
		return
	}
	if !fits(j.saysFormats, doc) {
		return
	}
	if whole := wholeNumber.ReplaceAllString(doc, "$1"); whole != doc {
		if _, err := j.read(whole); err == nil {
			return // 1.0 is an integer for JSON Schema, and none for Go
		}
	}
	var invalid *params.ValidationError
	if !errors.As(err, &invalid) {
		t.Errorf("%s: %v", doc, err)
		return
	}
	for _, e := range invalid.Errors {
		if e.Type == "int_from_float" && (strings.Contains(doc, ".0") || strings.Contains(doc, "1e")) {
			return // likewise
		}
		if slices.Contains(unsaid, e.Type) || slices.Contains(more, e.Type) || beyond64(e) {
			return
		}
	}
	t.Errorf("the plan refuses %s (%v), and the schema does not: %s", doc, err, text())
}

var wholeNumber = regexp.MustCompile(`\b([0-9]+)\.0\b`)

// beyond64 reports an integer that is out of the range of 64 bits.
func beyond64(e params.ErrorDetail) bool {
	return fmt.Sprint(e.Ctx["le"]) == "9223372036854775807" || fmt.Sprint(e.Ctx["ge"]) == "-9223372036854775808" || fmt.Sprint(e.Ctx["le"]) == "18446744073709551615"
}

var values = []string{
	`null`, `true`, `false`, `0`, `1`, `-1`, `2`, `3`, `5`, `10`, `100`, `127`, `128`, `-128`, `-129`, `255`, `256`, `32767`, `32768`, `65535`, `65536`,
	`2147483647`, `2147483648`, `-2147483649`, `4294967295`, `4294967296`, `1.0`, `1.5`, `-0.5`, `0.1`, `1e2`, `1e400`, `9223372036854775807`, `18446744073709551615`,
	`""`, `"a"`, `"b"`, `"ab"`, `"abc"`, `"A"`, `"é"`, `"日本語"`, `"a b"`, `" "`, `"a\nb"`, `"1"`, `"12"`, `"-1"`, `"1.5"`, `"true"`, `"0x1F"`, `"hello"`, `"foobar"`, `"barfoo"`,
	`"#fff"`, `"d41d8cd98f00b204e9800998ecf8427e"`, `"a,b"`, `"a|b"`, `"s"`, `"m"`, `"x@example.com"`, `"x@"`, `"http://example.com/a?b=c"`, `"/a"`, `"example.com"`, `"1.2.3.4"`, `"::1"`, `"10.0.0.0/8"`,
	`"123e4567-e89b-12d3-a456-426614174000"`, `"123E4567-E89B-12D3-A456-426614174000"`, `"2024-02-29"`, `"2023-02-29"`, `"12:30:45"`, `"12:30"`, `"2024-02-29T12:30:45Z"`, `"2024-02-29T12:30:45+02:00"`, `"2024-02-29T12:30:45"`,
	`"PT1M30S"`, `"P1D"`, `"1m30s"`, `"90"`, `90`, `"AQID"`, `"AQI="`, `"AQI"`, `"!"`,
	`[]`, `[1]`, `[1,2]`, `[1,1]`, `[1,2,3]`, `[1,2,3,4]`, `["a"]`, `["a","b"]`, `["a","a"]`, `["abc","b"]`, `[null]`, `[[]]`, `[[1]]`, `[true]`, `[300]`,
	`{}`, `{"a":1}`, `{"a":1,"b":2}`, `{"1":1}`, `{"-1":1}`, `{"+1":1}`, `{"300":1}`, `{"a":"a"}`, `{"a":null}`, `{"b":1}`, `{"abc":1}`, `{"a":{}}`, `{"s":1}`, `{"2024-02-29":1}`,
	`{"name":"x"}`, `{"name":"x","kind":"cat"}`, `{"kind":"cat"}`, `{"kind":"dog","age":1}`, `{"kind":"cow"}`, `{"kind":"cat","lives":9}`, `{"name":"x","age":1}`, `{"age":1}`, `{"name":"x","more":1}`, `{"name":""}`, `{"Name":"x"}`,
}

type (
	anyStruct struct {
		Name string `json:"name"`
		Age  *int   `json:"age,omitempty" validate:"min=1"`
	}
	closedStruct struct {
		_    struct{} `extra:"forbid"`
		Name string   `json:"name"`
		ID   int      `json:"age" readonly:"true"`
	}
	cat struct {
		Kind  string `json:"kind" validate:"oneof=cat"`
		Lives int    `json:"lives" default:"7"`
	}
	dog struct {
		Kind string `json:"kind" validate:"oneof=dog wolf"`
		Age  int    `json:"age"`
	}
	pet struct {
		params.OneOf `discriminator:"kind"`
		Cat          *cat
		Dog          *dog
	}
	catOrDog struct {
		params.AnyOf
		Cat *cat
		Dog *dog
	}
	oneOfText struct {
		params.OneOf
		Bool *bool
		Name *anyStruct
		Text *string
	}
	oneOfNumber struct {
		params.OneOf
		Int   *int
		Float *float64
	}
	options struct {
		A int                  `json:"a" default:"3"`
		B *int                 `json:"b" default:"4" validate:"min=2"`
		C string               `json:"c,omitempty" validate:"min=2"`
		D []int                `json:"d,omitzero"`
		E params.Optional[int] `json:"e" default:"5"`
		H []string             `json:"h" default:"x,y" validate:"dive,oneof=x y"`
		I anyStruct            `json:"i" default:"{\"name\":\"x\"}"`
		J map[string][]int     `json:"j,omitempty" validate:"dive,min=1,dive,max=2"`
		K any                  `json:"k" validate:"omitempty"`
	}
	withOptions struct {
		options
		F int   `json:"f,string,omitempty" validate:"min=2"`
		G *bool `json:"g,string"`
	}
	small    int
	bareList []bareList
)

func (small) Values() []small { return []small{1, 2, 3} }

// judged are the types, each with the tags that a field of it is tried with. After # stand the errors that the schema
// does not foresee, or "stricter" where it asks for what the plan does not.
var judged = []struct {
	typ  reflect.Type
	tags []string
}{
	{reflect.TypeFor[bool](), []string{"", "eq=true", "ne=true"}},
	{reflect.TypeFor[int](), []string{"", "min=2", "max=2,min=-1", "gt=1", "lt=2", "gte=1,lte=0x10", "eq=1", "ne=1", "oneof=1 2", "oneof=1", "noneof=1 2", "port", "min=1|eq=0", "required", "omitempty,min=2"}},
	{reflect.TypeFor[int8](), []string{"", "min=0", "max=1000"}},
	{reflect.TypeFor[int16](), []string{""}},
	{reflect.TypeFor[int32](), []string{""}},
	{reflect.TypeFor[int64](), []string{""}},
	{reflect.TypeFor[uint](), []string{"", "min=1", "max=100"}},
	{reflect.TypeFor[uint8](), []string{"", "gt=0"}},
	{reflect.TypeFor[uint16](), []string{""}},
	{reflect.TypeFor[uint32](), []string{""}},
	{reflect.TypeFor[float32](), []string{""}},
	{reflect.TypeFor[float64](), []string{"", "min=0.1", "gt=0.1,lt=100", "eq=1.5", "latitude", "longitude"}},
	{reflect.TypeFor[json.Number](), []string{""}},
	{reflect.TypeFor[string](), []string{"", "min=1", "max=2", "len=2", "gt=1", "lt=2", "eq=a", "ne=a", "eq=1", "oneof=a b", "oneof=a", "oneof='a b' a0x2Cb a0x7Cb", "noneof=a b", "alpha", "alphaspace", "alphanum", "alphanumspace",
		"numeric", "number", "hexadecimal", "ascii", "printascii", "lowercase", "uppercase#string_pattern_mismatch", "boolean", "hexcolor", "md5",
		"startswith=foo", "endswith=foo", "contains=oba", "startsnotwith=foo", "endsnotwith=foo", "excludes=oba", "containsany=xyz-^]", "excludesall=abc", "containsrune=é", "excludesrune=é",
		"email", "url", "uri", "http_url", "ipv4", "ipv6", "hostname", "hostname_rfc1123", "fqdn", "uuid", "uuid4", "uuid_rfc4122", "datetime=2006-01-02", "datetime=2006-01-02T15:04:05Z07:00", "base64", "json",
		"ip", "cidr", "mac", "e164", "semver", "jwt", "ulid", "oneofci=A B", "eq_ignore_case=A", "alphaunicode", "isdefault", "alpha|numeric", "len=1|len=3", "min=2,alpha,contains=b", "startswith=f,endswith=r"}},
	{reflect.TypeFor[[]byte](), []string{"", "min=3#bytes_too_short", "max=2#bytes_too_long"}},
	{reflect.TypeFor[time.Time](), []string{""}},
	{reflect.TypeFor[time.Duration](), []string{"#time_delta_parsing", "min=1m#time_delta_parsing greater_than_equal"}},
	{reflect.TypeFor[params.Date](), []string{""}},
	{reflect.TypeFor[params.TimeOfDay](), []string{""}},
	{reflect.TypeFor[params.LocalDateTime](), []string{"#datetime_from_date_parsing"}},
	{reflect.TypeFor[params.URL](), []string{"", "http_url"}},
	{reflect.TypeFor[url.URL](), []string{""}},
	{reflect.TypeFor[netip.Addr](), []string{""}},
	{reflect.TypeFor[netip.Prefix](), []string{""}},
	{reflect.TypeFor[big.Int](), []string{""}},
	{reflect.TypeFor[decimal](), []string{"", "required"}},
	{reflect.TypeFor[*decimal](), []string{""}},
	{reflect.TypeFor[any](), []string{""}},
	{reflect.TypeFor[json.RawMessage](), []string{""}},
	{reflect.TypeFor[size](), []string{"", "oneof=s"}},
	{reflect.TypeFor[small](), []string{"", "max=2"}},
	{reflect.TypeFor[[]int](), []string{"", "min=2", "max=2", "len=2", "eq=1", "ne=1", "unique", "dive,min=2", "min=1,dive,max=2"}},
	{reflect.TypeFor[[]string](), []string{"", "unique,dive,alpha,min=2", "dive,oneof=a b"}},
	{reflect.TypeFor[[]*int](), []string{"", "dive,min=2"}},
	{reflect.TypeFor[[][]int](), []string{"", "dive,dive,min=1", "dive,min=1"}},
	{reflect.TypeFor[[]anyStruct](), []string{""}},
	{reflect.TypeFor[[2]int](), []string{"", "dive,min=2"}},
	{reflect.TypeFor[[20]int](), []string{""}},
	{reflect.TypeFor[params.Set[int]](), []string{"#stricter", "min=2#stricter", "dive,min=2#stricter"}},
	{reflect.TypeFor[params.Set[size]](), []string{""}},
	{reflect.TypeFor[map[string]int](), []string{"", "min=1", "max=1", "len=1", "dive,min=2", "dive,keys,min=2,endkeys,min=1", "dive,keys,oneof=a b,endkeys"}},
	{reflect.TypeFor[map[string]any](), []string{""}},
	{reflect.TypeFor[map[int]int](), []string{""}},
	{reflect.TypeFor[map[uint8]int](), []string{"#less_than_equal"}},
	{reflect.TypeFor[map[size]int](), []string{""}},
	{reflect.TypeFor[map[small]int](), []string{""}},
	{reflect.TypeFor[map[params.Date]int](), []string{""}},
	{reflect.TypeFor[map[string]*anyStruct](), []string{""}},
	{reflect.TypeFor[anyStruct](), []string{""}},
	{reflect.TypeFor[closedStruct](), []string{""}},
	{reflect.TypeFor[closed](), []string{""}},
	{reflect.TypeFor[hiding](), []string{"#extra_forbidden missing"}},
	{reflect.TypeFor[pointed](), []string{""}},
	{reflect.TypeFor[owner](), []string{""}},
	{reflect.TypeFor[withOptions](), []string{""}},
	{reflect.TypeFor[page[withOptions]](), []string{""}},
	{reflect.TypeFor[outer](), []string{"#stricter"}},
	{reflect.TypeFor[params.Patch[anyStruct]](), []string{""}},
	{reflect.TypeFor[params.Patch[closedStruct]](), []string{""}},
	{reflect.TypeFor[pet](), []string{""}},
	{reflect.TypeFor[catOrDog](), []string{""}},
	{reflect.TypeFor[oneOfText](), []string{""}},
	{reflect.TypeFor[oneOfNumber](), []string{"#union_ambiguous"}},
	{reflect.TypeFor[bareList](), []string{""}},
	{reflect.TypeFor[params.Optional[int]](), []string{"", "min=2", "required"}},
	{reflect.TypeFor[*int](), []string{"", "min=2", "required", "oneof=1 2"}},
	{reflect.TypeFor[*string](), []string{"", "oneof=a b", "eq=a", "ne=a", "email"}},
	{reflect.TypeFor[**int](), []string{""}},
	{reflect.TypeFor[*[]int](), []string{"", "min=2"}},
	{reflect.TypeFor[*anyStruct](), []string{""}},
	{reflect.TypeFor[*pet](), []string{""}},
	{reflect.TypeFor[*size](), []string{"", "oneof=s"}},
}

// members are tried as the value of each member of an object, with the rest of it.
var members = []string{`null`, `1`, `2`, `"a"`, `"ab"`, `"x"`, `"12"`, `"1"`, `"true"`, `true`, `[]`, `[1]`, `["x"]`, `["z"]`, `[null]`, `{}`, `{"a":[]}`, `{"a":[1]}`, `{"a":[3]}`, `{"name":"x"}`, `{"name":1}`}

func TestMembersOfOneObject(t *testing.T) {
	j := newJudge(t, reflect.TypeFor[withOptions]())
	for name := range j.schema.Properties {
		for _, v := range members {
			j.verdict(t, `{"`+name+`":`+v+`}`, "greater_than_equal", "string_type", "int_parsing", "bool_parsing") // of F and G: inside a string
		}
	}
}

func TestPlanAndSchemaAgree(t *testing.T) {
	for _, c := range judged {
		for _, tag := range c.tags {
			tag, words, _ := strings.Cut(tag, "#")
			more, name := strings.Fields(words), c.typ.String()+" "+tag
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				field := reflect.StructField{Name: "V", Type: c.typ, Tag: reflect.StructTag(fmt.Sprintf(`json:"v" validate:%q`, tag))}
				if tag == "" {
					field.Tag = `json:"v"`
				}
				if tag == "" && c.typ.Kind() != reflect.Pointer && c.typ != reflect.TypeFor[[]byte]() {
					whole := newJudge(t, c.typ)
					for _, v := range values {
						whole.verdict(t, v, more...)
					}
				}
				member := newJudge(t, reflect.StructOf([]reflect.StructField{field}))
				for _, v := range values {
					member.verdict(t, `{"v":`+v+`}`, more...)
				}
				member.verdict(t, `{}`, more...)
				member.verdict(t, `[]`, more...)
				member.verdict(t, `{"v":1,"w":2}`, more...)
			})
		}
	}
}

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
