package params_test

import (
	"encoding"
	"testing"

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
