package route

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/routing"
)

// filter returns the options of one route's model. own are the filters of the route itself, whose paths must exist in the model. The
// paths of outer levels, which all has too, count only if the model has them.
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

// unusedPaths reports the paths of routers that no model has. A misspelled exclusion would hide nothing.
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
