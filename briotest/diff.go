package briotest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/brio-go/brio/internal/json"
)

// maxDiff is how many differences a failure lists.
const maxDiff = 20

// diffJSON lists where two JSON texts differ, by the place of the value; nil where they have the same value. Numbers are compared by their
// digits.
func diffJSON(got, want []byte) []string {
	var a, b any
	if err := json.UnmarshalNumber(want, &b); err != nil {
		return []string{fmt.Sprintf("what is expected is no JSON: %v", err)}
	}
	if err := json.UnmarshalNumber(got, &a); err != nil {
		return []string{fmt.Sprintf("it is no JSON: %v", err)}
	}
	var out []string
	diffValue("$", a, b, func(line string) { out = append(out, line) })
	if len(out) > maxDiff {
		out = append(out[:maxDiff], fmt.Sprintf("and %d more", len(out)-maxDiff))
	}
	return out
}

// diffValue notes where two values differ, at their places.
func diffValue(at string, got, want any, note func(string)) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			all := maps.Clone(w)
			maps.Copy(all, g)
			for _, name := range slices.Sorted(maps.Keys(all)) {
				in := at + "." + name
				gv, has := g[name]
				wv, wants := w[name]
				switch {
				case !has:
					note(fmt.Sprintf("%s: missing, want %s", in, textOf(wv)))
				case !wants:
					note(fmt.Sprintf("%s: %s, want no such member", in, textOf(gv)))
				default:
					diffValue(in, gv, wv, note)
				}
			}
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			for i := range min(len(g), len(w)) {
				diffValue(fmt.Sprintf("%s[%d]", at, i), g[i], w[i], note)
			}
			if len(g) != len(w) {
				note(fmt.Sprintf("%s: %d elements, want %d", at, len(g), len(w)))
			}
			return
		}
	default:
		if got == want {
			return
		}
	}
	note(fmt.Sprintf("%s: %s, want %s", at, textOf(got), textOf(want)))
}

// textOf is a value as JSON, cut after some bytes.
func textOf(v any) string {
	out, err := json.Append(nil, v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(out) > 200 {
		return string(out[:200]) + "…"
	}
	return string(out)
}
