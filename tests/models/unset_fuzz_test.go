package models_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

// fuzzNode is a tree with a record of its members. With ExcludeUnset an echo of it has the members that were sent, without
// those that it does not declare, and with the member that it computes.
type fuzzNode struct {
	A    *int                `json:"a"`
	B    string              `json:"b" default:"x"`
	C    brio.Optional[bool] `json:"c"`
	Kids []fuzzNode          `json:"kids" validate:"omitempty"`
	By   map[string]fuzzNode `json:"by" validate:"omitempty"`
	Next *fuzzNode           `json:"next"`
	Ro   int                 `json:"ro" readonly:"true"`
	brio.FieldsSet
}

func (n *fuzzNode) Width() int { return len(n.Kids) + len(n.By) }

func (fuzzNode) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("width", (*fuzzNode).Width)}
}

// newDocument makes a document out of random bytes, and the echo to want.
func newDocument(data *[]byte, depth int) (doc, want map[string]any) {
	pick := func(n int) int {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return int(b) % n
	}
	doc, want = map[string]any{}, map[string]any{"width": 0.0}
	both := func(key string, v any) { doc[key], want[key] = v, v }
	switch pick(3) {
	case 1:
		both("a", nil)
	case 2:
		both("a", float64(pick(100)))
	}
	if pick(2) == 1 {
		both("b", fmt.Sprint("x", pick(3)))
	}
	switch pick(4) {
	case 1:
		both("c", nil)
	case 2:
		both("c", true)
	}
	if depth > 0 {
		if n := pick(4); n > 0 {
			in, out := []any{}, []any{}
			for range n - 1 {
				d, w := newDocument(data, depth-1)
				in, out = append(in, d), append(out, w)
			}
			doc["kids"], want["kids"], want["width"] = in, out, want["width"].(float64)+float64(n-1)
		}
		if n := pick(3); n > 0 {
			in, out := map[string]any{}, map[string]any{}
			for i := range n - 1 {
				in[fmt.Sprint(i)], out[fmt.Sprint(i)] = newDocument(data, depth-1)
			}
			doc["by"], want["by"], want["width"] = in, out, want["width"].(float64)+float64(n-1)
		}
		switch pick(3) {
		case 1:
			both("next", nil)
		case 2:
			doc["next"], want["next"] = newDocument(data, depth-1)
		}
	}
	if pick(2) == 1 {
		doc["ro"], doc["width"], doc["unknown"] = 1, "CANARY", "CANARY"
	}
	return doc, want
}

// FuzzExcludeUnsetReturnsSentMembers: ExcludeUnset gives back the members that were sent, at any depth of objects, lists
// and maps.
func FuzzExcludeUnsetReturnsSentMembers(f *testing.F) {
	for n := range 60 {
		seed := make([]byte, n)
		for i := range seed {
			seed[i] = byte(i*i*31 + n*17 + i)
		}
		f.Add(seed)
	}
	app := brio.New()
	app.Post("/", func(in *brio.Body[fuzzNode]) fuzzNode { return in.Value }, brio.ExcludeUnset())
	app.Post("/any", func(in *brio.Body[*fuzzNode]) any { return in.Value }, brio.ExcludeUnset(), brio.NoResponseModel())
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 300 {
			return
		}
		doc, want := newDocument(&data, 4)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/any"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(string(text)))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			var got map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s %s\n%d %s\nwant %v, %v", path, text, w.Code, w.Body, want, err)
			}
		}
	})
}
