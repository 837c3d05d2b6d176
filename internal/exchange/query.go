package exchange

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// The query is read as browsers write it (WHATWG URL, application/x-www-form-urlencoded parsing) and as Python's
// urllib does since 3.9.2, not as url.ParseQuery does:
//   - pairs are separated by "&" only; ";" is an ordinary character, and never costs a pair;
//   - a bad percent escape is kept as it was sent, and never costs a pair;
//   - bytes that are not UTF-8 after decoding become U+FFFD (one per run of them);
//   - a pair without "=" has the value "", empty pairs ("a=1&&b=2") do not exist;
//   - names are compared after decoding.

// Query returns the last value of the named query parameter and how many there are. FastAPI takes the last one,
// too. Nothing is allocated unless that value has an escape.
func (x *Exchange) Query(name string) (value string, count int) {
	pairs := x.query()
	for i := range pairs {
		if p := &pairs[i]; p.is(name) {
			value = p.value
			count++
		}
	}
	return decode(value), count
}

// QueryAll returns all values of the named query parameter in the order they were sent, nil when there is none.
// The slice is the caller's.
func (x *Exchange) QueryAll(name string) []string { return x.AppendQuery(nil, name) }

// AppendQuery appends what QueryAll returns.
func (x *Exchange) AppendQuery(values []string, name string) []string {
	pairs := x.query()
	for i := range pairs {
		if p := &pairs[i]; p.is(name) {
			values = append(values, decode(p.value))
		}
	}
	return values
}

// QueryNames yields the name and value of every pair of the query, decoded, in the order they were sent. A name
// appears as often as it was sent.
func (x *Exchange) QueryNames() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, p := range x.query() {
			if !yield(decode(p.name), decode(p.value)) {
				return
			}
		}
	}
}

// keptPairs is how many pairs a released Exchange keeps room for.
const keptPairs = 64

// query returns the pairs of the query, split once and undecoded. The slice is pooled with the Exchange, so a usual
// query costs no allocation, and a declared parameter one comparison per pair.
func (x *Exchange) query() []pair {
	if raw := x.r.URL.RawQuery; raw != x.splitQuery {
		x.splitQuery = raw
		clear(x.pairs)
		x.pairs = x.pairs[:0]
		for raw != "" {
			var p pair
			if p, raw = nextPair(raw); !p.empty {
				x.pairs = append(x.pairs, p)
			}
		}
	}
	return x.pairs
}

// pair is one part of a query, as sent.
type pair struct {
	name, value string
	plain       bool // the name is ASCII without an escape, so it is what it says
	empty       bool // nothing was sent between two "&"
}

// nextPair takes the first pair off a query. It finds the end of the name and whether it is plain in one pass.
func nextPair(query string) (p pair, rest string) {
	p.plain = true
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case c == '=':
			p.name = query[:i]
			p.value, rest, _ = strings.Cut(query[i+1:], "&")
			return p, rest
		case c == '&':
			p.name, p.empty = query[:i], i == 0
			return p, query[i+1:]
		case c == '%' || c == '+' || c >= utf8.RuneSelf:
			p.plain = false
		}
	}
	p.name, p.empty = query, query == ""
	return p, ""
}

// is reports whether the pair has that name, after decoding. It allocates only for escaped names over 128 bytes.
func (p *pair) is(name string) bool {
	if p.plain {
		return p.name == name
	}
	var buf [128]byte
	b := appendDecoded(buf[:0], p.name)
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return string(b) == name
}

// decode returns raw itself when there is nothing to decode.
func decode(raw string) string {
	if plain(raw) {
		return raw
	}
	if strings.IndexByte(raw, '%') < 0 && strings.IndexByte(raw, '+') < 0 {
		return strings.ToValidUTF8(raw, "\uFFFD")
	}
	var buf [128]byte
	return strings.ToValidUTF8(string(appendDecoded(buf[:0], raw)), "\uFFFD")
}

// plain reports whether s is ASCII without an escape, so that decoding gives s again.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '%' || c == '+' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func appendDecoded(dst []byte, s string) []byte {
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
		dst = append(dst, c)
	}
	return dst
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
