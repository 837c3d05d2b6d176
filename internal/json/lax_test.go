package json

import (
	"math"
	"strings"
	"testing"
)

// TextInteger accepts the texts that pydantic takes as an int, and normalises them.
func TestTextIntegerReadsWhatPydanticReads(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "7": "7", "-7": "-7", "+7": "7", " 7\n": "7", "007": "7", "-007": "-7", "-0": "0", "+000": "0", "1_000": "1000", "-1_0_0": "-100",
		"1.": "1", "1.0": "1", "-1.000": "-1", "0.0": "0", "1_0.0": "10", strings.Repeat("9", 100): strings.Repeat("9", 100),
	} {
		if got, ok := TextInteger(text); !ok || got != want {
			t.Errorf("%q: got %q, %t, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", " ", "-", "+", "--1", "+-1", "-+1", "x", "1x", "1 2", "_1", "1_", "1__0", "1.5", "1.0.0", ".0", "1e3", "0x10", "٣", strings.Repeat("9", maxDigits+1)} {
		if got, ok := TextInteger(text); ok {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// TextFloat reads the infinities, NaN and underscores, and no hexadecimal form.
func TestTextFloatReadsWhatPydanticReads(t *testing.T) {
	for text, want := range map[string]float64{
		"1.5": 1.5, " -1e3 ": -1000, "1_0.5": 10.5, "inf": math.Inf(1), "-Infinity": math.Inf(-1), "1e400": math.Inf(1), "+.5": .5,
	} {
		if got, ok := TextFloat(text, 64); !ok || got != want {
			t.Errorf("%q: got %v, %t, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"nan", "+nan", "-NaN"} {
		if got, ok := TextFloat(text, 64); !ok || !math.IsNaN(got) {
			t.Errorf("%q: got %v, %t", text, got, ok)
		}
	}
	if got, ok := TextFloat("1e39", 32); !ok || !math.IsInf(got, 1) {
		t.Errorf("1e39 in 32 bits: got %v, %t", got, ok)
	}
	for _, text := range []string{"", "x", "1,5", "1__0", "_1", "1_", "0x1p4", "--nan", "1 2"} {
		if got, ok := TextFloat(text, 64); ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
