package bind_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// generator writes random documents for a type, mostly of its form.
type generator struct {
	*rand.Rand
	wrong int // one value in so many is arbitrary
}

func (g generator) pick(words ...string) string { return words[g.IntN(len(words))] }

func (g generator) value(t reflect.Type, depth int) string {
	if g.IntN(g.wrong) == 0 {
		return g.pick(`null`, `true`, `0`, `-0`, `1.5`, `1e400`, `""`, `"x"`, `[]`, `{}`, `[1,"a"]`, `{"a":1}`, `{"a":1,"a":2}`, `300`, `-1`, `99999999999999999999`, `"1m"`)
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return g.pick(`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:05.5+02:00"`)
	case reflect.TypeFor[time.Duration]():
		return g.pick(`"1m30s"`, `"PT1H"`, `90`, `1.5`)
	case reflect.TypeFor[json.Number]():
		return g.pick(`1`, `-1.5e10`, `1e999`)
	case reflect.TypeFor[point]():
		return `[1,2]`
	case reflect.TypeFor[even]():
		return g.pick(`2`, `0`, `2`, `4`, `6`, `8`, `3`)
	case reflect.TypeFor[[]byte]():
		return g.pick(`""`, `"cmF3"`)
	}
	if t.Kind() == reflect.Struct && t.NumField() > 0 && t.Field(0).Type == reflect.TypeFor[params.OneOf]() {
		return g.value(t.Field(1+g.IntN(t.NumField()-1)).Type.Elem(), depth)
	}
	if s, ok := reflect.Zero(t).Interface().(model.Collection); ok && t.Kind() == reflect.Map {
		return g.value(reflect.SliceOf(s.ElementType()), depth)
	}
	if w, ok := reflect.New(t).Interface().(model.Wrapper); ok {
		v, _ := w.Unwrap()
		return g.value(v.Type(), depth)
	}
	switch t.Kind() {
	case reflect.Bool:
		return g.pick(`true`, `false`)
	case reflect.String:
		return g.pick(`""`, `"a"`, `"b"`, `"a"`, `"b"`, `"a"`, `"\u00e9\n"`, `"\ud83d\ude00"`, `"é"`)
	case reflect.Float32, reflect.Float64:
		return g.pick(`0`, `1.5`, `-2e3`, `1E-7`)
	case reflect.Pointer:
		if g.IntN(3) == 0 {
			return `null`
		}
		return g.value(t.Elem(), depth)
	case reflect.Struct:
		return g.object(t, depth)
	case reflect.Map:
		return g.entries(t, depth)
	case reflect.Interface, reflect.Slice, reflect.Array:
		if t == reflect.TypeFor[json.RawMessage]() || t.Kind() == reflect.Interface {
			return g.pick(`null`, `1`, `"x"`, `{"a":[1,{"b":null}]}`, ` [ 1 ] `)
		}
		n := max(0, g.IntN(6-min(depth, 4))-2)
		if t.Kind() == reflect.Array && g.IntN(8) > 0 {
			n = t.Len()
		}
		var parts []string
		for range n {
			parts = append(parts, g.value(t.Elem(), depth+1))
		}
		return "[" + strings.Join(parts, g.pick(",", " , ")) + "]"
	}
	return fmt.Sprint(1 + g.IntN(5))
}

func (g generator) entries(t reflect.Type, depth int) string {
	var parts []string
	for range max(0, g.IntN(6)-3) {
		key := g.pick("ab", "xy", "cd", "ef", "gh", "ij", "kl", "AB", "a", "\\u0061b")
		if t.Key().Kind() == reflect.Int8 {
			key = g.pick("1", "2", "3", "4", "5", "6", "01", "-7", "x", "200")
		}
		parts = append(parts, `"`+key+`":`+g.value(t.Elem(), depth+1))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (g generator) object(t reflect.Type, depth int) string {
	var parts []string
	for _, f := range reflect.VisibleFields(t) {
		tag, tagged := f.Tag.Lookup("json")
		optional := strings.Contains(tag, ",omit") || f.Type.Kind() == reflect.Pointer
		if !tagged || optional && g.IntN(depth+3) > 0 || g.IntN(100) == 0 {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		if g.IntN(200) == 0 {
			name = g.pick(strings.ToUpper(name), "other", "id")
		}
		v := g.value(f.Type, depth+1)
		if words, ok := strings.CutPrefix(f.Tag.Get("validate"), "eq="); ok && g.IntN(50) > 0 {
			v = words
			if f.Type.Kind() == reflect.String {
				v = `"` + words + `"`
			}
		}
		if strings.Contains(tag, ",string") {
			v = `"` + v + `"`
		}
		parts = append(parts, `"`+name+`":`+v)
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, ",") + "}"
}

// TestBodyPathsAgree: a document is either decoded and checked, or filled by the walk. Both give the same value and errors, and the
// value of encoding/json.
func TestBodyPathsAgree(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2)), 300}
	both[rich](t, g, true)
	g.wrong = 3000
	both[timed](t, g, false) // encoding/json knows neither defaults nor durations
	both[item](t, g, false)
	both[[]booking](t, g, false)
	both[map[string]*tree](t, g, false)
	both[map[UUIDKey]benchUser](t, g, true)
	g.wrong = 300
	both[filled](t, g, false)
	both[[]kinds](t, g, false)
}

// filled has what the scan fills beyond plain values: unions with a discriminator, maps, sets, Optionals, times, types with methods.
type filled struct {
	Times   []time.Time                     `json:"times,omitempty"`
	Until   params.Optional[time.Time]      `json:"until"`
	Note    params.Optional[string]         `json:"note" validate:"min=1"`
	Sizes   params.Optional[*[]int8]        `json:"sizes"`
	Wait    params.Optional[time.Duration]  `json:"wait"`
	Count   map[string]int                  `json:"count,omitempty" validate:"max=2,dive,keys,max=2,endkeys,min=2"`
	Words   map[string]string               `json:"words,omitempty" validate:"dive,min=1"`
	Lists   map[string][]*int               `json:"lists,omitempty" validate:"max=2"`
	Users   map[string]kinds                `json:"users,omitempty"`
	Maybe   map[string]params.Optional[int] `json:"maybe,omitempty" validate:"dive,max=4"`
	Tags    params.Set[string]              `json:"tags,omitempty" validate:"max=2,dive,min=1"`
	Nums    *params.Set[int16]              `json:"nums"`
	Code    UUIDKey                         `json:"code,omitempty"`
	Even    *even                           `json:"even"`
	Bytes   []byte                          `json:"bytes,omitempty"`
	Num     json.Number                     `json:"num,omitempty"`
	Kinds   []kinds                         `json:"kinds,omitempty"`
	Perhaps []params.Optional[kinds]        `json:"perhaps,omitempty"`
}

type kinds struct {
	params.OneOf `discriminator:"kind"`
	Word         *wordKind
	Many         *manyKind
	Number       *struct {
		Kind int       `json:"kind" validate:"eq=7"`
		At   time.Time `json:"at"`
	}
}

type wordKind struct {
	Kind string `json:"kind" validate:"eq=word"`
	Word string `json:"word" validate:"max=1"`
	N    int    `json:"n,omitempty" default:"3"`
}

type manyKind struct {
	_    struct{}                    `extra:"forbid"`
	Of   params.Optional[[]wordKind] `json:"of"`
	Kind string                      `json:"kind" validate:"eq=many"`
	By   map[string]float32          `json:"by,omitempty" validate:"dive,min=0"`
}

func both[T any](t *testing.T, g generator, standard bool) {
	t.Helper()
	fast := compile[params.Body[T]](t)
	slow := fast.Walked()
	bound := 0
	for range 3000 {
		doc := g.value(reflect.TypeFor[T](), 0)
		got, errs, err := try[params.Body[T]](t, fast, input{body: doc})
		walked, walkedErrs, walkedErr := try[params.Body[T]](t, slow, input{body: doc})
		if !reflect.DeepEqual(errs, walkedErrs) || (err == nil) != (walkedErr == nil) {
			t.Fatalf("%s\ndecoded %q\nwalked  %q", doc, errs, walkedErrs)
		}
		if errs != nil || err != nil {
			continue
		}
		bound++
		if !reflect.DeepEqual(got, walked) {
			t.Fatalf("%s\ndecoded %+v\nwalked  %+v", doc, got, walked)
		}
		var want T
		if err := json.Unmarshal([]byte(doc), &want); standard && (err != nil || !reflect.DeepEqual(got.Value, want)) {
			t.Fatalf("%s\nbound %+v\nencoding/json (%v) %+v", doc, got.Value, err, want)
		}
	}
	if bound < 80 {
		t.Errorf("%T: only %d of 3000 documents were right", *new(T), bound)
	}
}
