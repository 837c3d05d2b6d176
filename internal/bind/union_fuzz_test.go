package bind_test

import (
	stdjson "encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

type fuzzA struct {
	Kind string                `json:"kind" validate:"oneof=a"`
	N    int                   `json:"n" default:"3"`
	Site *params.URL           `json:"site,omitempty"`
	Tags params.Set[int]       `json:"tags,omitempty"`
	Kids []fuzzNode            `json:"kids,omitempty"`
	Map  map[string]fuzzEither `json:"map,omitempty"`
}

type fuzzB struct {
	Kind string      `json:"kind" validate:"oneof=b c"`
	Next *fuzzEither `json:"next"`
}

type fuzzNode struct {
	brio.OneOf `discriminator:"kind"`
	A          *fuzzA
	B          *fuzzB
}

type fuzzEither struct {
	brio.AnyOf
	Node   *fuzzNode
	Number *float64
	Words  *params.Set[string]
}

// FuzzUnion: no document panics. An accepted value can be written, read again, and is then written in the same way.
func FuzzUnion(f *testing.F) {
	for _, s := range []string{`1`, `["b","a","b"]`, `{"kind":"a"}`, `{"kind":"b","next":{"kind":"c","next":4}}`, `{"kind":"x"}`, `null`,
		`{"kind":"a","kids":[{"kind":"a","tags":[1,1]}],"map":{"x":{"kind":"b"},"y":2}}`, `{"kind":"a","site":"http://u:p@a"}`} {
		f.Add(s)
	}
	app := brio.New()
	app.Post("/", func(in brio.Body[fuzzEither]) fuzzEither { return in.Value })
	post := func(doc string) (int, string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(doc))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	f.Fuzz(func(t *testing.T, doc string) {
		status, out := post(doc)
		switch {
		case !stdjson.Valid([]byte(out)):
			t.Fatalf("%q: answer %q", doc, out)
		case status >= 500:
			t.Fatalf("%q: %d %s", doc, status, out)
		case status != 200:
			return
		}
		if status, again := post(out); status != 200 || again != out {
			t.Fatalf("%q became %s, which became %d %s", doc, out, status, again)
		}
	})
}
