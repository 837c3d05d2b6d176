package explore

import (
	"encoding/json"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// maxShrink bounds the requests that are sent to make one smaller.
const maxShrink = 150

// shrink makes a valid request smaller as long as still holds: without optional values, with short texts and small numbers. The request
// stays valid.
func (run *Run) shrink(r *Request, still func(*Request) bool) *Request {
	left := maxShrink
	for again := true; again && left > 0; {
		again = false
		for _, smaller := range run.smaller(r) {
			if left--; left <= 0 || run.over() {
				return r
			}
			if still(smaller) {
				r, again = smaller, true
				break
			}
		}
	}
	return r
}

// smaller returns requests that are smaller than r in one place.
func (run *Run) smaller(r *Request) (out []*Request) {
	add := func(change func(*Request)) {
		c := r.clone()
		change(c)
		if run.isValid(c) && run.normal(c) {
			out = append(out, c)
		}
	}
	for _, p := range run.gen.places(r) {
		if isAbsent(p.value) {
			continue
		}
		if p.remove != nil && !p.must {
			add(p.remove)
		}
		switch v := p.value.(type) {
		case string:
			least, _ := contract.Int(p.schema["minLength"])
			for _, s := range []string{strings.Repeat("a", least), string([]rune(v)[:runes(v)/2]), "a"} {
				if len(s) < len(v) {
					add(func(r *Request) { p.set(r, s) })
				}
			}
		case json.Number:
			if len(v) > 1 {
				add(func(r *Request) { p.set(r, json.Number("0")) })
				add(func(r *Request) { p.set(r, json.Number("1")) })
			}
		case []any:
			if len(v) > 0 {
				add(func(r *Request) { p.set(r, copyOf(v[:len(v)/2])) })
				add(func(r *Request) { p.set(r, copyOf(v[:len(v)-1])) })
			}
		}
	}
	return out
}

// isValid reports whether the values of a request are valid by the document.
func (run *Run) isValid(r *Request) bool {
	for i, p := range r.Op.Parameters {
		if isAbsent(r.Values[i]) {
			if p.Required {
				return false
			}
		} else if len(run.Document.Check(p.Schema, plain(r.Values[i]), false)) > 0 || p.In == "path" && textOf(r.Values[i]) == "" {
			return false
		}
	}
	if r.Op.Body == nil || r.Media == "" {
		return r.Op.Body == nil || !r.Op.Body.Required
	}
	m, ok := r.declared()
	return ok && len(run.Document.Check(m.Schema, plain(r.Body), false)) == 0
}
