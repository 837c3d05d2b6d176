package files

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strings"
	"sync"
)

// tags are the entity tags of files without a time, such as those of an embed.FS.
type tags struct{ known sync.Map } // tagKey to text

// tagKey is a file as a folder holds it.
type tagKey struct {
	name string
	size int64
}

// Tag returns an entity tag of the content of a file without a time. It reads the file once: such files do not change while the app
// runs.
func (f *Folder) Tag(found Found) (string, error) {
	key := tagKey{found.Name, found.Info.Size()}
	if tag, ok := f.tags.known.Load(key); ok {
		return tag.(string), nil
	}
	file, err := f.files.Open(found.Name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	tag := `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
	f.tags.known.Store(key, tag)
	return tag, nil
}

// immutable is the Cache-Control of files that never change: a year, which is the longest time that caches are expected to keep (RFC
// 9111, 5.2.2.1), and no request for a new version (RFC 8246).
const immutable = "max-age=31536000, immutable"

// Caching returns the Cache-Control of a file, "" for none.
func (f *Folder) Caching(name string) string {
	switch {
	case f.Immutable && f.neverChanges(name):
		return immutable
	case f.CacheControl == "" && f.Immutable:
		return "no-cache" // kept, and asked for by its ETag
	}
	return f.CacheControl
}

// neverChanges reports whether a file is one of the patterns or, without patterns, has a hash in its name.
func (f *Folder) neverChanges(name string) bool {
	for _, p := range f.Patterns {
		if matches, _ := path.Match(p, name); matches || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p) {
			return true
		}
	}
	return len(f.Patterns) == 0 && hasHash(path.Base(name))
}

// hasHash reports whether a file name has a hash as bundlers write it: index-BX3kq2d9.js, main.3f5a1c9e.chunk.css. A part between dots
// and hyphens is a hash if it is
//   - hexadecimal, has 8 to 64 digits, and both letters and figures, so that it is no date;
//   - 8 to 22 letters, figures and underscores, among them an upper-case letter, and of two kinds.
//
// A hash that has neither form is not found. The file is then asked for by its ETag, as the others.
func hasHash(name string) bool {
	stem := strings.TrimSuffix(name, path.Ext(name))
	for part := range strings.FieldsFuncSeq(stem, func(r rune) bool { return r == '.' || r == '-' }) {
		if part != stem && isHash(part) || part == stem && len(part) >= 16 && isHash(part) {
			return true
		}
	}
	return false
}

// isHash reports whether a part of a name is a hash.
func isHash(part string) bool {
	if len(part) < 8 || len(part) > 64 {
		return false
	}
	lower, upper, figures, hexadecimal := 0, 0, 0, true
	for _, c := range []byte(part) {
		switch {
		case '0' <= c && c <= '9':
			figures++
		case 'a' <= c && c <= 'z':
			lower++
			hexadecimal = hexadecimal && c <= 'f'
		case 'A' <= c && c <= 'Z':
			upper++
			hexadecimal = hexadecimal && c <= 'F'
		case c == '_':
			hexadecimal = false
		default:
			return false
		}
	}
	if hexadecimal {
		return figures > 0 && lower+upper > 0
	}
	// At least two upper-case letters: "Spielfilm" and "Version2" are words.
	return len(part) <= 22 && upper >= 2 && (figures > 0 || lower > 0)
}
