package document

import (
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/security"
)

// security returns the security list of an operation. A request must satisfy one entry, and of an entry all schemes. All schemes that
// guard an operation are enforced, so they stand in one entry. When a scheme has alternatives there is an entry for each combination.
func (g *generator) security(e *entry) []map[string][]string {
	var list []map[string][]string
	for _, use := range e.Plan.Sources() {
		scheme, ok := use.Source.(security.Scheme)
		if !ok {
			continue
		}
		maps.Copy(g.schemes, scheme.Definitions())
		alternatives := scheme.Requirements(use.Scopes)
		if g.FastAPI {
			list = append(list, alternatives...)
			continue
		}
		list = multiply(list, alternatives)
	}
	if g.FastAPI {
		return oneByOne(list)
	}
	return list
}

// multiply combines each requirement of a with each of b.
func multiply(a, b []map[string][]string) (out []map[string][]string) {
	if len(a) == 0 || len(b) == 0 {
		return append(a, b...)
	}
	for _, x := range a {
		for _, y := range b {
			both := map[string][]string{}
			for _, side := range []map[string][]string{x, y} {
				for key, scopes := range side {
					both[key] = union(both[key], scopes)
				}
			}
			if !slices.ContainsFunc(out, func(o map[string][]string) bool { return reflect.DeepEqual(o, both) }) {
				out = append(out, both)
			}
		}
	}
	return out
}

// oneByOne returns the list in FastAPI's form: an entry for each scheme.
func oneByOne(list []map[string][]string) (out []map[string][]string) {
	place := map[string]int{}
	for _, r := range list {
		for _, key := range slices.Sorted(maps.Keys(r)) {
			i, ok := place[key]
			if !ok {
				i = len(out)
				place[key], out = i, append(out, map[string][]string{key: {}})
			}
			out[i][key] = union(out[i][key], r[key])
		}
	}
	return out
}

func union(a, b []string) []string {
	out := append([]string{}, a...)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// refusals returns the statuses with which schemes may refuse a request: those of the schemes, and 403 when scopes are required.
func refusals(list []map[string][]string, sources []inject.SourceUse) (out []int) {
	for _, use := range sources {
		if scheme, ok := use.Source.(security.Scheme); ok {
			out = append(out, scheme.Statuses()...)
		}
	}
	for _, r := range list {
		for _, scopes := range r {
			if len(scopes) > 0 {
				out = append(out, http.StatusForbidden)
			}
		}
	}
	return out
}
