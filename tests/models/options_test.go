package models_test

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

type (
	owner struct {
		Name  string `json:"name"`
		Token string `json:"token"`
	}
	item struct {
		Name  string   `json:"name"`
		Price *float64 `json:"price"`
		Tax   float64  `json:"tax" default:"10"`
		Owner owner    `json:"owner"`
	}
)

func newItem() item   { return item{Name: "x", Tax: 10, Owner: owner{"o", "t"}} }
func newOwner() owner { return owner{"o", "t"} }

// TestModelOptionsMergeByLevel: the switches and ResponseInclude of the nearest level count, and exclusions add up. A
// path that a model does not have says nothing of it, and paths do not reach values without a model.
func TestModelOptionsMergeByLevel(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.ExcludeNone(), brio.ResponseExclude("owner.token"))
	app.Get("/app", newItem)
	app.Get("/back", newItem, brio.ExcludeNone(false))
	app.Get("/add", newItem, brio.ResponseExclude("name"))
	app.Get("/fits-not", newOwner) // the model has no owner.token
	app.Get("/any", func() any { return newItem() })
	app.Get("/list", func() []item { return []item{newItem()} })
	app.Get("/direct", func() *brio.Response { return response.JSON(newOwner()) })
	app.Get("/text", func() string { return "t" }, brio.ResponseClass(response.TextClass))
	app.Get("/none", func() {})
	app.Get("/lines", func() iter.Seq[item] { return slices.Values([]item{newItem()}) })
	app.Get("/events", func() iter.Seq[item] { return slices.Values([]item{newItem()}) }, brio.ResponseClass(response.EventStreamClass))
	r := brio.NewRouter(brio.Prefix("/r"), brio.ResponseInclude("name", "price", "owner"), brio.ExcludeDefaults(), brio.ExcludeUnset())
	r.Get("/in", newItem)
	r.Get("/nearer", newItem, brio.ResponseInclude("tax", "owner"), brio.ExcludeDefaults(false))
	r.Get("/reused", newItem, brio.Options(brio.ResponseInclude("tax"), brio.ResponseInclude("name")), brio.ExcludeDefaults(false))
	app.Include(r, brio.ResponseExclude("owner.name"))
	c := briotest.New(t, app)
	for path, want := range map[string]string{
		"/app":      `{"name":"x","tax":10,"owner":{"name":"o"}}`,
		"/back":     `{"name":"x","price":null,"tax":10,"owner":{"name":"o"}}`,
		"/add":      `{"tax":10,"owner":{"name":"o"}}`,
		"/fits-not": `{"name":"o","token":"t"}`,
		"/any":      `{"name":"x","tax":10,"owner":{"name":"o","token":"t"}}`, // without a model paths have no meaning
		"/list":     `[{"name":"x","tax":10,"owner":{"name":"o"}}]`,
		"/direct":   `{"name":"o","token":"t"}`,
		"/text":     `t`,
		"/lines":    `{"name":"x","tax":10,"owner":{"name":"o"}}` + "\n",
		"/events":   `data: {"name":"x","tax":10,"owner":{"name":"o"}}` + "\n\n",
		"/r/in":     `{"name":"x","owner":{}}`,
		"/r/nearer": `{"tax":10,"owner":{}}`,
		"/r/reused": `{"name":"x","tax":10}`,
	} {
		c.Get(path).Status(200).Body(want)
	}
	c.Get("/none").Status(204).Body("")
}

// TestCheckRefusesUnknownExclusion: a path that no model has is a start-up error: it would hide nothing.
func TestCheckRefusesUnknownExclusion(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.ResponseExclude("owner.tokn", "owner.token"))
	app.Get("/", newItem)
	app.Get("/2", newItem, brio.ResponseExclude("nme"))
	err := app.Check()
	if err == nil || !strings.Contains(err.Error(), `"owner.tokn"`) || !strings.Contains(err.Error(), `"nme"`) || strings.Contains(err.Error(), `"owner.token"`) {
		t.Error(err)
	}
}

type (
	ruled struct {
		Name   string             `json:"name" validate:"min=2"`
		Code   string             `json:"code,omitempty" pattern:"^[A-Z]+$"`
		Mail   *string            `json:"mail" validate:"omitempty,email"`
		Tags   []string           `json:"tags" validate:"max=2,dive,min=2"`
		Counts map[string]int     `json:"counts" validate:"dive,keys,max=3,endkeys,gte=0"`
		From   int                `json:"from"`
		To     int                `json:"to" validate:"gtefield=From"`
		Inner  []ruledInner       `json:"inner"`
		Free   any                `json:"free"`
		Codes  params.Set[string] `json:"codes,omitempty" validate:"dive,min=2"`
	}
	ruledInner struct {
		N brio.Optional[int] `json:"n,omitempty" validate:"lt=10"`
	}
	ruledRow struct {
		Name string
		N    int8
	}
	ruledOut struct {
		Name string `json:"name" validate:"oneof=a b"`
		N    int64  `json:"n" validate:"gt=0"`
	}
)

// TestValidateResponsesReportsBrokenRules: a result that breaks a rule of its model answers 500. The log has its place
// and the rule, without the value. It is off by default and on in briotest.
func TestValidateResponsesReportsBrokenRules(t *testing.T) {
	t.Parallel()
	p := func(s string) *string { return &s }
	var value any
	routes := func(opts ...brio.AppOption) (*brio.App, *testkit.Log) {
		var log testkit.Log
		app := brio.New(append(opts, brio.Logger(log.Logger()))...)
		app.Get("/ruled", func() ruled { return value.(ruled) })
		app.Get("/row", func() []ruledRow { return value.([]ruledRow) }, brio.ResponseModel[[]ruledOut]())
		app.Get("/map", func() map[string]any { return value.(map[string]any) }, brio.ResponseModel[ruledOut]())
		app.Get("/any", func() any { return value }, brio.ResponseModel[ruledOut]())
		app.Get("/direct", func() *brio.Response { return response.JSON(value) })
		app.Get("/nomodel", func() any { return value })
		return app, &log
	}
	right := ruled{Name: "ab", Tags: []string{"xy"}, Counts: map[string]int{"k": 1}, Inner: []ruledInner{{}, {brio.Some(9)}}, Free: ruledOut{"z", -1}}
	with := func(f func(*ruled)) ruled { v := right; f(&v); return v }
	app, log := routes()
	c := briotest.New(t, app)
	for _, tc := range []struct {
		path  string
		value any
		where string // place in the log; empty when the value keeps all rules
	}{
		{"/ruled", right, ""},
		{"/ruled", with(func(v *ruled) { v.Name = "s" }), "result.name: "},
		{"/ruled", with(func(v *ruled) { v.Code = "AB" }), ""},
		{"/ruled", with(func(v *ruled) { v.Code = "ab" }), "result.code: "},
		{"/ruled", with(func(v *ruled) { v.Mail = p("a@b.cd") }), ""},
		{"/ruled", with(func(v *ruled) { v.Mail = p("secret-value") }), "result.mail: "},
		{"/ruled", with(func(v *ruled) { v.Tags = []string{"ab", "c"} }), "result.tags[1]: "},
		{"/ruled", with(func(v *ruled) { v.Tags = make([]string, 3) }), "result.tags: "},
		{"/ruled", with(func(v *ruled) { v.Counts = map[string]int{"a": -1} }), `result.counts[\"a\"]: `},
		{"/ruled", with(func(v *ruled) { v.Counts = map[string]int{"long": 1} }), `result.counts[\"long\"] key: `},
		{"/ruled", with(func(v *ruled) { v.From = 1 }), "result.to: "},
		{"/ruled", with(func(v *ruled) { v.Inner = []ruledInner{{}, {brio.Some(10)}} }), "result.inner[1].n: "},
		{"/ruled", with(func(v *ruled) { v.Codes = params.SetOf("ab", "c") }), `result.codes[\"c\"]`},
		{"/row", []ruledRow{{"a", 1}, {"b", 2}}, ""},
		{"/row", []ruledRow{{"a", 1}, {"c", 2}}, "result[1].name: "},
		{"/row", []ruledRow{{"a", 0}}, "result[0].n: "},
		{"/map", map[string]any{"name": "a", "n": 1}, ""},
		{"/map", map[string]any{"name": "a", "n": int8(0)}, "result.n: "},
		{"/any", ruledRow{"a", 1}, ""},
		{"/any", ruledRow{"a", -1}, "result.n: "},
		{"/direct", ruledOut{"z", -1}, ""},
		{"/nomodel", ruledOut{"z", -1}, ""},
	} {
		log.Reset()
		value = tc.value
		if tc.where == "" {
			c.Get(tc.path).Status(200)
			continue
		}
		c.Get(tc.path).Status(500).Body(testkit.InternalError)
		if !strings.Contains(log.String(), tc.where) || !strings.Contains(log.String(), "it breaks a rule of the model") || strings.Contains(log.String(), "secret-value") {
			t.Errorf("%s %+v: the log lacks %s\n%s", tc.path, tc.value, tc.where, log)
		}
	}
	// The option takes it back in briotest, and is off by default outside of it.
	value = with(func(v *ruled) { v.Name = "s" })
	off, _ := routes(brio.ValidateResponses(false))
	briotest.New(t, off, briotest.AllowUndeclared()).Get("/ruled").Status(200)
	plain, _ := routes()
	on, _ := routes(brio.ValidateResponses(true))
	for app, want := range map[*brio.App]int{plain: 200, on: 500} {
		if got := testkit.Get(app, "/ruled").Code; got != want {
			t.Errorf("status %d, want %d", got, want)
		}
	}
}
