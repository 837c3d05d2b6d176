package binding_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type collecting struct {
	Param string         `json:"param"`
	N     int            `json:"n" default:"1"`
	Extra map[string]any `json:"-" extra:"allow"`
}

type collectingInts struct {
	A    string         `json:"a"`
	Rest map[string]int `json:"-" extra:"allow" validate:"max=2,dive,gte=1"`
}

type collectingLists struct {
	A    string           `json:"a"`
	Rest map[string][]int `json:"-" extra:"allow"`
}

// bracketed is a list that its method reads from JSON alone.
type bracketed []int

func (b *bracketed) UnmarshalJSON(doc []byte) error { return json.Unmarshal(doc, (*[]int)(b)) }

// TestExtraAllowCollectsUndeclaredNames: extra:"allow" on a map collects the names that a model does not declare, in each
// source, and writes them again, as pydantic's extra="allow".
func TestExtraAllowCollectsUndeclaredNames(t *testing.T) {
	t.Parallel()
	for _, options := range [][]brio.AppOption{nil, {brio.FastAPICompat()}} {
		app := brio.New(options...)
		app.Get("/query", func(in *brio.Query[collecting]) collecting { return in.Value })
		app.Get("/header", func(in *brio.Header[collecting]) collecting { return in.Value })
		app.Get("/cookie", func(in *brio.Cookie[collecting]) collecting { return in.Value })
		app.Post("/form", func(in *brio.Form[collecting]) collecting { return in.Value })
		app.Post("/body", func(in *brio.Body[collecting]) collecting { return in.Value })
		app.Post("/list", func(in *brio.Body[[]*collecting]) []*collecting { return in.Value })
		app.Post("/union", func(in *brio.Body[struct {
			brio.AnyOf
			C *collecting
			N *int
		}]) any {
			return in.Value
		})
		app.Get("/deep", func(in *struct {
			F collecting `query:"f" style:"deepObject"`
		}) collecting {
			return in.F
		})
		app.Get("/json", func(in *struct {
			F collecting `query:"f,json"`
		}) collecting {
			return in.F
		})
		testkit.WantBody(t, testkit.Get(app, "/query?param=1&other=2&z=a&z=b"), `{"param":"1","n":1,"other":"2","z":["a","b"]}`)
		testkit.WantBody(t, testkit.Get(app, "/query?param=1"), `{"param":"1","n":1}`)
		testkit.WantContains(t, testkit.Get(app, "/header", "param", "1", "X-Other", "2").Body.String(), `"param":"1"`, `"x-other":"2"`)
		testkit.WantBody(t, testkit.Get(app, "/cookie", "Cookie", "param=1; other=2"), `{"param":"1","n":1,"other":"2"}`)
		testkit.WantBody(t, testkit.PostForm(app, "/form", "param=1&other=2"), `{"param":"1","n":1,"other":"2"}`)
		testkit.WantBody(t, testkit.PostParts(app, "/form", testkit.FieldPart("param", "1"), testkit.FieldPart("o", "2")), `{"param":"1","n":1,"o":"2"}`)
		testkit.WantBody(t, testkit.PostJSON(app, "/body", `{"z":{"k":[1,null]},"param":"1","b":null,"a":7}`), `{"param":"1","n":1,"a":7,"b":null,"z":{"k":[1,null]}}`)
		testkit.WantBody(t, testkit.PostJSON(app, "/body", `{"param":"1","n":2}`), `{"param":"1","n":2}`)
		testkit.WantBody(t, testkit.PostJSON(app, "/list", `[{"param":"1","x":1},{"param":"2"}]`), `[{"param":"1","n":1,"x":1},{"param":"2","n":1}]`)
		testkit.WantBody(t, testkit.PostJSON(app, "/union", `{"param":"1","x":true}`), `{"param":"1","n":1,"x":true}`)
		testkit.WantBody(t, testkit.Get(app, "/deep?f[param]=1&f[x]=2&f[y][z]=3"), `{"param":"1","n":1,"x":"2","y":{"z":"3"}}`)
		testkit.WantBody(t, testkit.Get(app, "/json?f="+url.QueryEscape(`{"param":"1","x":2}`)), `{"param":"1","n":1,"x":2}`)
		testkit.WantContains(t, testkit.Get(app, "/openapi.json").Body.String(), `"additionalProperties":true`)
		for _, doc := range []string{`{"param":"1","x":1,"x":2}`, `{"param":"1","Param":2}`} {
			testkit.WantStatus(t, testkit.PostJSON(app, "/body", doc), 422)
		}
	}
	v, err := brio.Validate[collecting]([]byte(`{"param":"1","x":2}`))
	if err != nil || len(v.Extra) != 1 {
		t.Error(v, err)
	}
}

// TestExtraAllowChecksCollectedValues: the type and the rules of the map hold for each collected value.
func TestExtraAllowChecksCollectedValues(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/body", func(in *brio.Body[collectingInts]) collectingInts { return in.Value })
	app.Get("/query", func(in *brio.Query[collectingInts]) collectingInts { return in.Value })
	testkit.WantBody(t, testkit.PostJSON(app, "/body", `{"a":"x","b":1}`), `{"a":"x","b":1}`)
	testkit.WantBody(t, testkit.Get(app, "/query?a=x&b=1"), `{"a":"x","b":1}`)
	for doc, want := range map[string]string{
		`{"a":"x","b":"1"}`:           `"int_type","loc":["body","b"]`,
		`{"a":"x","b":0}`:             `"greater_than_equal","loc":["body","b"]`,
		`{"a":"x","b":1,"c":2,"d":3}`: `"too_long","loc":["body"]`,
		`{"a":1,"b":"x"}`:             `"int_type","loc":["body","b"]`,
	} {
		w := testkit.PostJSON(app, "/body", doc)
		testkit.WantStatus(t, w, 422)
		testkit.WantContains(t, w.Body.String(), want)
	}
	for query, want := range map[string]string{
		"a=x&b=y":         `"int_parsing","loc":["query","b"]`,
		"a=x&b=0":         `"greater_than_equal","loc":["query","b"]`,
		"a=x&b=1&c=1&d=1": `"too_long","loc":["query"]`,
	} {
		w := testkit.Get(app, "/query?"+query)
		testkit.WantStatus(t, w, 422)
		testkit.WantContains(t, w.Body.String(), want)
	}
	document := testkit.Get(app, "/openapi.json").Body.String()
	testkit.WantContains(t, document, `"additionalProperties":{"type":"integer"`)

	lists := brio.New()
	lists.Get("/", func(in *brio.Query[collectingLists]) map[string][]int { return in.Value.Rest })
	testkit.WantBody(t, testkit.Get(lists, "/?a=x&b=1&c=2&b=3"), `{"b":[1,3],"c":[2]}`)
}

// TestExtraAllowKeepsResultMembers: a model with such a map keeps the undeclared members of a result. Declared names are
// never taken from the map, and a model without a map hides all undeclared ones.
func TestExtraAllowKeepsResultMembers(t *testing.T) {
	t.Parallel()
	type stored struct {
		Param  string         `json:"param"`
		Secret string         `json:"hash"`
		Extra  map[string]any `json:"-" extra:"allow"`
	}
	type shown struct {
		Param string         `json:"param"`
		Hash  string         `json:"hash" writeonly:"true"`
		Extra map[string]any `json:"-" extra:"allow"`
	}
	type closed struct {
		Param string `json:"param"`
	}
	row := stored{"1", "CANARY", map[string]any{"x": 1, "hash": "CANARY", "n": nil}}
	asMap := map[string]any{"param": "1", "x": 1, "hash": "CANARY", "n": nil}
	app := brio.New()
	app.Get("/same", func() stored { return stored{Param: "1", Extra: map[string]any{"param": 2, "x": 1}} })
	app.Get("/other", func() stored { return row }, brio.ResponseModel[shown]())
	app.Get("/map", func() map[string]any { return asMap }, brio.ResponseModel[shown]())
	app.Get("/any", func() any { return []any{asMap, &row} }, brio.ResponseModel[[]shown]())
	app.Get("/closed", func() any { return []any{asMap, row} }, brio.ResponseModel[[]closed]())
	app.Get("/none", func() stored { return row }, brio.ResponseModel[shown](), brio.ExcludeNone())
	app.Get("/without", func() stored { return row }, brio.ResponseModel[shown](), brio.ResponseExclude("x"))
	app.Get("/nil", func() collecting { return collecting{Param: "1"} })
	for target, want := range map[string]string{
		"/same": `{"param":"1","hash":"","x":1}`, "/other": `{"param":"1","n":null,"x":1}`, "/map": `{"param":"1","n":null,"x":1}`,
		"/any": `[{"param":"1","n":null,"x":1},{"param":"1","n":null,"x":1}]`, "/closed": `[{"param":"1"},{"param":"1"}]`,
		"/none": `{"param":"1","x":1}`, "/without": `{"param":"1","n":null}`, "/nil": `{"param":"1","n":0}`,
	} {
		testkit.WantBody(t, testkit.Get(app, target), want)
	}
}

// TestCheckRefusesIllExtraAllow: extra:"allow" needs one map with string keys that is no member itself, without extra:"forbid"
// beside it. In a query the values of the map are texts.
func TestCheckRefusesIllExtraAllow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		declare func(*brio.App)
		want    string
	}{
		"no map": {takes[brio.Body[struct {
			A string `json:"-" extra:"allow"`
		}]], "is for a map with string keys"},
		"int keys": {takes[brio.Body[struct {
			A map[int]any `json:"-" extra:"allow"`
		}]], "is for a map with string keys"},
		"two maps": {takes[brio.Body[struct {
			A, B map[string]any `json:"-" extra:"allow"`
		}]], "both collect"},
		"member": {takes[brio.Body[struct {
			A map[string]any `extra:"allow"`
		}]], `json:"-" extra:"allow"`},
		"forbidden": {takes[brio.Body[struct {
			_ struct{}       `extra:"forbid"`
			A map[string]any `json:"-" extra:"allow"`
		}]], "forbids them"},
		"objects in a query": {takes[brio.Query[struct {
			B int
			A map[string]map[string]int `json:"-" extra:"allow"`
		}]], "are texts"},
		"lists of JSON in a query": {takes[brio.Query[struct {
			B int
			A map[string]bracketed `json:"-" extra:"allow"`
		}]], "are texts"},
	} {
		app := brio.New()
		c.declare(app)
		if err := fmt.Sprint(app.Check()); err == "<nil>" {
			t.Error(name, "passes")
		} else {
			testkit.WantContains(t, err, c.want)
		}
	}
}
