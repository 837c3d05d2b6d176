package model_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

func read[T any]() *model.Type { return model.NewReader(constraint.New()).Type(reflect.TypeFor[T]()) }

type (
	Inner struct {
		A string `json:"a"`
		B string `json:"b,omitempty" validate:"min=2"`
	}
	Deep struct {
		Inner
		A     int    `json:"a"` // hides Inner.A
		Label string `json:"label" secret:"true"`
	}
	Outer struct {
		*Deep
		C     *int                  `json:"c"`
		D     *int                  `json:"d" validate:"required"`
		E     params.Optional[int]  `json:"e"`
		F     []int                 `json:"f"`
		G     map[string]int        `json:"g,omitzero"`
		H     bool                  `json:"h" default:"true"`
		I     int                   `json:"-"`
		J     int                   `json:"-,"` //lint:ignore SA5008 a field called -
		K     int                   `json:",string"`
		L     string                `json:"l" readonly:"true"`
		priv  int                   //nolint
		Times []params.Optional[*T] `json:"times" validate:"dive,min=2"`
	}
	T    string
	Loop struct {
		Next *Loop           `json:"next"`
		Map  map[string]Loop `json:"map,omitempty"`
	}
	Pair[K, V any] struct {
		Key K `json:"key"`
		Val V `json:"val"`
	}
)

func TestFieldsOfStruct(t *testing.T) {
	m := read[Outer]()
	var got []string
	for _, f := range m.Fields {
		s := f.Name + " " + f.Go
		for _, flag := range []struct {
			on   bool
			name string
		}{{f.Required, "required"}, {f.Type.Nullable(), "nullable"}, {f.Default != nil, "default"}, {f.ReadOnly, "readonly"}, {f.AsString, "string"}, {f.Secret, "secret"}} {
			if flag.on {
				s += " " + flag.name
			}
		}
		got = append(got, s)
	}
	want := []string{
		"b Deep.Inner.B", "a Deep.A required", "label Deep.Label required secret", "c C nullable", "d D required nullable", "e E nullable",
		"f F required", "g G", "h H default", "- J required", "K K required string", "l L readonly", "times Times required",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("fields\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(m.InputProblems()) > 0 || len(m.OutputProblems()) > 0 {
		t.Errorf("problems %q %q", m.InputProblems(), m.OutputProblems())
	}
	if i := m.FieldIndex("label"); i != 2 || m.FieldIndex("none") != -1 || !m.Secret || !m.Checks {
		t.Errorf("index %d, secret %v, checks %v", i, m.Secret, m.Checks)
	}
	_ = Outer{}.priv
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		got  *model.Type
		kind model.Kind
		in   model.Form
	}{
		{read[bool](), model.Bool, model.ByKind}, {read[T](), model.String, model.ByKind}, {read[int8](), model.Int, model.ByKind},
		{read[uintptr](), model.Uint, model.ByKind}, {read[float32](), model.Float, model.ByKind}, {read[json.Number](), model.Number, model.ByKind},
		{read[[]byte](), model.Bytes, model.ByKind}, {read[time.Time](), model.Time, model.ByKind}, {read[time.Duration](), model.Duration, model.ByKind},
		{read[json.RawMessage](), model.Raw, model.ByKind}, {read[any](), model.Any, model.ByKind}, {read[[2]int](), model.Array, model.ByKind},
		{read[*Loop](), model.Pointer, model.ByKind}, {read[params.Optional[int]](), model.Optional, model.ByKind}, {read[chan int](), model.Opaque, model.ByKind},
		{read[constraint.Rule](), model.Struct, model.ByKind}, {read[embedsTime](), model.Struct, model.ByJSON}, {read[level](), model.Uint, model.ByText},
		{read[[]level](), model.List, model.ByKind},
	} {
		if c.got.Kind != c.kind || c.got.In != c.in {
			t.Errorf("%s: kind %d form %d, want %d %d", c.got, c.got.Kind, c.got.In, c.kind, c.in)
		}
	}
}

type (
	embedsTime struct{ time.Time }
	level      uint8
)

func (l *level) UnmarshalText([]byte) error { return nil }

func TestReadingKnowsRecursion(t *testing.T) {
	r := model.NewReader(constraint.New())
	for _, typ := range []reflect.Type{reflect.TypeFor[*Loop](), reflect.TypeFor[Loop](), reflect.TypeFor[[]map[string]*Loop]()} {
		m := r.Type(typ)
		if m != r.Type(typ) {
			t.Errorf("%s is read twice", m)
		}
		if m.Checks || m.Secret || m.Rewrites() || len(m.InputProblems()) > 0 {
			t.Errorf("%s: %+v", m, m.InputProblems())
		}
		if s := r.Shape(m); s != r.Shape(m) {
			t.Errorf("%s has two shapes", m)
		}
	}
	type endless *endless
	if p := read[struct{ E endless }]().InputProblems(); len(p) != 1 || !strings.Contains(p[0], "pointer to itself") {
		t.Errorf("%q", p)
	}
}

func TestNamesOfTypes(t *testing.T) {
	type Local struct{ X int }
	for got, want := range map[string]string{
		read[Loop]().Name:            "Loop",
		read[Pair[int, Loop]]().Name: "Pair[int,Loop]",
		read[Pair[Pair[T, []Loop], map[string]*params.Validator]]().Name: "Pair[Pair[T,[]Loop],map[string]*Validator]",
		read[Pair[struct{ X time.Time }, Local]]().Name:                  "Pair[struct,Local]",
		read[[]int]().Name:                             "",
		read[struct{}]().Name:                          "",
		read[map[string][]*Pair[int, Loop]]().String(): "map[string][]*model_test.Pair[int,Loop]",
		read[struct {
			_ struct{} `name:"Given"`
		}]().Name: "Given",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"1m30s": 90 * time.Second, "PT1M30S": 90 * time.Second, "90": 90 * time.Second, "-1.5": -1500 * time.Millisecond, "P1W": 7 * 24 * time.Hour,
		"-P1DT2H3M4.5S": -(26*time.Hour + 3*time.Minute + 4500*time.Millisecond), "PT0S": 0, "0": 0, "1e-9": 1,
	} {
		if got, err := model.ParseDuration(s, false); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "P", "PT", "P1", "P1DT", "PT1S1M", "P1Y", "P1M", "inf", "nan", "1e300", "P999999999D", "0x1", "1_0", "PT-1S", "+P1D", "P.D"} {
		if got, err := model.ParseDuration(s, false); err == nil {
			t.Errorf("%s: %v, want an error", s, got)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "PT0S", 90 * time.Second: "PT1M30S", -time.Nanosecond: "-PT0.000000001S", 24 * time.Hour: "P1D", 25*time.Hour + time.Millisecond: "P1DT1H0.001S",
		math.MinInt64: "-P106751DT23H47M16.854775808S", math.MaxInt64: "P106751DT23H47M16.854775807S",
	} {
		if got := string(model.AppendDuration(nil, d)); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
	for range 10_000 { // what is written is read back
		d := time.Duration(rand.Uint64())
		if got, err := model.ParseDuration(string(model.AppendDuration(nil, d)), false); err != nil || got != d {
			t.Fatalf("%d: %s is read as %d, %v", d, model.AppendDuration(nil, d), got, err)
		}
	}
}

func TestParameterStructsAreRecognised(t *testing.T) {
	type group struct {
		A int `query:"a"`
	}
	for _, c := range []struct {
		t    reflect.Type
		want bool
	}{
		{reflect.TypeFor[group](), true}, {reflect.TypeFor[*group](), true}, {reflect.TypeFor[struct{ group }](), true}, {reflect.TypeFor[params.Body[int]](), true},
		{reflect.TypeFor[Outer](), false}, {reflect.TypeFor[int](), false}, {reflect.TypeFor[struct{ G group }](), false}, {reflect.TypeFor[**group](), false},
	} {
		if got := model.IsParams(c.t); got != c.want {
			t.Errorf("%s: %v, want %v", c.t, got, c.want)
		}
	}
}

func TestRulesSeeThroughOptionals(t *testing.T) {
	f := read[Outer]().Fields[12]
	if f.Rules.Elem == nil || f.Rules.Elem.Check(reflect.ValueOf(T("x"))) == nil || f.Rules.Elem.Check(reflect.ValueOf(T("xy"))) != nil {
		t.Error("the rule after dive does not judge the text inside")
	}
}
