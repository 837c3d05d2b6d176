package route

import (
	"mime"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/declare"
)

// acceptElement is one element of Accept in the form that both readers below know: tokens, then parameters, then q.
var acceptElement = regexp.MustCompile(`^[ \t]*([a-z*+.-]+/[a-z*+.-]+)([ \t]*;[ \t]*[a-pr-z]+=[a-z0-9]+)*([ \t]*;[ \t]*q=(0(\.[0-9]{1,3})?|1(\.0{1,3})?))?[ \t]*$`)

// referenceOffer is bestOffer by way of mime.ParseMediaType, element by element (RFC 9110, 12.5.1). ok is false for an Accept in another
// form.
func referenceOffer(accept string, offers []declare.Encoder) (best int, ok bool) {
	weights := make([]float64, len(offers))
	closest := make([]int, len(offers))
	for element := range strings.SplitSeq(accept, ",") {
		if !acceptElement.MatchString(element) {
			return 0, false
		}
		name, params, err := mime.ParseMediaType(element)
		if err != nil {
			return 0, false
		}
		q := 1.0
		if text, has := params["q"]; has {
			q, _ = strconv.ParseFloat(text, 64)
		}
		main, sub, _ := strings.Cut(name, "/")
		for i, o := range offers {
			near := 0
			switch offered, _, _ := strings.Cut(o.MediaType, "/"); {
			case name == o.MediaType:
				near = 3
			case main == offered && sub == "*":
				near = 2
			case name == "*/*":
				near = 1
			}
			if near > closest[i] || near > 0 && near == closest[i] && q > weights[i] {
				closest[i], weights[i] = near, q
			}
		}
	}
	best = -1
	for i := range offers {
		if weights[i] > 0 && (best < 0 || weights[i] > weights[best]) {
			best = i
		}
	}
	return best, true
}

// FuzzAccept compares the media type that an Accept chooses with that of the reference.
func FuzzAccept(f *testing.F) {
	for _, s := range []string{"*/*", "application/cbor", "application/*;q=0.5, application/json;q=0", "text/html, */*;q=0.1", "a/b;q=0", "application/json;v=1;q=0.2,application/cbor;q=0.3", "application/json;q=1.000 , text/csv;q=0.999", "", ",,", "*", "*/json", `a/b;x=",application/json"`, "application/json;q=2"} {
		f.Add(s)
	}
	offers := []declare.Encoder{{MediaType: "application/json"}, {MediaType: "application/cbor"}, {MediaType: "text/csv"}}
	f.Fuzz(func(t *testing.T, accept string) {
		got := bestOffer([]string{accept}, offers)
		if got < -1 || got >= len(offers) {
			t.Fatalf("%q chooses %d", accept, got)
		}
		if want, ok := referenceOffer(accept, offers); ok && got != want {
			t.Errorf("%q chooses %d, want %d", accept, got, want)
		}
	})
}
