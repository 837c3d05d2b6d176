package jsonpatch_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/jsonpatch"
	"github.com/brio-go/brio/internal/model"
)

// free are limits that no test reaches by chance.
var free = jsonpatch.Limits{Depth: 64, Values: 100_000, Bytes: 1 << 20}

// patch applies operations, as JSON, to a document of any JSON, and returns the result, or the reason why an operation was refused.
func patch(t testing.TB, doc, operations string, l jsonpatch.Limits) (string, *jsonpatch.Refusal) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		t.Fatal(err)
	}
	return patchValue(t, &v, operations, l)
}

func patchValue(t testing.TB, to any, operations string, l jsonpatch.Limits) (string, *jsonpatch.Refusal) {
	t.Helper()
	var list []struct {
		Op, Path, From string
		Value          json.RawMessage
	}
	if err := json.Unmarshal([]byte(operations), &list); err != nil {
		t.Fatal(err)
	}
	r := model.NewReader(constraint.New())
	v := reflect.ValueOf(to).Elem()
	d, err := jsonpatch.New(r.Type(v.Type()), v, encode.NewCompiler(r).Append, l)
	if err != nil {
		t.Fatal(err)
	}
	var ops []jsonpatch.Operation
	for _, o := range list {
		ops = append(ops, jsonpatch.Operation{Op: o.Op, Path: o.Path, From: o.From, Value: o.Value})
	}
	if refusal := d.Apply(ops); refusal != nil {
		return "", refusal
	}
	return string(d.Append(nil)), nil
}

// TestApplyFollowsRFC6902 has a case for each sentence of sections 4 and 5 that says what an operation does.
func TestApplyFollowsRFC6902(t *testing.T) {
	for _, c := range []struct{ name, doc, operations, want string }{
		{"no operation", `{"a":1}`, `[]`, `{"a":1}`},
		{"add a member", `{"a":1}`, `[{"op":"add","path":"/b","value":2}]`, `{"a":1,"b":2}`},
		{"add replaces a member", `{"a":1}`, `[{"op":"add","path":"/a","value":[2]}]`, `{"a":[2]}`},
		{"add null", `{}`, `[{"op":"add","path":"/a","value":null}]`, `{"a":null}`},
		{"add before an element", `["a","b"]`, `[{"op":"add","path":"/1","value":"x"}]`, `["a","x","b"]`},
		{"add at the first place", `["a"]`, `[{"op":"add","path":"/0","value":"x"}]`, `["x","a"]`},
		{"add at the length", `["a"]`, `[{"op":"add","path":"/1","value":"x"}]`, `["a","x"]`},
		{"add after the last element", `["a"]`, `[{"op":"add","path":"/-","value":"x"},{"op":"add","path":"/-","value":"y"}]`, `["a","x","y"]`},
		{"add an array as one element", `["a"]`, `[{"op":"add","path":"/-","value":["b","c"]}]`, `["a",["b","c"]]`},
		{"add in depth", `{"a":[{"b":{}}]}`, `[{"op":"add","path":"/a/0/b/c","value":{"d":1}}]`, `{"a":[{"b":{"c":{"d":1}}}]}`},
		{"add the document", `{"a":1}`, `[{"op":"add","path":"","value":[1]}]`, `[1]`},
		{"add below the member that was added", `{}`, `[{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1}]`, `{"a":{"b":1}}`},
		{"add the empty name", `{}`, `[{"op":"add","path":"/","value":1}]`, `{"":1}`},
		{"add below the empty name", `{"":{}}`, `[{"op":"add","path":"//","value":1}]`, `{"":{"":1}}`},
		{"a name that looks like an index", `{}`, `[{"op":"add","path":"/01","value":1},{"op":"add","path":"/-","value":2}]`, `{"-":2,"01":1}`},
		{"remove a member", `{"a":1,"b":2}`, `[{"op":"remove","path":"/a"}]`, `{"b":2}`},
		{"remove an element", `[1,2,3]`, `[{"op":"remove","path":"/1"}]`, `[1,3]`},
		{"remove elements in turn", `[1,2,3]`, `[{"op":"remove","path":"/0"},{"op":"remove","path":"/0"}]`, `[3]`},
		{"replace a member", `{"a":1}`, `[{"op":"replace","path":"/a","value":{"b":null}}]`, `{"a":{"b":null}}`},
		{"replace an element", `[1,2]`, `[{"op":"replace","path":"/1","value":"x"}]`, `[1,"x"]`},
		{"replace the document", `[1]`, `[{"op":"replace","path":"","value":{"a":1}}]`, `{"a":1}`},
		{"move a member", `{"a":{"b":1},"c":{}}`, `[{"op":"move","from":"/a/b","path":"/c/d"}]`, `{"a":{},"c":{"d":1}}`},
		{"move over a member", `{"a":1,"b":2}`, `[{"op":"move","from":"/a","path":"/b"}]`, `{"b":1}`},
		{"move an element backwards", `[1,2,3]`, `[{"op":"move","from":"/2","path":"/0"}]`, `[3,1,2]`},
		{"move an element to the end", `[1,2,3]`, `[{"op":"move","from":"/0","path":"/-"}]`, `[2,3,1]`},
		{"the index of a move counts without the element", `[1,2,3]`, `[{"op":"move","from":"/0","path":"/1"}]`, `[2,1,3]`},
		{"move to itself", `{"a":1}`, `[{"op":"move","from":"/a","path":"/a"}]`, `{"a":1}`},
		{"move the document to itself", `{"a":1}`, `[{"op":"move","from":"","path":""}]`, `{"a":1}`},
		{"move to the document", `{"a":{"b":1}}`, `[{"op":"move","from":"/a","path":""}]`, `{"b":1}`},
		{"copy a member", `{"a":[1]}`, `[{"op":"copy","from":"/a","path":"/b"}]`, `{"a":[1],"b":[1]}`},
		{"a copy is a value of its own", `{"a":[1]}`, `[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/-","value":2}]`, `{"a":[1],"b":[1,2]}`},
		{"copy an element", `[1,2]`, `[{"op":"copy","from":"/1","path":"/0"}]`, `[2,1,2]`},
		{"copy the document into itself", `{"a":1}`, `[{"op":"copy","from":"","path":"/b"}]`, `{"a":1,"b":{"a":1}}`},
		{"test a string", `{"a":"é"}`, `[{"op":"test","path":"/a","value":"\u00e9"}]`, `{"a":"é"}`},
		{"test an object in another order", `{"a":{"b":1,"c":[2]}}`, `[{"op":"test","path":"/a","value":{"c":[2],"b":1}}]`, `{"a":{"b":1,"c":[2]}}`},
		{"test null", `{"a":null}`, `[{"op":"test","path":"/a","value":null}]`, `{"a":null}`},
		{"test a literal", `[true]`, `[{"op":"test","path":"/0","value":true}]`, `[true]`},
		{"test the document", `[1,{}]`, `[{"op":"test","path":"","value":[1,{}]}]`, `[1,{}]`},
		{"test numbers by value", `[10,0.5,0,100]`, `[{"op":"test","path":"","value":[1e1,5E-1,-0.0,0.1e+3]}]`, `[10,0.5,0,100]`},
		{"an escaped slash", `{"a/b":1}`, `[{"op":"test","path":"/a~1b","value":1},{"op":"remove","path":"/a~1b"}]`, `{}`},
		{"an escaped tilde", `{"~1":1,"/":2}`, `[{"op":"test","path":"/~01","value":1}]`, `{"/":2,"~1":1}`},
		{"letters case matters", `{"A":1}`, `[{"op":"add","path":"/a","value":2}]`, `{"A":1,"a":2}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, refusal := patch(t, c.doc, c.operations, free)
			if refusal != nil || got != c.want {
				t.Errorf("got %s (%+v), want %s", got, refusal, c.want)
			}
		})
	}
}

// TestApplyRefuses: each operation that the value does not allow ends the patch and is named.
func TestApplyRefuses(t *testing.T) {
	const doc = `{"a":{"b":1},"list":[1,2],"s":"x","n":null}`
	for _, c := range []struct {
		name, operations, member string
		at                       int
		reason                   jsonpatch.Reason
	}{
		{"add below a missing member", `[{"op":"add","path":"/x/y","value":1}]`, "path", 0, jsonpatch.Missing},
		{"add below a string", `[{"op":"add","path":"/s/y","value":1}]`, "path", 0, jsonpatch.Missing},
		{"add below null", `[{"op":"add","path":"/n/y","value":1}]`, "path", 0, jsonpatch.Missing},
		{"add beyond the length", `[{"op":"add","path":"/list/3","value":1}]`, "path", 0, jsonpatch.Missing},
		{"leading zero", `[{"op":"add","path":"/list/01","value":1}]`, "path", 0, jsonpatch.Missing},
		{"negative index", `[{"op":"add","path":"/list/-1","value":1}]`, "path", 0, jsonpatch.Missing},
		{"plus sign", `[{"op":"add","path":"/list/+1","value":1}]`, "path", 0, jsonpatch.Missing},
		{"exponent", `[{"op":"add","path":"/list/1e0","value":1}]`, "path", 0, jsonpatch.Missing},
		{"empty index", `[{"op":"add","path":"/list/","value":1}]`, "path", 0, jsonpatch.Missing},
		{"huge index", `[{"op":"add","path":"/list/99999999999999999999","value":1}]`, "path", 0, jsonpatch.Missing},
		{"other digits", `[{"op":"add","path":"/list/\u0661","value":1}]`, "path", 0, jsonpatch.Missing},
		{"through the end", `[{"op":"add","path":"/list/-/a","value":1}]`, "path", 0, jsonpatch.Missing},
		{"remove a missing member", `[{"op":"test","path":"/s","value":"x"},{"op":"remove","path":"/x"}]`, "path", 1, jsonpatch.Missing},
		{"remove the end", `[{"op":"remove","path":"/list/-"}]`, "path", 0, jsonpatch.Missing},
		{"remove at the length", `[{"op":"remove","path":"/list/2"}]`, "path", 0, jsonpatch.Missing},
		{"remove the document", `[{"op":"remove","path":""}]`, "path", 0, jsonpatch.Refused},
		{"replace a missing member", `[{"op":"replace","path":"/x","value":1}]`, "path", 0, jsonpatch.Missing},
		{"replace the end", `[{"op":"replace","path":"/list/-","value":1}]`, "path", 0, jsonpatch.Missing},
		{"move a missing member", `[{"op":"move","from":"/x","path":"/y"}]`, "from", 0, jsonpatch.Missing},
		{"move to a missing place", `[{"op":"move","from":"/s","path":"/x/y"}]`, "path", 0, jsonpatch.Missing},
		{"move a missing member to itself", `[{"op":"move","from":"/x","path":"/x"}]`, "from", 0, jsonpatch.Missing},
		{"copy a missing member", `[{"op":"copy","from":"/x","path":"/y"}]`, "from", 0, jsonpatch.Missing},
		{"copy the end", `[{"op":"copy","from":"/list/-","path":"/y"}]`, "from", 0, jsonpatch.Missing},
		{"test a missing member", `[{"op":"test","path":"/x","value":null}]`, "path", 0, jsonpatch.Missing},
		{"test another string", `[{"op":"test","path":"/s","value":"y"}]`, "value", 0, jsonpatch.Unequal},
		{"test a number as a string", `[{"op":"test","path":"/a/b","value":"1"}]`, "value", 0, jsonpatch.Unequal},
		{"test a string as a number", `[{"op":"test","path":"/s","value":1}]`, "value", 0, jsonpatch.Unequal},
		{"test null as false", `[{"op":"test","path":"/n","value":false}]`, "value", 0, jsonpatch.Unequal},
		{"test an object as an array", `[{"op":"test","path":"/a","value":[]}]`, "value", 0, jsonpatch.Unequal},
		{"test a further member", `[{"op":"test","path":"/a","value":{"b":1,"c":2}}]`, "value", 0, jsonpatch.Unequal},
		{"test a member less", `[{"op":"test","path":"/a","value":{}}]`, "value", 0, jsonpatch.Unequal},
		{"test an array in another order", `[{"op":"test","path":"/list","value":[2,1]}]`, "value", 0, jsonpatch.Unequal},
		{"test a nearby number", `[{"op":"test","path":"/a/b","value":1.00000000000000000001}]`, "value", 0, jsonpatch.Unequal},
		{"test a number with a huge exponent", `[{"op":"test","path":"/a/b","value":1e999999999999999999999}]`, "value", 0, jsonpatch.Unequal},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, r := patch(t, doc, c.operations, free)
			if r == nil || r.Operation != c.at || r.Member != c.member || r.Reason != c.reason {
				t.Errorf("got %s and %+v", got, r)
			}
		})
	}
}

// TestApplyBoundsCopies: a copy of the document into itself doubles it, so a short patch could make a huge one.
func TestApplyBoundsCopies(t *testing.T) {
	double := func(n int, path string) string {
		var ops []string
		for i := range n {
			ops = append(ops, fmt.Sprintf(`{"op":"copy","from":"","path":"/%s%d"}`, path, i))
		}
		return "[" + strings.Join(ops, ",") + "]"
	}
	deep := func(n int) string {
		return `[{"op":"add","path":"/a","value":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}]`
	}
	text := `{"a":"` + strings.Repeat("x", 1000) + `"}`
	for _, c := range []struct {
		name, doc, operations string
		limits                jsonpatch.Limits
	}{
		{"values", `{"a":1}`, double(40, "b"), jsonpatch.Limits{Depth: 10_000, Values: 1000}},
		{"values without limits", `{"a":1}`, double(1000, "b"), jsonpatch.Limits{Depth: 10_000, Values: -1, Bytes: -1}},
		{"bytes", text, double(20, "b"), jsonpatch.Limits{Depth: 10_000, Bytes: 50_000}},
		{"depth of copies", `{"a":1}`, double(10, "b"), jsonpatch.Limits{Depth: 8}},
		{"depth of a value", `{}`, deep(8), jsonpatch.Limits{Depth: 8}},
		{"depth of a move", `{"a":[[[[[[1]]]]]],"b":{"c":{}}}`, `[{"op":"move","from":"/a","path":"/b/c/d"}]`, jsonpatch.Limits{Depth: 8}},
		{"values of moves", `{"a":[1,2,3,4],"b":{}}`, `[{"op":"move","from":"/a","path":"/b/a"},{"op":"move","from":"/b/a","path":"/a"},{"op":"move","from":"/a","path":"/b/a"}]`, jsonpatch.Limits{Depth: 8, Values: 8}},
	} {
		if _, r := patch(t, c.doc, c.operations, c.limits); r == nil || r.Reason != jsonpatch.Refused {
			t.Errorf("%s: got %+v", c.name, r)
		}
	}
	if _, r := patch(t, `{}`, deep(7), jsonpatch.Limits{Depth: 8}); r != nil {
		t.Errorf("a value at the limit is refused: %+v", r)
	}
}

func TestPointerReadsRFC6901(t *testing.T) {
	for s, want := range map[string][]string{
		"": nil, "/": {""}, "/a": {"a"}, "/a/b": {"a", "b"}, "/a~1b": {"a/b"}, "/m~0n": {"m~n"}, "/~01": {"~1"}, "/~10": {"/0"}, "/ ": {" "}, "//": {"", ""},
		"/c%d": {"c%d"}, `/i\j`: {`i\j`}, `/k"l`: {`k"l`},
	} {
		if got, ok := jsonpatch.Pointer(s); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, %t", s, got, ok)
		}
	}
	for _, s := range []string{"a", "#/a", "/~", "/~2", "/a~", "/~~0", " /a"} {
		if _, ok := jsonpatch.Pointer(s); ok {
			t.Errorf("%q is read", s)
		}
	}
}

// FuzzApply holds that no document and patch panics, and that what comes out is JSON within the limits.
func FuzzApply(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":[1,{"b":null}]}`, `[{"op":"move","from":"/a/1","path":"/a/0"}]`},
		{`{"a":{}}`, `[{"op":"copy","from":"","path":"/a/b"},{"op":"test","path":"/a/b/a","value":{}}]`},
		{`[[],"\u0000"]`, `[{"op":"add","path":"/0/-","value":1e9},{"op":"replace","path":"","value":"\ud83d\ude00"}]`},
		{`{"~":1}`, `[{"op":"remove","path":"/~0"}]`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, doc, operations string) {
		var list []struct {
			Op, Path, From string
			Value          json.RawMessage
		}
		if !json.Valid([]byte(doc)) || json.Unmarshal([]byte(operations), &list) != nil || len(doc) > 10_000 {
			return
		}
		for _, o := range list { // what package bind has checked
			_, path := jsonpatch.Pointer(o.Path)
			_, from := jsonpatch.Pointer(o.From)
			switch {
			case !path || !from:
				return
			case o.Op == "add" || o.Op == "replace" || o.Op == "test":
				if o.Value == nil {
					return
				}
			case o.Op == "move":
				if jsonpatch.IsInside(o.Path, o.From) {
					return
				}
			case o.Op != "remove" && o.Op != "copy":
				return
			}
		}
		limits := jsonpatch.Limits{Depth: 20, Values: 1000, Bytes: 10_000}
		got, refusal := patch(t, doc, operations, limits)
		if refusal == nil && !json.Valid([]byte(got)) {
			t.Fatalf("%s makes %s", operations, got)
		}
		if refusal == nil && len(got) > 8*(len(doc)+len(operations))+100_000 {
			t.Fatalf("%d bytes become %d", len(doc)+len(operations), len(got))
		}
	})
}
