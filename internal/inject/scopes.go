package inject

import (
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/startup"
)

// key identifies a result: two uses of a provider with equal keys share it. The key is the function, with the required scopes if the
// provider or one of its dependencies receives them. With NoCache each use has a key of its own.
func (c *compiler) key(p *Provider, depth int) any {
	if p.noCache {
		return new(byte)
	}
	if len(c.scopes) == 0 || !c.usesScopes(p, depth, nil) {
		return p.id
	}
	sorted := slices.Sorted(slices.Values(c.scopes))
	return scopedKey{p.id, strings.Join(sorted, " ")}
}

// scopedKey is the key of a provider that receives scopes.
type scopedKey struct {
	id     any
	scopes string // sorted, with spaces between them
}

// usesScopes reports whether p, or a provider that it needs, receives scopes. open are the providers that the search is inside of.
func (c *compiler) usesScopes(p *Provider, depth int, open []*Provider) bool {
	if known, ok := c.scopeUsers[p.id]; ok {
		return known
	}
	if !p.fn.IsValid() || slices.Contains(open, p) {
		return false
	}
	open = append(open, p)
	uses := slices.ContainsFunc(slices.Collect(p.fn.Type().Ins()), func(t reflect.Type) bool {
		if c.takesScopes(t) {
			return true
		}
		need, at := c.findFor(t, nil, depth)
		if t == p.Type() {
			need, at = c.find(t, depth, p.id) // of an outer level
		}
		return need != nil && c.usesScopes(need, at, open)
	})
	c.scopeUsers[p.id] = uses
	return uses
}

// addScopes adds the scopes of p's declaration to the required ones. restore removes them.
func (c *compiler) addScopes(p *Provider) (restore func()) {
	scopes, askers := c.scopes, c.requiredBy
	c.scopes = union(c.scopes, p.scopes)
	c.requiredBy = slices.Clip(c.requiredBy)
	for range len(c.scopes) - len(scopes) {
		c.requiredBy = append(c.requiredBy, p)
	}
	return func() { c.scopes, c.requiredBy = scopes, askers }
}

// checkScopes reports scopes that no function receives: the document would list them, and no code would check them. With Overrides it
// reports nothing, because a test may replace the function that checks; the app itself is compiled without.
func (c *compiler) checkScopes(p *Provider, depth int) {
	if len(p.scopes) == 0 || c.UncheckedScopes || c.Overrides != nil || c.usesScopes(p, depth, nil) {
		return
	}
	outer := c.current
	c.current = startup.Mistake{Func: p.Name, Place: p.Place}
	c.report(mistakes.UncheckedScopes(p.scopes, c.scopesName()))
	c.current = outer
}

// useSource records a use of a Source, once for each set of scopes.
func (c *compiler) useSource(s Source, place string) {
	seen := slices.ContainsFunc(c.sources, func(u SourceUse) bool { return u.Source == s && slices.Equal(u.Scopes, c.scopes) })
	if !seen {
		c.sources = append(c.sources, SourceUse{s, slices.Clone(c.scopes), slices.Clone(c.requiredBy), place})
	}
}

// useSourcesBelow records the Sources that a shared function needs. The scopes required on the way to it here differ from the scopes of the
// use at which the function was resolved.
func (c *compiler) useSourcesBelow(n *Node) {
	if n.first != nil {
		n = n.first
	}
	for _, need := range n.Needs {
		restore := c.addScopes(need.Provider)
		if need.source != nil {
			c.useSource(need.source, need.Place)
		}
		c.useSourcesBelow(need)
		restore()
	}
}

// union returns a with the scopes of b that it lacks, in order. It does not change a.
func union(a, b []string) []string {
	a = slices.Clip(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
