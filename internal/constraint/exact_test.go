package constraint

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// Where a direct check is exact, its no is not put before validator.
func TestExactChecksAgreeWithValidator(t *testing.T) {
	e := New()
	lengths := []any{"", "a", "ab", "äöü", "\xff\xfe", strings.Repeat("x", 300), []int{}, []int{1}, []string{"a", "b", "c"}, [2]int{}, map[string]int{}, map[string]int{"a": 1, "b": 2}}
	var values []any
	values = append(values, lengths...)
	for _, n := range []int64{math.MinInt64, -3, -2, -1, 0, 1, 2, 3, 150, math.MaxInt64} {
		values = append(values, n, int(n), int8(n), int16(n), int32(n), uint64(n), uint8(n), uint32(n))
	}
	tried := 0
	for _, v := range values {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			for _, name := range []string{"eq", "ne", "len", "lt", "lte", "max", "gt", "gte", "min"} {
				for _, param := range []string{"0", "1", "2", "3", "127", "-1", "0x10"} {
					rules, err := e.Compile(reflect.TypeOf(v), name+"="+param, "", Request)
					if err != nil || !e.isExact(reflect.TypeOf(v), rules.Schema[0]) {
						continue
					}
					c := rules.checks[0]
					want := e.validator.Var(v, name+"="+param) == nil
					if got := c.accept(reflect.ValueOf(v)); got != want {
						t.Errorf("%v %s=%s: %t, validator says %t", v, name, param, got, want)
					}
					if refused := rules.Check(reflect.ValueOf(v)) != nil; refused == want {
						t.Errorf("%v %s=%s: refused is %t, validator says %t", v, name, param, refused, want)
					}
					tried++
				}
			}
		})
	}
	if tried < 1000 {
		t.Errorf("only %d checks were compared", tried)
	}
}

func TestAnAddressWithoutAtSignIsRefusedByValidatorToo(t *testing.T) {
	for _, s := range []string{"", "a", "postmaster", "a b", "\"a\"", "a%40b.c", "<a>", strings.Repeat("a", 400), "äöü", "group: a, b;"} {
		if !builtin["email"].isNot(s) || New().validator.Var(s, "email") == nil {
			t.Errorf("%q", s)
		}
	}
}
