package route

import (
	"net/url"
	"strings"

	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/switches"
)

// The router and handlers must divide a path at the same places. The router divides it at "/". A handler that joins a value to a
// file name, or to another URL, may divide it at an escaped slash or a backslash, or drop dot segments and empty segments. Then
// /uploads/{name...} would open files that the guards of /uploads/private/{name...} protect. So the router refuses a path that the
// two could divide differently:
//
//   - a segment "." or ".." in the value of a wildcard never matches
//   - an escaped slash or a backslash matches only in the {name} of a route that allows it (EncodedSlashes)
//   - a path with one of them, or with an empty segment in a {name...}, does not match if its plain spelling belongs to
//     another route
//
// The router does not try other patterns for a refused path: the answer is a 404.

// requestPath is the path of a request.
type requestPath struct {
	text string // url.URL.Path, which is unescaped
	sent string // the escaped path that the client sent, if it has an escaped slash; else ""
}

// readPath returns the path of u. It ignores a RawPath that is no spelling of Path, as net/url does: middleware has replaced Path.
func readPath(u *url.URL) requestPath {
	p := requestPath{text: u.Path}
	if escapedSlashes(u.RawPath) > 0 && isSpellingOf(u.RawPath, u.Path) {
		p.sent = u.RawPath
	}
	return p
}

// isSpellingOf reports whether path is raw without its escapes.
func isSpellingOf(raw, path string) bool {
	text, err := url.PathUnescape(raw)
	return err == nil && text == path
}

// escapedSlashes counts the slashes that are escaped in a raw path.
func escapedSlashes(raw string) int { return strings.Count(raw, "%2F") + strings.Count(raw, "%2f") }

// endpoint returns the endpoint for a path among those of one method, and the values of its wildcards. room is a buffer for the
// values.
func (t *Table) endpoint(methods *pathtree.Tree[*endpoint], path requestPath, room []string) (*endpoint, []string) {
	if path.sent != "" {
		return t.endpointEscaped(methods, path, room)
	}
	found, values := methods.Find(path.text, false, room)
	if !found.OK() {
		return nil, nil
	}
	e := methods.Value(found)
	if found.IsUnsure && !t.admits(e, path, values) {
		clear(values)
		return nil, nil
	}
	return e, values
}

// endpointEscaped is endpoint for a path with an escaped slash.
func (t *Table) endpointEscaped(methods *pathtree.Tree[*endpoint], path requestPath, room []string) (*endpoint, []string) {
	if t.encodedSlashes {
		if found, values := methods.Find(path.sent, true, room); found.OK() {
			if e := methods.Value(found); e.switches&switches.EncodedSlashes != 0 && slashesIn(&e.path, values) == e.escapedBefore(path.sent) && t.admits(e, path, values) {
				return e, values
			}
			clear(values)
		}
	}
	if t.decodedPaths {
		return t.endpoint(methods, requestPath{text: path.text}, room)
	}
	return nil, nil
}

// escapedBefore counts the slashes that are escaped in a raw path. Those below a mount do not count: what is mounted divides its part
// of the path itself.
func (e *endpoint) escapedBefore(raw string) int {
	n := escapedSlashes(raw)
	if e.isMount() {
		n -= escapedSlashes(e.rawBelow(raw))
	}
	return n
}

// slashesIn counts the slashes in the values of the {name} wildcards of a path.
func slashesIn(p *pathtree.Template, values []string) (n int) {
	if p.HasRest() {
		values = values[:len(values)-1]
	}
	for _, v := range values {
		n += strings.Count(v, "/")
	}
	return n
}

// admits reports whether e may serve a path that its handler could divide differently from the router.
func (t *Table) admits(e *endpoint, path requestPath, values []string) bool {
	for i, v := range values {
		inRest := i == len(values)-1 && e.path.HasRest()
		if strings.Contains(v, `\`) && !t.decodedPaths && (inRest || e.switches&switches.EncodedSlashes == 0) {
			return false
		}
		for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == '/' || r == '\\' }) {
			if part == "." || part == ".." {
				return false
			}
		}
	}
	plain := plainPath(path.text)
	if plain == path.text && path.sent == "" {
		return true
	}
	return !t.leadsElsewhere(plain, e) && !t.leadsElsewhere(toggleSlash(plain), e)
}

// refusedIn returns the characters that the values of e's {name} and {name...} wildcards cannot have.
func (t *Table) refusedIn(e *endpoint) (inName, inRest string) {
	if !t.decodedPaths {
		inRest = `\`
	}
	if e.switches&switches.EncodedSlashes == 0 {
		inName = "/" + inRest
	}
	return inName, inRest
}

// plainPath returns the path with slashes in place of backslashes, and without empty segments.
func plainPath(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// toggleSlash adds a trailing slash, or removes it.
func toggleSlash(path string) string {
	if short, ok := strings.CutSuffix(path, "/"); ok {
		return short
	}
	return path + "/"
}

// leadsElsewhere reports whether a path belongs to another route than e, of any method. A route whose pattern is more general than
// e's does not count: e serves a part of its paths anyway.
func (t *Table) leadsElsewhere(path string, e *endpoint) bool {
	own, _ := pathtree.Parse(e.path.Text)
	for _, m := range t.trees {
		other, _, ok := m.tree.Match(path, false, nil)
		if !ok || other == e {
			continue
		}
		p, _ := pathtree.Parse(other.path.Text)
		if relation := p.Compare(own); relation != pathtree.Same && relation != pathtree.General {
			return true
		}
	}
	return false
}
