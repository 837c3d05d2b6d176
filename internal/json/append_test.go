package json

import (
	"bytes"
	stdjson "encoding/json" // the oracle
	"math"
	"strings"
	"testing"
)

// standard is the encoding of encoding/json without HTML escapes.
func standard(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := stdjson.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var appendedStrings = []string{
	"", "a", "12345678", "1234567\"", "12345678\\", "<script>&</script>", "\x00\x01\b\f\n\r\t\x1f\x7f", "é", "abcdefgé", "12345678é", "日本語の長い文字列",
	"\u2028\u2029\u2027\u202a", "\xff", "abc\xffdef\xc0\xaf", "\xed\xa0\x80", "\ufffd", "😀", "\xf0\x9f\x98", "\xe2\x80", "a\u2028b\xe2\x80", "/", "'",
}

func checkAppendString(t *testing.T, s string) {
	t.Helper()
	want := standard(t, s)
	if got := string(AppendString([]byte("x"), s)); got != "x"+want {
		t.Errorf("AppendString(%q) = %s, want x%s", s, got, want)
	}
	if got := string(AppendKey(nil, s)); got != want+":" {
		t.Errorf("AppendKey(%q) = %s, want %s:", s, got, want)
	}
}

func TestAppendStringWritesWhatEncodingJSONWrites(t *testing.T) {
	for _, s := range appendedStrings {
		checkAppendString(t, s)
	}
	for c := range 256 { // each byte, at each place of a word
		for before := range 9 {
			checkAppendString(t, strings.Repeat("a", before)+string([]byte{byte(c)})+"bcdefghijk")
		}
	}
}

var appendedFloats = []float64{
	0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e20, 1e21, 1e22, -1e21, 1e-6, 1e-7, 9.99e-7, 1e-9, 1e-10, 1e100, 1e-100, math.MaxFloat64,
	math.SmallestNonzeroFloat64, math.MaxFloat32, math.SmallestNonzeroFloat32, 123456789.125, float64(float32(1e-6)), float64(float32(1e21)), 1.0 / 3,
	math.NaN(), math.Inf(1), math.Inf(-1),
}

func checkAppendFloat(t *testing.T, f float64) {
	t.Helper()
	for bits, v := range map[int]any{64: f, 32: float32(f)} {
		f := f
		if bits == 32 {
			f = float64(float32(f))
		}
		got, ok := AppendFloat([]byte("x"), f, bits)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			if ok || string(got) != "x" {
				t.Errorf("AppendFloat(%v, %d) = %s, %t", f, bits, got, ok)
			}
		} else if want := standard(t, v); !ok || string(got) != "x"+want {
			t.Errorf("AppendFloat(%v, %d) = %s, %t, want x%s", f, bits, got, ok, want)
		}
	}
}

func TestAppendFloatWritesWhatEncodingJSONWrites(t *testing.T) {
	for _, f := range appendedFloats {
		checkAppendFloat(t, f)
	}
}

// What stands before the number stays as it is, also where the two together look like an exponent.
func TestAppendFloatKeepsWhatIsBefore(t *testing.T) {
	for before, want := range map[string]string{"": "5", "e-0": "e-05", "1e-0": "1e-05", "e": "e5"} {
		if got, ok := AppendFloat([]byte(before), 5, 64); !ok || string(got) != want {
			t.Errorf("after %q: got %q, %t, want %q", before, got, ok, want)
		}
	}
}

func TestAppendBase64WritesWhatEncodingJSONWrites(t *testing.T) {
	for _, b := range [][]byte{nil, {}, {0}, {1, 2}, {255, 254, 253}, []byte("any carnal pleas"), bytes.Repeat([]byte{0xfb}, 100)} {
		if got, want := string(AppendBase64([]byte("x"), b)), "x"+standard(t, b); got != want {
			t.Errorf("AppendBase64(%v) = %s, want %s", b, got, want)
		}
	}
}
