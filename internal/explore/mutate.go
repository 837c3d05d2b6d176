package explore

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// breach is one broken rule at one place.
type breach struct {
	rule string // in words
	loc  []any  // of the place that an answer has to name; nil: the request as a whole
	do   func(r *Request)
}

// breaches lists the ways to break one rule of a valid request, each of which makes it invalid by the document.
func (g *generator) breaches(r *Request) (out []breach) {
	for _, p := range g.places(r) {
		if p.remove != nil && p.must && !isAbsent(p.value) {
			out = append(out, breach{"it is missing", p.loc, p.remove})
		}
		if isAbsent(p.value) {
			continue
		}
		for _, bad := range g.wrong(p) {
			if p.param >= 0 {
				text := textOf(bad.value)
				if p.loc[0] == "path" && (text == "" || strings.ContainsAny(text, "/")) || g.CheckText(p.whole, text) == "" {
					continue
				}
				out = append(out, breach{bad.rule, p.loc, func(r *Request) {
					if r.Texts == nil {
						r.Texts = map[int]string{}
					}
					r.Texts[p.param] = text
				}})
				continue
			}
			if len(g.Check(p.whole, plain(bad.value), false)) == 0 || p.text && len(p.loc) > 1 && g.CheckText(p.whole, textOf(bad.value)) == "" {
				continue
			}
			out = append(out, breach{bad.rule, p.loc, func(r *Request) { p.set(r, bad.value) }})
		}
		if o, ok := p.value.(contract.Object); ok && p.param < 0 && p.schema["additionalProperties"] == false {
			if _, taken := o["undeclared"]; !taken {
				out = append(out, breach{"a member is not declared", join(p.loc, "undeclared"), func(r *Request) { at(r, p.loc).(contract.Object)["undeclared"] = "x" }})
			}
		}
	}
	return append(out, documents(r)...)
}

func isAbsent(v any) bool { _, ok := v.(absent); return ok }

// bad is an invalid value, with the rule that it breaks.
type bad struct {
	rule  string
	value any
}

// wrong returns values that break one rule of a place each.
func (g *generator) wrong(p place) (out []bad) {
	s := p.schema
	kind := kindOf(s)
	types := listOf(s["type"])
	if t, ok := s["type"].(string); ok {
		types = []any{t}
	}
	if isFile(s) {
		return nil
	}
	if !p.text && len(types) > 0 {
		if !slices.Contains(types, any("null")) {
			out = append(out, bad{"null is not allowed", nil})
		}
		if slices.Contains(types, any("array")) {
			out = append(out, bad{"the type is wrong", contract.Object{"wrong": json.Number("1")}})
		} else {
			out = append(out, bad{"the type is wrong", []any{contract.Object{}}})
		}
	} else if kind == "integer" || kind == "number" || kind == "boolean" {
		out = append(out, bad{"the type is wrong", "wrong"})
	}
	switch kind {
	case "integer", "number":
		step := json.Number("1")
		for word, by := range map[string]int64{"minimum": -1, "exclusiveMinimum": 0, "maximum": 1, "exclusiveMaximum": 0} {
			if n, ok := s[word].(json.Number); ok {
				beyond := add(n, step, by)
				if kind == "number" && by != 0 && sameFloat(n, beyond) {
					continue // the app cannot tell them apart
				}
				out = append(out, bad{fmt.Sprintf("%s %s", word, n), beyond})
			}
		}
		if of, ok := s["multipleOf"].(json.Number); ok {
			if n, ok := p.value.(json.Number); ok && (kind == "number" || of != "1") {
				between := add(n, step, 1)
				if kind == "number" {
					between = add(n, half(of), 1)
				}
				if kind == "integer" || !sameFloat(n, between) {
					out = append(out, bad{"multipleOf " + string(of), between})
				}
			}
		}
		slices.SortFunc(out, func(a, b bad) int { return strings.Compare(a.rule, b.rule) })
	case "string":
		if least, ok := contract.Int(s["minLength"]); ok && least > 1 {
			out = append(out, bad{fmt.Sprintf("minLength %d", least), strings.Repeat("a", least-1)})
		}
		if most, ok := contract.Int(s["maxLength"]); ok && most < maxMade {
			out = append(out, bad{fmt.Sprintf("maxLength %d", most), strings.Repeat("a", most+1)})
		}
		if pattern, ok := s["pattern"].(string); ok {
			out = append(out, bad{"pattern " + pattern, "!?\u00e9 wrong"})
		}
		if s["format"] != nil && s["pattern"] == nil {
			out = append(out, bad{fmt.Sprintf("format %v", s["format"]), "wrong !"})
		}
	case "array":
		list, _ := p.value.([]any)
		if least, ok := contract.Int(s["minItems"]); ok && least > 0 && !p.text {
			out = append(out, bad{fmt.Sprintf("minItems %d", least), slices.Clone(list[:min(len(list), least-1)])})
		}
		if most, ok := contract.Int(s["maxItems"]); ok && most < maxElements && len(list) > 0 && s["uniqueItems"] != true && p.param < 0 {
			long := slices.Clone(list)
			for len(long) <= most {
				long = append(long, copyOf(list[0]))
			}
			out = append(out, bad{fmt.Sprintf("maxItems %d", most), long})
		}
	}
	if s["enum"] != nil || s["const"] != nil {
		if kind == "string" || kind == "" {
			out = append(out, bad{"the value is none of the enumeration", "none-of-them"})
		} else if kind == "integer" {
			out = append(out, bad{"the value is none of the enumeration", json.Number("987654")})
		}
	}
	return out
}

// half returns n/2.
func half(n json.Number) json.Number {
	f, _ := n.Float64()
	return json.Number(fmt.Sprintf("%g", f/2))
}

// sameFloat reports whether two numbers are one float64.
func sameFloat(a, b json.Number) bool {
	x, _ := a.Float64()
	y, _ := b.Float64()
	return x == y
}

// documents are the ways to send a body that is none.
func documents(r *Request) []breach {
	if !contract.IsJSON(r.Media) {
		return nil
	}
	raw := func(rule, text string) breach {
		return breach{rule, []any{"body"}, func(r *Request) { r.Raw = []byte(text) }}
	}
	body := jsonOf(r.Body)
	out := []breach{
		raw("the JSON has data after its end", body+"]"),
		raw("the JSON is none", "{'a':1}"),
		raw("the JSON is UTF-16", "\xff\xfe{\x00}\x00"),
		raw("the JSON nests 100,000 levels deep", strings.Repeat("[", 100_000)),
	}
	if _, isNumber := r.Body.(json.Number); !isNumber { // the first digits of a number are a number
		out = append(out, raw("the JSON ends early", body[:len(body)-1]+"\x20"))
	}
	if r.Op.Body != nil && !slices.ContainsFunc(r.Op.Body.Media, func(m contract.Media) bool {
		return strings.HasPrefix(m.Type, "text/") || strings.HasPrefix(m.Type, "*")
	}) {
		out = append(out, breach{"the media type is not declared", nil, func(r *Request) { r.Raw, r.Media = []byte(body), "text/x-unknown" }})
	}
	if r.Body != nil && len(body) > 2 {
		out = append(out, breach{"the body is cut and says that it is compressed", nil, func(r *Request) { setHeader(r, "Content-Encoding", "gzip"); r.Raw = []byte("\x1f\x8b\x08\x00cut") }})
	}
	return out
}

// odd are headers with which a request stays valid by the document, and which servers read wrongly: an answer must not be a 5xx.
var odd = []breach{
	{"odd Accept", nil, func(r *Request) { setHeader(r, "Accept", "*/*;q=0.1, text/html;q=x, ,;") }},
	{"odd Accept-Language", nil, func(r *Request) { setHeader(r, "Accept-Language", "de-DE;q=2,*;;") }},
	{"odd Range", nil, func(r *Request) { setHeader(r, "Range", "bytes=5-1,-0,99999999999999999999-") }},
	{"odd conditions", nil, func(r *Request) {
		setHeader(r, "If-None-Match", `"a, W/`)
		setHeader(r, "If-Modified-Since", "yesterday")
	}},
	{"odd Authorization", nil, func(r *Request) { setHeader(r, "Authorization", "Bearer \t\xff,=") }},
	{"odd Cookie", nil, func(r *Request) { setHeader(r, "Cookie", `a="; b==;;\xff`) }},
	{"odd Content-Type", nil, func(r *Request) { setHeader(r, "Content-Type", `application/json; charset="`) }},
	{"a charset that is not UTF-8", nil, func(r *Request) { setHeader(r, "Content-Type", "application/json; charset=utf-7") }},
}

func setHeader(r *Request, name, value string) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
}
