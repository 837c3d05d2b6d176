package document

import (
	"encoding/json"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
)

// equalJSON compares a value's JSON with a text, as JSON.
func equalJSON(t *testing.T, got any, want string) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var g, w any
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// memberOf is the schema of a member V of that type and tag.
func memberOf(t *testing.T, cfg schemaConfig, d direction, typ reflect.Type, tag string) *spec.Schema {
	t.Helper()
	m := reader.Type(reflect.StructOf([]reflect.StructField{{Name: "V", Type: typ, Tag: reflect.StructTag(`json:"v" ` + tag)}}))
	if problems := m.InputProblems(); len(problems) > 0 {
		t.Fatal(problems)
	}
	cfg.reader = reader
	s := newSchemas(cfg)
	out := s.members(m, m.Fields, d)
	s.finish()
	return out.Properties["v"]
}

// durationIn is the text of a duration in requests, as JSON.
const durationIn = `^(-?P(T?([0-9]+\\.?[0-9]*|\\.[0-9]+)[WDHMS])+|[-+]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?)$`

func TestMembers(t *testing.T) {
	needs64(t)
	for _, c := range []struct {
		typ               reflect.Type
		tag, want, output string // output: where it differs
	}{
		{reflect.TypeFor[int](), ``, `{"type":"integer","format":"int64"}`, ``},
		{reflect.TypeFor[int16](), ``, `{"type":"integer","format":"int32","minimum":-32768,"maximum":32767}`, ``},
		{reflect.TypeFor[uint](), ``, `{"type":"integer","format":"uint64","minimum":0}`, ``},
		{reflect.TypeFor[uint64](), `validate:"max=18446744073709551615"`, `{"type":"integer","format":"uint64","minimum":0,"maximum":18446744073709551615}`, ``},
		{reflect.TypeFor[int8](), `validate:"min=-1000,lt=0x10"`, `{"type":"integer","format":"int32","minimum":-128,"exclusiveMaximum":16}`, ``},
		{reflect.TypeFor[float32](), ``, `{"type":"number","format":"float"}`, ``},
		{reflect.TypeFor[float64](), `validate:"gt=0,lte=0.5"`, `{"type":"number","format":"double","exclusiveMinimum":0,"maximum":0.5}`, ``},
		{reflect.TypeFor[float64](), `validate:"min=1,gt=1,gt=0.5"`, `{"type":"number","format":"double","exclusiveMinimum":1}`, ``},
		{reflect.TypeFor[int](), `validate:"multiple_of=0x10"`, `{"type":"integer","format":"int64","multipleOf":16}`, ``},
		{reflect.TypeFor[int](), `validate:"multiple_of=2,multiple_of=3"`, `{"type":"integer","format":"int64","multipleOf":2,"allOf":[{"multipleOf":3}]}`, ``},
		{reflect.TypeFor[float32](), `validate:"multiple_of=0.1"`, `{"type":"number","format":"float","multipleOf":0.1}`, ``},
		{reflect.TypeFor[json.Number](), ``, `{"type":"number"}`, ``},
		{reflect.TypeFor[bool](), `validate:"eq=true" default:"true"`, `{"type":"boolean","const":true,"default":true}`, ``},
		{reflect.TypeFor[string](), `validate:"min=2,max=5"`, `{"type":"string","minLength":2,"maxLength":5}`, ``},
		{reflect.TypeFor[string](), `validate:"gt=2,lt=5"`, `{"type":"string","minLength":3,"maxLength":4}`, ``},
		{reflect.TypeFor[string](), `validate:"min=2,min=3"`, `{"type":"string","minLength":3}`, ``},
		{reflect.TypeFor[string](), `validate:"oneof=a b"`, `{"type":"string","enum":["a","b"]}`, ``},
		{reflect.TypeFor[string](), `validate:"oneof=a"`, `{"type":"string","const":"a"}`, ``},
		{reflect.TypeFor[int](), `validate:"oneof=1 2"`, `{"type":"integer","format":"int64","enum":[1,2]}`, ``},
		{reflect.TypeFor[*string](), `validate:"oneof=a b"`, `{"type":["string","null"],"enum":["a","b",null]}`, ``},
		{reflect.TypeFor[*string](), `validate:"oneof=a"`, `{"anyOf":[{"type":"string","const":"a"},{"type":"null"}]}`, ``},
		{reflect.TypeFor[string](), `validate:"noneof=a b,ne=c"`, `{"type":"string","not":{"enum":["a","b"]},"allOf":[{"not":{"const":"c"}}]}`, ``},
		{reflect.TypeFor[string](), `validate:"email,max=9"`, `{"type":"string","format":"email","maxLength":9}`, ``},
		{reflect.TypeFor[string](), `validate:"http_url"`, `{"type":"string","format":"uri","pattern":"^[hH][tT][tT][pP][sS]?:"}`, ``},
		{reflect.TypeFor[string](), `validate:"omitempty,http_url" doc:"Home"`, `{"type":"string","format":"uri","pattern":"^[hH][tT][tT][pP][sS]?:","description":"Home"}`,
			`{"type":"string","anyOf":[{"format":"uri","pattern":"^[hH][tT][tT][pP][sS]?:"},{"const":""}],"description":"Home"}`},
		{reflect.TypeFor[*string](), `validate:"omitempty,min=2"`, `{"type":["string","null"],"minLength":2}`, ``},
		{reflect.TypeFor[string](), `validate:"omitempty,max=2"`, `{"type":"string","maxLength":2}`, ``},
		{reflect.TypeFor[string](), `validate:"omitempty,min=2,issn" secret:"true"`, `{"type":"string","format":"password","minLength":2,"description":"Must satisfy issn."}`,
			`{"type":"string","format":"password","anyOf":[{"minLength":2},{"const":""}],"description":"Must satisfy issn."}`},
		{reflect.TypeFor[string](), `validate:"omitempty,issn"`, `{"type":"string","description":"Must satisfy issn."}`, ``},
		{reflect.TypeFor[uint8](), `validate:"omitempty,min=2"`, `{"type":"integer","format":"int32","minimum":2,"maximum":255}`,
			`{"type":"integer","format":"int32","minimum":0,"maximum":255,"anyOf":[{"minimum":2},{"const":0}]}`},
		{reflect.TypeFor[[]string](), `validate:"omitempty,min=1,dive,min=2"`, `{"type":"array","items":{"type":"string","minLength":2},"minItems":1}`,
			`{"type":"array","items":{"type":"string","minLength":2},"anyOf":[{"minItems":1},{"const":[]}]}`},
		{reflect.TypeFor[size](), `validate:"omitempty,ne=m"`, `{"$ref":"#/components/schemas/size","not":{"const":"m"}}`, ``},
		{reflect.TypeFor[string](), `validate:"ip"`, `{"type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]}`, ``},
		{reflect.TypeFor[string](), `validate:"email|len=0"`, `{"type":"string","anyOf":[{"format":"email"},{"minLength":0,"maxLength":0}]}`, ``},
		{reflect.TypeFor[string](), `validate:"startswith=a.b"`, `{"type":"string","pattern":"^a\\.b"}`, ``},
		{reflect.TypeFor[string](), `validate:"eq_ignore_case=k1"`, `{"type":"string","pattern":"^([k\u212aK]1)$"}`, ``},
		{reflect.TypeFor[string](), `pattern:"^[a-z]+$"`, `{"type":"string","pattern":"^[a-z]+$"}`, ``},
		{reflect.TypeFor[string](), `pattern:"(?i)^a"`, `{"type":"string","description":"Must satisfy pattern=(?i)^a."}`, ``},
		{reflect.TypeFor[string](), `doc:"What." validate:"issn"`, `{"type":"string","description":"What.\n\nMust satisfy issn."}`, ``},
		{reflect.TypeFor[string](), `format:"slug" title:"Slug" deprecated:"true"`, `{"type":"string","format":"slug","title":"Slug","deprecated":true}`, ``},
		{reflect.TypeFor[*string](), `format:"slug" validate:"eq=a"`, `{"anyOf":[{"type":"string","const":"a","format":"slug"},{"type":"null"}]}`, ``},
		{reflect.TypeFor[string](), `secret:"true" default:"hush"`, `{"type":"string","format":"password"}`, ``},
		{reflect.TypeFor[string](), `example:"a" examples:"b,c"`, `{"type":"string","examples":["b","c","a"]}`, ``},
		{reflect.TypeFor[int](), `examples:"1,2"`, `{"type":"integer","format":"int64","examples":[1,2]}`, ``},
		{reflect.TypeFor[[]int](), `examples:"[[1,2],[]]" example:"3,4" default:"1,2"`, `{"type":"array","items":{"type":"integer","format":"int64"},"default":[1,2],"examples":[[1,2],[],[3,4]]}`, ``},
		{reflect.TypeFor[map[string]any](), `example:"{\"a\":null}"`, `{"type":"object","additionalProperties":true,"examples":[{"a":null}]}`, ``},
		{reflect.TypeFor[[]byte](), ``, `{"type":"string","contentEncoding":"base64","contentMediaType":"application/octet-stream"}`, ``},
		{reflect.TypeFor[[]byte](), `validate:"min=4,max=9"`, `{"type":"string","contentEncoding":"base64","contentMediaType":"application/octet-stream","minLength":8,"description":"Must satisfy max=9."}`, ``},
		{reflect.TypeFor[[]byte](), `validate:"gt=3"`, `{"type":"string","contentEncoding":"base64","contentMediaType":"application/octet-stream","minLength":8}`, ``},
		{reflect.TypeFor[time.Time](), `default:"2024-01-02T03:04:05Z"`, `{"type":"string","format":"date-time","default":"2024-01-02T03:04:05Z"}`, ``},
		{reflect.TypeFor[time.Duration](), `default:"90s"`, `{"anyOf":[{"type":"string","pattern":"` + durationIn + `"},{"type":"number"}],"default":"PT1M30S"}`, `{"type":"string","pattern":"^-?P(T?[0-9]+(\\.[0-9]+)?[DHMS])+$","default":"PT1M30S"}`},
		{reflect.TypeFor[params.Date](), ``, `{"type":"string","format":"date"}`, ``},
		{reflect.TypeFor[params.URL](), ``, `{"type":"string","format":"uri"}`, ``},
		{reflect.TypeFor[url.URL](), ``, `{"type":"string","format":"uri"}`, ``},
		{reflect.TypeFor[netip.Addr](), ``, `{"type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]}`, ``},
		{reflect.TypeFor[netip.AddrPort](), ``, `{"type":"string","pattern":"^([0-9.]+|\\[[0-9a-fA-F:.]+(%[\\s\\S]+)?\\]):[0-9]+$"}`, ``},
		{reflect.TypeFor[net.HardwareAddr](), ``, `{"type":"string","pattern":"^([0-9a-fA-F]{2}[:-]){5,19}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\\.){2,9}[0-9a-fA-F]{4}$"}`, ``},
		{reflect.TypeFor[big.Int](), ``, `{"anyOf":[{"type":"integer"},{"type":"string","pattern":"^[^!-~]*[-+]?[0-9]+[^!-~]*$"}]}`, `{"type":"integer"}`},
		{reflect.TypeFor[any](), ``, `{}`, ``},
		{reflect.TypeFor[json.RawMessage](), `doc:"Anything"`, `{"description":"Anything"}`, ``},
		{reflect.TypeFor[[]string](), `validate:"min=1,max=3,unique,dive,min=2"`, `{"type":"array","items":{"type":"string","minLength":2},"minItems":1,"maxItems":3,"uniqueItems":true}`, ``},
		{reflect.TypeFor[[]*int](), ``, `{"type":"array","items":{"type":["integer","null"],"format":"int64"}}`, ``},
		{reflect.TypeFor[*[]int](), `validate:"max=3"`, `{"type":["array","null"],"items":{"type":"integer","format":"int64"},"maxItems":3}`, ``},
		{reflect.TypeFor[[2]bool](), ``, `{"type":"array","prefixItems":[{"type":"boolean"},{"type":"boolean"}],"minItems":2,"maxItems":2}`, ``},
		{reflect.TypeFor[[17]bool](), ``, `{"type":"array","items":{"type":"boolean"},"minItems":17,"maxItems":17}`, ``},
		{reflect.TypeFor[params.Set[int]](), ``, `{"type":"array","items":{"type":"integer","format":"int64"},"uniqueItems":true}`, ``},
		{reflect.TypeFor[map[string]int](), `validate:"max=2,dive,keys,alpha,endkeys,min=1"`, `{"type":"object","additionalProperties":{"type":"integer","format":"int64","minimum":1},"maxProperties":2,"propertyNames":{"pattern":"^[a-zA-Z]+$"}}`, ``},
		{reflect.TypeFor[map[uint8]bool](), ``, `{"type":"object","additionalProperties":{"type":"boolean"},"propertyNames":{"pattern":"^\\+?[0-9]+$"}}`, ``},
		{reflect.TypeFor[map[params.Date]bool](), ``, `{"type":"object","additionalProperties":{"type":"boolean"},"propertyNames":{"format":"date"}}`, ``},
		{reflect.TypeFor[map[size]bool](), ``, `{"type":"object","additionalProperties":{"type":"boolean"},"propertyNames":{"$ref":"#/components/schemas/size"}}`, ``},
		{reflect.TypeFor[size](), `default:"m" doc:"Which"`, `{"$ref":"#/components/schemas/size","default":"m","description":"Which"}`, ``},
		{reflect.TypeFor[*size](), `doc:"Which"`, `{"anyOf":[{"$ref":"#/components/schemas/size"},{"type":"null"}],"description":"Which"}`, ``},
		{reflect.TypeFor[params.Optional[int]](), `validate:"required,min=2"`, `{"type":["integer","null"],"format":"int64","minimum":2}`, ``},
		{reflect.TypeFor[params.Patch[owner]](), ``, `{"$ref":"#/components/schemas/Patch_owner_"}`, `-`},
	} {
		t.Run(c.typ.String()+" "+c.tag, func(t *testing.T) {
			equalJSON(t, memberOf(t, schemaConfig{}, input, c.typ, c.tag), c.want)
			if c.output == "" {
				c.output = c.want
			}
			if c.output != "-" {
				equalJSON(t, memberOf(t, schemaConfig{}, output, c.typ, c.tag), c.output)
			}
		})
	}
}

// The form of FastAPI's documents, as it prints them.
func TestMembersAsFastAPIWritesThem(t *testing.T) {
	needs64(t)
	for _, c := range []struct {
		typ               reflect.Type
		tag, want, output string
	}{
		{reflect.TypeFor[int](), `validate:"min=1" title:"The ID"`, `{"type":"integer","minimum":1,"title":"The ID"}`, ``},
		{reflect.TypeFor[*string](), ``, `{"anyOf":[{"type":"string"},{"type":"null"}],"title":"V"}`, ``},
		{reflect.TypeFor[*[]string](), ``, `{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}],"title":"V"}`, ``},
		{reflect.TypeFor[*string](), `validate:"min=3"`, `{"anyOf":[{"type":"string","minLength":3},{"type":"null"}],"title":"V"}`, ``},
		{reflect.TypeFor[any](), ``, `{"title":"V"}`, ``},
		{reflect.TypeFor[size](), `default:"m"`, `{"$ref":"#/components/schemas/size","default":"m"}`, ``},
		{reflect.TypeFor[*size](), ``, `{"anyOf":[{"$ref":"#/components/schemas/size"},{"type":"null"}]}`, ``},
		{reflect.TypeFor[[]size](), ``, `{"type":"array","items":{"$ref":"#/components/schemas/size"},"title":"V"}`, ``},
		{reflect.TypeFor[time.Duration](), ``, `{"type":"string","format":"duration","title":"V"}`, ``},
		{reflect.TypeFor[params.TimeOfDay](), ``, `{"type":"string","format":"time","title":"V"}`, ``},
		{reflect.TypeFor[params.LocalDateTime](), ``, `{"type":"string","format":"date-time","title":"V"}`, ``},
		{reflect.TypeFor[netip.Addr](), ``, `{"type":"string","format":"ipvanyaddress","title":"V"}`, ``},
		{reflect.TypeFor[params.URL](), ``, `{"type":"string","format":"uri","minLength":1,"title":"V"}`, ``},
		{reflect.TypeFor[params.URL](), `validate:"http_url"`, `{"type":"string","format":"uri","minLength":1,"maxLength":2083,"title":"V"}`, ``},
		{reflect.TypeFor[string](), `validate:"http_url"`, `{"type":"string","format":"uri","minLength":1,"maxLength":2083,"title":"V"}`, ``},
		{reflect.TypeFor[string](), `secret:"true"`, `{"type":"string","format":"password","writeOnly":true,"title":"V"}`, ``},
		{reflect.TypeFor[string](), `validate:"oneof=a b"`, `{"type":"string","enum":["a","b"],"title":"V"}`, ``},
		{reflect.TypeFor[decimal](), ``, `{"anyOf":[{"type":"number"},{"type":"string","pattern":"^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$"}],"title":"V"}`,
			`{"type":"string","pattern":"^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$","title":"V"}`},
		{reflect.TypeFor[*decimal](), ``, `{"anyOf":[{"type":"number"},{"type":"string","pattern":"^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$"},{"type":"null"}],"title":"V"}`,
			`{"anyOf":[{"type":"string","pattern":"^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$"},{"type":"null"}],"title":"V"}`},
		{reflect.TypeFor[map[string]any](), ``, `{"type":"object","additionalProperties":true,"title":"V"}`, ``},
		{reflect.TypeFor[map[int]float64](), ``, `{"type":"object","additionalProperties":{"type":"number"},"title":"V"}`, ``},
		{reflect.TypeFor[params.Set[string]](), ``, `{"type":"array","items":{"type":"string"},"uniqueItems":true,"title":"V"}`, ``},
		{reflect.TypeFor[catOrDog](), ``, `{"anyOf":[{"$ref":"#/components/schemas/cat"},{"$ref":"#/components/schemas/dog"}],"title":"V"}`, ``},
		{reflect.TypeFor[*catOrDog](), ``, `{"anyOf":[{"$ref":"#/components/schemas/cat"},{"$ref":"#/components/schemas/dog"},{"type":"null"}],"title":"V"}`, ``},
		{reflect.TypeFor[pet](), ``, `{"oneOf":[{"$ref":"#/components/schemas/cat"},{"$ref":"#/components/schemas/dog"}],"title":"V",
			"discriminator":{"propertyName":"kind","mapping":{"cat":"#/components/schemas/cat","dog":"#/components/schemas/dog","wolf":"#/components/schemas/dog"}}}`, ``},
	} {
		t.Run(c.typ.String()+" "+c.tag, func(t *testing.T) {
			cfg := schemaConfig{addsTitles: true, writesNullAsAnyOf: true, inlinesUnions: true, followsPydantic: true}
			equalJSON(t, memberOf(t, cfg, input, c.typ, c.tag), c.want)
			if c.output == "" {
				c.output = c.want
			}
			equalJSON(t, memberOf(t, cfg, output, c.typ, c.tag), c.output)
		})
	}
}

// The documents by which examples are published mark what is secret, members and whole types alike. Others do not.
func TestSecretsAreMarked(t *testing.T) {
	for _, c := range []struct {
		tag   string
		marks bool
		want  string
	}{
		{`secret:"true"`, true, `{"type":"string","format":"password","x-secret":true}`},
		{`secret:"true"`, false, `{"type":"string","format":"password"}`},
		{``, true, `{"type":"string"}`},
	} {
		equalJSON(t, memberOf(t, schemaConfig{marksSecrets: c.marks}, input, reflect.TypeFor[string](), c.tag), c.want)
	}
}

// A union of which exactly one variant fits is a oneOf, unless a schema cannot say what its variant refuses: then a value could fit two.
func TestVariantsWithRules(t *testing.T) {
	type long struct {
		Names []string       `json:"names" validate:"min=2,dive,max=9"`
		Sizes map[string]int `json:"sizes" validate:"dive,keys,min=3,endkeys,min=1"`
	}
	type even struct {
		Count int `json:"count" validate:"min=2"`
	}
	type exact struct {
		params.OneOf
		Long *long
		Even *even
	}
	type address struct {
		Host string `json:"host" validate:"fqdn"`
	}
	type loose struct {
		params.OneOf
		Address *address
		Even    *even
	}
	type counted struct {
		Count int `json:"count" validate:"omitempty,min=2"`
	}
	type none struct {
		Count int `json:"count" validate:"max=1"`
	}
	type zero struct {
		params.OneOf
		Counted *counted
		None    *none
	}
	for _, c := range []struct {
		typ reflect.Type
		way direction
		one bool
	}{
		{reflect.TypeFor[exact](), input, true}, {reflect.TypeFor[exact](), output, true}, {reflect.TypeFor[loose](), input, false},
		{reflect.TypeFor[zero](), input, true}, {reflect.TypeFor[zero](), output, false}, // a result may have 0, with which both variants fit
	} {
		got := memberOf(t, schemaConfig{inlinesUnions: true}, c.way, c.typ, "")
		if len(got.OneOf) > 0 != c.one || len(got.AnyOf) > 0 == c.one {
			t.Errorf("%s: %d in oneOf, %d in anyOf", c.typ, len(got.OneOf), len(got.AnyOf))
		}
	}
}

// The rule omitempty allows the zero value in results, unless the json tag leaves it out or the document has FastAPI's form.
func TestZeroUnderOmitEmpty(t *testing.T) {
	type ruled struct {
		Written string     `json:"written" validate:"omitempty,min=2"`
		Empty   string     `json:"empty,omitempty" validate:"omitempty,min=2"`
		Zero    string     `json:"zero,omitzero" validate:"omitempty,min=2"`
		Needed  string     `json:"needed" validate:"min=2"`
		Quoted  string     `json:"quoted,string" validate:"omitempty,min=2"`
		Link    params.URL `json:"link" validate:"omitempty,https_url"`
	}
	const text, allowed = `{"type":"string","minLength":2}`, `{"type":"string","anyOf":[{"minLength":2},{"const":""}]}`
	for _, c := range []struct {
		cfg  schemaConfig
		way  direction
		want string // of the member written
	}{
		{schemaConfig{}, input, text}, {schemaConfig{}, output, allowed}, {schemaConfig{}, direction{way: both}, allowed},
		{schemaConfig{followsPydantic: true}, output, text},
	} {
		c.cfg.reader = reader
		s, m := newSchemas(c.cfg), reader.Type(reflect.TypeFor[ruled]())
		got := s.members(m, m.Fields, c.way).Properties
		equalJSON(t, got["written"], c.want)
		for _, name := range []string{"empty", "zero", "needed"} {
			equalJSON(t, got[name], text)
		}
		for _, name := range []string{"quoted", "link"} {
			if len(got[name].AnyOf) > 0 {
				t.Errorf("%s has alternatives", name)
			}
		}
	}
}

// decimal is like the types of that name that programs use: a string or a number in, a string out.
type decimal struct{ text string }

func (decimal) TextFormat() string             { return "decimal" }
func (d decimal) MarshalJSON() ([]byte, error) { return json.Marshal(d.text) }
func (d *decimal) UnmarshalJSON(doc []byte) error {
	return d.UnmarshalText([]byte(strings.Trim(string(doc), `"`)))
}

func (d *decimal) UnmarshalText(text []byte) error {
	if d.text = string(text); strings.Trim(d.text, "+-.0123456789eE") != "" {
		return errors.New("no number")
	}
	_, _, err := big.ParseFloat(d.text, 10, 64, big.ToNearestEven)
	return err
}

func TestAutoTitles(t *testing.T) {
	for name, want := range map[string]string{
		"item_id": "Item Id", "user-agent": "User-Agent", "aLias": "Alias", "X-Tok": "X-Tok", "q": "Q", "a1b": "A1B", "HTTPUrl": "Httpurl", "é_è": "É È",
	} {
		if got := autoTitle(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Parameters are titled unless their schema is a reference, as FastAPI does; members of models by other rules.
func TestParameters(t *testing.T) {
	type search struct {
		Q     *string   `query:"q"`
		Tok   *[]string `header:"x-tok"`
		Ads   string    `cookie:"ads" default:"d" deprecated:"true"`
		Raw   []byte    `query:"raw" default:"hi"`
		Size  size      `query:"size" default:"s"`
		Maybe *size     `query:"maybe" example:"m"`
		JSON  []byte    `query:"json,json"`
		Item  *base     `body:"item"`
	}
	m, problems := reader.Params(reflect.TypeFor[search]())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := newSchemas(schemaConfig{reader: reader, addsTitles: true, writesNullAsAnyOf: true})
	got := map[string]*spec.Schema{}
	for _, f := range m.Fields {
		got[f.Name] = s.field(f, input)
	}
	body := s.objectComponent("Body_x", m.Fields[7:], input)
	components := s.finish()
	equalJSON(t, got, `{
		"q":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Q"},
		"x-tok":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}],"title":"X-Tok"},
		"ads":{"type":"string","deprecated":true,"default":"d","title":"Ads"},
		"raw":{"type":"string","default":"hi","title":"Raw"},
		"size":{"$ref":"#/components/schemas/size","default":"s"},
		"maybe":{"anyOf":[{"$ref":"#/components/schemas/size"},{"type":"null"}],"title":"Maybe"},
		"json":{"type":"string","contentEncoding":"base64","contentMediaType":"application/octet-stream","title":"Json"},
		"item":{"anyOf":[{"$ref":"#/components/schemas/base"},{"type":"null"}],"title":"Item"}}`)
	equalJSON(t, body, `{"$ref":"#/components/schemas/Body_x"}`)
	equalJSON(t, components["Body_x"], `{"type":"object","title":"Body_x","properties":{"item":{"anyOf":[{"$ref":"#/components/schemas/base"},{"type":"null"}]}}}`)
	equalJSON(t, exampleOf(m.Fields[5]), `"m"`)
}

func TestFiles(t *testing.T) {
	type upload struct {
		One  params.UploadFile   `file:"one" doc:"A picture"`
		Many []params.UploadFile `file:"many"`
		Opt  *params.UploadFile  `file:"opt"`
		Data []byte              `file:"data"`
		Text string              `form:"text"`
	}
	m, problems := reader.Params(reflect.TypeFor[upload]())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := newSchemas(schemaConfig{reader: reader})
	s.objectComponent("Body_upload", m.Fields, input)
	equalJSON(t, s.finish(), `{"Body_upload":{"type":"object","required":["one","many","data","text"],"properties":{
		"one":{"type":"string","contentMediaType":"application/octet-stream","description":"A picture"},
		"many":{"type":"array","items":{"type":"string","contentMediaType":"application/octet-stream"}},
		"opt":{"type":["string","null"],"contentMediaType":"application/octet-stream"},
		"data":{"type":"string","contentMediaType":"application/octet-stream"},
		"text":{"type":"string"}}}}`)
}

// needs64 skips a test whose expected schemas have an int of 64 bits. Where it has 32, its schema is that of int32, with bounds.
func needs64(t *testing.T) {
	t.Helper()
	if strconv.IntSize != 64 {
		t.Skip("the expected schemas have an int of 64 bits")
	}
}
