package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// node is a JSON value that may break the rules of JSON: a text that is none, members that occur twice.
type node struct {
	kind    byte   // 't' text, 'l' list, 'o' object, 'r' raw
	text    string // of a text or raw
	names   []string
	members []*node
}

func raw(s string) *node { return &node{kind: 'r', text: s} }

func text(s string) *node { return &node{kind: 't', text: s} }

var numbers = []string{"0", "1", "-1", "2", "3", "5", "7", "10", "11", "100", "127", "128", "-128", "-129", "255", "256", "32767", "32768", "65535", "65536",
	"2147483647", "2147483648", "-2147483649", "4294967295", "4294967296", "1.0", "1.5", "-0.5", "0.1", "1e2", "1E+2", "1e-7", "1e21", "1e400", "-0", "-0.0", "9007199254740993",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "3.4028235e38", "3.5e38",
	"1.7976931348623157e308", "1e309", "123456789012345678901234567890", "0.30000000000000004", "01", "1.", ".5", "+1", "0x10", "1_000", "NaN", "Infinity", "-"}

var texts = []string{"", "a", "b", "ab", "abc", "A", "B", "é", "É", "日本語", "a b", " ", "a\nb", "\t", "1", "12", "-1", "1.5", "true", "false", "on", "No", "null", "0x1F", "hello", "foobar", "barfoo", "Jane", "x y z",
	"#fff", "d41d8cd98f00b204e9800998ecf8427e", "a,b", "a|b", "s", "x@example.com", "Jane <x@example.com>", "x@", "http://example.com/a?b=c", "https://a.example", "HTTP://EXAMPLE.com", "ftp://x", "mailto:a@b.c", "/a", "example.com", "example.com:80", "a.b",
	"1.2.3.4", "1.2.3.4/8", "::1", "10.0.0.0/8", "2001:db8::/32", "fe80::1%eth0", "01:23:45:67:89:ab", "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000", "6ba7b810-9dad-31d1-80b4-00c04fd430c8",
	"2024-02-29", "2023-02-29", "2024-02-29T00:00:00", "12:30:45", "12:30", "23:59:60", "12:30:45.123456789", "2024-02-29T12:30:45Z", "2024-02-29t12:30:45z", "2024-02-29T12:30:45+02:00", "2024-02-29T12:30:45.5-00:00", "2024-02-29T12:30:45", "2024-02-29 12:30:45Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-02T03:04:05Z",
	"PT1M30S", "P1D", "PT0.5S", "-PT5S", "P1Y", "1m30s", "-1h", "90", "1.5h", "AQID", "AQI=", "AQI", "_-8=", "!", "cat", "dog", "wolf", "cow", "light", "dark", "red", "grey", "blue", "plain", "detail", "whole", "http", "several", "panic", "set", "need",
	"0612345678", "+49123456789", "4111111111111111", "978-3-16-148410-0", "DE", "DEU", "276", "USD", "10115", "1.2.3", "v1.2.3-rc.1+x", "eyJh.eyJz.c2ln", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "Europe/Berlin", "507f1f77bcf86cd799439011", "rgb(1,2,3)", "rgba(1,2,3,0.5)", "hsl(1,2%,3%)",
	"{\"a\":1}", "[1,2]", "data:text/plain;base64,AQID", "<b>x</b>", "12-3456789", "DEUTDEFF", "0x52908400098527886E0F7030069857D2E4169EE7", "CVE-2021-44228", "* * * * *", "de-DE", "\u2028", "\u0000", "\u007f", "a\u0301", "\U0001F600", "ſ", "K", "İ", "<script>&'\"", "\\", "/", "a;b", "a=b", "a&b", "%41", "%zz", "a+b", "\"quoted\"", "..", "*",
	"NW16XE", "correct-horse", "john.doe@example.com", "127.0.0.1", "xn--bcher-kva.example", "bücher.example", "1e3", "1.10", "01", "+5", "5 ", " 5", "6", "9", "٣"}

// words are values of the formats of schemas.
var words = map[string][]string{
	"date-time": {"2024-02-29T12:30:45Z", "2024-02-29T12:30:45.123+02:00", "1969-12-31T23:59:59-05:30"}, "date": {"2024-02-29", "0001-01-01", "1999-12-31"},
	"time": {"12:30:45"}, "time-local": {"12:30:45", "00:00", "23:59:59.999"}, "date-time-local": {"2024-02-29T12:30:45", "2024-02-29T12:30:45.5"}, "duration": {"PT5S", "P1DT2H", "PT1M30S", "5m", "PT0.25S"},
	"uri": {"http://example.com", "https://example.com:8080/a?b=c#d", "urn:a:b"}, "email": {"x@example.com", "a.b+c@d.example"}, "uuid": {"123e4567-e89b-42d3-a456-426614174000"},
	"ipv4": {"1.2.3.4"}, "ipv6": {"::1", "2001:db8::1"}, "ip": {"1.2.3.4", "::1"}, "decimal": {"1.10", "-3", "1e3"}, "binary": {"x", ""},
}

// pool is any value.
func pool(r *rand.Rand) *node {
	switch r.IntN(9) {
	case 0, 1, 2:
		return raw(numbers[r.IntN(len(numbers))])
	case 3, 4, 5:
		return text(texts[r.IntN(len(texts))])
	case 6:
		return raw([]string{"null", "true", "false", "null", "Null", "True", "undefined", "", "/**/1", "[1,]", "{\"a\":1,}", "'a'", "\"\\x\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\xff\"", "\"a\nb\"", "{}", "[]", "[[]]", "{\"a\":{}}"}[r.IntN(22)])
	case 7:
		n := &node{kind: 'l'}
		for range r.IntN(4) {
			n.members = append(n.members, pool(r))
		}
		return n
	}
	n := &node{kind: 'o'}
	for range r.IntN(4) {
		n.add([]string{"a", "b", "from", "to", "kind", "lives", "name", "1", "-1", "A", "2024-02-29", "", "é"}[r.IntN(13)], pool(r))
	}
	return n
}

func (n *node) add(name string, value *node) {
	n.names = append(n.names, name)
	n.members = append(n.members, value)
}

// schema makes values of the schemas of one document.
type schemas struct{ doc map[string]any }

func (s *schemas) resolve(v any) map[string]any {
	m, _ := v.(map[string]any)
	for ref, ok := m["$ref"].(string); ok; ref, ok = m["$ref"].(string) {
		var at any = s.doc
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			object, _ := at.(map[string]any)
			at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
		}
		m, _ = at.(map[string]any)
	}
	return m
}

func number(v any, otherwise float64) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	return otherwise
}

// value makes a value that a schema is likely to accept.
func (s *schemas) value(r *rand.Rand, schema any, depth int) *node {
	m := s.resolve(schema)
	if all, ok := m["allOf"].([]any); ok && len(all) > 0 {
		return s.value(r, all[0], depth)
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		if all, ok := m[key].([]any); ok && len(all) > 0 {
			if depth <= 0 {
				return s.value(r, all[len(all)-1], depth-1)
			}
			return s.value(r, all[r.IntN(len(all))], depth-1)
		}
	}
	if c, ok := m["const"]; ok {
		return literal(c)
	}
	if all, ok := m["enum"].([]any); ok && len(all) > 0 {
		return literal(all[r.IntN(len(all))])
	}
	types, _ := m["type"].([]any)
	if t, ok := m["type"].(string); ok {
		types = []any{t}
	}
	if len(types) == 0 {
		return pool(r)
	}
	switch types[r.IntN(len(types))] {
	case "null":
		return raw("null")
	case "boolean":
		return raw(fmt.Sprint(r.IntN(2) == 0))
	case "integer", "number":
		return s.number(r, m, types)
	case "array":
		return s.list(r, m, depth)
	case "object":
		return s.object(r, m, depth)
	}
	if format, _ := m["format"].(string); words[format] != nil && r.IntN(10) > 0 {
		all := words[format]
		return text(all[r.IntN(len(all))])
	}
	pattern, _ := m["pattern"].(string)
	re, err := regexp.Compile(pattern)
	if err != nil {
		re = regexp.MustCompile("")
	}
	least, most := int(number(m["minLength"], 0)), int(number(m["maxLength"], 1000))
	word := ""
	for range 30 {
		word = texts[r.IntN(len(texts))]
		if n := len([]rune(word)); re.MatchString(word) && n >= least && n <= most {
			break
		}
	}
	for len([]rune(word)) < least {
		word += "x"
	}
	return text(word)
}

func (s *schemas) number(r *rand.Rand, m map[string]any, types []any) *node {
	if r.IntN(8) == 0 {
		return raw(numbers[r.IntN(len(numbers))])
	}
	least := number(m["minimum"], number(m["exclusiveMinimum"], -3)+1)
	most := number(m["maximum"], number(m["exclusiveMaximum"], least+12)-1)
	n := least + float64(r.IntN(int(max(1, min(20, most-least+1)))))
	if slices.Contains(types, any("number")) && r.IntN(2) == 0 {
		return raw(fmt.Sprint(n + float64(r.IntN(8))/8))
	}
	return raw(fmt.Sprintf("%.0f", n))
}

func (s *schemas) list(r *rand.Rand, m map[string]any, depth int) *node {
	n := r.IntN(4)
	if depth <= 0 {
		n = 0
	}
	if r.IntN(300) == 0 {
		n = r.IntN(200)
	}
	n = int(min(max(float64(n), number(m["minItems"], 0)), number(m["maxItems"], 1000)))
	prefix, _ := m["prefixItems"].([]any)
	out := &node{kind: 'l'}
	for i := range n {
		elem := m["items"]
		if i < len(prefix) {
			elem = prefix[i]
		}
		out.members = append(out.members, s.value(r, elem, depth-1))
	}
	return out
}

func (s *schemas) object(r *rand.Rand, m map[string]any, depth int) *node {
	required := map[string]bool{}
	list, _ := m["required"].([]any)
	for _, name := range list {
		required[fmt.Sprint(name)] = true
	}
	properties, _ := m["properties"].(map[string]any)
	share := r.IntN(100)
	if len(properties) > 30 {
		share /= 5
	}
	out := &node{kind: 'o'}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if required[name] || r.IntN(100) < share && depth > 0 {
			out.add(name, s.value(r, properties[name], depth-1))
		}
	}
	if of, ok := m["additionalProperties"].(map[string]any); ok && depth > 0 {
		for range r.IntN(4) {
			out.add([]string{"a", "b", "1", "2", "-1", "light", "dark", "2024-02-29", "key", "é", "255"}[r.IntN(11)], s.value(r, of, depth-1))
		}
	}
	if r.IntN(3) == 0 {
		r.Shuffle(len(out.names), func(i, j int) {
			out.names[i], out.names[j] = out.names[j], out.names[i]
			out.members[i], out.members[j] = out.members[j], out.members[i]
		})
	}
	return out
}

func literal(v any) *node {
	if s, ok := v.(string); ok {
		return text(s)
	}
	doc, _ := json.Marshal(v)
	return raw(string(doc))
}

// all lists a node and those inside it.
func (n *node) all() []*node {
	out := []*node{n}
	for _, m := range n.members {
		out = append(out, m.all()...)
	}
	return out
}

// mutate breaks a value in one place.
func (n *node) mutate(r *rand.Rand) {
	all := n.all()
	at := all[r.IntN(len(all))]
	var objects []*node
	for _, one := range all {
		if one.kind == 'o' && len(one.names) > 0 {
			objects = append(objects, one)
		}
	}
	if len(objects) == 0 || r.IntN(2) == 0 {
		switch r.IntN(12) {
		case 0:
			inner := *at
			*at = node{kind: 'l', members: []*node{&inner}}
		case 1:
			depth := []int{3, 20, 64, 70, 200}[r.IntN(5)]
			*at = *raw(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		case 2:
			*at = *raw("null")
		case 3:
			if at.kind == 'l' && len(at.members) > 0 {
				at.members = append(at.members, at.members[0])
			} else {
				*at = *text(at.text)
			}
		case 4:
			*at = *raw(at.text)
		case 5:
			*at = *text(strings.Repeat("long", r.IntN(400)))
		default:
			*at = *pool(r)
		}
		return
	}
	o := objects[r.IntN(len(objects))]
	i := r.IntN(len(o.names))
	switch r.IntN(7) {
	case 0:
		o.names, o.members = slices.Delete(o.names, i, i+1), slices.Delete(o.members, i, i+1)
	case 1:
		o.add(o.names[i], o.members[i])
	case 2:
		o.add(o.names[i], pool(r))
	case 3:
		o.names[i] = strings.ToUpper(o.names[i])
	case 4:
		o.add(strings.ToUpper(o.names[i]), o.members[i])
	case 5:
		o.add([]string{"unknown", "", "id", "Extra", "a", "kind", "é", "x-y"}[r.IntN(8)], pool(r))
	case 6:
		o.members[i] = pool(r)
	}
}

// style is how a JSON text is written.
type style struct {
	spaces  bool
	escapes bool
}

func (n *node) write(b *strings.Builder, r *rand.Rand, s style) {
	space := func() {
		if s.spaces && r.IntN(3) == 0 {
			b.WriteString([]string{" ", "\n", "\t", "\r\n", "  "}[r.IntN(5)])
		}
	}
	space()
	switch n.kind {
	case 'r':
		b.WriteString(n.text)
	case 't':
		writeText(b, r, n.text, s)
	case 'l':
		b.WriteByte('[')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			m.write(b, r, s)
		}
		b.WriteByte(']')
	case 'o':
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			space()
			writeText(b, r, n.names[i], s)
			space()
			b.WriteByte(':')
			m.write(b, r, s)
		}
		b.WriteByte('}')
	}
	space()
}

func writeText(b *strings.Builder, r *rand.Rand, t string, s style) {
	if !s.escapes {
		var doc strings.Builder
		e := json.NewEncoder(&doc)
		e.SetEscapeHTML(false)
		_ = e.Encode(t)
		b.WriteString(strings.TrimSuffix(doc.String(), "\n"))
		return
	}
	b.WriteByte('"')
	for _, c := range t {
		switch {
		case c < ' ' || c == '"' || c == '\\' || r.IntN(4) == 0:
			if c > 0xFFFF {
				high, low := utf16.EncodeRune(c)
				fmt.Fprintf(b, `\u%04x\u%04X`, high, low)
			} else if c == '/' {
				b.WriteString(`\/`)
			} else {
				fmt.Fprintf(b, `\u%04x`, c)
			}
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
}

// document writes a value of a schema as a JSON text, whole or broken.
func (s *schemas) document(r *rand.Rand, schema any) string {
	n := s.value(r, schema, 4)
	if r.IntN(100) < 60 {
		for range 1 + r.IntN(3) {
			n.mutate(r)
		}
	}
	var b strings.Builder
	n.write(&b, r, style{spaces: r.IntN(4) == 0, escapes: r.IntN(5) == 0})
	doc := b.String()
	if r.IntN(15) == 0 {
		doc = garble(r, doc)
	}
	return doc
}

// garble changes bytes of a text.
func garble(r *rand.Rand, s string) string {
	b := []byte(s)
	for range 1 + r.IntN(3) {
		i := r.IntN(len(b) + 1)
		switch r.IntN(6) {
		case 0:
			b = b[:i]
		case 1:
			b = slices.Insert(b, i, byte(r.IntN(256)))
		case 2:
			b = slices.Insert(b, i, []byte{'"', '{', '}', '[', ']', ',', ':', '\\', 0, 0xff, '-', 'e', '.', ' ', '\n'}[r.IntN(15)])
		case 3:
			if i < len(b) {
				b = slices.Delete(b, i, i+1)
			}
		case 4:
			if i < len(b) {
				b[i] ^= 1 << r.IntN(8)
			}
		case 5:
			j := r.IntN(len(b) + 1)
			b = append(b, b[min(i, j):max(i, j)]...)
		}
	}
	return string(b)
}
