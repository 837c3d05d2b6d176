package contract

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Problem is what is wrong in a value, at a place given by the names of members and the indexes of elements.
type Problem struct {
	At   []any
	Text string
}

// String is the place in JSON's words, and the text.
func (p Problem) String() string {
	at := "$"
	for _, step := range p.At {
		if name, ok := step.(string); ok {
			at += "." + name
		} else {
			at += fmt.Sprintf("[%v]", step)
		}
	}
	return at + ": " + p.Text
}

// Check judges a value, made by Decode, by a schema of the document. closed: a member that the schema does not name is a problem, if
// the schema has properties and does not allow others in words.
func (d *Document) Check(schema, v any, closed bool) []Problem {
	j := judge{Document: d, closed: closed}
	j.value(schema, v, nil, closed, 0)
	return j.problems
}

// judge collects the problems of a value.
type judge struct {
	*Document
	closed   bool
	problems []Problem
}

// maxDepth bounds the references that are followed: a document may refer to itself.
const maxDepth = 100

func (j *judge) fail(at []any, format string, args ...any) {
	j.problems = append(j.problems, Problem{slices.Clone(at), fmt.Sprintf(format, args...)})
}

// try returns the problems of a value by another schema, without noting them.
func (j *judge) try(schema, v any, at []any, closed bool, depth int) []Problem {
	inner := judge{Document: j.Document, closed: j.closed}
	inner.value(schema, v, at, closed, depth)
	return inner.problems
}

// value judges v. closed is whether undeclared members count at this level: a schema that is one of several parts does not know all.
func (j *judge) value(schema, v any, at []any, closed bool, depth int) {
	if allowed, ok := schema.(bool); ok && !allowed {
		j.fail(at, "no value is allowed")
	}
	s := object(schema)
	if s == nil || depth > maxDepth {
		return
	}
	depth++
	if closed {
		j.undeclared(s, v, at)
	}
	if ref, ok := s["$ref"].(string); ok {
		j.value(j.at(ref), v, at, false, depth)
	}
	for _, part := range list(s["allOf"]) {
		j.value(part, v, at, false, depth)
	}
	j.alternatives(s, v, at, depth)
	if not, ok := s["not"]; ok && len(j.try(not, v, at, false, depth)) == 0 {
		j.fail(at, "it is what the schema excludes")
	}
	if types := typesOf(s); len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return isType(t, v) }) {
		j.fail(at, "%s is no %s", Short(v), strings.Join(types, " or "))
		return
	}
	if c, ok := s["const"]; ok && !equal(c, v) {
		j.fail(at, "%s is not %s", Short(v), Short(c))
	}
	if enum := list(s["enum"]); enum != nil && !slices.ContainsFunc(enum, func(e any) bool { return equal(e, v) }) {
		j.fail(at, "%s is none of %s", Short(v), Short(enum))
	}
	switch v := v.(type) {
	case json.Number:
		j.number(s, v, at)
	case string:
		j.text(s, v, at)
	case []any:
		j.list(s, v, at, depth)
	case Object:
		j.object(s, v, at, depth)
	}
}

// alternatives judges anyOf and oneOf. If no part fits, the problems are those of the part that fits the farthest.
func (j *judge) alternatives(s Object, v any, at []any, depth int) {
	closed := j.closed && s["properties"] == nil && s["allOf"] == nil
	for _, word := range []string{"anyOf", "oneOf"} {
		parts := list(s[word])
		if parts == nil {
			continue
		}
		var nearest []Problem
		fits := 0
		for _, part := range parts {
			problems := j.try(part, v, at, closed, depth)
			if len(problems) == 0 {
				fits++
			} else if nearest == nil || len(problems[0].At) > len(nearest[0].At) {
				nearest = problems
			}
		}
		switch {
		case fits == 0:
			j.problems = append(j.problems, nearest...)
		case fits > 1 && word == "oneOf":
			j.fail(at, "%d of the schemas of oneOf fit", fits)
		}
	}
}

// undeclared notes the members that no part of a schema names.
func (j *judge) undeclared(s Object, v any, at []any) {
	o, ok := v.(Object)
	if !ok {
		return
	}
	known := map[string]bool{}
	if j.names(s, known, 0) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !known[name] {
			j.fail(append(at, name), "the document has no such member")
		}
	}
}

// names collects the members that a schema names. open: it allows others too.
func (j *judge) names(s Object, known map[string]bool, depth int) (open bool) {
	if s == nil || depth > maxDepth {
		return true
	}
	if more, ok := s["additionalProperties"]; ok && more != false || s["patternProperties"] != nil || s["unevaluatedProperties"] == true {
		return true
	}
	properties, ok := s["properties"]
	for name := range object(properties) {
		known[name] = true
	}
	says := ok || s["additionalProperties"] == false
	for _, part := range slices.Concat(refs(j.Document, s), list(s["allOf"])) {
		says = !j.names(object(part), known, depth+1) || says
	}
	for _, word := range []string{"anyOf", "oneOf"} {
		for _, part := range list(s[word]) {
			if types := typesOf(j.Resolve(part)); len(types) > 0 && !slices.Contains(types, "object") {
				continue
			}
			if j.names(object(part), known, depth+1) {
				return true
			}
			says = true
		}
	}
	return !says
}

func refs(d *Document, s Object) []any {
	if ref, ok := s["$ref"].(string); ok {
		return []any{d.at(ref)}
	}
	return nil
}

// number judges the bounds of a number, exactly.
func (j *judge) number(s Object, n json.Number, at []any) {
	v := rat(n)
	for _, rule := range []struct {
		word string
		ok   func(order int) bool
	}{
		{"minimum", func(o int) bool { return o >= 0 }}, {"maximum", func(o int) bool { return o <= 0 }},
		{"exclusiveMinimum", func(o int) bool { return o > 0 }}, {"exclusiveMaximum", func(o int) bool { return o < 0 }},
	} {
		if bound := rat(s[rule.word]); v != nil && bound != nil && !rule.ok(v.Cmp(bound)) {
			j.fail(at, "%s breaks %s %s", n, rule.word, s[rule.word])
		}
	}
	if of := rat(s["multipleOf"]); v != nil && of != nil && of.Sign() != 0 && !new(big.Rat).Quo(v, of).IsInt() {
		j.fail(at, "%s is no multiple of %s", n, s["multipleOf"])
	}
	if bits := map[string]int{"int32": 32, "int64": 64}[text(s["format"])]; bits > 0 && v != nil && v.IsInt() && !isSigned(v.Num(), bits) {
		j.fail(at, "%s is beyond %s", n, s["format"])
	}
}

// isSigned reports whether a number fits in so many bits in two's complement.
func isSigned(n *big.Int, bits int) bool {
	if n.Sign() < 0 {
		n = new(big.Int).Not(n) // -n-1, which has a bit less for the least number
	}
	return n.BitLen() < bits
}

// text judges a text by length, pattern, format and encoding.
func (j *judge) text(s Object, v string, at []any) {
	n := utf8.RuneCountInString(v)
	if least, ok := Int(s["minLength"]); ok && n < least {
		j.fail(at, "%s is shorter than %d", Short(v), least)
	}
	if most, ok := Int(s["maxLength"]); ok && n > most {
		j.fail(at, "%s is longer than %d", Short(v), most)
	}
	if p := text(s["pattern"]); p != "" {
		if re := j.pattern(p); re != nil && !re.MatchString(v) {
			j.fail(at, "%s does not match %s", Short(v), p)
		}
	}
	if format := text(s["format"]); format != "" {
		if fits := formats[format]; fits != nil && !fits(v) {
			j.fail(at, "%s is no %s", Short(v), format)
		}
	}
	if s["contentEncoding"] == "base64" {
		if _, err := base64.StdEncoding.DecodeString(v); err != nil {
			j.fail(at, "%s is no base64", Short(v))
		}
	}
}

// list judges an array and its elements.
func (j *judge) list(s Object, v []any, at []any, depth int) {
	if least, ok := Int(s["minItems"]); ok && len(v) < least {
		j.fail(at, "it has %d elements, at least %d are needed", len(v), least)
	}
	if most, ok := Int(s["maxItems"]); ok && len(v) > most {
		j.fail(at, "it has %d elements, at most %d are allowed", len(v), most)
	}
	if s["uniqueItems"] == true {
		for i := range v {
			if slices.ContainsFunc(v[:i], func(o any) bool { return equal(o, v[i]) }) {
				j.fail(append(at, i), "the element is there twice")
			}
		}
	}
	first := list(s["prefixItems"])
	for i, e := range v {
		if i < len(first) {
			j.value(first[i], e, append(at, i), j.closed, depth)
		} else if items, ok := s["items"]; ok {
			j.value(items, e, append(at, i), j.closed, depth)
		}
	}
}

// object judges an object and its members.
func (j *judge) object(s Object, v Object, at []any, depth int) {
	for _, name := range list(s["required"]) {
		if _, ok := v[text(name)]; !ok {
			j.fail(append(at, name), "the member is required")
		}
	}
	for name, others := range object(s["dependentRequired"]) {
		for _, other := range list(others) {
			if v[name] != nil && v[text(other)] == nil {
				j.fail(append(at, other), "the member is required with %s", name)
			}
		}
	}
	if least, ok := Int(s["minProperties"]); ok && len(v) < least {
		j.fail(at, "it has %d members, at least %d are needed", len(v), least)
	}
	if most, ok := Int(s["maxProperties"]); ok && len(v) > most {
		j.fail(at, "it has %d members, at most %d are allowed", len(v), most)
	}
	properties := object(s["properties"])
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if names, ok := s["propertyNames"]; ok {
			j.value(names, name, append(at, name), false, depth)
		}
		if property, ok := properties[name]; ok {
			j.value(property, v[name], append(at, name), j.closed, depth)
		} else if more, ok := s["additionalProperties"]; ok {
			j.value(more, v[name], append(at, name), j.closed, depth)
		}
	}
}

// typesOf returns the types that a schema names itself.
func typesOf(s Object) (out []string) {
	if t, ok := s["type"].(string); ok {
		return []string{t}
	}
	for _, t := range list(s["type"]) {
		out = append(out, text(t))
	}
	return out
}

// isType reports whether a value has a type of JSON Schema.
func isType(t string, v any) bool {
	switch v := v.(type) {
	case nil:
		return t == "null"
	case bool:
		return t == "boolean"
	case string:
		return t == "string"
	case []any:
		return t == "array"
	case Object:
		return t == "object"
	case json.Number:
		if t == "integer" {
			n := rat(v)
			return n != nil && n.IsInt()
		}
		return t == "number"
	}
	return false
}

// formats are the formats that are judged, and what has them.
var formats = map[string]func(string) bool{
	"date-time": func(s string) bool { _, err := time.Parse(time.RFC3339Nano, s); return err == nil },
	"date":      func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"uuid":      regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`).MatchString,
	"email":     func(s string) bool { _, err := mail.ParseAddress(s); return err == nil },
	"ipv4":      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() },
	"ipv6":      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is6() },
	"uri":       func(s string) bool { u, err := url.Parse(s); return err == nil && u.Scheme != "" },
}

// rat returns a number exactly. It is nil for one whose exponent would fill the memory.
func rat(v any) *big.Rat {
	n, ok := v.(json.Number)
	if _, exponent, found := strings.Cut(strings.ToLower(string(n)), "e"); !ok || found && len(exponent) > 4 {
		return nil
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return nil
	}
	return r
}

// Int returns a whole number of the document.
func Int(v any) (int, bool) {
	n, ok := v.(json.Number)
	i, err := n.Int64()
	return int(i), ok && err == nil
}

// equal compares two values; 1 and 1.0 are one number.
func equal(a, b any) bool {
	if x, y := rat(a), rat(b); x != nil && y != nil {
		return x.Cmp(y) == 0
	}
	return reflect.DeepEqual(a, b)
}

// Short is a value as JSON, cut after some characters.
func Short(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%v", v)
	}
	if len(out) > 120 {
		return string(out[:120]) + "…"
	}
	return string(out)
}
