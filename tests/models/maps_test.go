package models_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// TestResponseModelFitsMapsAndAny: a map is fitted to the model with its defaults. What the model lacks is hidden, and a
// member of another type answers 500. The log has the place of it, without its value.
func TestResponseModelFitsMapsAndAny(t *testing.T) {
	t.Parallel()
	type owner struct {
		Name string `json:"name"`
	}
	type item struct {
		ID    int      `json:"id" readonly:"true"`
		Name  string   `json:"name"`
		Pass  string   `json:"pass" writeonly:"true"`
		Price float64  `json:"price" default:"9.5"`
		Tags  []string `json:"tags,omitempty"`
		Note  *string  `json:"note"`
		Owner *owner   `json:"owner"`
	}
	type row struct {
		ID          int8
		Name, Pass  string
		Price       float32
		Owner       owner
		Note, Extra any
	}
	var value any
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/map", func() map[string]any { return value.(map[string]any) }, brio.ResponseModel[item]())
	app.Get("/any", func() any { return value }, brio.ResponseModel[item]())
	app.Get("/list", func() []any { return []any{value} }, brio.ResponseModel[[]item]())
	app.Get("/unset", func() any { return value }, brio.ResponseModel[item](), brio.ExcludeUnset())
	app.Post("/body", func(in *brio.Body[item]) []any { return []any{in.Value.ID, in.Value.Pass} })
	c := briotest.New(t, app)
	type dict = map[string]any
	for _, tc := range []struct {
		value any
		paths string
		want  string // the body, or the place of the mismatch in the log
	}{
		{dict{"id": 1, "name": "n", "pass": "CANARY", "more": "CANARY"}, "/map /any", `{"id":1,"name":"n","price":9.5}`},
		{dict{"id": 1, "name": "n", "owner": dict{"name": "o", "pass": "CANARY"}}, "/list", `[{"id":1,"name":"n","price":9.5,"owner":{"name":"o"}}]`},
		{dict{"name": "n", "note": nil}, "/unset", `{"name":"n","note":null}`},
		{row{1, "n", "CANARY", 1.5, owner{"o"}, nil, "CANARY"}, "/any", `{"id":1,"name":"n","price":1.5,"note":null,"owner":{"name":"o"}}`},
		{&item{ID: 2, Name: "n", Pass: "CANARY"}, "/any", `{"id":2,"name":"n","price":0,"note":null,"owner":null}`},
		{dict{"id": 1}, "/map /any /unset", "result.name: "},
		{dict{"id": 1}, "/list", "result[0].name: "},
		{dict{"name": "n", "owner": dict{}}, "/any", "result.owner.name: "},
		{dict{"name": 3}, "/any", "result.name: "},
		{dict{"name": nil}, "/any", "result.name: "},
		{nil, "/any", "result: "},
		{"CANARY", "/any", "result: "},
	} {
		value = tc.value
		for path := range strings.FieldsSeq(tc.paths) {
			log.Reset()
			if !strings.HasPrefix(tc.want, "result") {
				c.Get(path).Status(200).Body(tc.want)
				continue
			}
			c.Get(path).Status(500).Body(testkit.InternalError)
			if !strings.Contains(log.String(), tc.want) || strings.Contains(log.String(), "CANARY") {
				t.Errorf("%s %v: the log lacks %q\n%s", path, tc.value, tc.want, log.String())
			}
		}
	}
	c.Post("/body", `{"id":5,"name":"n","pass":"p"}`).Status(200).Body(`[0,"p"]`)
}
