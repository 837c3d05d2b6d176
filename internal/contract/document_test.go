package contract

import "testing"

// TestDecode: a text is one JSON value, and nothing after it.
func TestDecode(t *testing.T) {
	for text, isValue := range map[string]bool{
		"{}": true, " [1] \n": true, `"a"`: true, "": false, "{} {}": false, "{}}": false, "[1]]": false, "1,": false, "{}x": false,
	} {
		if v, err := Decode([]byte(text)); (err == nil) != isValue {
			t.Errorf("%q: got %v and the error %v", text, v, err)
		}
	}
}
