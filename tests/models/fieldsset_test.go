package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/openapi/spec"
)

type (
	setOwner struct {
		Name  string  `json:"name"`
		Email *string `json:"email"`
		brio.FieldsSet
	}
	setItem struct {
		ID    int      `json:"id,omitempty" readonly:"true"`
		Name  string   `json:"name"`
		Price *float64 `json:"price"`
		Tax   float64  `json:"tax" default:"10.5"`
		setAudit
		Owner  *setOwner           `json:"owner"`
		Others []setOwner          `json:"others,omitempty"`
		ByName map[string]setOwner `json:"by_name,omitempty"`
		brio.FieldsSet
	}
	setAudit struct {
		Note string `json:"note,omitempty"`
	}
	setOut struct { // fewer members, with other Go names, in another order
		Cost  *float64 `json:"price"`
		Name  string   `json:"name"`
		Tax   float64  `json:"tax"`
		Owner *struct {
			Email *string `json:"email"`
		} `json:"owner"`
	}
)

// TestExcludeUnsetKeepsSentMembers: ExcludeUnset keeps the members that the body had, nulls included, and those that the
// handler marks, as FastAPI's response_model_exclude_unset. A value without a record omits nil fields.
func TestExcludeUnsetKeepsSentMembers(t *testing.T) {
	t.Parallel()
	app := brio.New()
	echo := func(in *brio.Body[setItem]) setItem { in.Value.ID = 7; return in.Value }
	app.Post("/unset", echo, brio.ExcludeUnset())
	app.Post("/model", echo, brio.ExcludeUnset(), brio.ResponseModel[setOut]())
	app.Post("/any", func(in *brio.Body[setItem]) any { return []any{in.Value} }, brio.ExcludeUnset())
	app.Post("/marked", func(in *brio.Body[setItem]) setItem {
		kept := in.Value
		in.Value.ID = 7
		in.Value.Mark("id")
		if kept.Has("id") || !in.Value.Has("id") {
			t.Error("Mark changed a copy, or did not mark")
		}
		return in.Value
	}, brio.ExcludeUnset())
	app.Post("/all", echo)
	app.Get("/built", func() setItem { return setItem{Name: "x", Others: []setOwner{{Name: "y"}}} }, brio.ExcludeUnset())
	app.Get("/built/marked", func() setItem {
		item := setItem{Name: "x"}
		item.Mark("name", "price")
		return item
	}, brio.ExcludeUnset())
	c := briotest.New(t, app)

	const all = `{"price":null,"name":"hat","owner":{"name":"a","email":null},"others":[{"name":"b"}],"by_name":{"k":{"name":"c","email":"e"}},"note":"n","id":3,"more":1}`
	for _, tc := range []struct{ path, body, want string }{
		{"/unset", `{"name":"hat","price":null,"owner":null}`, `{"name":"hat","price":null,"owner":null}`},
		{"/unset", `{"name":"hat","price":1,"owner":{"name":"a"}}`, `{"name":"hat","price":1,"owner":{"name":"a"}}`},
		{"/unset", `{"name":"hat","tax":10.5,"price":null,"owner":null}`, `{"name":"hat","price":null,"tax":10.5,"owner":null}`},
		{"/unset", all, `{"name":"hat","price":null,"note":"n","owner":{"name":"a","email":null},"others":[{"name":"b"}],"by_name":{"k":{"name":"c","email":"e"}}}`},
		{"/model", all, `{"price":null,"name":"hat","owner":{"email":null}}`},
		{"/model", `{"name":"hat","owner":{"name":"a"}}`, `{"name":"hat","owner":{}}`},
		{"/any", `{"name":"hat"}`, `[{"name":"hat"}]`},
		{"/marked", `{"name":"hat"}`, `{"id":7,"name":"hat"}`},
		{"/all", `{"name":"hat"}`, `{"id":7,"name":"hat","price":null,"tax":10.5,"owner":null}`},
	} {
		c.Post(tc.path, tc.body).Status(200).Body(tc.want)
	}
	// Without a record a nil field is one that was not set.
	c.Get("/built").Status(200).Body(`{"name":"x","tax":0,"others":[{"name":"y"}]}`)
	c.Get("/built/marked").Status(200).Body(`{"name":"x","price":null}`)
}

// TestExcludeUnsetIsDocumented: a member that a FieldsSet may leave out is not required in the document, whatever stands between the source and
// the model. A source that records nothing keeps its required members.
func TestExcludeUnsetIsDocumented(t *testing.T) {
	t.Parallel()
	type plain struct {
		Name string  `json:"name"`
		Tax  float64 `json:"tax"`
	}
	type out struct {
		Name string  `json:"name"`
		Tax  float64 `json:"tax"`
	}
	type box[T any] struct {
		In T `json:"in"`
	}
	some := func() (v setItem) { v.Mark("price"); return v }
	app := brio.New(brio.ExcludeUnset())
	app.Get("/same", func() setItem { return some() })
	app.Get("/list", func() []setItem { return []setItem{some()} }, brio.ResponseModel[[]out]())
	app.Get("/map", func() map[string]setItem { return map[string]setItem{"a": some()} }, brio.ResponseModel[map[string]out]())
	app.Get("/pointer", func() *setItem { v := some(); return &v }, brio.ResponseModel[out]())
	app.Get("/inside", func() box[setItem] { return box[setItem]{some()} }, brio.ResponseModel[box[out]]())
	app.Get("/any", func() any { return some() }, brio.ResponseModel[out]())
	app.Get("/plain", func() plain { return plain{} }, brio.ResponseModel[out]())
	c := briotest.New(t, app)
	for path, want := range map[string]string{
		"/same": `{"price":null}`, "/list": `[{}]`, "/map": `{"a":{}}`, "/pointer": `{}`, "/inside": `{"in":{}}`, "/any": `{}`, "/plain": `{"name":"","tax":0}`,
	} {
		c.Get(path).Status(200).Body(want)
	}
	plainly := app.OpenAPI().Paths["/plain"].Operations["get"].Responses["200"].Content["application/json"].(*spec.MediaType).Schema
	if got := app.OpenAPI().Components.Schemas[plainly.Ref[strings.LastIndexByte(plainly.Ref, '/')+1:]]; !slices.Equal(got.Required, []string{"name", "tax"}) {
		t.Errorf("a source without a record requires %q, want name and tax", got.Required)
	}
}

// TestFieldsSetRecordsNestedBodies: a struct below a member of the body records its own members, by their exact names. A
// duration, for which the document is rewritten before it is decoded, makes no difference.
func TestFieldsSetRecordsNestedBodies(t *testing.T) {
	t.Parallel()
	type inner struct {
		A *int `json:"a"`
		B *int `json:"b"`
		brio.FieldsSet
	}
	type timed struct {
		Wait time.Duration `json:"wait" default:"1s"`
		inner
	}
	app := brio.New()
	has := func(f *brio.FieldsSet) []bool { return []bool{f.Has("a"), f.Has("b"), f.Has("A"), f.Has("wait")} }
	app.Post("/", func(in struct {
		Outer struct {
			In inner `json:"in"`
		} `body:"outer"`
		N int `body:"n"`
	}) []bool {
		return has(&in.Outer.In.FieldsSet)
	})
	app.Post("/timed", func(in struct {
		Outer struct {
			In timed `json:"in"`
		} `body:"outer"`
		N int `body:"n"`
	}) []bool {
		return has(&in.Outer.In.FieldsSet)
	})
	c := briotest.New(t, app)
	for _, path := range []string{"/", "/timed"} {
		c.Post(path, `{"outer":{"in":{"a":null}},"n":1}`).Status(200).Body(`[true,false,false,false]`)
		c.Post(path, `{"outer":{"in":{"A":1}},"n":1}`).Status(422)
	}
	c.Post("/timed", `{"outer":{"in":{"a":null,"wait":"1m"}},"n":1}`).Status(200).Body(`[true,false,false,true]`)
}

// TestFieldsSetRecordsUnionVariants: the variant of a union records its members.
func TestFieldsSetRecordsUnionVariants(t *testing.T) {
	t.Parallel()
	type cat struct {
		Name  *string `json:"name"`
		Lives *int    `json:"lives"`
		brio.FieldsSet
	}
	type dog struct {
		Bark int `json:"bark"`
	}
	type pet struct {
		brio.AnyOf
		Cat *cat
		Dog *dog
	}
	app := brio.New(brio.ExcludeUnset())
	app.Post("/", func(in *brio.Body[[]pet]) []pet { return in.Value })
	briotest.New(t, app).Post("/", `[{"lives":null},{"bark":1},{"name":"x"}]`).Status(200).Body(`[{"lives":null},{"bark":1},{"name":"x"}]`)
}
