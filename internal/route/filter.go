package route

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/routing"
)

// filter gives the options of one route's model. The paths that the route says itself must fit its model; those of the
// levels around it count where they do.
func (c *compiler) filter(mdl reflect.Type, all, own declare.Filter) encode.Options {
	keep := func(paths, own []declare.FilterPath, exclude bool) (out []string) {
		for _, p := range paths {
			if slices.Contains(own, p) {
				out = append(out, p.Path)
				continue
			}
			fits := c.Models.HasPath(mdl, p.Path, exclude)
			c.filterPaths[p] = c.filterPaths[p] || fits
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
	var unused []declare.FilterPath
	for p, used := range c.filterPaths {
		if !used {
			unused = append(unused, p)
		}
	}
	slices.SortFunc(unused, func(a, b declare.FilterPath) int {
		return slices.Compare([]string{a.Place, a.Path}, []string{b.Place, b.Path})
	})
	for _, p := range unused {
		c.add(routing.Mistake{Place: p.Place, Found: fmt.Sprintf("the filter path %q names nothing in any response model of the routes below", p.Path),
			Legal: "a path of JSON names that a response model has, as in owner.name"})
	}
}
