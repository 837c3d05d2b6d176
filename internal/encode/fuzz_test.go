package encode

import (
	stdjson "encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/json"
)

func seeds(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		f.Add(b)
	}
}

// A field that is absent from a response model never appears in the bytes, whatever the types, values and options are.
func FuzzSecret(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1000 {
			return
		}
		g := newGenerator(data)
		s := g.shape(4)
		mdl, src := g.model(s), g.source(s)
		o := g.options(s)
		v := g.value(s, true)
		c := newCompiler()
		o.ExcludeUnset, o.ExcludeDefaults, o.ExcludeNone = g.below(6) == 0, g.below(6) == 0, g.below(6) == 0
		e, problems := c.Compile(src, mdl, o)
		if problems != nil {
			t.Fatalf("%v\n%s\n%s\n%+v", problems, src, mdl, o)
		}
		out, err := e.Append(nil, v)
		if err != nil {
			t.Fatalf("%v\n%s\n%s\n%+v", err, src, mdl, o)
		}
		if !stdjson.Valid(out) {
			t.Fatalf("not JSON: %s", out)
		}
		if strings.Contains(string(out), canary) {
			t.Fatalf("leak: %s\n%s\n%s\n%+v", out, src, mdl, o)
		}
		if o.flags() != 0 {
			return
		}
		var got any
		if err := stdjson.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		// Both through the decoder, so that numbers are alike.
		text, err := stdjson.Marshal(expect(s, v, false))
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := stdjson.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %s\nwant %s\n%s\n%s\n%+v", out, text, src, mdl, o)
		}
	})
}

// Without a model, generated values are byte for byte what encoding/json makes of them.
func FuzzIdentity(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1000 {
			return
		}
		g := newGenerator(data)
		typ := g.typed(4)
		v := reflect.New(typ).Elem()
		g.random(v, 5)
		c := newCompiler()
		want, wantErr := std(v.Addr().Interface())
		got, err := c.Append(nil, v.Addr().Interface())
		if (err == nil) != (wantErr == nil) || err == nil && string(got) != string(want) {
			t.Fatalf("%v, encoding/json %v\n got %s\nwant %s\n%s", err, wantErr, got, want, typ)
		}
		if err != nil {
			return
		}
		if codec, err := json.Append(nil, v.Addr().Interface()); err != nil || string(codec) != string(want) {
			t.Fatalf("the codec: %v\n got %s\nwant %s\n%s", err, codec, want, typ)
		}
		e, _ := c.Compile(typ, typ, Options{})
		if got, err = e.Append(got[:0], v); err != nil || string(got) != string(want) {
			t.Fatalf("compiled: %v\n got %s\nwant %s\n%s", err, got, want, typ)
		}
		if got, err = c.Append(got[:0], []any{v.Interface()}); err != nil || string(got) != "["+string(want)+"]" {
			t.Fatalf("boxed: %v\n got %s\nwant %s\n%s", err, got, want, typ)
		}
	})
}
