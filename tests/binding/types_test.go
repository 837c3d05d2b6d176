package binding_test

import (
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// Weekday is an enum of integers that is read and written as text.
type Weekday uint8

func (Weekday) Values() []Weekday { return []Weekday{0, 1} }

func (d Weekday) MarshalText() ([]byte, error) { return []byte([]string{"mon", "tue", "wed"}[d]), nil }

func (d *Weekday) UnmarshalText(text []byte) error {
	i := strings.Index("montuewed", string(text))
	*d = Weekday(i / 3)
	if i < 0 || len(text) != 3 {
		return fmt.Errorf("no")
	}
	return nil
}

type Port uint16

func (Port) Values() []Port { return []Port{80, 443} }

type Tag struct {
	Name  string `json:"name"`
	Color string `json:"color" default:"red"`
}

type Everything struct {
	Day     Weekday                `json:"day" default:"tue"`
	Port    Port                   `json:"port" default:"443"`
	Days    map[Weekday]int        `json:"days,omitempty"`
	Words   brio.Set[string]       `json:"words" default:"b,a,b"`
	Numbers brio.Set[int]          `json:"numbers" default:"[10,9,-1]"`
	Tags    brio.Set[Tag]          `json:"tags,omitempty"`
	Sites   brio.Set[url.URL]      `json:"sites,omitempty"`
	Since   params.Date            `json:"since" default:"2024-01-01"`
	Dates   map[params.Date]string `json:"dates,omitempty"`
	Site    struct {
		URL url.URL `json:"url"`
	} `json:"site" default:"{\"url\":\"http://a.de\"}"`
	Big  big.Int             `json:"big" default:"100000000000000000000"`
	URLs map[string]*url.URL `json:"urls,omitempty"`
	Opt  brio.Optional[url.URL]
	Pair [2]url.URL `json:"pair,omitzero"`
}

// TestTypesNestInJSON: enums, sets, URLs, dates and integers of any size are read and written alike as fields, elements,
// map keys and defaults.
func TestTypesNestInJSON(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", echo[Everything])
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	const rest = `"words":["a","b"],"numbers":[-1,9,10]`
	const after = `"since":"2024-01-01","site":{"url":"http://a.de"},"big":100000000000000000000`
	wantEchoes(t, app, "/", [][2]string{
		{`{}`, `{"day":"tue","port":443,` + rest + `,` + after + `}`},
		{`{"day":"mon","days":{"tue":1},"port":80}`, `{"day":"mon","port":80,"days":{"tue":1},` + rest + `,` + after + `}`},
		{`{"day":"wed"}`, `{"type":"enum","loc":["body","day"],"msg":"Input should be 'mon' or 'tue'","input":"wed","ctx":{"expected":"'mon' or 'tue'"}}`},
		{`{"days":{"wed":1}}`, `{"type":"enum","loc":["body","days","wed","[key]"],"msg":"Input should be 'mon' or 'tue'","input":"wed","ctx":{"expected":"'mon' or 'tue'"}}`},
		{`{"port":8080}`, `{"type":"enum","loc":["body","port"],"msg":"Input should be 80 or 443","input":8080,"ctx":{"expected":"80 or 443"}}`},
		{`{"tags":[{"name":"b"},{"name":"a"},{"name":"b","color":"red"}]}`, `{"day":"tue","port":443,` + rest + `,"tags":[{"name":"a","color":"red"},{"name":"b","color":"red"}],` + after + `}`},
		{`{"tags":[{}]}`, `{"type":"missing","loc":["body","tags",0,"name"],"msg":"Field required","input":{}}`},
		{`{"sites":["http://b","http://a","http://b"],"words":[],"numbers":[3,20,100]}`, `{"day":"tue","port":443,"words":[],"numbers":[3,20,100],"sites":["http://a","http://b"],` + after + `}`},
		{`{"sites":["b"]}`, `{"type":"url_parsing","loc":["body","sites",0],"msg":"Input should be a valid URL, relative URL without a base","input":"b","ctx":{"error":"relative URL without a base"}}`},
		{`{"dates":{"2024-01-01":"x"},"urls":{"a":"http://b","c":null},"Opt":"http://c","pair":["http://d","http://e"]}`,
			`{"day":"tue","port":443,` + rest + `,"since":"2024-01-01","dates":{"2024-01-01":"x"},"site":{"url":"http://a.de"},"big":100000000000000000000,"urls":{"a":"http://b","c":null},"Opt":"http://c","pair":["http://d","http://e"]}`},
		{`{"dates":{"2024-01-01":"x","2024-01-01T00:00":"y"}}`, `{"type":"duplicate_key","loc":["body","dates","2024-01-01T00:00"],"msg":"Key '2024-01-01T00:00' appears more than once","input":"y","ctx":{"key":"2024-01-01T00:00"}}`},
		{`{"urls":{"a":"b"},"Opt":1}`, `{"type":"url_parsing","loc":["body","urls","a"],"msg":"Input should be a valid URL, relative URL without a base","input":"b","ctx":{"error":"relative URL without a base"}},` +
			`{"type":"url_type","loc":["body","Opt"],"msg":"URL input should be a string or URL","input":1}`},
		{`{"big":null}`, `{"type":"int_type","loc":["body","big"],"msg":"Input should be a valid integer","input":null}`},
	})
}

// Numbered is a union whose discriminator is an integer.
type Numbered struct {
	brio.OneOf `discriminator:"v"`
	One        *struct {
		_ struct{} `name:"First"`
		V int      `json:"v" validate:"oneof=1"`
		A string   `json:"a" secret:"true" validate:"min=2"`
	} `json:"uno"`
	Two *struct {
		_ struct{} `name:"Second"`
		V int      `json:"v" validate:"eq=2"`
	}
}

// TestUnionChoosesByIntegerTag: a discriminator may be an integer. Errors name the tag by its text, and hide it in a
// secret field.
func TestUnionChoosesByIntegerTag(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", echo[Numbered])
	app.Post("/secret", func(in *struct {
		N Numbered `body:"n" secret:"true"`
	}) Numbered {
		return in.N
	})
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	wantEchoes(t, app, "/", [][2]string{
		{`{"v":1,"a":"xy"}`, ""}, {`{"v":2}`, ""},
		{`{"v":1,"a":"x"}`, `{"type":"string_too_short","loc":["body","1","a"],"msg":"String should have at least 2 characters","input":null,"ctx":{"min_length":2}}`},
		{`{"v":"1"}`, `{"type":"union_tag_invalid","loc":["body"],"msg":"Input tag '1' found using 'v' does not match any of the expected tags: '1', '2'","input":null,"ctx":{"discriminator":"'v'","expected_tags":"'1', '2'","tag":"1"}}`},
	})
	wantEchoes(t, app, "/secret", [][2]string{
		{`{"n":{"v":"hush"}}`, `{"type":"union_tag_invalid","loc":["body","n"],"msg":"Input tag '[secret]' found using 'v' does not match any of the expected tags: '1', '2'","input":null,"ctx":{"discriminator":"'v'","expected_tags":"'1', '2'","tag":"[secret]"}}`},
	})
}

// TestSetResultIsSorted: a set is encoded in order and without duplicates, as a value, as a model of a list, and as a
// list by a model of a set. A value that has no JSON form, or a map that fits no variant, answers 500.
func TestSetResultIsSorted(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/list", func() []int { return []int{10, 9, 10, -1} }, brio.ResponseModel[brio.Set[int]]())
	app.Get("/set", func() brio.Set[string] { return brio.SetOf("a b", "a", "B") }, brio.ResponseModel[[]string]())
	app.Get("/nil", func() brio.Set[float64] { return nil })
	app.Get("/big", func() brio.Set[uint64] { return brio.SetOf[uint64](18446744073709551615, 18446744073709551614, 1) })
	app.Get("/array", func() [2]bool { return [2]bool{true, true} }, brio.ResponseModel[brio.Set[bool]]())
	app.Get("/any", func() any { return map[string]any{"s": brio.SetOf(2, 1)} })
	app.Get("/bad", func() brio.Set[params.Date] { return brio.SetOf(params.Date{}) })
	app.Get("/tagless", func() any { return map[string]int{"w": 1} }, brio.ResponseModel[Numbered]())
	app.Get("/number", func() any { return map[string]int{"v": 2} }, brio.ResponseModel[Numbered]())
	app.Get("/wrong", func() any { return map[string]int{"v": 3} }, brio.ResponseModel[Numbered]())
	const broken = testkit.InternalError
	for _, test := range [][2]string{
		{"/list", `[-1,9,10]`}, {"/set", `["B","a","a b"]`}, {"/nil", `[]`}, {"/big", `[1,18446744073709551614,18446744073709551615]`},
		{"/array", `[true]`}, {"/any", `{"s":[1,2]}`}, {"/bad", broken}, {"/tagless", broken}, {"/number", `{"v":2}`}, {"/wrong", broken},
	} {
		if got := testkit.Get(app, test[0]).Body.String(); got != test[1] {
			t.Errorf("%s: got %s, want %s", test[0], got, test[1])
		}
	}
}

type noValues string

func (noValues) Values() []noValues { return nil }

type panics string

func (panics) Values() []panics { panic("no") }

// TestCheckRefusesIllTypes: an enum without values, a set of pointers and a default that breaks its own rule are start-up
// errors.
func TestCheckRefusesIllTypes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		register func(*brio.App)
		want     string
	}{
		{func(a *brio.App) { a.Post("/", echo[noValues]) }, "lists nothing"},
		{func(a *brio.App) { a.Post("/", echo[panics]) }, "Values panics: no"},
		{func(a *brio.App) { a.Post("/", echo[brio.Set[*int]]) }, "never found equal"},
		{func(a *brio.App) {
			a.Get("/", func(*struct {
				P ModelName `query:"p" default:"vgg"`
			}) {
			})
		}, "input should be 'alexnet', 'resnet' or 'lenet'"},
		{func(a *brio.App) {
			a.Get("/", func(*struct {
				P brio.Set[string] `query:"p" default:"long" validate:"dive,max=3"`
			}) {
			})
		}, "String should have at most 3 characters"},
	} {
		app := brio.New()
		test.register(app)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// TestFormReadsTextTypes: form fields read enums, sets, dates and URLs as a query does.
func TestFormReadsTextTypes(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(in *struct {
		Model ModelName           `form:"model"`
		Words brio.Set[string]    `form:"w"`
		Day   params.Date         `form:"day"`
		Home  url.URL             `form:"home"`
		Ports *brio.Set[Port]     `form:"port"`
		Color *Color              `form:"color"`
		Clock params.TimeOfDay    `form:"clock" default:"12:00"`
		Big   brio.Optional[Port] `form:"none"`
	}) []any {
		return []any{in.Model, in.Words, in.Day, &in.Home, in.Ports, in.Clock}
	})
	w := testkit.PostForm(app, "/", "model=lenet&w=b&w=a&w=b&day=2024-01-01&home=http://a.de&port=443&port=80")
	testkit.WantBody(t, w, `["lenet",["a","b"],"2024-01-01","http://a.de",[80,443],"12:00:00"]`)
	w = testkit.PostForm(app, "/", "model=x&w=b&day=2024-01-01&home=a&port=443&port=1&color=red")
	testkit.WantBody(t, w, `{"detail":[`+
		`{"type":"enum","loc":["body","model"],"msg":"Input should be 'alexnet', 'resnet' or 'lenet'","input":"x","ctx":{"expected":"'alexnet', 'resnet' or 'lenet'"}},`+
		`{"type":"url_parsing","loc":["body","home"],"msg":"Input should be a valid URL, relative URL without a base","input":"a","ctx":{"error":"relative URL without a base"}},`+
		`{"type":"enum","loc":["body","port",1],"msg":"Input should be 80 or 443","input":"1","ctx":{"expected":"80 or 443"}},`+
		`{"type":"color_error","loc":["body","color"],"msg":"value is not a valid color","input":"red","ctx":{"error":"no #"}}]}`)
}
