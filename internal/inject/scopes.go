package inject

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// key identifies a result: two uses of a provider with equal keys share it. The key is the function, with the scopes if
// the provider or one of its dependencies takes Scopes. With NoCache each use has its own key.
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

type scopedKey struct {
	id     any
	scopes string
}

// usesScopes reports whether p or something it needs receives Scopes.
func (c *compiler) usesScopes(p *Provider, depth int, open []*Provider) bool {
	if known, ok := c.scopeUsers[p.id]; ok {
		return known
	}
	if !p.fn.IsValid() || slices.Contains(open, p) {
		return false
	}
	open = append(open, p)
	looks := slices.ContainsFunc(slices.Collect(p.fn.Type().Ins()), func(t reflect.Type) bool {
		if t == c.ScopesType {
			return true
		}
		need, at := c.findFor(t, nil, depth)
		if t == p.Type() {
			need, at = c.find(t, depth, p.id) // from further out
		}
		return need != nil && c.usesScopes(need, at, open)
	})
	c.scopeUsers[p.id] = looks
	return looks
}

// askFor adds the scopes that p is declared with to the required scopes. The function that it returns takes them back.
func (c *compiler) askFor(p *Provider) (restore func()) {
	scopes, askers := c.scopes, c.askers
	c.scopes = union(c.scopes, p.scopes)
	c.askers = slices.Clip(c.askers)
	for range len(c.scopes) - len(scopes) {
		c.askers = append(c.askers, p)
	}
	return func() { c.scopes, c.askers = scopes, askers }
}

// checkScopes refuses scopes that no function takes: they would be documented and not enforced. In a test with Overrides
// the functions that check may be replaced; the app is checked without.
func (c *compiler) checkScopes(p *Provider, depth int) {
	if len(p.scopes) == 0 || c.UncheckedScopes || c.Overrides != nil || c.usesScopes(p, depth, nil) {
		return
	}
	outer := c.current
	c.current = Problem{Func: p.Name, Place: p.Place}
	c.report(fmt.Sprintf("the scopes %s are asked for, but neither it nor anything that it needs takes brio.Scopes: nothing checks them", strings.Join(p.scopes, ", ")),
		"a function on the way that takes brio.Scopes and refuses the request, as security.RequireScopes makes one; or no scopes")
	c.current = outer
}

// useSource notes a use of a Source, once for each set of scopes.
func (c *compiler) useSource(s Source, place string) {
	seen := slices.ContainsFunc(c.sources, func(u SourceUse) bool { return u.Source == s && slices.Equal(u.Scopes, c.scopes) })
	if !seen {
		c.sources = append(c.sources, SourceUse{s, slices.Clone(c.scopes), slices.Clone(c.askers), place})
	}
}

// useSourcesBelow notes the Sources that a shared function needs, for the scopes asked for on the way to it here: they are
// others than on the way on which it was resolved.
func (c *compiler) useSourcesBelow(n *Node) {
	if n.first != nil {
		n = n.first
	}
	for _, need := range n.Needs {
		restore := c.askFor(need.Provider)
		if need.source != nil {
			c.useSource(need.source, need.Place)
		}
		c.useSourcesBelow(need)
		restore()
	}
}

// union appends the scopes of b that a does not have, in order.
func union(a, b []string) []string {
	a = slices.Clip(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
