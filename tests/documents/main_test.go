// Package documents_test holds what the document says of an app to what the app does.
package documents_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/testkit"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// document is the app's document as JSON, in the given version of OpenAPI.
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

// at is what stands at a place of a document, nil for nothing.
func at(v any, path ...string) any {
	for _, name := range path {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// wantJSON fails the test when v is another JSON value than want; "" is none.
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

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// withoutFormat takes the formats of numbers away, which are another subject.
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

func withoutFormats(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	out, _ := json.Marshal(withoutFormat(v))
	return string(out)
}
