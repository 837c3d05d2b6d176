package binding_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

type stock struct {
	ID       int                   `json:"id" readonly:"true"`
	Name     string                `json:"name" validate:"min=2"`
	Alias    string                `json:"aka,omitempty"`
	Price    float64               `json:"price" default:"1" validate:"gt=0"`
	Low      int                   `json:"low"`
	High     int                   `json:"high" validate:"gtefield=Low"`
	Password string                `json:"password" writeonly:"true" validate:"min=3"`
	Token    string                `json:"token" secret:"true"`
	Owner    *stockOwner           `json:"owner"`
	Parts    []stockPart           `json:"parts"`
	Labels   map[string]string     `json:"labels"`
	Free     any                   `json:"free"`
	Note     brio.Optional[string] `json:"note"`
	Made     time.Time             `json:"made"`
	Wait     time.Duration         `json:"wait"`
	Raw      []byte                `json:"raw"`
	Count    int64                 `json:"count,string"`
	Row      string                `json:"-"`
	*StockBase
	cache int
}

type StockBase struct {
	Base  string `json:"base"`
	Inner int    `json:"-"`
}

type stockOwner struct {
	ID     int    `json:"id" readonly:"true"`
	Email  string `json:"email" validate:"contains=@"`
	Hidden int    `json:"-"`
}

type stockPart struct {
	ID  int    `json:"id" readonly:"true"`
	SKU string `json:"sku"`
	Key string `json:"key" writeonly:"true"`
	Row int    `json:"-"`
}

func newStock() stock {
	return stock{
		ID: 7, Name: "hat", Price: 2, Low: 1, High: 5, Password: "pass", Token: "tok", Owner: &stockOwner{3, "a@b", 30},
		Parts: []stockPart{{1, "p1", "k1", 10}, {2, "p2", "k2", 20}}, Labels: map[string]string{"a/b": "x"}, Free: int8(4),
		Made: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Wait: time.Minute, Raw: []byte{1, 2}, Count: 1 << 60, Row: "row", StockBase: &StockBase{"base", 9}, cache: 5,
	}
}

// newStockApp returns an app whose PATCH changes a stock, and the places where it stores the value and the error.
func newStockApp() (app *brio.App, got *stock, failed *error) {
	got, failed = new(stock), new(error)
	app = brio.New(testkit.Quiet())
	app.Patch("/stock", func(in *struct {
		Patch brio.JSONPatch[stock] `body:""`
	}) error {
		*got = newStock()
		*failed = in.Patch.Apply(got)
		return *failed
	})
	return app, got, failed
}

func sendPatch(t *testing.T, app *brio.App, operations string) (status int, body string) {
	t.Helper()
	w := testkit.Do(app, "PATCH", "/stock", operations, "Content-Type", "application/json-patch+json")
	return w.Code, w.Body.String()
}

// TestJSONPatchApply: operations change what they name, and nothing else, not even what JSON cannot say.
func TestJSONPatchApply(t *testing.T) {
	for _, c := range []struct {
		name, operations string
		change           func(s *stock)
	}{
		{"nothing", `[]`, func(*stock) {}},
		{"only tests", `[{"op":"test","path":"/id","value":7},{"op":"test","path":"/labels/a~1b","value":"x"},{"op":"test","path":"/count","value":"1152921504606846976"}]`, func(*stock) {}},
		{"a member", `[{"op":"replace","path":"/name","value":"cap"}]`, func(s *stock) { s.Name = "cap" }},
		{"a member that omitempty leaves out", `[{"op":"replace","path":"/aka","value":"lid"}]`, func(s *stock) { s.Alias = "lid" }},
		{"the default of what is removed", `[{"op":"remove","path":"/price"}]`, func(s *stock) { s.Price = 1 }},
		{"a write-only member", `[{"op":"replace","path":"/password","value":"word"}]`, func(s *stock) { s.Password = "word" }},
		{"a secret", `[{"op":"add","path":"/token","value":"new"}]`, func(s *stock) { s.Token = "new" }},
		{"inside of a pointer", `[{"op":"replace","path":"/owner/email","value":"c@d"}]`, func(s *stock) { s.Owner = &stockOwner{3, "c@d", 30} }},
		{"a whole struct keeps what is the server's", `[{"op":"replace","path":"/owner","value":{"id":99,"email":"c@d"}}]`, func(s *stock) { s.Owner = &stockOwner{3, "c@d", 30} }},
		{"nil", `[{"op":"replace","path":"/owner","value":null}]`, func(s *stock) { s.Owner = nil }},
		{"removed pointer", `[{"op":"remove","path":"/owner"}]`, func(s *stock) { s.Owner = nil }},
		{"an optional", `[{"op":"add","path":"/note","value":"n"}]`, func(s *stock) { s.Note = brio.Some("n") }},
		{"elements move with all that they have", `[{"op":"move","from":"/parts/1","path":"/parts/0"}]`, func(s *stock) {
			s.Parts = []stockPart{{2, "p2", "k2", 20}, {1, "p1", "k1", 10}}
		}},
		{"an element changes", `[{"op":"replace","path":"/parts/1/sku","value":"x"}]`, func(s *stock) { s.Parts[1].SKU = "x" }},
		{"a new element has no id", `[{"op":"add","path":"/parts/0","value":{"id":5,"sku":"n","key":"k"}}]`, func(s *stock) {
			s.Parts = append([]stockPart{{0, "n", "k", 0}}, s.Parts...)
		}},
		{"a copy is a new element", `[{"op":"copy","from":"/parts/0","path":"/parts/-"},{"op":"add","path":"/parts/2/key","value":"k"}]`, func(s *stock) {
			s.Parts = append(s.Parts, stockPart{0, "p1", "k", 0})
		}},
		{"a map", `[{"op":"add","path":"/labels/c","value":"y"},{"op":"remove","path":"/labels/a~1b"}]`, func(s *stock) { s.Labels = map[string]string{"c": "y"} }},
		{"any", `[{"op":"replace","path":"/free","value":{"x":[1]}},{"op":"add","path":"/free/x/-","value":2}]`, func(s *stock) {
			s.Free = map[string]any{"x": []any{float64(1), float64(2)}}
		}},
		{"a quoted integer", `[{"op":"replace","path":"/count","value":"5"}]`, func(s *stock) { s.Count = 5 }},
		{"an embedded field", `[{"op":"replace","path":"/base","value":"b"}]`, func(s *stock) { s.StockBase = &StockBase{"b", 9} }},
		{"an unknown member is ignored", `[{"op":"add","path":"/titel","value":"x"}]`, func(*stock) {}},
		{"unknown members of operations", `[{"op":"remove","path":"/price","why":1,"value":3}]`, func(s *stock) { s.Price = 1 }},
		{"what is wrong in between", `[{"op":"replace","path":"/low","value":9},{"op":"replace","path":"/high","value":10}]`, func(s *stock) { s.Low, s.High = 9, 10 }},
		{"a move of elements strips what a copy must not have", `[{"op":"move","from":"/parts","path":"/free"},{"op":"add","path":"/parts","value":[]}]`, func(s *stock) {
			s.Free, s.Parts = []any{map[string]any{"id": float64(1), "sku": "p1"}, map[string]any{"id": float64(2), "sku": "p2"}}, []stockPart{}
		}},
		{"a move strips what a copy must not have", `[{"op":"move","from":"/parts/0","path":"/free"}]`, func(s *stock) {
			s.Free, s.Parts = map[string]any{"id": float64(1), "sku": "p1"}, s.Parts[1:]
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			app, got, _ := newStockApp()
			status, body := sendPatch(t, app, c.operations)
			want := newStock()
			c.change(&want)
			if g, w := asText(*got), asText(want); status != 204 || !reflect.DeepEqual(*got, want) {
				t.Errorf("%d %s\ngot  %s\nwant %s", status, body, g, w)
			}
		})
	}
}

// TestJSONPatchWhole: a patch of the whole document keeps what clients cannot set.
func TestJSONPatchWhole(t *testing.T) {
	app, got, _ := newStockApp()
	status, body := sendPatch(t, app, `[{"op":"add","path":"","value":{"name":"cap","low":0,"high":0,"password":"abc","token":"t","parts":[],"labels":{},"free":null,"made":"2026-01-01T00:00:00Z","wait":"PT1S","raw":"AQI=","count":"0","base":""}}]`)
	if status != 204 || got.ID != 7 || got.Row != "row" || got.cache != 5 || got.Name != "cap" || got.Owner != nil || got.Price != 1 {
		t.Errorf("%d %s %+v", status, body, got)
	}
}

// TestJSONPatchErrors: each error has the status and the location that the guide names, and leaves the value as it was.
func TestJSONPatchErrors(t *testing.T) {
	for _, c := range []struct {
		name, operations string
		status           int
		want             string
	}{
		{"no list", `{"op":"add"}`, 422, `"loc":["body"]`},
		{"no object", `[1]`, 422, `"loc":["body",0]`},
		{"unknown operation", `[{"op":"test","path":"/id","value":7},{"op":"ADD","path":"/name","value":1}]`, 422, `"loc":["body",1,"op"]`},
		{"no op", `[{"path":"/name"}]`, 422, `"type":"missing","loc":["body",0,"op"]`},
		{"no path", `[{"op":"remove"}]`, 422, `"type":"missing","loc":["body",0,"path"]`},
		{"null path", `[{"op":"remove","path":null}]`, 422, `"loc":["body",0,"path"]`},
		{"no value", `[{"op":"add","path":"/name"}]`, 422, `"type":"missing","loc":["body",0,"value"]`},
		{"no from", `[{"op":"copy","path":"/name"}]`, 422, `"type":"missing","loc":["body",0,"from"]`},
		{"no pointer", `[{"op":"remove","path":"name"}]`, 422, `"loc":["body",0,"path"]`},
		{"a wrong escape", `[{"op":"copy","path":"/name","from":"/a~"}]`, 422, `"loc":["body",0,"from"]`},
		{"into itself", `[{"op":"move","from":"/owner","path":"/owner/email"}]`, 422, `"loc":["body",0,"path"]`},
		{"repeated member", `[{"op":"remove","op":"add","path":"/a"}]`, 422, `"type":"duplicate_key"`},
		{"repeated member of a value", `[{"op":"add","path":"/free","value":{"a":1,"a":2}}]`, 422, `"type":"duplicate_key"`},
		{"too many", "[" + strings.TrimSuffix(strings.Repeat(`{"op":"remove","path":"/aka"},`, 1001), ",") + "]", 422, `"type":"too_long","loc":["body"]`},
		{"a failed test", `[{"op":"replace","path":"/name","value":"cap"},{"op":"test","path":"/price","value":3}]`, 409, `"type":"patch_test","loc":["body",1,"value"]`},
		{"a missing place", `[{"op":"remove","path":"/parts/5"}]`, 409, `"type":"patch_missing","loc":["body",0,"path"],"msg":"The value to patch has no such place","input":"/parts/5"`},
		{"a missing origin", `[{"op":"move","from":"/x","path":"/name"}]`, 409, `"type":"patch_missing","loc":["body",0,"from"]`},
		{"read-only", `[{"op":"replace","path":"/id","value":8}]`, 422, `"loc":["body",0,"path"],"msg":"Value error, the member cannot be changed"`},
		{"read-only in depth", `[{"op":"remove","path":"/parts/0/id"}]`, 422, `"loc":["body",0,"path"]`},
		{"move of a read-only member", `[{"op":"move","from":"/id","path":"/low"}]`, 422, `"loc":["body",0,"from"]`},
		{"test of a write-only member", `[{"op":"test","path":"/password","value":"pass"}]`, 422, `"loc":["body",0,"path"],"msg":"Value error, the member cannot be read"`},
		{"copy of a secret", `[{"op":"copy","from":"/token","path":"/name"}]`, 422, `"loc":["body",0,"from"]`},
		{"move of a write-only member", `[{"op":"move","from":"/parts/0/key","path":"/name"}]`, 422, `"loc":["body",0,"from"]`},
		{"test that guesses a write-only member", `[{"op":"test","path":"/parts/0","value":{"id":1,"sku":"p1","key":"k1"}}]`, 409, `"loc":["body",0,"value"]`},
		{"a removed required member", `[{"op":"remove","path":"/name"}]`, 422, `"type":"missing","loc":["body","name"]`},
		{"a broken rule", `[{"op":"replace","path":"/name","value":"x"}]`, 422, `"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 2 characters","input":null`},
		{"a broken rule in depth", `[{"op":"replace","path":"/owner/email","value":"x"}]`, 422, `"loc":["body","owner","email"]`},
		{"a broken rule of two fields", `[{"op":"replace","path":"/low","value":6}]`, 422, `"loc":["body","high"]`},
		{"another type", `[{"op":"replace","path":"/parts/1/sku","value":5}]`, 422, `"type":"string_type","loc":["body","parts",1,"sku"]`},
		{"null", `[{"op":"replace","path":"/name","value":null}]`, 422, `"loc":["body","name"]`},
		{"a new element without a write-only member", `[{"op":"copy","from":"/parts/0","path":"/parts/-"}]`, 422, `"type":"missing","loc":["body","parts",2,"key"]`},
		{"the document is a list", `[{"op":"replace","path":"","value":[]}]`, 422, `"loc":["body"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			app, got, failed := newStockApp()
			status, body := sendPatch(t, app, c.operations)
			if status != c.status || !strings.Contains(body, c.want) {
				t.Errorf("got %d %s", status, body)
			}
			if *failed != nil && !reflect.DeepEqual(*got, newStock()) {
				t.Errorf("the value has changed: %s", asText(*got))
			}
			var conflict *params.ConflictError
			if errors.As(*failed, &conflict) != (c.status == 409) {
				t.Errorf("the error is a %T", *failed)
			}
			if strings.Contains(body, "pass\"") && !strings.Contains(c.operations, "pass\"") || strings.Contains(body, "tok\"") {
				t.Errorf("the answer has a secret: %s", body)
			}
		})
	}
}

// TestJSONPatchSharesNothing: a shallow copy of the value that was patched stays as it was.
func TestJSONPatchSharesNothing(t *testing.T) {
	before, keep := newStock(), newStock()
	app := brio.New(testkit.Quiet())
	app.Patch("/stock", func(in *struct {
		Patch brio.JSONPatch[stock] `body:""`
	}) error {
		value := before
		return in.Patch.Apply(&value)
	})
	status, body := sendPatch(t, app, `[{"op":"replace","path":"/owner/email","value":"c@d"},{"op":"remove","path":"/parts/0"},{"op":"replace","path":"/parts/0/sku","value":"z"},{"op":"add","path":"/labels/z","value":"z"},{"op":"replace","path":"/base","value":"z"},{"op":"replace","path":"/raw","value":"AAAA"}]`)
	if status != 204 || !reflect.DeepEqual(before, keep) {
		t.Errorf("%d %s: %s", status, body, asText(before))
	}
}

// TestJSONPatchMediaTypes: the media type of RFC 6902 alone, and Accept-Patch of RFC 5789.
func TestJSONPatchMediaTypes(t *testing.T) {
	app, _, _ := newStockApp()
	for _, mediaType := range []string{"application/json", "application/merge-patch+json", "text/plain"} {
		w := testkit.Do(app, "PATCH", "/stock", `[]`, "Content-Type", mediaType)
		testkit.WantStatus(t, w, 415)
		testkit.WantHeader(t, w, "Accept-Patch", "application/json-patch+json")
	}
	w := testkit.Do(app, "OPTIONS", "/stock", "")
	testkit.WantHeader(t, w, "Accept-Patch", "application/json-patch+json")
	tagged := brio.New(testkit.Quiet())
	tagged.Patch("/stock", func(in *struct {
		Patch brio.JSONPatch[stock] `body:"" media:"application/json,application/json-patch+json"`
	}) []params.PatchOperation {
		return in.Patch.Operations()
	})
	w = testkit.Do(tagged, "PATCH", "/stock", `[{"op":"move","from":"/a","path":"/b"}]`, "Content-Type", "application/json")
	testkit.WantBody(t, w, `[{"op":"move","path":"/b","from":"/a","value":null}]`)
}

type patchedNode struct {
	Name string         `json:"name"`
	Next *patchedNode   `json:"next"`
	Kids []*patchedNode `json:"kids"`
}

type patchedShape struct {
	brio.OneOf
	Circle *patchedCircle
	Square *patchedSquare
}

type patchedCircle struct {
	Kind   string `json:"kind" validate:"eq=circle"`
	Radius int    `json:"radius"`
	Row    int    `json:"-"`
}

type patchedSquare struct {
	Kind string `json:"kind" validate:"eq=square"`
	Side int    `json:"side"`
}

type takenName struct {
	Name string `json:"name"`
}

func (r *takenName) Validate(context.Context) error {
	if r.Name == "taken" {
		return response.NewError(409, "the name is taken")
	}
	return nil
}

// TestJSONPatchTypes: values that are no structs, types that contain themselves, unions, Validate methods, and values without JSON.
func TestJSONPatchTypes(t *testing.T) {
	app := brio.New(testkit.Quiet())
	type list struct {
		Patch brio.JSONPatch[[]int] `body:""`
	}
	app.Patch("/list", func(in *list) ([]int, error) {
		v := []int{1, 2, 3}
		return v, in.Patch.Apply(&v)
	})
	app.Patch("/map", func(in *brio.Body[brio.JSONPatch[map[string]any]]) (map[string]any, error) {
		var v map[string]any
		return v, in.Value.Apply(&v)
	})
	app.Patch("/node", func(in *brio.Body[brio.JSONPatch[patchedNode]]) (*patchedNode, error) {
		v := patchedNode{"a", &patchedNode{Name: "b"}, nil}
		return &v, in.Value.Apply(&v)
	})
	app.Patch("/loop", func(in *brio.Body[brio.JSONPatch[patchedNode]]) error {
		v := patchedNode{Name: "a"}
		v.Next = &v
		return in.Value.Apply(&v)
	})
	app.Patch("/nan", func(in *brio.Body[brio.JSONPatch[any]]) error {
		var v any = func() {}
		return in.Value.Apply(&v)
	})
	app.Patch("/refusing", func(in *brio.Body[brio.JSONPatch[takenName]]) (*takenName, error) {
		v := takenName{"a"}
		return &v, in.Value.Apply(&v)
	})
	app.Patch("/shapes", func(in *brio.Body[brio.JSONPatch[[]patchedShape]]) ([]patchedShape, error) {
		v := []patchedShape{{Circle: &patchedCircle{"circle", 1, 5}}}
		if err := in.Value.Apply(&v); err != nil {
			return nil, err
		}
		if c := v[0].Circle; c != nil && c.Row != 5 {
			return nil, errors.New("the variant has lost its row")
		}
		return v, nil
	})
	for _, c := range []struct {
		path, operations string
		status           int
		want             string
	}{
		{"/list", `[{"op":"remove","path":"/0"},{"op":"add","path":"/-","value":9}]`, 200, `[2,3,9]`},
		{"/list", `[{"op":"add","path":"/-","value":"x"}]`, 422, `"loc":["body",3]`},
		{"/map", `[{"op":"add","path":"/a","value":{"b":1}},{"op":"copy","from":"/a","path":"/a/c"}]`, 200, `{"a":{"b":1,"c":{"b":1}}}`},
		{"/node", `[{"op":"add","path":"/next/next","value":{"name":"c","next":null,"kids":[]}}]`, 200, `{"name":"a","next":{"name":"b","next":{"name":"c","next":null,"kids":[]},"kids":[]},"kids":[]}`},
		{"/loop", `[]`, 500, ``},
		{"/nan", `[]`, 500, ``},
		{"/refusing", `[{"op":"replace","path":"/name","value":"taken"}]`, 409, `{"detail":"the name is taken"}`},
		{"/shapes", `[{"op":"replace","path":"/0/radius","value":2}]`, 200, `[{"kind":"circle","radius":2}]`},
		{"/shapes", `[{"op":"replace","path":"/0","value":{"kind":"square","side":2}}]`, 200, `[{"kind":"square","side":2}]`},
	} {
		w := testkit.Do(app, "PATCH", c.path, c.operations, "Content-Type", "application/json-patch+json")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: got %d %s", c.path, c.operations, w.Code, w.Body)
		}
	}
}

type patchedBag struct {
	Name  string         `json:"name"`
	Extra map[string]any `json:"-" extra:"allow"`
}

// TestJSONPatchUndeclaredMembers: members that the struct does not declare are places of a patch, and keep their Go values when no
// operation reaches them.
func TestJSONPatchUndeclaredMembers(t *testing.T) {
	for operations, want := range map[string]patchedBag{
		`[]`: {"hat", map[string]any{"size": int8(4), "color": "red"}},
		`[{"op":"replace","path":"/name","value":"cap"}]`:                                               {"cap", map[string]any{"size": int8(4), "color": "red"}},
		`[{"op":"replace","path":"/color","value":"blue"},{"op":"test","path":"/size","value":4}]`:      {"hat", map[string]any{"size": int8(4), "color": "blue"}},
		`[{"op":"remove","path":"/color"},{"op":"add","path":"/tags","value":["a"]}]`:                   {"hat", map[string]any{"size": int8(4), "tags": []any{"a"}}},
		`[{"op":"add","path":"","value":{"name":"cap","color":"blue"}}]`:                                {"cap", map[string]any{"color": "blue"}},
		`[{"op":"move","from":"/color","path":"/name"}]`:                                                {"red", map[string]any{"size": int8(4)}},
		`[{"op":"add","path":"/in","value":{"a":{"b":[]}}},{"op":"move","from":"/in/a","path":"/out"}]`: {"hat", map[string]any{"size": int8(4), "color": "red", "in": map[string]any{}, "out": map[string]any{"b": []any{}}}},
	} {
		before := patchedBag{"hat", map[string]any{"size": int8(4), "color": "red"}}
		got := before
		app := brio.New(testkit.Quiet())
		app.Patch("/", func(in *brio.Body[brio.JSONPatch[patchedBag]]) error { return in.Value.Apply(&got) })
		w := testkit.Do(app, "PATCH", "/", operations, "Content-Type", "application/json-patch+json")
		if w.Code != 204 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %d %s %#v, want %#v", operations, w.Code, w.Body, got, want)
		}
		if !reflect.DeepEqual(before, patchedBag{"hat", map[string]any{"size": int8(4), "color": "red"}}) {
			t.Errorf("%s: the map of the value is changed: %v", operations, before)
		}
	}
}

// TestJSONPatchValueWithoutJSON: the error of a value that has no JSON form names its place.
func TestJSONPatchValueWithoutJSON(t *testing.T) {
	type values struct {
		List   []float64          `json:"list"`
		Map    map[string]float64 `json:"map"`
		Shapes []patchedShape     `json:"shapes"`
	}
	nan := math.NaN()
	for want, v := range map[string]values{
		"list: [1]: ":                       {List: []float64{1, nan}},
		`map: ["b"]: `:                      {Map: map[string]float64{"a": 1, "b": nan}},
		"holds no variant, or several":      {Shapes: []patchedShape{{}}},
		"shapes: [0]: binding_test.patched": {Shapes: []patchedShape{{}}},
	} {
		var err error
		app := brio.New(testkit.Quiet())
		app.Patch("/", func(in *brio.Body[brio.JSONPatch[values]]) error { err = in.Value.Apply(&v); return err })
		w := testkit.Do(app, "PATCH", "/", `[]`, "Content-Type", "application/json-patch+json")
		if w.Code != 500 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %d %v, want %s", w.Code, err, want)
		}
	}
}

// TestJSONPatchPlaces: a JSON Patch is a whole body. Elsewhere, and as a result, it is a start-up error.
func TestJSONPatchPlaces(t *testing.T) {
	for name, handler := range map[string]any{
		"member": func(*struct {
			Patch brio.JSONPatch[stock] `body:"patch"`
		}) {
		},
		"list": func(*brio.Body[[]brio.JSONPatch[stock]]) {},
		"query": func(*struct {
			Patch brio.JSONPatch[stock] `query:"p,json"`
		}) {
		},
		"result": func() brio.JSONPatch[stock] { return brio.JSONPatch[stock]{} },
		"channel": func(*brio.Body[brio.JSONPatch[struct {
			C chan int `json:"c"`
		}]]) {
		},
	} {
		app := brio.New(testkit.Quiet())
		app.Patch("/", handler)
		if err := app.Check(); err == nil {
			t.Errorf("%s: no problem", name)
		}
	}
}

// TestJSONPatchDocument: the schema is that of the operations, and the answers have the conflict.
func TestJSONPatchDocument(t *testing.T) {
	app, _, _ := newStockApp()
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]json.RawMessage `json:"content"`
			} `json:"requestBody"`
			Responses map[string]any `json:"responses"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(testkit.Do(app, "GET", "/openapi.json", "").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	op := doc.Paths["/stock"]["patch"]
	got := string(op.RequestBody.Content["application/json-patch+json"])
	if len(op.RequestBody.Content) != 1 || !strings.Contains(got, `"items":{"$ref":"#/components/schemas/JSONPatchOperation"}`) || !strings.Contains(got, `"maxItems":1000`) {
		t.Errorf("got %s", got)
	}
	if op.Responses["409"] == nil || op.Responses["415"] == nil || op.Responses["422"] == nil {
		t.Errorf("got responses %v", op.Responses)
	}
	if s := string(doc.Components.Schemas["JSONPatchOperation"]); !strings.Contains(s, `"required":["op","path","from"]`) {
		t.Errorf("got %s", s)
	}
}

// asText returns a value for the message of a failure.
func asText(v any) string { return testkit.TextOf(v) }
