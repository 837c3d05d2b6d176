package security

import (
	"crypto/sha256"
	"crypto/subtle"
)

// Equal compares two secrets in a time that tells nothing about where they differ, nor whether they are of one length:
// their hashes are compared. Strings are compared as their bytes, so text beyond ASCII is not special.
func Equal[A, B ~string | ~[]byte](a A, b B) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// EqualAny reports whether a secret is one of several, such as the present and the previous key, and always looks at
// all of them. There is none that it is one of when there are none.
func EqualAny[A, B ~string | ~[]byte](given A, keys ...B) bool {
	x, found := sha256.Sum256([]byte(given)), 0
	for _, key := range keys {
		y := sha256.Sum256([]byte(key))
		found |= subtle.ConstantTimeCompare(x[:], y[:])
	}
	return found == 1
}
