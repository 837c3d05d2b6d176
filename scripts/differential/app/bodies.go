package main

import (
	"encoding/xml"
	"io"

	"github.com/brio-go/brio"
)

// body adds two routes that read a body of a type: /read dumps what the handler was given, /pass sends it back through the model.
func body[T any](r *brio.Router, name string, opts ...brio.RouteOption) {
	r.Post("/read/"+name, func(in *brio.Body[T]) string { return dump(in.Value) }, opts...)
	r.Put("/pass/"+name, func(in *brio.Body[T]) T { return in.Value }, append([]brio.RouteOption{brio.ResponseModel[T]()}, opts...)...)
}

// patch adds a route that applies a patch to the zero value, and one that applies it to what an empty patch made.
func patch[T any](r *brio.Router, name string) {
	r.Patch("/patch/"+name, func(in *brio.Body[brio.Patch[T]]) string {
		var to T
		in.Value.Apply(&to)
		return dump(in.Value) + dump(to)
	})
}

func bodies(r *brio.Router) {
	body[Scalars](r, "scalars")
	body[Some](r, "some")
	body[Times](r, "times")
	body[Texts](r, "texts")
	body[Numbers](r, "numbers")
	body[Lists](r, "lists")
	body[Pet](r, "pet")
	body[Either](r, "either")
	body[Exact](r, "exact")
	body[Unions](r, "unions")
	body[Containers](r, "containers")
	body[Tree](r, "tree")
	body[Defaults](r, "defaults")
	body[Aliased](r, "aliased")
	body[Closed](r, "closed")
	body[Open](r, "open")
	body[OpenNumbers](r, "openNumbers")
	body[Checked](r, "checked")
	body[Item](r, "item")
	body[Recorded](r, "recorded")
	body[Named](r, "named")
	body[User](r, "user")
	body[[]int](r, "ints")
	body[[]User](r, "users")
	body[map[string]Range](r, "ranges")
	body[map[int]*Item](r, "items")
	body[string](r, "string")
	body[int](r, "int")
	body[float64](r, "float")
	body[bool](r, "bool")
	body[*Range](r, "range")
	body[any](r, "any")
	body[[]any](r, "anys")
	body[brio.Optional[Cat]](r, "optional")
	body[brio.Set[int]](r, "set")
	body[Decimal](r, "decimal")
	body[Bare](r, "bare")
	body[[3]int](r, "array")
	patch[Some](r, "some")
	patch[Times](r, "times")
	patch[Lists](r, "lists")
	patch[Containers](r, "containers")
	patch[Tree](r, "tree")
	patch[Aliased](r, "aliased")
	patch[Closed](r, "closed")
	patch[Checked](r, "checked")
	patch[Item](r, "item")
	patch[User](r, "user")
	r.Post("/members", func(in *struct {
		First  Range             `body:"first"`
		Second string            `body:"second" default:"s" validate:"min=1"`
		Third  *Pet              `body:"third"`
		Patch  *brio.Patch[User] `body:"patch"`
	}) string {
		return dump(in)
	}, brio.Depends(func(in *struct {
		Fourth brio.Optional[int] `body:"fourth"`
		First  Range              `body:"first"`
	}) error {
		if n, ok := in.Fourth.Get(); ok && n == 4 {
			return brio.Error(400, "four")
		}
		return nil
	}))
	r.Post("/strictMembers", func(in *struct {
		_     struct{} `extra:"forbid"`
		First Range    `body:"first"`
		Q     string   `query:"q" default:""`
	}) string {
		return dump(in)
	})
	r.Post("/several/{id}", func(in *struct {
		ID   int              `path:"id" validate:"max=99"`
		Q    []int            `query:"q,omitempty"`
		H    *float64         `header:"X-H"`
		C    *Shade           `cookie:"c"`
		Item brio.Patch[Item] `body:""`
	}) string {
		return dump(in)
	})
	r.Post("/bytes", func(in *brio.Body[[]byte]) string { return dump(in.Value) })
	r.Post("/reader", func(in *struct {
		Data io.Reader `body:"" media:"image/png,text/*"`
	}) string {
		return dump(in.Data)
	}, brio.MaxBody(300))
	r.Post("/xml", func(in *brio.Body[Address]) Address { return in.Value }, brio.BodyDecoder("application/xml", xml.Unmarshal))
	r.Post("/lax", func(in *brio.Body[Some]) string { return dump(in.Value) }, brio.LaxJSON())
	r.Post("/laxNumbers", func(in *brio.Body[Defaults]) string { return dump(in.Value) }, brio.LaxJSON())
	r.Post("/strictType", func(in *brio.Body[Range]) Range { return in.Value }, brio.StrictContentType())
	r.Post("/small", func(in *brio.Body[Tree]) Tree { return in.Value }, brio.MaxBody(200), brio.MaxDepth(4), brio.MaxElements(20))
	r.Post("/nothing", func() string { return "nothing" })
	r.Post("/names", func(in *brio.Body[Named]) string { return dump(in.Value) }, brio.ByAlias(false))
	r.Post("/unset", func(in *brio.Body[Recorded]) Recorded { return in.Value }, brio.ExcludeUnset())
	r.Post("/unsetItem", func(in *brio.Body[Item]) Item { return in.Value }, brio.ExcludeUnset())
	r.Post("/noDefaults", func(in *brio.Body[Defaults]) Defaults { return in.Value }, brio.ExcludeDefaults())
	r.Post("/noNulls", func(in *brio.Body[Item]) Item { return in.Value }, brio.ExcludeNone())
	r.Post("/noNullsSome", func(in *brio.Body[Some]) Some { return in.Value }, brio.ExcludeNone())
	r.Post("/include", func(in *brio.Body[Item]) Item { return in.Value }, brio.ResponseInclude("name", "parent.name", "parent.parent", "pet"))
	r.Post("/exclude", func(in *brio.Body[Item]) Item { return in.Value }, brio.ResponseExclude("price", "parent.name", "labels"))
	r.Post("/row", func(in *brio.Body[User]) *Row { return &Row{User: in.Value, ID: 7, Hash: "hash"} }, brio.ResponseModel[struct {
		ID      int     `json:"id"`
		Name    string  `json:"name"`
		Email   string  `json:"email"`
		Address Address `json:"address"`
	}]())
	r.Post("/rows", func(in *brio.Body[[]User]) []Row {
		var out []Row
		for i, u := range in.Value {
			out = append(out, Row{User: u, ID: i})
		}
		return out
	}, brio.ResponseModel[[]User]())
	r.Post("/anyModel", func(in *brio.Body[any]) any { return in.Value }, brio.ResponseModel[Item]())
	r.Post("/anyEither", func(in *brio.Body[any]) any { return in.Value }, brio.ResponseModel[[]Either]())
	r.Post("/mapModel", func(in *brio.Body[map[string]any]) map[string]any { return in.Value }, brio.ResponseModel[Defaults]())
	r.Post("/checkedResults", func(in *brio.Body[any]) any { return in.Value }, brio.ResponseModel[User]())
	r.Post("/aliasesOff", func(in *brio.Body[Aliased]) Aliased { return in.Value }, brio.ByAlias(false))
}
