package swar

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// twins are the functions that search, each with a plain one that says which bytes are meant.
var twins = []struct {
	name string
	find func(uint64) uint64
	is   func(byte) bool
}{
	{"Find slash", func(w uint64) uint64 { return Find(w, '/') }, func(c byte) bool { return c == '/' }},
	{"Find zero", func(w uint64) uint64 { return Find(w, 0) }, func(c byte) bool { return c == 0 }},
	{"Find 0xff", func(w uint64) uint64 { return Find(w, 0xff) }, func(c byte) bool { return c == 0xff }},
	{"FindControl", FindControl, func(c byte) bool { return c < 0x20 || c == 0x7f }},
	{"FindNonASCII", FindNonASCII, func(c byte) bool { return c >= 0x80 }},
	{"FindJSON", FindJSON, func(c byte) bool { return c < 0x20 || c == '"' || c == '\\' }},
}

// check compares each function with its twin on one word.
func check(t *testing.T, text [Size]byte) {
	t.Helper()
	w := binary.LittleEndian.Uint64(text[:])
	if got := Load(string(text[:])); got != w {
		t.Fatalf("Load(%q) = %#x, want %#x", text, got, w)
	}
	for _, twin := range twins {
		mask := twin.find(w)
		want := slices.IndexFunc(text[:], twin.is)
		if want < 0 {
			want = Size
		}
		if got := First(mask); got != want {
			t.Errorf("%s in %q: first at %d, want %d (mask %#x)", twin.name, text, got, want, mask)
		}
		if want == Size {
			continue
		}
		var before [Size]byte
		copy(before[:], text[:want])
		if got := Before(w, mask); got != binary.LittleEndian.Uint64(before[:]) {
			t.Errorf("%s in %q: Before = %#x, want the bytes of %q", twin.name, text, got, before)
		}
	}
	isASCII := !slices.ContainsFunc(text[:], func(c byte) bool { return c >= 0x80 })
	isPlain := !slices.ContainsFunc(text[:], func(c byte) bool { return c < 0x20 || c >= 0x80 || c == '"' || c == '\\' })
	if IsASCII(w) != isASCII || IsPlainJSON(w) != isPlain {
		t.Errorf("%q: IsASCII = %v, want %v; IsPlainJSON = %v, want %v", text, IsASCII(w), isASCII, IsPlainJSON(w), isPlain)
	}
}

// TestSearchesFindEachByteAtEachPlace: each byte value stands at each position, among bytes that borrow or carry.
func TestSearchesFindEachByteAtEachPlace(t *testing.T) {
	for _, filler := range []byte{'a', 0x00, 0x01, 0x1f, 0x20, '!', '"', '#', '.', '/', '0', '\\', ']', 0x7e, 0x7f, 0x80, 0xff} {
		for at := range Size {
			for c := range 256 {
				text := [Size]byte(slices.Repeat([]byte{filler}, Size))
				text[at] = byte(c)
				check(t, text)
			}
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		var text [Size]byte
		binary.LittleEndian.PutUint64(text[:], rnd.Uint64())
		check(t, text)
	}
}

func TestLoadShortPadsWithZeros(t *testing.T) {
	const text = "abcdefgh"
	for n := range len(text) + 1 {
		var padded [Size]byte
		copy(padded[:], text[:n])
		if got, want := LoadShort(text[:n]), binary.LittleEndian.Uint64(padded[:]); got != want {
			t.Errorf("LoadShort(%q) = %#x, want %#x", text[:n], got, want)
		}
	}
}

func TestKeyIsAtEachPlace(t *testing.T) {
	doc := []byte(`{"name":"name","a":1,"a key of over sixteen bytes":2,"":3}`)
	for _, text := range []string{"", `"`, `"a":`, `"name":`, `"nbme":`, `"a key of over s`, `"a key of over si`, `"a key of over sixteen bytes":`, `"a key of over sixteen bytes";`, `:3}`} {
		k := KeyOf(text)
		for i := range len(doc) + 1 {
			if got, want := k.IsAt(doc, i), strings.HasPrefix(string(doc[i:]), text); got != want {
				t.Errorf("%q at %d: %v, want %v", text, i, got, want)
			}
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add(`"name":`, []byte(`{"name":"a"}`), 1)
	f.Fuzz(func(t *testing.T, text string, doc []byte, i int) {
		if i < 0 || i > len(doc) {
			t.Skip()
		}
		k := KeyOf(text)
		if got, want := k.IsAt(doc, i), bytes.HasPrefix(doc[i:], []byte(text)); got != want {
			t.Errorf("%q at %d of %q: %v, want %v", text, i, doc, got, want)
		}
	})
}

func FuzzSearches(f *testing.F) {
	f.Add(uint64(0))
	f.Add(uint64(0x2f2f2f2f2f2f2f2f))
	f.Fuzz(func(t *testing.T, w uint64) {
		var text [Size]byte
		binary.LittleEndian.PutUint64(text[:], w)
		check(t, text)
	})
}
