package bind_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

// twinA and twinB are alike: each choice, at each depth, stays open until the innermost value decides.
type twinA struct {
	V twins `json:"v"`
}

type twinB struct {
	V twins `json:"v"`
}

type twins struct {
	brio.AnyOf
	A *twinA
	B *twinB
	N *int
}

// TestNestedUnionsTakeLinearTime: two variants at each of 60 levels must not be 2^60 attempts.
func TestNestedUnionsTakeLinearTime(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in brio.Body[twins]) twins { return in.Value })
	for _, inner := range []string{`1`, `"x"`} {
		doc := strings.Repeat(`{"v":`, 60) + inner + strings.Repeat(`}`, 60)
		r := httptest.NewRequest("POST", "/", strings.NewReader(doc))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		start := time.Now()
		app.ServeHTTP(w, r)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: %s", inner, took)
		}
		if ok := inner == `1`; ok != (w.Code == 200) || ok && w.Body.String() != doc || !ok && strings.Count(w.Body.String(), `"type"`) != 100 {
			t.Errorf("%s: %d %.300s", inner, w.Code, w.Body)
		}
	}
}

// flatBox has a field for one member of in, and unionBox for two: those of a variant of the union there.
type (
	flatBox struct {
		In struct {
			P int `json:"p"`
		} `json:"in"`
	}
	unionBox struct {
		In *pairOrText `json:"in"`
	}
	pairOrText struct {
		brio.AnyOf
		Text *string
		Pair *struct {
			P int `json:"p"`
			Q int `json:"q"`
		}
	}
	boxes struct {
		brio.AnyOf
		Flat  *flatBox
		Union *unionBox
	}
)

// TestBestVariantCountsMembersOfUnions: the members of a value inside of a union count too when the variant with most members is chosen.
func TestBestVariantCountsMembersOfUnions(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in brio.Body[boxes]) boxes { return in.Value })
	for doc, want := range map[string]string{
		`{"in":{"p":1,"q":2}}`: `{"in":{"p":1,"q":2}}`,
		`{"in":{"p":1}}`:       `{"in":{"p":1}}`,
		`{"in":"x"}`:           `{"in":"x"}`,
		`{"in":null}`:          `{"in":null}`,
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(doc))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if app.ServeHTTP(w, r); w.Body.String() != want {
			t.Errorf("%s: %d %s, want %s", doc, w.Code, w.Body, want)
		}
	}
}

type listA struct {
	Kind string       `json:"kind" validate:"oneof=a"`
	Many []int        `json:"many,omitempty"`
	V    *lists       `json:"v,omitempty"`
	W    *taggedLists `json:"w,omitempty"`
}

type listB struct {
	Kind string `json:"kind" validate:"oneof=b"`
	Many []int  `json:"many,omitempty"`
	V    *lists `json:"v,omitempty"`
	Last int    `json:"last"`
}

type lists struct {
	brio.AnyOf
	A *listA
	B *listB
}

type taggedLists struct {
	brio.OneOf `discriminator:"kind"`
	A          *listA
	B          *listB
}

// TestDeepUnionsReadValuesOnce: a large list below many unions is not read once for each combination of variants.
func TestDeepUnionsReadValuesOnce(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in brio.Body[lists]) lists { return in.Value })
	many := `"many":[` + strings.Repeat("1,", 40_000) + `1]`
	for _, test := range []struct {
		level, inner string
		status       int
	}{
		{`{"kind":"a","v":`, `{"kind":"a",` + many + `}`, 200},
		{`{"kind":"a","w":`, `{"kind":"a",` + many + `}`, 200},
		{`{"kind":"a","v":`, `{"kind":"x",` + many + `}`, 422},
		{`{"kind":"a","v":`, `{"kind":"a",` + many + `,"v":` + strings.Repeat(`{"kind":"a","v":`, 20) + `{"kind":"x"}` + strings.Repeat(`}`, 21), 422},
	} {
		n := 55
		if test.level[12] == 'w' {
			n = 1 // a tagged union inside a list of others
		}
		if strings.Contains(test.inner, "x") {
			n = 8
		}
		doc := strings.Repeat(test.level, n) + test.inner + strings.Repeat(`}`, n)
		r := httptest.NewRequest("POST", "/", strings.NewReader(doc))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		start := time.Now()
		app.ServeHTTP(w, r)
		if took := time.Since(start); took > time.Minute || w.Code != test.status {
			t.Errorf("%.40s: %d after %s: %.200s", doc, w.Code, took, w.Body)
		} else {
			t.Logf("%d in %s", len(doc), took)
		}
	}
}

type genericPage[T any] struct {
	Items []T             `json:"items"`
	Next  *genericPage[T] `json:"next,omitempty"`
}

type recursive struct {
	Name string               `json:"name" validate:"min=1"`
	Kids []recursive          `json:"kids,omitempty"`
	By   map[string]recursive `json:"by,omitempty"`
}

// TestGenericAndRecursiveTypesBind
func TestGenericAndRecursiveTypesBind(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in brio.Body[genericPage[recursive]]) genericPage[recursive] { return in.Value })
	post := func(doc string) string {
		r := httptest.NewRequest("POST", "/", strings.NewReader(doc))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w.Body.String()
	}
	doc := `{"items":[{"name":"a","kids":[{"name":"b"}],"by":{"x":{"name":"c"}}}],"next":{"items":[]}}`
	if got := post(doc); got != doc {
		t.Error(got)
	}
	want := `{"detail":[{"type":"string_too_short","loc":["body","items",0,"kids",0,"name"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}},` +
		`{"type":"missing","loc":["body","items",0,"by","x","name"],"msg":"Field required","input":{}},` +
		`{"type":"missing","loc":["body","next","items"],"msg":"Field required","input":{}}]}`
	if got := post(`{"items":[{"name":"a","kids":[{"name":""}],"by":{"x":{}}}],"next":{}}`); got != want {
		t.Error(got)
	}
}
