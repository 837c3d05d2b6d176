package json

import (
	"bytes"
	"encoding/binary"
	"iter"
	"strings"

	"github.com/brio-go/brio/internal/swar"
)

// The functions of this file walk documents that Scan has found well formed, to explain or to cut them. They check nothing. On
// other bytes they stop early; they neither panic nor loop forever.

// Span is a part of a document: doc[Start:End].
type Span struct{ Start, End int }

// Skip returns the end of the value that begins at i, after white space.
func Skip(doc []byte, i int) int {
	if i = Space(doc, i); uint(i) >= uint(len(doc)) {
		return len(doc)
	}
	switch doc[i] {
	case '"':
		return skipString(doc, i)
	case '{', '[':
		return skipNested(doc, i)
	}
	for i < len(doc) && spaces>>doc[i]&1 == 0 {
		switch doc[i] {
		case ',', ':', ']', '}', '[', '{', '"':
			return i
		}
		i++
	}
	return i
}

// skipString returns the position after the string that opens at i.
func skipString(doc []byte, i int) int {
	for i++; i < len(doc); i++ {
		for i+8 <= len(doc) {
			m := swar.FindJSON(binary.LittleEndian.Uint64(doc[i:]))
			if m != 0 {
				i += swar.First(m)
				break
			}
			i += 8
		}
		if i >= len(doc) {
			break
		}
		switch doc[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(doc)
}

// skipNested returns the position after the array or object that opens at i. It counts brackets and does not recurse.
func skipNested(doc []byte, i int) int {
	for open := 0; i < len(doc); {
		switch doc[i] {
		case '"':
			i = skipString(doc, i)
			continue
		case '{', '[':
			open++
		case '}', ']':
			if open--; open == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(doc)
}

// Members yields the keys, unescaped, and the values of the object at i, in the order of the document and with duplicates. It
// yields nothing for other values.
func Members(doc []byte, i int) iter.Seq2[string, Span] {
	return func(yield func(string, Span) bool) {
		for raw, value := range RawMembers(doc, i) {
			if !yield(Key(raw), value) {
				return
			}
		}
	}
}

// Key returns the name that raw is the key of. raw is without quotes.
func Key(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	return string(appendUnescaped(nil, raw))
}

// IsKey reports whether raw is the key of a member called name, without escapes.
func IsKey(raw []byte, name string) bool {
	return string(raw) == name && strings.IndexByte(name, '\\') < 0
}

// RawMembers is Members with the keys as they stand in the document, without quotes. It does not allocate.
func RawMembers(doc []byte, i int) iter.Seq2[[]byte, Span] {
	return func(yield func([]byte, Span) bool) {
		i, more := skipMark(doc, i, '{')
		for more && i < len(doc) && doc[i] == '"' {
			end := skipString(doc, i)
			name := doc[i+1 : max(i+1, end-1)]
			if i = Space(doc, end); i >= len(doc) || doc[i] != ':' {
				return
			}
			value := spanAt(doc, i+1)
			if value.Start == value.End || !yield(name, value) {
				return
			}
			i, more = skipMark(doc, value.End, ',')
		}
	}
}

// Elements yields the indexes and values of the array at i. It yields nothing for other values.
func Elements(doc []byte, i int) iter.Seq2[int, Span] {
	return func(yield func(int, Span) bool) {
		i, more := skipMark(doc, i, '[')
		for n := 0; more; n++ {
			value := spanAt(doc, i)
			if value.Start == value.End || !yield(n, value) {
				return
			}
			i, more = skipMark(doc, value.End, ',')
		}
	}
}

// spanAt returns the span of the value at i, after white space. It is empty when there is no value.
func spanAt(doc []byte, i int) Span {
	start := Space(doc, i)
	return Span{start, Skip(doc, start)}
}

// skipMark skips white space and a mark, a bracket or a comma. ok is false when there is another byte.
func skipMark(doc []byte, i int, mark byte) (after int, ok bool) {
	if i = Space(doc, i); uint(i) >= uint(len(doc)) || doc[i] != mark {
		return i, false
	}
	return Space(doc, i+1), true
}
