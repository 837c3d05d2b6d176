package main

import (
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/vmihailenco/msgpack/v5"
)

func TestEveryMediaTypeSaysSame(t *testing.T) {
	app, err := newApp()
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	want := Item{1, "Hat", 12.5, []string{}}
	for _, test := range []struct {
		accept, mediaType string
		decode            func([]byte, any) error
	}{
		{"", "application/json", json.Unmarshal},
		{"*/*", "application/json", json.Unmarshal},
		{"application/cbor", "application/cbor", cbor.Unmarshal},
		{"application/cbor;q=0.2, application/msgpack;q=0.4", "application/msgpack", msgpack.Unmarshal},
		{"application/*, application/json;q=0", "application/cbor", cbor.Unmarshal},
	} {
		var bodies [2]string
		for i := range bodies {
			r := httptest.NewRequest("GET", "/items/1", nil)
			r.Header.Set("Accept", test.accept)
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			var got Item
			var all map[string]any
			if w.Code != 200 || w.Header().Get("Content-Type") != test.mediaType || w.Header().Get("Vary") != "Accept" {
				t.Errorf("Accept: %s: %d %q", test.accept, w.Code, w.Header())
			}
			if err := decodeInto(test.mediaType, test.decode, w.Body.Bytes(), &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Accept: %s: %+v, %v", test.accept, got, err)
			}
			if err := test.decode(w.Body.Bytes(), &all); err != nil || len(all) != 4 {
				t.Errorf("Accept: %s: %v, %v", test.accept, all, err)
			}
			bodies[i] = w.Body.String() + w.Header().Get("ETag")
		}
		if bodies[0] != bodies[1] {
			t.Errorf("Accept: %s: one value has two texts", test.accept)
		}
	}
	r := httptest.NewRequest("GET", "/items/1", nil)
	r.Header.Set("Accept", "image/png")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != 406 {
		t.Errorf("nothing acceptable: %d %s", w.Code, w.Body)
	}
}

// decodeInto reads a body into an Item, by its json tags, which of the libraries only cbor knows.
func decodeInto(mediaType string, decode func([]byte, any) error, body []byte, item *Item) error {
	if mediaType != "application/msgpack" {
		return decode(body, item)
	}
	var v any
	if err := decode(body, &v); err != nil {
		return err
	}
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return json.Unmarshal(doc, item)
}
