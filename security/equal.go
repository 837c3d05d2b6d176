package security

import (
	"crypto/sha256"
	"crypto/subtle"
)

// Equal compares two secrets. Its duration does not depend on the position of the first difference or on the lengths, because
// it compares SHA-256 hashes. Strings are compared as bytes, without any normalization.
func Equal[A, B ~string | ~[]byte](a A, b B) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// EqualAny reports whether a secret equals one of several keys, such as the current and the previous one. It always compares
// all keys. Without keys it reports false.
func EqualAny[A, B ~string | ~[]byte](given A, keys ...B) bool {
	x, found := sha256.Sum256([]byte(given)), 0
	for _, key := range keys {
		y := sha256.Sum256([]byte(key))
		found |= subtle.ConstantTimeCompare(x[:], y[:])
	}
	return found == 1
}
