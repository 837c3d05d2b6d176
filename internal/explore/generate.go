package explore

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// generator makes values of schemas.
type generator struct {
	*contract.Document
	rng     *rand.Rand
	canary  string          // begins each free text, so that it can be found in other answers
	secrets map[string]bool // values that were made for secret members
}

// maxDepth ends a schema that contains itself: below it optional members and elements are left out.
const maxDepth = 6

// flat returns a schema without references and allOf: their keywords in one object. The members of parts are joined.
func (g *generator) flat(schema any) contract.Object {
	out := contract.Object{}
	g.join(out, schema, 0)
	return out
}

// join adds the keywords of a schema, and of the schemas that it refers to.
func (g *generator) join(into contract.Object, schema any, depth int) {
	s, ok := schema.(contract.Object)
	if !ok || depth > 32 {
		return
	}
	for word, v := range s {
		switch word {
		case "allOf", "$ref":
		case "properties":
			all := contract.Object{}
			maps.Copy(all, objectOf(into[word]))
			maps.Copy(all, objectOf(v))
			into[word] = all
		case "required":
			into[word] = slices.Concat(listOf(into[word]), listOf(v))
		default:
			if _, ok := into[word]; !ok {
				into[word] = v
			}
		}
	}
	if ref, ok := s["$ref"].(string); ok {
		g.join(into, g.Resolve(contract.Object{"$ref": ref}), depth+1)
	}
	for _, part := range listOf(s["allOf"]) {
		g.join(into, part, depth+1)
	}
}

// value makes a valid value of a schema. ok is false if none was found: for a pattern or format that is not understood.
func (g *generator) value(schema any, depth int) (v any, ok bool) {
	for range 20 {
		v = g.try(schema, depth)
		if len(g.Check(schema, plain(v), false)) == 0 {
			return v, true
		}
	}
	for _, e := range listOf(g.flat(schema)["examples"]) {
		if len(g.Check(schema, e, false)) == 0 {
			return e, true
		}
	}
	return nil, false
}

// plain returns a copy of a value with files as texts.
func plain(v any) any {
	return copyWith(v, func(leaf any) any {
		if f, ok := leaf.(file); ok {
			return string(f)
		}
		return leaf
	})
}

// try makes a value that most likely fits.
func (g *generator) try(schema any, depth int) any {
	s := g.flat(schema)
	for _, word := range []string{"oneOf", "anyOf"} {
		if parts := listOf(s[word]); len(parts) > 0 {
			part := parts[g.rng.IntN(len(parts))]
			if depth > maxDepth {
				part = parts[len(parts)-1] // null, mostly
			}
			rest := maps.Clone(s)
			delete(rest, word)
			joined := g.flat(contract.Object{"allOf": []any{part, rest}})
			return g.named(s, part, g.try(joined, depth+1))
		}
	}
	if edges := g.edges(s); len(edges) > 0 && g.rng.IntN(2) == 0 {
		return edges[g.rng.IntN(len(edges))]
	}
	switch kindOf(s) {
	case "object":
		return g.object(s, depth)
	case "array":
		return g.list(s, depth)
	case "integer", "number":
		return g.number(s)
	case "boolean":
		return g.rng.IntN(2) == 0
	case "string":
		return g.text(s)
	case "null":
		return nil
	}
	return []any{g.canary, json.Number("7"), true, contract.Object{"any": "thing"}}[g.rng.IntN(4)]
}

// named sets the discriminator of a union to the name of the chosen part.
func (g *generator) named(union contract.Object, part, v any) any {
	d := objectOf(union["discriminator"])
	o, ok := v.(contract.Object)
	if d == nil || !ok {
		return v
	}
	ref, _ := objectOf(part)["$ref"].(string)
	for _, name := range slices.Sorted(maps.Keys(objectOf(d["mapping"]))) {
		if objectOf(d["mapping"])[name] == ref {
			o[d["propertyName"].(string)] = name
			break
		}
	}
	return o
}

// kindOf is the type of the values to make, "" for any. null is for the edges.
func kindOf(s contract.Object) string {
	switch t := s["type"].(type) {
	case string:
		return t
	case []any:
		for _, one := range t {
			if one != "null" {
				return one.(string)
			}
		}
		return "null"
	}
	if s["properties"] != nil {
		return "object"
	}
	return ""
}

// edges are the values at which something may change: the bounds of each rule, the empty ones, all of an enumeration.
func (g *generator) edges(s contract.Object) (out []any) {
	if c, ok := s["const"]; ok {
		return []any{c}
	}
	if enum := listOf(s["enum"]); enum != nil {
		return enum
	}
	if types := listOf(s["type"]); slices.Contains(types, any("null")) {
		out = append(out, nil)
	}
	if d, ok := s["default"]; ok {
		out = append(out, d)
	}
	switch kindOf(s) {
	case "integer", "number":
		out = append(out, numberEdges(s)...)
	case "string":
		out = append(out, g.textEdges(s)...)
	case "boolean":
		out = append(out, true, false)
	}
	schema := maps.Clone(s)
	delete(schema, "oneOf")
	delete(schema, "anyOf")
	return slices.DeleteFunc(out, func(v any) bool { return len(g.Check(schema, plain(v), false)) > 0 })
}

// numberEdges are the bounds and their neighbours, and the values at which programs go wrong.
func numberEdges(s contract.Object) (out []any) {
	step := json.Number("1")
	if of, ok := s["multipleOf"].(json.Number); ok {
		step = of
	}
	for _, word := range []string{"minimum", "exclusiveMinimum"} {
		if n, ok := s[word].(json.Number); ok {
			out = append(out, n, add(n, step, 1))
		}
	}
	for _, word := range []string{"maximum", "exclusiveMaximum"} {
		if n, ok := s[word].(json.Number); ok {
			out = append(out, n, add(n, step, -1))
		}
	}
	for _, n := range []json.Number{"0", "1", "-1"} {
		out = append(out, n)
	}
	switch s["format"] {
	case "int64":
		out = append(out, json.Number("9223372036854775807"))
	case "int32":
		out = append(out, json.Number("2147483647"))
	}
	if kindOf(s) == "number" {
		out = append(out, json.Number("0.5"), json.Number("1e10"))
	}
	return out
}

// add returns n + times·step.
func add(n, step json.Number, times int64) json.Number {
	a, ok1 := new(big.Rat).SetString(string(n))
	b, ok2 := new(big.Rat).SetString(string(step))
	if !ok1 || !ok2 {
		return n
	}
	sum := a.Add(a, b.Mul(b, big.NewRat(times, 1)))
	digits, _ := sum.FloatPrec() // exact, as a and b are decimals
	return json.Number(sum.FloatString(digits))
}

// number makes a number within its bounds.
func (g *generator) number(s contract.Object) any {
	least, most := int64(-1000), int64(1000)
	if n, ok := boundOf(s, "minimum", "exclusiveMinimum"); ok {
		if least = n; !isBounded(s, "maximum", "exclusiveMaximum") {
			most = least + 1000
		}
	}
	if n, ok := boundOf(s, "maximum", "exclusiveMaximum"); ok {
		if most = n; !isBounded(s, "minimum", "exclusiveMinimum") {
			least = most - 1000
		}
	}
	n := least
	if most > least {
		n += g.rng.Int64N(most - least + 1)
	}
	if of, ok := s["multipleOf"].(json.Number); ok {
		if whole, err := of.Int64(); err == nil && whole > 0 {
			n -= n % whole
		}
	} else if kindOf(s) == "number" && g.rng.IntN(2) == 0 {
		return json.Number(fmt.Sprintf("%d.25", n))
	}
	return json.Number(fmt.Sprint(n))
}

func isBounded(s contract.Object, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return s[w] != nil })
}

// maxBound is the largest bound that is read as a whole number: float64 has each whole number up to it.
const maxBound = 1 << 53

// boundOf returns a bound as a whole number, at most maxBound from 0.
func boundOf(s contract.Object, words ...string) (int64, bool) {
	for _, w := range words {
		if n, ok := s[w].(json.Number); ok {
			if f, err := n.Float64(); err == nil {
				return int64(max(-maxBound, min(f, maxBound))), true
			}
		}
	}
	return 0, false
}

// maxMade is the longest text, and maxElements the longest list, that is made for a bound.
const (
	maxMade     = 4096
	maxElements = 60
)

// list makes an array within its bounds.
func (g *generator) list(s contract.Object, depth int) any {
	least, _ := contract.Int(s["minItems"])
	most, ok := contract.Int(s["maxItems"])
	if !ok || most > maxElements {
		most = max(least, 3)
	}
	n := least + g.rng.IntN(most-least+1)
	if depth > maxDepth {
		n = least
	}
	out := []any{}
	first := listOf(s["prefixItems"])
	for i := range max(n, len(first)) {
		var items any = s["items"]
		if i < len(first) {
			items = first[i]
		}
		for range 5 {
			e := g.try(items, depth+1)
			if s["uniqueItems"] != true || !slices.ContainsFunc(out, func(o any) bool { return jsonOf(o) == jsonOf(e) }) {
				out = append(out, e)
				break
			}
		}
	}
	return out
}

// object makes an object with the required members, and some of the others. Members that only answers have are left out.
func (g *generator) object(s contract.Object, depth int) any {
	out := contract.Object{}
	required := listOf(s["required"])
	all := g.rng.IntN(3) == 0
	properties := objectOf(s["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		p := g.flat(properties[name])
		must := slices.Contains(required, any(name))
		if !must && (p["readOnly"] == true || depth >= maxDepth || !all && g.rng.IntN(2) == 0) {
			continue
		}
		v := g.try(properties[name], depth+1)
		if s, ok := v.(string); ok && isSecret(p) && strings.HasPrefix(s, g.canary) && g.canary != "" {
			s = "scrt" + s[len("cnry"):]
			g.secrets[s], v = true, s
		}
		out[name] = v
	}
	if more := objectOf(s["additionalProperties"]); more != nil && depth < maxDepth {
		for range g.rng.IntN(3) {
			name := "key" + fmt.Sprint(g.rng.IntN(100))
			if names := objectOf(s["propertyNames"]); names != nil {
				if made, ok := g.try(contract.Object{"type": "string", "allOf": []any{names}}, depth+1).(string); ok {
					name = made
				}
			}
			out[name] = g.try(more, depth+1)
		}
	}
	return out
}

// isSecret reports whether no answer may have a value of the schema.
func isSecret(s contract.Object) bool { return s["writeOnly"] == true || s["format"] == "password" }

func objectOf(v any) contract.Object {
	o, _ := v.(contract.Object)
	return o
}

func listOf(v any) []any {
	l, _ := v.([]any)
	return l
}
