package bind_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
)

// bodyTypes makes types of bodies, and documents that fit them or nearly do.
type bodyTypes struct{ *rand.Rand }

var bodyLeaves = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint64](), reflect.TypeFor[float64](), reflect.TypeFor[float32](),
	reflect.TypeFor[bool](), reflect.TypeFor[[]byte](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[json.Number](), reflect.TypeFor[time.Time](), reflect.TypeFor[any](), reflect.TypeFor[upper](), reflect.TypeFor[even](), reflect.TypeFor[*point](),
}

func (g bodyTypes) typ(depth int) reflect.Type {
	if depth == 0 {
		return bodyLeaves[g.IntN(len(bodyLeaves))]
	}
	switch g.IntN(7) {
	case 0:
		return reflect.PointerTo(g.typ(depth - 1))
	case 1:
		return reflect.SliceOf(g.typ(depth - 1))
	case 2:
		return reflect.ArrayOf(1+g.IntN(3), g.typ(depth-1))
	case 3:
		return reflect.MapOf([]reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int8](), reflect.TypeFor[uint64]()}[g.IntN(3)], g.typ(depth-1))
	case 4, 5:
		return g.object(depth)
	}
	return g.typ(0)
}

func (g bodyTypes) object(depth int) reflect.Type {
	var fields []reflect.StructField
	for i := range 1 + g.IntN(5) {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: g.typ(depth - 1), Tag: reflect.StructTag(fmt.Sprintf(`json:"%s%d%s"`, []string{"a", "é", "a b"}[g.IntN(3)], i, []string{"", ",omitempty", ",omitzero"}[g.IntN(3)]))})
	}
	return reflect.StructOf(fields)
}

// document writes a value of t, and now and then something else.
func (g bodyTypes) document(b *strings.Builder, t reflect.Type) {
	if g.IntN(40) == 0 {
		b.WriteString([]string{"null", "1.0", `""`, "[]", "{}", "-0", `"1"`, "true", "1e2", "9223372036854775808"}[g.IntN(10)])
		return
	}
	if g.IntN(10) == 0 {
		b.WriteString(" ")
	}
	switch t {
	case reflect.TypeFor[[]byte]():
		b.WriteString([]string{`"YQ=="`, `""`, `"YWI"`}[g.IntN(3)])
		return
	case reflect.TypeFor[json.RawMessage](), reflect.TypeFor[any]():
		b.WriteString([]string{`{"a":[1, "x"]}`, `"<\u2028"`, "null", "12", "[true,1.5e3]"}[g.IntN(5)])
		return
	case reflect.TypeFor[json.Number]():
		b.WriteString([]string{"1", "1e400", "-0.5"}[g.IntN(3)])
		return
	case reflect.TypeFor[time.Time]():
		b.WriteString([]string{`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:05.5+02:00"`}[g.IntN(2)])
		return
	case reflect.TypeFor[*point]():
		b.WriteString([]string{"[1,2]", "null"}[g.IntN(2)])
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		if g.IntN(4) == 0 {
			b.WriteString("null")
			return
		}
		g.document(b, t.Elem())
	case reflect.Slice, reflect.Array:
		n := g.IntN(4)
		if t.Kind() == reflect.Array && g.IntN(10) > 0 {
			n = t.Len()
		}
		b.WriteByte('[')
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			g.document(b, t.Elem())
		}
		b.WriteByte(']')
	case reflect.Map:
		b.WriteByte('{')
		for i := range g.IntN(3) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, `"%d":`, i+g.IntN(2)*120)
			g.document(b, t.Elem())
		}
		b.WriteByte('}')
	case reflect.Struct:
		b.WriteByte('{')
		for i, at := range g.Perm(t.NumField()) {
			if i > 0 {
				b.WriteByte(',')
			}
			name, _, _ := strings.Cut(t.Field(at).Tag.Get("json"), ",")
			if g.IntN(20) == 0 {
				name = strings.ReplaceAll(name, "a", `\u0061`)
			}
			fmt.Fprintf(b, `"%s":`, name)
			g.document(b, t.Field(at).Type)
		}
		b.WriteByte('}')
	case reflect.String:
		b.WriteString([]string{`"x"`, `""`, `"é\n\ud83d\ude00"`, `"a\\b"`}[g.IntN(4)])
	case reflect.Bool:
		b.WriteString([]string{"true", "false"}[g.IntN(2)])
	case reflect.Float32, reflect.Float64:
		b.WriteString([]string{"1", "-1.5", "1e10", "0.1", "-0"}[g.IntN(5)])
	default:
		b.WriteString([]string{"0", "2", "100", "12"}[g.IntN(4)])
	}
}

// FuzzBodyTypes binds documents to types that it makes. A body without an error has the value that encoding/json decodes.
func FuzzBodyTypes(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, uint64(1), "", 0)
	}
	f.Add(uint64(1), uint64(1), `"`, 5)
	f.Fuzz(func(t *testing.T, types, docs uint64, change string, at int) {
		g := bodyTypes{rand.New(rand.NewPCG(types, 1))}
		typ := g.object(3)
		in := reflect.StructOf([]reflect.StructField{{Name: "Body", Type: typ, Tag: `body:""`}})
		b, problems := bind.Compile(model.NewReader(constraint.New()), in, nil)
		if len(problems) > 0 {
			t.Fatalf("%s: %s", typ, strings.Join(problems, "\n"))
		}
		for i := range uint64(8) {
			var text strings.Builder
			bodyTypes{rand.New(rand.NewPCG(docs, i))}.document(&text, typ)
			doc := text.String()
			if change != "" && at >= 0 {
				cut := at % len(doc)
				doc = doc[:cut] + change + doc[min(len(doc), cut+int(i%3)):]
			}
			got := reflect.New(in)
			x := exchange.Acquire(httptest.NewRecorder(), input{body: doc}.request())
			s := bind.Settings{MaxBody: 1 << 20, Switches: switches.Default}
			x.SetLimits(&s.Limits)
			var found bind.Errors
			err := b.Bind(t.Context(), x, &s, memory.OfValue(got.Elem()), &found)
			x.Release()
			if err != nil || found.Err() != nil || largeInteger.MatchString(doc) {
				continue
			}
			want := reflect.New(typ)
			if err := json.Unmarshal([]byte(doc), want.Interface()); err != nil {
				t.Fatalf("%s\n%s\nis bound, but encoding/json: %v", typ, doc, err)
			}
			if v := got.Elem().Field(0).Interface(); !reflect.DeepEqual(v, want.Elem().Interface()) {
				a, _ := json.Marshal(v)
				b, _ := json.Marshal(want.Interface())
				t.Fatalf("%s\n%s\nbound\n%s\nencoding/json\n%s", typ, doc, a, b)
			}
		}
	})
}
