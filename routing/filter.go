package routing

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
)

// Filter is what an app, router or route says about the members that results show.
type Filter struct {
	Include                                    declare.Levels[FilterPath] // those of the innermost level that has some count
	Exclude                                    declare.Appended[FilterPath]
	ExcludeUnset, ExcludeDefaults, ExcludeNone declare.Nearest[bool]
	ByAlias                                    declare.Nearest[bool] // members have the names of their json tags, not those of Go
}

// FilterPath is one path of an Include or Exclude and where it was written.
type FilterPath struct{ Path, Place string }

// FilterPaths makes FilterPaths of the arguments of one option.
func FilterPaths(paths []string, place string) []FilterPath {
	out := make([]FilterPath, len(paths))
	for i, p := range paths {
		out[i] = FilterPath{p, place}
	}
	return out
}

// says reports whether the filter changes anything.
func (f Filter) says() bool {
	return len(f.Include)+len(f.Exclude) > 0 || f.ExcludeUnset.Value() || f.ExcludeDefaults.Value() || f.ExcludeNone.Value() || !f.ByAlias.Or(true)
}

// filter gives the options of one route's model. The paths that the route says itself must fit its model; those of the
// levels around it count where they do.
func (c *compiler) filter(mdl reflect.Type, all, own Filter) encode.Options {
	keep := func(paths, own []FilterPath, exclude bool) (out []string) {
		for _, p := range paths {
			if slices.Contains(own, p) {
				out = append(out, p.Path)
				continue
			}
			fits := c.Models.HasPath(mdl, p.Path, exclude)
			c.paths[p] = c.paths[p] || fits
			if fits {
				out = append(out, p.Path)
			}
		}
		return out
	}
	return encode.Options{
		Include: keep(all.Include.Nearest(), own.Include.Nearest(), false), Exclude: keep(all.Exclude, own.Exclude, true),
		ExcludeUnset: all.ExcludeUnset.Value(), ExcludeDefaults: all.ExcludeDefaults.Value(), ExcludeNone: all.ExcludeNone.Value(),
		GoNames: !all.ByAlias.Or(true),
	}
}

// unusedPaths reports the paths of routers that no model has: a misspelled exclusion hides nothing.
func (c *compiler) unusedPaths() {
	var unused []FilterPath
	for p, used := range c.paths {
		if !used {
			unused = append(unused, p)
		}
	}
	slices.SortFunc(unused, func(a, b FilterPath) int { return slices.Compare([]string{a.Place, a.Path}, []string{b.Place, b.Path}) })
	for _, p := range unused {
		c.report.add(Mistake{Place: p.Place, Found: fmt.Sprintf("the filter path %q names nothing in any response model of the routes below", p.Path),
			Legal: "a path of JSON names that a response model has, as in owner.name"})
	}
}
