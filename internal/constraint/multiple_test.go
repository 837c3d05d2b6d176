package constraint

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type cents int

// A float is the decimal that JSON would have.
func TestMultipleOfAcceptsMultiples(t *testing.T) {
	e := New()
	for _, c := range []struct {
		tag   string
		value any
		want  bool
	}{
		{"multiple_of=5", 0, true}, {"multiple_of=5", 10, true}, {"multiple_of=5", -10, true}, {"multiple_of=5", 11, false}, {"multiple_of=0x10", 32, true},
		{"multiple_of=5", cents(15), true}, {"multiple_of=5", cents(-1), false}, {"multiple_of=7", int8(-128), false}, {"multiple_of=300", int8(0), true},
		{"multiple_of=5", uint64(math.MaxUint64), true}, {"multiple_of=7", uint64(math.MaxUint64), false},
		{"multiple_of=0.1", 0.3, true}, {"multiple_of=0.1", 0.30000000000000004, false}, {"multiple_of=0.1", 1e300, true}, {"multiple_of=3", 1e18, false}, {"multiple_of=1e-300", 1e-299, true}, {"multiple_of=0.1", -0.7, true}, {"multiple_of=0.1", 0.35, false},
		{"multiple_of=0.01", 1234.56, true}, {"multiple_of=0.01", 1234.567, false}, {"multiple_of=0.1", 1e-9, false}, {"multiple_of=2", 0.0, true},
		{"multiple_of=0.1", float32(0.3), true}, {"multiple_of=0.1", float32(0.7), true}, {"multiple_of=0.1", float32(0.35), false},
		{"multiple_of=2", math.Inf(1), false}, {"multiple_of=2", math.NaN(), false},
		{"multiple_of=15m", 45 * time.Minute, true}, {"multiple_of=15m", 50 * time.Minute, false},
		{"multiple_of=5|eq=3", 3, true}, {"multiple_of=5|eq=3", 10, true}, {"multiple_of=5|eq=3", 4, false},
	} {
		r, err := e.Compile(reflect.TypeOf(c.value), c.tag, "", Request)
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.ValueOf(c.value)
		if got := r.Check(v) == nil; got != c.want {
			t.Errorf("%s of %T %v: Check accepts: %v, want %v", c.tag, c.value, c.value, got, c.want)
		}
		if got := r.Accepts(v); got && !c.want || !got && c.want && !strings.Contains(c.tag, "|") {
			t.Errorf("%s of %T %v: Accepts is %v, want %v", c.tag, c.value, c.value, got, c.want)
		}
	}
}

func TestMultipleOfReportsDivisor(t *testing.T) {
	for _, c := range []struct {
		tag   string
		value any
		msg   string
		ctx   any
	}{
		{"multiple_of=0x10", 3, "Input should be a multiple of 16", int64(16)},
		{"multiple_of=5", uint8(3), "Input should be a multiple of 5", uint64(5)},
		{"multiple_of=0.1", float32(0.35), "Input should be a multiple of 0.1", 0.1},
		{"multiple_of=2", 0.5, "Input should be a multiple of 2", 2.0},
		{"multiple_of=15m", time.Minute, "Input should be a multiple of 15m0s", "15m0s"},
	} {
		r, err := New().Compile(reflect.TypeOf(c.value), c.tag, "", Request)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Check(reflect.ValueOf(c.value))
		if f == nil || f.Type != "multiple_of" || f.Msg != c.msg || f.Ctx["multiple_of"] != c.ctx {
			t.Errorf("%s of %v: got %+v, want %q, %v", c.tag, c.value, f, c.msg, c.ctx)
		}
	}
}

func TestMultipleOfRefusesTags(t *testing.T) {
	for _, c := range []struct {
		zero      any
		tag, want string
	}{
		{0, "multiple_of", "multiple_of needs a whole number after ="},
		{0, "multiple_of=0", "multiple_of needs a number above 0 after ="},
		{0, "multiple_of=-5", "multiple_of needs a number above 0 after ="},
		{uint(0), "multiple_of=0", "multiple_of needs a number above 0 after ="},
		{0.0, "multiple_of=-0.5", "multiple_of needs a number above 0 after ="},
		{0.0, "multiple_of=inf", `"inf" is not a finite number`},
		{0, "multiple_of=0.5", `"0.5" is not a whole number`},
		{time.Second, "multiple_of=0s", "multiple_of needs a number above 0 after ="},
		{"", "multiple_of=5", "multiple_of does not judge string"},
		{[]int{}, "multiple_of=5", "multiple_of does not judge []int"},
		{0, "multiple=5", "unknown rule"},
	} {
		if _, err := New().Compile(reflect.TypeOf(c.zero), c.tag, "", Request); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T %s: got %v, want %q", c.zero, c.tag, err, c.want)
		}
	}
	if err := New().Register("multiple_of", func(any, string) bool { return true }); err == nil {
		t.Error("a program can replace multiple_of")
	}
}
