package route

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/response"
)

// without returns an endpoint for requests that match no route. Its group has the error handlers.
func (t *Table) without(g *group) *endpoint {
	return &endpoint{group: g, plan: t.noPlan, kind: unmatched}
}

// unmatched returns the endpoint for a path without a route: that of the router with the longest prefix that has error handlers, or
// that of the app.
func (t *Table) unmatched(target *url.URL) *endpoint {
	if e, _, ok := t.prefixes.Match(target.Path, false, nil); ok {
		return e
	}
	return t.outside
}

// answerUnmatched answers a request that matches no route: OPTIONS and 405 if the path has other methods, a redirect if the path with
// or without its trailing slash has an endpoint, else 404. CONNECT requests a tunnel to a host (RFC 9110, 9.3.6) and is always a 405.
func (e *endpoint) answerUnmatched(q *request) error {
	t, x := e.table, &q.exchange
	path := readPath(x.URL())
	allow := t.allowed(path)
	if len(allow) == 0 && x.Method() != http.MethodConnect {
		if to, ok := t.redirected(path); ok {
			q.answer.SetStatus(http.StatusTemporaryRedirect).SetHeader("Location", t.location(x, to))
			return nil
		}
		var err error
		if allow, err = t.frontendMethods(x, path); err != nil {
			return err
		}
	}
	switch {
	case len(allow) > 0 && x.Method() == http.MethodOptions:
		q.answer.SetStatus(http.StatusNoContent).SetHeader("Allow", strings.Join(allow, ", "))
		if slices.Contains(allow, http.MethodPatch) {
			if accepted := t.acceptPatch(path); len(accepted) > 0 {
				q.answer.SetHeader("Accept-Patch", strings.Join(accepted, ", "))
			}
		}
		return nil
	case slices.Contains(allow, http.MethodGet) && x.IsRead(): // a WebSocket route, which takes requests for the upgrade alone
		return upgradeRequired("A WebSocket handshake is required")
	case len(allow) > 0, x.Method() == http.MethodConnect:
		return response.NewError(http.StatusMethodNotAllowed, nil).WithHeader("Allow", strings.Join(allow, ", "))
	}
	return response.NewError(http.StatusNotFound, nil)
}

// allowed returns the methods of a path in alphabetical order, with HEAD if it has GET, and OPTIONS. It is nil if the path has none.
func (t *Table) allowed(path requestPath) []string {
	var out []string
	for _, m := range t.trees {
		if e, _ := t.endpoint(m.tree, path, nil); e != nil {
			out = append(out, m.method)
		}
	}
	if t.sockets != nil {
		if e, _ := t.endpoint(t.sockets, path, nil); e != nil {
			out = append(out, http.MethodGet)
		}
	}
	if len(out) == 0 {
		return nil
	}
	if slices.Contains(out, http.MethodGet) {
		out = append(out, http.MethodHead)
	}
	out = append(out, http.MethodOptions)
	slices.Sort(out)
	return slices.Compact(out)
}

// acceptPatch returns the media types of the bodies that the PATCH of a path reads (RFC 5789, 3.1). It is nil if the path has none, or if
// the method takes bodies of any type.
func (t *Table) acceptPatch(path requestPath) []string {
	for _, m := range t.trees {
		if m.method == http.MethodPatch {
			if e, _ := t.endpoint(m.tree, path, nil); e != nil {
				return e.plan.AcceptedBodies()
			}
		}
	}
	return nil
}

// redirected returns the escaped path that a slash redirect leads to, as clients of this server see it. ok is false for none.
func (t *Table) redirected(path requestPath) (to string, ok bool) {
	if !t.redirectSlashes {
		return "", false
	}
	for _, other := range t.otherSlash(path) {
		if other.text == "" || strings.HasPrefix(other.text, "//") || len(t.allowed(other)) == 0 {
			continue
		}
		if to = other.sent; to == "" {
			to = (&url.URL{Path: other.text}).EscapedPath()
		}
		return to, true
	}
	return "", false
}

// location returns the Location of a redirect to an escaped path, with the query of the request. It is relative to the path that the
// client sent (RFC 9110, 10.2.2), so a prefix that a proxy or http.StripPrefix has removed stays. Under Config.AbsoluteRedirects it has
// scheme and host.
func (t *Table) location(x *exchange.Exchange, to string) string {
	prefix := origin.PrefixOf(x.Context(), x.URL(), x.Target())
	switch from := sentPath(x.URL()); {
	case t.absolute:
		to = origin.SchemeOf(x.Context(), x.Secure()) + "://" + x.Host() + prefix + to
	case from == "": // the prefix was the whole path
		to = relativePath(prefix, prefix+to)
	default:
		to = relativePath(from, to)
	}
	if sent := x.URL(); sent.RawQuery != "" || sent.ForceQuery {
		to += "?" + sent.RawQuery
	}
	return to
}

// otherSlash returns the path with its trailing slash added or removed: as the client sent it, and under Config.DecodedPaths also
// unescaped if that is another path.
func (t *Table) otherSlash(path requestPath) []requestPath {
	unescaped := requestPath{text: toggleSlash(path.text)}
	if path.sent == "" {
		return []requestPath{unescaped}
	}
	asSent := requestPath{path.text + "/", path.sent + "/"}
	if short, ok := strings.CutSuffix(path.sent, "/"); ok {
		asSent = requestPath{strings.TrimSuffix(path.text, "/"), short}
	}
	if !t.decodedPaths {
		return []requestPath{asSent}
	}
	return []requestPath{asSent, unescaped}
}

// sentPath returns the path of u in the spelling of the client.
func sentPath(u *url.URL) string {
	if u.RawPath != "" && isSpellingOf(u.RawPath, u.Path) {
		return u.RawPath
	}
	return u.EscapedPath()
}

// relativePath returns the reference from one escaped path to another (RFC 3986, 5.2).
func relativePath(from, to string) string {
	folder := 0 // length of the common beginning, up to a slash
	for i := 0; i < min(len(from), len(to)) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			folder = i + 1
		}
	}
	up, rest := strings.Count(from[folder:], "/"), to[folder:]
	first, _, _ := strings.Cut(rest, "/")
	if up == 0 && (first == "" || strings.Contains(first, ":")) { // it would be another path, or a scheme
		rest = "./" + rest
	}
	return strings.Repeat("../", up) + rest
}
