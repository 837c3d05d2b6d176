package constraint

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"testing"
)

// FuzzMultiple compares multiple_of with exact decimals: units times the step, and with half a step more.
func FuzzMultiple(f *testing.F) {
	for _, s := range []struct {
		step  uint16
		scale uint8
		n     int32
	}{{1, 1, 3}, {1, 1, 0}, {25, 2, -7}, {1, 6, 1_000_001}, {3, 0, 7}, {65535, 9, math.MaxInt32}} {
		f.Add(s.step, s.scale, s.n)
	}
	f.Fuzz(func(t *testing.T, step uint16, scale uint8, n int32) {
		if step == 0 {
			return
		}
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale%10)), nil)
		exact := big.NewRat(int64(step), 1)
		exact.Quo(exact, new(big.Rat).SetInt(power))
		check := isMultiple(reflect.TypeFor[float64](), Rule{Name: "multiple_of", Param: exact.FloatString(int(scale % 10))})
		if check == nil {
			t.Fatalf("the step %s is refused", exact)
		}
		for halves := range int64(2) {
			product := new(big.Rat).Mul(exact, big.NewRat(2*int64(n)+halves, 2))
			text := product.FloatString(11)
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64)); again.Cmp(product) != 0 {
				continue // more digits than a float64 has
			}
			if got := check(reflect.ValueOf(v)); got != (halves == 0) {
				t.Errorf("%s is a multiple of %s: %t", text, exact.FloatString(10), got)
			}
		}
	})
}
