package httptext

import (
	"net/http"
	"strings"
	"testing"
)

// A token has visible ASCII characters without separators (RFC 9110, 5.6.2).
func TestIsToken(t *testing.T) {
	for i := range 256 {
		c := string([]byte{byte(i)})
		want := i > ' ' && i < 0x7f && !strings.Contains(`"(),/:;<=>?@[\]{}`, c)
		if IsToken(c) != want || IsToken("a"+c) != want || IsToken(c+"a") != want {
			t.Errorf("byte %#x: want %t", i, want)
		}
		if upper := want && (i < 'a' || i > 'z'); IsUpperToken(c) != upper || IsUpperToken("A-"+c) != upper {
			t.Errorf("byte %#x in upper case: want %t", i, upper)
		}
	}
	for s, want := range map[string]bool{"": false, "M-SEARCH": true, "jsön": false, "a b": false, "x_y": true} {
		if IsToken(s) != want {
			t.Errorf("IsToken(%q) = %t", s, !want)
		}
	}
}

func FuzzCanonicalName(f *testing.F) {
	for _, name := range []string{"", "A", "a", "X-Created-By", "x-created-by", "X-CREATED-BY", "ETag", "Etag", "-", "--A", "A-", "a b", "é", "X_Y", "Content-Type\r\n", "9a", "X-9A"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, isToken := CanonicalName(name)
		if want := http.CanonicalHeaderKey(name); got != want {
			t.Errorf("%q became %q, with net/http %q", name, got, want)
		}
		if isToken != IsToken(name) {
			t.Errorf("%q: isToken is %t", name, isToken)
		}
	})
}

func BenchmarkCanonicalName(b *testing.B) {
	for b.Loop() {
		CanonicalName("X-Request-Id")
	}
}
