package route

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/pathtree"
)

// pattern parses the full path of a route. The path of a described route stays verbatim.
func (c *compiler) pattern(prefix, path string, fail func(found, legal string)) (_ pathtree.Pattern, ok bool) {
	if c.describes {
		return verbatimPattern(prefix + path), true
	}
	if path == "" && prefix == "" {
		fail(mistakes.EmptyPath())
		return pathtree.Pattern{}, false
	}
	if path != "" && !strings.HasPrefix(path, "/") {
		fail(mistakes.RelativePath(path))
		return pathtree.Pattern{}, false
	}
	if _, err := pathtree.Parse(path); err != nil && path != "" { // parsed without the prefix, so that it is one mistake for all Includes of the router
		fail(err.Error(), mistakes.LegalPattern)
		return pathtree.Pattern{}, false
	}
	p, err := pathtree.Parse(prefix + path)
	if err != nil {
		fail(err.Error(), mistakes.LegalPattern)
	}
	for _, name := range c.hostNames {
		if slices.Contains(p.Names, name) {
			fail(fmt.Sprintf("the host and the path %s both have a wildcard {%s}", p, name), "a name for each: functions read both as path parameters")
			return p, false
		}
	}
	p.Names = append(p.Names, c.hostNames...)
	return p, err == nil
}

// register adds an endpoint to the tree of a method. It reports illegal methods, repeated routes and conflicts.
func (c *compiler) register(method string, p pathtree.Pattern, e *endpoint, r *declare.Route, fail func(found, legal string)) {
	if !httptext.IsUpperToken(method) {
		fail(mistakes.NotMethod(method))
		return
	}
	if method == http.MethodConnect {
		fail(mistakes.MethodConnect())
		return
	}
	c.enter(method, p, e, r, fail, func() error { return c.table.insert(method, p, e) })
}

// registerSocket adds an endpoint to the tree of WebSocket routes.
func (c *compiler) registerSocket(p pathtree.Pattern, e *endpoint, r *declare.Route, fail func(found, legal string)) {
	if c.describes {
		fail("a WebSocket route among webhooks or callbacks", "routes of HTTP: the document has no others")
		return
	}
	c.enter("WebSocket", p, e, r, fail, func() error {
		if c.table.sockets == nil {
			c.table.sockets = &pathtree.Tree[*endpoint]{}
		}
		return c.table.insertInto(c.table.sockets, p, e)
	})
}

// enter inserts an endpoint. It reports repeated routes and conflicts with others of the same method.
func (c *compiler) enter(method string, p pathtree.Pattern, e *endpoint, r *declare.Route, fail func(found, legal string), insert func() error) {
	shape := patternShape(p)
	if c.describes {
		shape = DocumentPath(p.String())
	}
	switch first, ok := c.patterns[method+" "+shape]; {
	case ok && first == r.Place:
		fail(fmt.Sprintf("%s %s is registered twice, by this one line", method, p), "one handler for a method and path: name a method once, and include a router again only with another prefix")
		return
	case ok:
		fail(fmt.Sprintf("%s %s is registered twice; the first is at %s", method, p, first), "one handler for a method and path: remove one, or change its path")
		return
	}
	c.patterns[method+" "+shape] = r.Place
	if c.describes {
		if !slices.Contains(c.table.endpoints, e) {
			c.table.endpoints = append(c.table.endpoints, e)
		}
		return
	}
	if err := insert(); err != nil {
		if conflict, ok := errors.AsType[*pathtree.ConflictError](err); ok {
			o := otherPattern(conflict, p)
			fail(fmt.Sprintf("%s conflicts with %s (%s): both match %s and neither is more specific", p, o, c.patterns[method+" "+patternShape(o)], conflict.Example), "of two paths that match alike one is more specific, so that it wins; change one of them")
			return
		}
		fail(err.Error(), mistakes.LegalPattern)
	}
}

// otherPattern returns the pattern of a conflict that is not p.
func otherPattern(c *pathtree.ConflictError, p pathtree.Pattern) pathtree.Pattern {
	if c.A.String() == p.String() {
		return c.B
	}
	return c.A
}

// patternShape returns the pattern without the names of its wildcards. Patterns of one shape match the same paths.
func patternShape(p pathtree.Pattern) string {
	s := p.String()
	for _, name := range p.Names {
		s = strings.Replace(s, "{"+name, "{", 1)
	}
	return s
}
