package route

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/routing"
)

// MountedApp is an App that is mounted in another one.
type MountedApp struct {
	Handler http.Handler
	IsOuter bool // it is the app that is compiled, or one around it: a mistake
	Routes  []routing.RouteInfo
	Link    origin.LinkFunc
	Report  routing.Report // its mistakes; empty if an earlier mount of the same app has them
}

// Mount is a mount of a compiled table.
type Mount struct {
	Prefix  string // with the prefixes of routers; "" of Mount("/") on the app
	Place   string // file:line of the declaration
	Handler http.Handler
}

// Mounts returns the mounts for requests to every host, in the order of declaration.
func (t *Table) Mounts() (out []Mount) {
	for _, e := range t.endpoints {
		if e.isMount() && e.rare.host == nil {
			out = append(out, Mount{prefixOf(e.path.Text), e.route.Place, e.rare.handler})
		}
	}
	return out
}

// mount is a subtree of a table, which addMounts inserts after the last route.
type mount struct {
	pathtree.Pattern // /legacy/{path...}
	endpoint         *endpoint
	fail             func(found, legal string)
}

// takesRest reports whether the mount is Mount("/"), which takes what its router has no route for. Another mount owns its subtree.
func (e *endpoint) takesRest() bool { return strings.Trim(e.route.Path, "/") == "" }

// isMount reports whether the endpoint answers a subtree.
func (e *endpoint) isMount() bool { return e.route != nil && e.route.Subtree }

// subtreePath returns the path pattern of a mount below prefix. The name of the wildcard is one that the prefixes do not use.
func subtreePath(prefix, path string) string {
	name := "path"
	for strings.Contains(prefix+path, "{"+name+"}") {
		name += "_"
	}
	return strings.TrimSuffix(path, "/") + "/{" + name + "...}"
}

// mount completes the endpoint of a mount.
func (c *compiler) mount(r *declare.Route, p pathtree.Pattern, e *endpoint, fail func(found, legal string)) {
	if c.describes {
		fail("a mount on a router of webhooks or callbacks", "routes: documents describe these requests, and the app does not answer them")
		return
	}
	if e.kind != mounted {
		return // its mistakes are reported
	}
	if app := c.appOf(e.rare.handler); app != nil {
		if app.IsOuter {
			fail("the app is mounted in itself", "apps form a tree: make a second App of the routers that both need, with Include")
			return
		}
		e.rare.handler = app.Handler
		e.rare.routes, e.rare.link = app.Routes, app.Link
		for _, m := range app.Report {
			if m.Path != "" {
				m.Path = prefixOf(p.Text) + m.Path
			}
			c.add(m)
		}
	}
	c.table.encodedSlashes = c.table.encodedSlashes || e.switches&switches.EncodedSlashes != 0
	c.table.endpoints = append(c.table.endpoints, e)
	c.mounts = append(c.mounts, mount{p, e, fail})
}

// appOf returns the app that h is, nil if h is none.
func (c *compiler) appOf(h http.Handler) *MountedApp {
	if c.App == nil || h == nil {
		return nil
	}
	return c.App(h)
}

// prefixOf returns the pattern of a mount without its wildcard: /legacy of /legacy/{path...}, and "" of /{path...}.
func prefixOf(pattern string) string { return pattern[:strings.LastIndexByte(pattern, '/')] }

// addMounts inserts the mounts of the table into the trees of all methods, after the last route. It reports routes and mounts in the
// subtree of a mount.
func (c *compiler) addMounts() {
	if len(c.mounts) == 0 {
		return
	}
	t := c.table
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		t.treeFor(method)
	}
	t.mounts = &pathtree.Tree[*endpoint]{}
	for i, m := range c.mounts {
		if !c.ownsSubtree(m, c.mounts[:i]) {
			continue
		}
		_ = t.mounts.Insert(m.Pattern, m.endpoint) // a conflict is reported already
		for _, tree := range t.trees {
			if tree.method == http.MethodHead && m.endpoint.takesRest() {
				continue // the tree of GET answers: its routes come before the mount
			}
			_ = tree.tree.Insert(m.Pattern, m.endpoint)
		}
	}
	c.mounts = nil
}

// ownsSubtree reports the routes, and the mounts declared before m, that do not fit beside m.
func (c *compiler) ownsSubtree(m mount, earlier []mount) bool {
	legalBelow := `a mount answers everything below its prefix: change one of the paths, or declare the route in what is mounted; Mount("/", …) alone takes what is left`
	for _, e := range c.table.endpoints {
		other, err := pathtree.Parse(e.path.Text)
		if err != nil || e == m.endpoint || e.isMount() && !slices.ContainsFunc(earlier, func(o mount) bool { return o.endpoint == e }) {
			continue
		}
		name, owner := strings.Join(e.route.Methods, ",")+" "+e.path.Text, m.endpoint
		if e.isMount() {
			name = "the mount at " + prefixOf(e.path.Text) + "/"
		}
		switch relation := other.Compare(m.Pattern); {
		case relation == pathtree.Disjoint:
			continue
		case relation == pathtree.Same && e.isMount():
			m.fail(fmt.Sprintf("a second mount at %s/; the first is at %s", prefixOf(m.Text), e.route.Place), "one handler for a prefix: change one of the prefixes")
			return false
		case relation == pathtree.Same:
			m.fail(fmt.Sprintf("%s (%s) and the mount match the same paths", name, e.route.Place), "one of them: remove the route, or give the mount a prefix of its own")
			return false
		case relation == pathtree.Overlap:
			m.fail(fmt.Sprintf("%s (%s) and the mount at %s/ match common paths and neither is more specific", name, e.route.Place, prefixOf(m.Text)), "of two paths that match alike one is more specific, so that it wins; change one of them")
			return false
		case relation == pathtree.General:
			if owner = e; !e.isMount() {
				continue // a route for all that nothing else matches
			}
		}
		if owner.takesRest() {
			continue
		}
		if owner == m.endpoint {
			m.fail(fmt.Sprintf("%s (%s) stands below the mount at %s/", name, e.route.Place, prefixOf(m.Text)), legalBelow)
		} else {
			m.fail(fmt.Sprintf("the mount stands below %s (%s)", name, e.route.Place), legalBelow)
		}
		return false
	}
	return true
}

// below returns the request that the handler of a mount receives: the path without the prefix, and the root path with it. The path is the
// value of the wildcard, so the handler sees no other path than the one that the guards were chosen by. r does not change.
func (e *endpoint) below(q *request, r *http.Request) *http.Request {
	u, rest := q.exchange.URL(), q.exchange.PathValue(len(e.path.Names)-len(e.hostNames())-1)
	prefix, path, raw := "", "", ""
	if at := len(u.Path) - len(rest) - 1; at >= 0 && u.Path[at] == '/' && u.Path[at+1:] == rest {
		prefix, path = u.Path[:at], u.Path[at:]
	} else {
		path = "/" + rest // middleware has replaced the path since it was matched
	}
	if u.RawPath != "" && !e.table.decodedPaths {
		if raw = e.rawBelow(u.RawPath); !isSpellingOf(raw, path) {
			raw = ""
		}
	}
	return origin.Below(r, prefix, path, raw)
}

// rawBelow removes the segments of the mount's prefix from an escaped path. It returns "" if there are fewer.
func (e *endpoint) rawBelow(raw string) string {
	for range strings.Count(e.path.Text, "/") - 1 {
		if raw == "" {
			return ""
		}
		next := strings.IndexByte(raw[1:], '/')
		if next < 0 {
			return ""
		}
		raw = raw[1+next:]
	}
	return raw
}
