package encode

import (
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/json"
)

func TestAppendStringEqualsEncodingJSON(t *testing.T) {
	for _, n := range []int{1, 3, 4, 7, 8, 9, 16, 17, 25} {
		for at := range n {
			for c := range 256 {
				b := []byte(strings.Repeat("a", n))
				b[at] = byte(c)
				want := string(json.AppendString([]byte("x"), string(b)))
				if got := string(appendString([]byte("x"), string(b))); got != want {
					t.Fatalf("byte %#x at %d of %d: %s, want %s", c, at, n, got, want)
				}
			}
		}
	}
}
