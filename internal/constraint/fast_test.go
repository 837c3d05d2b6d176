package constraint

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

// TestQuickSaysWhatAcceptsSays, for several rules at once.
func TestQuickSaysWhatAcceptsSays(t *testing.T) {
	e := New()
	tried := 0
	try := func(tag, pattern string, values ...any) {
		t.Helper()
		for _, value := range values {
			v := reflect.ValueOf(value)
			r, err := e.Compile(v.Type(), tag, pattern, Request)
			if err != nil {
				t.Fatal(err)
			}
			yes, ok := quickly(r, v)
			if !ok {
				t.Errorf("%s on %T is not quick", tag, value)
			} else if yes != r.Accepts(v) {
				t.Errorf("%s of %v: quickly %t", tag, value, yes)
			}
			tried++
		}
	}
	var texts []any
	for n := range 14 {
		texts = append(texts, strings.Repeat("a", n), strings.Repeat("ä", n), strings.Repeat("日", n), strings.Repeat("\xff", n), strings.Repeat("😀", n))
	}
	for _, tag := range []string{"min=1", "min=3", "max=4", "min=3,max=4", "len=3", "gt=2,lt=5", "eq=aaa", "ne=aaa", "oneof=a aaa", "min=1,max=9,lowercase", "gte=0", "max=0", "min=5,max=3"} {
		try(tag, "", texts...)
	}
	try("min=2", "^a+$", texts...)
	for _, tag := range []string{"min=1", "gt=0", "lt=0", "gte=0,lte=150", "eq=7", "max=9223372036854775807", "gt=-9223372036854775808"} {
		try(tag, "", math.MinInt, -1, 0, 1, 7, 150, 151, math.MaxInt, int64(7))
	}
	try("min=1,max=3", "", []string{}, []string{"a"}, make([]string, 3), make([]string, 4), []int{}, []int(nil))
	if tried < 1000 {
		t.Errorf("only %d values were tried", tried)
	}
	for _, c := range []struct {
		tag   string
		value any
	}{{"unique", []string{}}, {"gt=9223372036854775807", 1}, {"ne=1", 1}, {"min=1", uint(1)}, {"oneof=1 2", 1}, {"eq=a|eq=b", "a"}} {
		if r := must(e.Compile(reflect.TypeOf(c.value), c.tag, "", Request)); r.IsFast() {
			t.Errorf("%s on %T is quick", c.tag, c.value)
		}
	}
	if none := (*Rules)(nil); !none.IsFast() || !none.AcceptsString("") || !none.AcceptsInt(1) {
		t.Error("without rules everything is accepted")
	}
}
