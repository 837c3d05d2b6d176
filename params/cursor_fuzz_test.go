package params_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/params"
)

// FuzzCursor: a text that is not the codec's own is a *ValidationError with its location, and is not read. None panics. Line breaks and
// the unused bits of base64 may differ in a text that is read.
func FuzzCursor(f *testing.F) {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{1}, 32), Encrypt: bytes.Repeat([]byte{2}, 32)})
	if err != nil {
		f.Fatal(err)
	}
	var here params.Position
	here.SetRoute("/items")
	good, err := here.Write(codec, []int{1, 2})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{good, good[:len(good)-1], good + "A", "", "x", "\xff", "MTIzfHw=", "||"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := here
		if err := p.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		var v []int
		sent, err := p.Read(codec, &v)
		var invalid *params.ValidationError
		switch {
		case text == good && err != nil:
			t.Fatalf("the codec's own: %v", err)
		case text == "":
			if sent || err != nil {
				t.Fatalf("no cursor: %v, %v", sent, err)
			}
		case err == nil:
			if len(v) != 2 || v[0] != 1 || v[1] != 2 {
				t.Fatalf("%q is read as %v", text, v)
			}
		case !sent || !errors.As(err, &invalid) || len(invalid.Errors) != 1 || invalid.Errors[0].Loc[1] != "cursor" || v != nil:
			t.Fatalf("%q: %v, %v, %v", text, sent, err, v)
		}
	})
}
