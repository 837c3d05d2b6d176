package models_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type schemaNode struct {
	_        struct{}      `doc:"A node of a tree" extra:"forbid"`
	Name     string        `json:"name" validate:"min=1,max=20" examples:"root"`
	Weight   uint8         `json:"weight" default:"3"`
	Tags     []string      `json:"tags" default:"a,b"`
	Every    time.Duration `json:"every" default:"1m"`
	Children []schemaNode  `json:"children,omitempty"`
	Leaf     *schemaLeaf   `json:"leaf"`
	Style    schemaStyle   `json:"style"`
}

type schemaStyle struct {
	Colour string `json:"colour" default:"red"`
}

type schemaLeaf struct {
	Size float64 `json:"size" validate:"gt=0"`
}

// TestSchemaOfStandsAlone: the schema of a type has the schemas of other types below $defs, and refers to itself by #.
func TestSchemaOfStandsAlone(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(brio.SchemaOf[schemaNode]())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"$defs":{` +
		`"schemaLeaf":{"properties":{"size":{"type":"number","exclusiveMinimum":0,"format":"double"}},"type":"object","required":["size"]},` +
		`"schemaStyle":{"properties":{"colour":{"type":"string","default":"red"}},"type":"object"}},` +
		`"properties":{"name":{"type":"string","maxLength":20,"minLength":1,"examples":["root"]},` +
		`"weight":{"type":"integer","maximum":255,"minimum":0,"format":"int32","default":3},` +
		`"tags":{"items":{"type":"string"},"type":"array","default":["a","b"]},` +
		`"every":{"anyOf":[{"type":"string","pattern":"^(-?P(T?([0-9]+\\.?[0-9]*|\\.[0-9]+)[WDHMS])+|[-+]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?)$"},{"type":"number"}],"default":"PT1M"},` +
		`"children":{"items":{"$ref":"#"},"type":"array"},` +
		`"leaf":{"anyOf":[{"$ref":"#/$defs/schemaLeaf"},{"type":"null"}]},` +
		`"style":{"$ref":"#/$defs/schemaStyle"}},` +
		`"additionalProperties":false,"type":"object","required":["name","style"],"description":"A node of a tree"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestValidateReadsAsBody: Validate gives the values and errors of a JSON body, with the document in the error.
func TestValidateReadsAsBody(t *testing.T) {
	t.Parallel()
	v, err := brio.Validate[schemaNode]([]byte(`{"name":"x","style":{},"every":"PT2M"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := schemaNode{Name: "x", Weight: 3, Tags: []string{"a", "b"}, Every: 2 * time.Minute, Style: schemaStyle{"red"}}
	if !reflect.DeepEqual(*v, want) {
		t.Errorf("got %+v, want %+v", *v, want)
	}
	for doc, wantErrors := range map[string]string{
		``:      `[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]`,
		`{"n":`: `[{"type":"json_invalid","loc":["body",5],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}}]`,
		`{"name":"x","style":{},"leaf":{"size":0},"weight":300}`: `[` +
			`{"type":"less_than_equal","loc":["body","weight"],"msg":"Input should be less than or equal to 255","input":300,"ctx":{"le":255}},` +
			`{"type":"greater_than","loc":["body","leaf","size"],"msg":"Input should be greater than 0","input":0,"ctx":{"gt":0}}]`,
	} {
		_, err := brio.Validate[schemaNode]([]byte(doc))
		var invalid *brio.ValidationError
		if !errors.As(err, &invalid) {
			t.Fatalf("%s: %v is no *ValidationError", doc, err)
		}
		if got, _ := json.Marshal(invalid.Errors); string(got) != wantErrors {
			t.Errorf("%s:\ngot  %s\nwant %s", doc, got, wantErrors)
		}
		if string(invalid.Body) != doc {
			t.Errorf("%s: the body is %q", doc, invalid.Body)
		}
	}
	if n, err := brio.Validate[[]int]([]byte(`[1,2]`)); err != nil || len(*n) != 2 {
		t.Errorf("a list: %v, %v", n, err)
	}
}

// TestDefaultsReturnsOwnValue: Defaults returns a new value at each call, and callers may change it.
func TestDefaultsReturnsOwnValue(t *testing.T) {
	t.Parallel()
	first := brio.Defaults[schemaNode]()
	want := schemaNode{Weight: 3, Tags: []string{"a", "b"}, Every: time.Minute, Style: schemaStyle{"red"}}
	if !reflect.DeepEqual(first, want) {
		t.Errorf("got %+v, want %+v", first, want)
	}
	first.Tags[0] = "changed"
	if second := brio.Defaults[schemaNode](); second.Tags[0] != "a" {
		t.Error("the default of one call is seen by another")
	}
	if n := brio.Defaults[int](); n != 0 {
		t.Errorf("an int: %d", n)
	}
}

type illSchema struct {
	N int `json:"n" validate:"min=x"`
}

// TestSchemaOfAndValidatePanicOnIllType: a mistake in the tags of a type is one of the program, so both panic.
func TestSchemaOfAndValidatePanicOnIllType(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"SchemaOf": func() { brio.SchemaOf[illSchema]() },
		"Validate": func() { _, _ = brio.Validate[illSchema]([]byte(`{}`)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// TestSchemaOfAndValidateAreConcurrent: both are safe for concurrent use, and each caller owns its schema.
func TestSchemaOfAndValidateAreConcurrent(t *testing.T) {
	t.Parallel()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			type local struct {
				N int `json:"n" validate:"min=1"`
			}
			schema := brio.SchemaOf[local]()
			schema.Title = "mine"
			if _, err := brio.Validate[local]([]byte(`{"n":0}`)); err == nil {
				t.Error("0 was accepted")
			}
			if brio.SchemaOf[local]().Title != "" {
				t.Error("a schema is shared")
			}
		})
	}
	testkit.Wait(t, &wait, "the requests")
}

type docsItem struct {
	Name  string   `json:"name" validate:"min=2,max=40" doc:"What it is called" examples:"hat,shoe"`
	Price float64  `json:"price" validate:"gt=0"`
	Tags  []string `json:"tags,omitempty" validate:"unique,dive,alpha"`
	Size  *int8    `json:"size"`
	ID    int      `json:"id" readonly:"true"`
}

// TestSchemaOfMatchesDocs: the schema in docs/schemas.md is that of the struct beside it.
func TestSchemaOfMatchesDocs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/schemas.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "## Schemas of structs")
	if !found {
		t.Fatal("the chapter is gone")
	}
	_, rest, _ = strings.Cut(rest, "```json\n")
	text, _, _ := strings.Cut(rest, "```")
	var want, got any
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(brio.SchemaOf[docsItem]())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the schema is %s", doc)
	}
}
