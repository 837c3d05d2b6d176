package lists_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

type listItems struct {
	params.Cursor
	Price params.Filter[float64]   `query:"price" filter:"eq,lt,gte,in" validate:"gte=0" doc:"Price in euro"`
	Name  params.Filter[string]    `query:"name" filter:"eq,contains,null"`
	Since params.Filter[time.Time] `query:"since" filter:"gte"`
	Sort  params.Sort              `query:"sort" sort:"name,-created" default:"-created"`
}

func newListApp() *brio.App {
	app := brio.New()
	app.Get("/items", func(in listItems) (string, error) {
		price := in.Price
		return strings.TrimSpace(fmt.Sprintln(price.Eq.Or(-1), price.Lt.Or(-1), price.Gte.Or(-1), price.In, in.Name.Eq.Or("-"), in.Name.Contains.Or("-"), in.Name.Null.Or(false), in.Sort.Terms(), in.Limit)), nil
	}, brio.Depends(func(struct {
		Tenant string `query:"tenant" default:""`
	}) {
	}))
	return app
}

// TestFilterReadsOperators: each operator of the tag is a parameter, with the type and the rules of the field.
func TestFilterReadsOperators(t *testing.T) {
	t.Parallel()
	app := newListApp()
	for query, want := range map[string]string{
		"":        `-1 -1 -1 [] - - false [{created true}] 50`,
		"price=2": `2 -1 -1 [] - - false [{created true}] 50`,
		"price__lt=3&price__gte=1.5&price__in=1&price__in=2&tenant=a": `-1 3 1.5 [1 2] - - false [{created true}] 50`,
		"name=a&name__contains=%25&name__null=true":                   `-1 -1 -1 [] a % true [{created true}] 50`,
		"sort=name,-created&limit=7":                                  `-1 -1 -1 [] - - false [{name false} {created true}] 7`,
		"sort=name":                                                   `-1 -1 -1 [] - - false [{name false}] 50`,
	} {
		testkit.WantBody(t, testkit.Get(app, "/items?"+query), `"`+want+`"`)
	}
}

// TestFilterRefusesRequests: wrong values and unknown names are a 422 with their location.
func TestFilterRefusesRequests(t *testing.T) {
	t.Parallel()
	app := newListApp()
	for query, want := range map[string]string{
		"price=x":                  `"type":"float_parsing","loc":["query","price"]`,
		"price__lt=-1":             `"type":"greater_than_equal","loc":["query","price__lt"]`,
		"price__in=1&price__in=-1": `"type":"greater_than_equal","loc":["query","price__in",1]`,
		"price__gt=1":              `"type":"extra_forbidden","loc":["query","price__gt"]`,
		"prise=1":                  `"type":"extra_forbidden","loc":["query","prise"]`,
		"since__gte=monday":        `"loc":["query","since__gte"]`,
		"sort=price":               `"loc":["query","sort",0]`,
		"sort=-name":               `"loc":["query","sort",0]`,
		"sort=name,name":           `"loc":["query","sort"]`,
		"name__contains=":          `"type":"string_too_short","loc":["query","name__contains"]`,
		"limit=101":                `"loc":["query","limit"]`,
		"price__in=" + strings.Repeat("1&price__in=", 100) + "1": `"type":"too_long","loc":["query","price__in"]`,
	} {
		w := testkit.Get(app, "/items?"+query)
		if w.Code != 422 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%.40s: got %d %.400s, want 422 with %s", query, w.Code, w.Body, want)
		}
	}
}

// TestFilterInDocument: the document has each parameter with its type, rules and text, and the sorts as an enum.
func TestFilterInDocument(t *testing.T) {
	t.Parallel()
	doc := testkit.Get(newListApp(), "/openapi.json").Body.String()
	for _, want := range []string{
		`"name":"price","in":"query","required":false`, `"name":"price__lt"`, `"name":"price__in"`, `"Price in euro: less than the value"`,
		`"name":"name__null"`, `"enum":["name","-created"]`, `"name":"since__gte"`, `"format":"date-time"`, `"name":"cursor"`, `"style":"form","explode":false`,
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("the document has no %s:\n%s", want, doc)
		}
	}
}

// TestFilterMistakesStopStart: declarations that cannot work are reported with the place of the route and a cure.
func TestFilterMistakesStopStart(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		handler any
		want    string
	}{
		"unknown operator": {func(struct {
			A params.Filter[int] `query:"a" filter:"eq,like"`
		}) {
		}, `unknown operator "like"; legal are eq, ne, lt, lte, gt, gte, in, not_in, null`},
		"order of bools": {func(struct {
			A params.Filter[bool] `query:"a" filter:"lt"`
		}) {
		}, `the operator lt is not for a bool; legal are eq, ne, in, not_in, null`},
		"no operators": {func(struct {
			A params.Filter[int] `query:"a"`
		}) {
		}, `write filter:"eq"`},
		"twice": {func(struct {
			A params.Filter[int] `query:"a" filter:"eq,eq"`
		}) {
		}, `has eq twice; keep one`},
		"header": {func(struct {
			A params.Filter[int] `header:"A" filter:"eq"`
		}) {
		}, `a filter is read from the query, not from a header`},
		"default": {func(struct {
			A params.Filter[int] `query:"a" filter:"eq" default:"1"`
		}) {
		}, `a filter has no default`},
		"plain field": {func(struct {
			A int `query:"a" filter:"eq"`
		}) {
		}, `write params.Filter[int]`},
		"struct": {func(struct {
			A params.Filter[number] `query:"a" filter:"eq"`
		}) {
		}, `a filter compares with one text`},
		"list": {func(struct {
			A params.Filter[[]int] `query:"a" filter:"eq"`
		}) {
		}, `which cannot be a []int`},
		"optional": {func(struct {
			A params.Filter[*int] `query:"a" filter:"eq"`
		}) {
		}, `which cannot be a *int`},
		"in a body": {func(params.Body[struct{ A params.Filter[int] }]) {}, `is a parameter of the query`},
		"clash": {func(struct {
			A params.Filter[int] `query:"a" filter:"lt"`
			B int                `query:"a__lt" default:"1"`
		}) {
		}, `both read the query parameter "a__lt"`},
		"unread tag": {func(struct {
			A params.Filter[int] `query:"a" filter:"eq" minimum:"1"`
		}) {
		}, `nothing reads minimum:"1"`},
		"sort without names": {func(struct {
			S params.Sort `query:"sort"`
		}) {
		}, `write sort:"name,-created"`},
		"sort of a plain field": {func(struct {
			S []string `query:"sort" sort:"a"`
		}) {
		}, `is for a params.Sort`},
		"sort name": {func(struct {
			S params.Sort `query:"sort" sort:"a b"`
		}) {
		}, `"a b", which is no name`},
		"sort twice": {func(struct {
			S params.Sort `query:"sort" sort:"a,-b,a"`
		}) {
		}, `has a twice`},
		"sort default": {func(struct {
			S params.Sort `query:"sort" sort:"a" default:"b"`
		}) {
		}, `default:"b" breaks a rule`},
	} {
		app := brio.New()
		app.Get("/items", tt.handler)
		err := app.Check()
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "filter_test.go:") {
			t.Errorf("%s: got %v, want %s with the place", name, err, tt.want)
		}
	}
}
