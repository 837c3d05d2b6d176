package constraint

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// maybe is a wrapper such as a caller may have.
type maybe[T any] struct {
	v  T
	ok bool
}

func (m maybe[T]) ValidatorValue() any {
	if m.ok {
		return m.v
	}
	return nil
}

type span struct {
	Start time.Time
	End   time.Time `validate:"gtfield=Start"`
}

type address2 struct {
	Street string `validate:"required"`
}

type order struct {
	span
	Password string     `validate:"min=8,eqfield=Nested.Password"`
	Kind     string     `validate:"oneof=card cash"`
	Card     *string    `validate:"required_if=Kind card"`
	Voucher  string     `validate:"excluded_with=Card"`
	Low      maybe[int] `validate:"ltfield=High"`
	High     maybe[int] `validate:"required_with=Low"`
	Ship     *address2  `validate:"required_if=Kind cash"`
	Limit    *int       `validate:"gtfield=Floor"`
	Floor    int        //
	Opt      int        `validate:"omitempty,gtfield=Floor"`
	Nested   struct{ Password string }
}

func TestCheckCross(t *testing.T) {
	e := New()
	names := []string{"End", "Password", "Card", "Voucher", "Low", "High", "Ship", "Limit", "Opt"}
	if err := e.CompileCross(reflect.TypeFor[order](), names); err != nil {
		t.Fatal(err)
	}
	text, one, two := "x", 1, time.Unix(2, 0)
	fine := func() order {
		o := order{Kind: "card", Card: &text}
		o.Start, o.End = time.Unix(1, 0), two
		return o
	}
	for _, c := range []struct {
		name   string
		change func(*order)
		want   map[string]string
	}{
		{"fine", func(*order) {}, nil},
		{"promoted", func(o *order) { o.End = o.Start }, map[string]string{"End": "gtfield=Start"}},
		{"nested name", func(o *order) { o.Nested.Password = "p" }, map[string]string{"Password": "eqfield=Nested.Password"}},
		{"required_if", func(o *order) { o.Card = nil }, map[string]string{"Card": "required_if=Kind card"}},
		{"required_if of an empty struct", func(o *order) { o.Kind, o.Ship = "cash", &address2{} }, nil},
		{"required_if of a struct", func(o *order) { o.Kind = "cash" }, map[string]string{"Ship": "required_if=Kind cash"}},
		{"excluded_with", func(o *order) { o.Voucher = "v" }, map[string]string{"Voucher": "excluded_with=Card"}},
		{"wrappers", func(o *order) { o.Low, o.High = maybe[int]{1, true}, maybe[int]{2, true} }, nil},
		{"wrappers compared", func(o *order) { o.Low, o.High = maybe[int]{2, true}, maybe[int]{2, true} }, map[string]string{"Low": "ltfield=High"}},
		{"wrapper missing", func(o *order) { o.Low = maybe[int]{1, true} }, map[string]string{"Low": "ltfield=High", "High": "required_with=Low"}},
		{"pointer compared", func(o *order) { o.Limit, o.Floor, o.Opt = &one, 1, 2 }, map[string]string{"Limit": "gtfield=Floor"}},
		{"omitempty compared", func(o *order) { o.Opt, o.Floor = 1, 1 }, map[string]string{"Opt": "gtfield=Floor"}},
	} {
		o := fine()
		c.change(&o)
		got := e.CheckCross(&o, names)
		for field, rule := range c.want {
			want := ValueError("must satisfy " + rule)
			if !reflect.DeepEqual(got[field], want) {
				t.Errorf("%s: %s: got %+v, want %+v", c.name, field, got[field], want)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	for _, odd := range []any{nil, 3, (*order)(nil), order{}, &text} {
		if e.CheckCross(odd, names) != nil {
			t.Errorf("%T is no pointer to a struct", odd)
		}
	}
}

func TestCompileCrossFindsMistakes(t *testing.T) {
	type missing struct {
		A int `validate:"gtfield=Nope"`
	}
	type badValue struct {
		A *int `validate:"required_if=B x"`
		B int
	}
	for want, typ := range map[string]reflect.Type{
		"constraint.missing has no field Nope": reflect.TypeFor[missing](),
		"invalid syntax":                       reflect.TypeFor[badValue](),
	} {
		if err := New().CompileCross(typ, []string{"A"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", typ, err, want)
		}
	}
	if got := New().CheckCross(&badValue{}, []string{"A"}); got["A"] == nil {
		t.Error("a rule that panics holds for nothing")
	}
}

func TestCrossFields(t *testing.T) {
	for rule, want := range map[string][]string{
		"eqfield=A": {"A"}, "gtfield=Inner.B": {"Inner.B"}, "required_if=A 1 B 'x y'": {"A", "B"}, "required_with=A B": {"A", "B"},
		"excluded_unless=A 1": {"A"}, "min=1": nil, "oneof=A": nil,
	} {
		if got := CrossFields(rule); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", rule, got, want)
		}
	}
	r := must(New().Compile(reflect.TypeFor[int](), "min=1,gtfield=A,required_with=B", "", Request))
	if !slices.Equal(r.Cross, []string{"gtfield=A", "required_with=B"}) || len(r.Schema) != 1 {
		t.Errorf("got %+v", r)
	}
}
