package document

import (
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/security"
)

// security is the security list of an operation: each entry is a set of schemes, of which a request must meet all; of the
// entries it must meet one. All schemes that guard the operation are enforced, so they stand in one entry; where a scheme
// has alternatives, the entries are multiplied.
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

// multiply combines every requirement of the one list with every one of the other.
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

// oneByOne is FastAPI's list, with an entry for each scheme.
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

// refusals are the statuses with which a request may be refused for the schemes' sake: those of the schemes, and 403 where
// scopes are asked for.
func refusals(list []map[string][]string, sources []dependencies.SourceUse) (out []int) {
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
