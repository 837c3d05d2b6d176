package documents_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
)

// The models and providers that several files use.
type (
	Item struct {
		Name  string   `json:"name" validate:"min=1"`
		Price float64  `json:"price" validate:"gt=0"`
		Tags  []string `json:"tags,omitempty"`
	}
	User struct {
		Name, Email, PasswordHash string
		Roles                     []string
	}
	Problem struct {
		Title string `json:"title"`
	}
	DB           struct{}
	Tx           struct{}
	createItemIn struct {
		Shop  string  `path:"shop" validate:"min=2,max=40" doc:"Slug of the shop"`
		Draft bool    `query:"draft" default:"false"`
		Token string  `header:"X-Token"`
		Ads   *string `cookie:"ads_id"`
		Item  Item    `body:""`
	}
)

func openTx(context.Context, *DB) (*Tx, func(error) error, error) { return nil, nil, nil }

func createItem(_ *Tx, in *createItemIn) (*Item, error) { return &in.Item, nil }

// document returns the app's document as JSON, in the given version of OpenAPI.
func document(t *testing.T, app *brio.App, version string) map[string]any {
	t.Helper()
	w := testkit.Get(app, "/openapi.json?version="+version)
	testkit.WantStatus(t, w, 200)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// decodeDocument returns the document of a JSON text.
func decodeDocument(t *testing.T, text string) *spec.Document {
	t.Helper()
	doc := &spec.Document{}
	if err := json.Unmarshal([]byte(text), doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

// at returns the value at a path of member names in a document, or nil.
func at(v any, path ...string) any {
	for _, name := range path {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// wantJSON fails the test when v is another JSON value than want. With an empty want v must be nil.
func wantJSON(t *testing.T, v any, want string) {
	t.Helper()
	var parsed any
	if want != "" {
		if err := json.Unmarshal([]byte(want), &parsed); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(v, parsed) {
		text, _ := json.Marshal(v)
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// withoutFormat removes the formats of numbers from v and returns it.
func withoutFormat(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "integer" || v["type"] == "number" {
			delete(v, "format")
		}
		for _, inner := range v {
			withoutFormat(inner)
		}
	case []any:
		for _, inner := range v {
			withoutFormat(inner)
		}
	}
	return v
}

// withoutFormats returns a JSON text without the formats of numbers.
func withoutFormats(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	out, _ := json.Marshal(withoutFormat(v))
	return string(out)
}
