package json

import (
	"unicode"
	"unicode/utf8"
)

// Go's decoders match a key case-insensitively when no field has its exact name: they read "ID" into the field id, and also each
// spelling that folds to it ("ſ" folds to s, the Kelvin sign to k). The scanner takes such a key for unknown, and the decoder would
// overwrite the checked value with an unchecked one. So the scanner refuses it. Folding is that of goccy and of encoding/json: two
// names fold alike if and only if strings.EqualFold holds.

// appendFold appends name with each rune replaced by the smallest rune that it folds to.
func appendFold(dst, name []byte) []byte {
	for i := 0; i < len(name); {
		if c := name[i]; c < utf8.RuneSelf {
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(name[i:])
		dst = utf8.AppendRune(dst, foldRune(r))
		i += n
	}
	return dst
}

// foldRune returns the smallest rune that r folds to. SimpleFold walks these runes in a ring, upwards and then around.
func foldRune(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}
