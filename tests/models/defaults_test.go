package models_test

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// TestExcludeNoneLeavesOutNullDefaults: an absent key of a map has the default of the model, and a default that is null is left out.
func TestExcludeNoneLeavesOutNullDefaults(t *testing.T) {
	t.Parallel()
	type item struct {
		Name string    `json:"name" default:"n"`
		Note *struct{} `json:"note" default:"null"`
	}
	app := brio.New(testkit.Quiet())
	empty := func() map[string]any { return map[string]any{} }
	app.Get("/all", empty, brio.ResponseModel[item]())
	app.Get("/some", empty, brio.ResponseModel[item](), brio.ExcludeNone())
	c := briotest.New(t, app)
	c.Get("/all").Status(200).Body(`{"name":"n","note":null}`)
	c.Get("/some").Status(200).Body(`{"name":"n"}`)
}

// TestDefaultsFillExtraMembers: in a default, declared members are those of the struct, and only others are in its map.
func TestDefaultsFillExtraMembers(t *testing.T) {
	t.Parallel()
	type options struct {
		Size int            `json:"size"`
		More map[string]any `json:"-" extra:"allow"`
	}
	type body struct {
		Options options `json:"options" default:"{\"size\":3,\"colour\":\"red\"}"`
	}
	app := brio.New(testkit.Quiet())
	app.Post("/", func(in *brio.Body[body]) []any {
		return []any{in.Value.Options.Size, in.Value.Options.More}
	})
	briotest.New(t, app).Post("/", `{}`).Status(200).Body(`[3,{"colour":"red"}]`)
}

// onlyText can be written as text and not read.
type onlyText struct{ N int }

func (onlyText) MarshalText() ([]byte, error) { return []byte("x"), nil }

// TestKeysOfMapsAreReadAndWritten: the key of a map is a text both ways. Otherwise a client could not send what it has received.
func TestKeysOfMapsAreReadAndWritten(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func() map[onlyText]int { return nil })
	if err := app.Check(); err == nil {
		t.Error("a map whose keys cannot be read is no mistake")
	} else {
		testkit.WantContains(t, err.Error(), "onlyText")
	}
}

// TestDiscriminatorChoosesVariantOfMaps: a map is written as the variant that its discriminator names, also where it has all members of an
// earlier one.
func TestDiscriminatorChoosesVariantOfMaps(t *testing.T) {
	t.Parallel()
	type cat struct {
		Kind string `json:"kind" validate:"eq=cat"`
		Name string `json:"name"`
	}
	type dog struct {
		Kind string `json:"kind" validate:"eq=dog"`
		Name string `json:"name"`
		Age  int    `json:"age"`
	}
	type pet struct {
		brio.OneOf `discriminator:"kind"`
		Cat        *cat
		Dog        *dog
	}
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()))
	var value map[string]any
	app.Get("/", func() map[string]any { return value }, brio.ResponseModel[pet]())
	c := briotest.New(t, app)
	for _, kind := range []string{"cat", "dog"} {
		value = map[string]any{"kind": kind, "name": "n", "age": 3}
		c.Get("/").Status(200).Expect(map[string]map[string]any{
			"cat": {"kind": "cat", "name": "n"},
			"dog": {"kind": "dog", "name": "n", "age": 3},
		}[kind])
	}
	value = map[string]any{"kind": "bird", "name": "n", "age": 3}
	c.Get("/").Status(500).Body(testkit.InternalError)
	testkit.WantContains(t, log.String(), "chooses no variant of")
}
