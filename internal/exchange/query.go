package exchange

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// The query is read as browsers write it (WHATWG URL, application/x-www-form-urlencoded parsing) and as Python's
// urllib does since 3.9.2, not as url.ParseQuery does:
//   - pairs are separated by "&" only; ";" is an ordinary character;
//   - a malformed percent escape stays as it is, and the pair counts;
//   - bytes that are not UTF-8 after decoding become U+FFFD (one per run of them);
//   - a pair without "=" has the value "", empty pairs ("a=1&&b=2") do not exist;
//   - names are compared after decoding.

// Query returns the last value of the named query parameter, as FastAPI does, and the number of values. It allocates only for a
// value with an escape.
func (x *Exchange) Query(name string) (value string, count int) {
	pairs := x.query()
	for i := range pairs {
		if p := &pairs[i]; p.size == len(name) && x.named(p, name) {
			value = x.splitQuery[p.value:p.end]
			count++
		}
	}
	return decode(value), count
}

// QueryAll returns all values of the named query parameter in the order of the query, nil for none. The slice belongs to the caller.
func (x *Exchange) QueryAll(name string) []string { return x.AppendQuery(nil, name) }

// AppendQuery appends the values of the named query parameter to values. To nil it appends up to 8 values with one allocation.
func (x *Exchange) AppendQuery(values []string, name string) []string {
	pairs := x.query()
	for i := range pairs {
		if p := &pairs[i]; p.size == len(name) && x.named(p, name) {
			if values == nil {
				values = make([]string, 0, min(len(pairs)-i, 8)) // most queries have the values of a list next to each other, and last
			}
			values = append(values, decode(x.splitQuery[p.value:p.end]))
		}
	}
	return values
}

// QueryNames yields the decoded name and value of each pair, in the order of the query.
func (x *Exchange) QueryNames() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, p := range x.query() {
			if !yield(decode(x.splitQuery[p.name:p.nameEnd]), decode(x.splitQuery[p.value:p.end])) {
				return
			}
		}
	}
}

// maxPooledPairs is the largest number of pairs whose memory a released Exchange keeps.
const maxPooledPairs = 64

// query returns the pairs of the query, split once and not decoded. It returns none if there are more than Limits.Pairs; PairsError
// reports that. The slice is pooled with the Exchange: most queries cost no allocation, and a declared parameter one comparison for
// each pair.
func (x *Exchange) query() []pair {
	if raw := x.rawQuery(); raw != x.splitQuery {
		x.splitQuery = raw
		x.pairs = x.pairs[:0]
		limit := x.limits.Pairs
		for at := 0; at < len(raw); {
			if len(x.pairs) == limit && limit > 0 {
				if strings.Trim(raw[at:], "&") != "" {
					x.tooManyPairs("query", "query parameters")
					x.pairs = x.pairs[:0] // the pairs so far must not be used
				}
				break
			}
			x.pairs = append(x.pairs, pair{})
			last := len(x.pairs) - 1
			at = x.pairs[last].read(raw, at)
			if p := &x.pairs[last]; p.name == p.end { // nothing stands between two separators
				x.pairs = x.pairs[:last]
			}
		}
	}
	return x.pairs
}

// pair is one pair of a query, as offsets into it: without pointers, the collector does not scan the pairs.
type pair struct {
	name, nameEnd, value, end int
	size                      int  // of the decoded name, in bytes
	escaped                   bool // the name has an escape
}

// read reads the pair of a query that begins at at, into its place, and returns where the next one begins.
func (p *pair) read(query string, at int) (next int) {
	end := len(query)
	if i := strings.IndexByte(query[at:], '&'); i >= 0 {
		end = at + i
	}
	p.name, p.nameEnd, p.value, p.end, p.escaped = at, end, end, end, false
	for i := at; i < end; i++ {
		c := query[i]
		if c == '=' {
			p.nameEnd, p.value = i, i+1
			break
		}
		if c == '%' || c == '+' || c >= utf8.RuneSelf {
			p.escaped = true
		}
	}
	p.size = p.nameEnd - p.name
	if p.escaped {
		var buf [128]byte
		p.size = len(decodeName(buf[:0], query[p.name:p.nameEnd]))
	}
	return end + 1
}

// named reports whether a pair has that name, after decoding; the sizes are the same. It allocates only for escaped names
// over 128 bytes.
func (x *Exchange) named(p *pair, name string) bool {
	sent := x.splitQuery[p.name:p.nameEnd]
	if !p.escaped {
		return sent == name
	}
	var buf [128]byte
	return string(decodeName(buf[:0], sent)) == name
}

// decodeName is decode into dst, which it allocates for only when the name is longer or no UTF-8.
func decodeName(dst []byte, sent string) []byte {
	name, ascii := appendDecoded(dst, sent)
	if !ascii && !utf8.Valid(name) {
		name = bytes.ToValidUTF8(name, []byte("\uFFFD"))
	}
	return name
}

// decode returns the decoded text, which is raw itself if nothing is encoded.
func decode(raw string) string {
	encoded := false
	for i := 0; i < len(raw) && !encoded; i++ {
		c := raw[i]
		encoded = c == '%' || c == '+' || c >= utf8.RuneSelf
	}
	if !encoded {
		return raw
	}
	var buf [128]byte
	b, ascii := appendDecoded(buf[:0], raw)
	if ascii {
		return string(b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// appendDecoded appends the decoded text and reports whether it is ASCII.
func appendDecoded(dst []byte, s string) (_ []byte, ascii bool) {
	var all byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(s):
			hi, ok1 := unhex(s[i+1])
			lo, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				c = hi<<4 | lo
				i += 2
			}
		}
		all |= c
		dst = append(dst, c)
	}
	return dst, all < utf8.RuneSelf
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
