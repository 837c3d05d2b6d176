package bind_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"

	"github.com/brio-go/brio/params"
)

// document takes every member, so that a Patch of it is a JSON Merge Patch of any object.
type document struct {
	Members map[string]any `json:"-" extra:"allow"`
}

// mergePatch is the algorithm of RFC 7396, 2.
func mergePatch(target, patch any) any {
	members, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	out := map[string]any{}
	if object, ok := target.(map[string]any); ok {
		out = maps.Clone(object)
	}
	for name, value := range members {
		if value == nil {
			delete(out, name)
		} else {
			out[name] = mergePatch(out[name], value)
		}
	}
	return out
}

// decoded returns a JSON value as encoding/json reads it.
func decoded(t testing.TB, doc string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// merged applies a patch to an object, and returns the result as JSON.
func merged(t testing.TB, target, patch string) (result string, errs []string) {
	t.Helper()
	p, errs := body[params.Patch[document]](t, patch)
	if len(errs) > 0 {
		return "", errs
	}
	before := document{decoded(t, target).(map[string]any)}
	after := before
	p.Apply(&after)
	if !reflect.DeepEqual(before.Members, decoded(t, target)) {
		t.Errorf("%s with %s: the value before has changed: %v", target, patch, before.Members)
	}
	doc, err := json.Marshal(after.Members)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc), nil
}

// The examples of RFC 7396, Appendix A and 3. A Patch is of an object, and stays one.
func TestMergePatchExamples(t *testing.T) {
	for _, c := range []struct{ target, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"This will be unchanged"}`,
			`{"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]}`,
			`{"author":{"givenName":"John"},"content":"This will be unchanged","phoneNumber":"+01-123-456-7890","tags":["example"],"title":"Hello!"}`},
	} {
		got, errs := merged(t, c.target, c.patch)
		wantErrors(t, errs)
		if got != c.want {
			t.Errorf("%s with %s: got %s, want %s", c.target, c.patch, got, c.want)
		}
	}
	for _, patch := range []string{`["c","d"]`, `["c"]`, `null`, `"bar"`} {
		if _, errs := merged(t, `{"a":"b"}`, patch); len(errs) != 1 {
			t.Errorf("%s: got errors %q, want one", patch, errs)
		}
	}
}

// Maps are merged at each depth, whatever their keys and values are. Their rules as a whole are left to the updated value.
func TestMergePatchMaps(t *testing.T) {
	type thing struct {
		Labels  map[string]string               `json:"labels" validate:"min=2,max=2,dive,keys,max=1,endkeys,min=2"`
		Nested  map[int]map[string]*int         `json:"nested"`
		Free    any                             `json:"free"`
		Objects map[string]map[string]any       `json:"objects"`
		Some    params.Optional[map[string]int] `json:"some"`
	}
	one, two := 1, 2
	stored := thing{Labels: map[string]string{"a": "aa", "b": "bb"}, Nested: map[int]map[string]*int{1: {"x": &one, "y": &two}}, Free: map[string]any{"k": "v"}, Objects: map[string]map[string]any{"o": {"p": map[string]any{"q": true}}}}
	for patch, change := range map[string]func(*thing){
		`{"labels":{"a":null,"c":"cc"}}`: func(v *thing) { v.Labels = map[string]string{"b": "bb", "c": "cc"} },
		`{"labels":{}}`:                  func(*thing) {},
		`{"nested":{"1":{"x":null,"z":2},"2":{}}}`: func(v *thing) {
			v.Nested = map[int]map[string]*int{1: {"y": &two, "z": &two}, 2: {}}
		},
		`{"nested":{"1":null}}`:              func(v *thing) { v.Nested = map[int]map[string]*int{} },
		`{"free":{"k":null,"l":{"m":null}}}`: func(v *thing) { v.Free = map[string]any{"l": map[string]any{}} },
		`{"free":null}`:                      func(v *thing) { v.Free = nil },
		`{"free":[null]}`:                    func(v *thing) { v.Free = []any{nil} },
		`{"objects":{"o":{"p":{"q":null}}}}`: func(v *thing) { v.Objects = map[string]map[string]any{"o": {"p": map[string]any{}}} },
		`{"objects":{"o":{"p":1},"n":{"p":{"x":null}}}}`: func(v *thing) {
			v.Objects = map[string]map[string]any{"o": {"p": 1.0}, "n": {"p": map[string]any{}}}
		},
		`{"some":{"a":1,"b":null}}`: func(v *thing) { v.Some = params.Some(map[string]int{"a": 1}) },
	} {
		p, errs := body[params.Patch[thing]](t, patch)
		wantErrors(t, errs)
		got, want := stored, stored
		change(&want)
		p.Apply(&got)
		if a, b := toJSON(t, got), toJSON(t, want); a != b {
			t.Errorf("%s: got %s, want %s", patch, a, b)
		}
	}
	_, errs := body[params.Patch[thing]](t, `{"labels":{"a":"a","bb":"bb","c":1},"nested":{"1":null,"x":{}}}`)
	want := []string{`body.labels.a string_too_short "a"`, `body.labels.bb.[key] string_too_long "bb"`, `body.labels.c string_type 1`, `body.nested.x.[key] int_parsing "x"`}
	if !reflect.DeepEqual(errs, want) {
		t.Errorf("got %q, want %q", errs, want)
	}
	p, _ := body[params.Patch[thing]](t, `{"labels":{"a":null},"nested":{"1":{"x":null}}}`)
	for path, want := range map[string]bool{"labels.a": true, "labels.b": false, "nested.1.x": true, "nested.1": true, "nested.2": false} {
		if p.Has(path) != want {
			t.Errorf("Has(%q) is %t", path, !want)
		}
	}
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// FuzzMergePatch: Apply does what the algorithm of RFC 7396 does.
func FuzzMergePatch(f *testing.F) {
	f.Add(`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`)
	f.Add(`{"a":[1]}`, `{"a":{"b":{"c":null}},"d":null}`)
	f.Add(`{}`, `{"":{"":null}}`)
	f.Fuzz(func(t *testing.T, target, patch string) {
		var before, change any
		if json.Unmarshal([]byte(target), &before) != nil || json.Unmarshal([]byte(patch), &change) != nil {
			return
		}
		_, isObject := before.(map[string]any)
		if _, ok := change.(map[string]any); !ok || !isObject {
			return
		}
		got, errs := merged(t, target, patch)
		if len(errs) > 0 {
			return
		}
		if want := mergePatch(before, change); !reflect.DeepEqual(decoded(t, got), want) {
			t.Errorf("%s with %s: got %s, want %v", target, patch, got, want)
		}
	})
}
