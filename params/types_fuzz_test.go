package params_test

import (
	"encoding"
	stdjson "encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// textRoundTrip holds a text type to its promise: what is read can be written, and reading that gives the same again.
func textRoundTrip[T any, P interface {
	*T
	encoding.TextUnmarshaler
	encoding.TextMarshaler
}](t *testing.T, text string, equal func(a, b T) bool) {
	var v, again T
	if err := P(&v).UnmarshalText([]byte(text)); err != nil {
		if err.Error() == "" {
			t.Fatal("an error without words")
		}
		return
	}
	out, err := P(&v).MarshalText()
	if err != nil {
		t.Fatalf("%q was read as %v, which cannot be written: %v", text, v, err)
	}
	if err := P(&again).UnmarshalText(out); err != nil || !equal(v, again) {
		t.Fatalf("%q was read as %v, written as %s, and read as %v: %v", text, v, out, again, err)
	}
}

func equalValues[T comparable](a, b T) bool { return a == b }

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2024-02-29T00:00:00Z", "2023-02-29", "0000-00-00", "2024-02-29 00:00:00.000000000+00:00", "２０２４"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { textRoundTrip[params.Date](t, s, equalValues) })
}

func FuzzTimeOfDay(f *testing.F) {
	for _, s := range []string{"00:00", "23:59:59.999999999", "24:00", "1:2:3", "00:00:00."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { textRoundTrip[params.TimeOfDay](t, s, equalValues) })
}

func FuzzLocalDateTime(f *testing.F) {
	for _, s := range []string{"2024-02-29T01:02", "2024-02-29", "2024-02-29_01:02:03.5", "2024-02-29t01:02:03Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { textRoundTrip[params.LocalDateTime](t, s, equalValues) })
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"http://a.de", "mailto:a@b", "https://u:p@[::1%25eth0]:80/%2F?#", "//a", "a:b:c", "http://a/%zz", "x:?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		textRoundTrip[params.URL](t, s, func(a, b params.URL) bool { return a.String() == b.String() })
	})
}

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

// FuzzUnion: no document panics, what is taken is written, and what was written is taken and written alike.
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
