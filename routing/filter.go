package routing

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/encode"
)

// Filter is what an app, router or route says about the members that results show. nil leaves a switch to the outer
// level.
type Filter struct {
	Include, Exclude                           []FilterPath
	ExcludeUnset, ExcludeDefaults, ExcludeNone *bool
	ByAlias                                    *bool // members have the names of their json tags, not those of Go
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

// add adds what an inner level says: its Include replaces the outer one, its Exclude adds to it, its switches win.
func (f *Filter) add(in Filter) {
	if len(in.Include) > 0 {
		f.Include = in.Include
	}
	f.Exclude = append(f.Exclude, in.Exclude...)
	for _, s := range []struct{ outer, inner **bool }{
		{&f.ExcludeUnset, &in.ExcludeUnset}, {&f.ExcludeDefaults, &in.ExcludeDefaults}, {&f.ExcludeNone, &in.ExcludeNone}, {&f.ByAlias, &in.ByAlias},
	} {
		if *s.inner != nil {
			*s.outer = *s.inner
		}
	}
}

// says reports whether the filter changes anything.
func (f Filter) says() bool {
	return len(f.Include)+len(f.Exclude) > 0 || on(f.ExcludeUnset) || on(f.ExcludeDefaults) || on(f.ExcludeNone) || f.goNames()
}

func (f Filter) goNames() bool { return f.ByAlias != nil && !*f.ByAlias }

func on(b *bool) bool { return b != nil && *b }

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
		Include: keep(all.Include, own.Include, false), Exclude: keep(all.Exclude, own.Exclude, true),
		ExcludeUnset: on(all.ExcludeUnset), ExcludeDefaults: on(all.ExcludeDefaults), ExcludeNone: on(all.ExcludeNone),
		GoNames: all.goNames(),
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
