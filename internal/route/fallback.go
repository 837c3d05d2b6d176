package route

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/response"
)

// fallback answers requests that no endpoint does: the other methods of the path, the path with or without its
// trailing slash, or 404. CONNECT asks for a tunnel, which no path is (RFC 9110, 9.3.6): it is refused whatever the path.
func (t *Table) fallback(w http.ResponseWriter, r *http.Request) {
	path := readPath(r.URL)
	x := exchange.Acquire(w, r)
	x.SetLimits(&t.limits)
	defer x.Release()
	switch allow := t.allowed(path); {
	case len(allow) > 0 && r.Method == http.MethodOptions:
		_ = new(answer.Answer).SetStatus(http.StatusNoContent).SetHeader("Allow", strings.Join(allow, ", ")).Send(x) // an error means that the client has gone
	case len(allow) > 0, r.Method == http.MethodConnect:
		t.policyForPath(path).send(x, response.NewError(http.StatusMethodNotAllowed, nil).WithHeader("Allow", strings.Join(allow, ", ")))
	default:
		if to := t.redirect(r, path); to != "" {
			_ = new(answer.Answer).SetStatus(http.StatusTemporaryRedirect).SetHeader("Location", to).Send(x)
			return
		}
		t.policyForPath(path).send(x, response.NewError(http.StatusNotFound, nil))
	}
}

// allowed lists the methods of a path, with what is derived: HEAD from GET, OPTIONS from any.
func (t *Table) allowed(path requestPath) []string {
	var out []string
	for _, m := range t.trees {
		if e, _ := t.endpoint(m.tree, path, nil); e != nil {
			out = append(out, m.method)
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

// redirect returns the Location of the slash redirect, "" when there is none. It is relative to the path that the client
// asked for (RFC 9110, 10.2.2), so that a prefix that a proxy or http.StripPrefix has taken off stays, unless absolute
// ones are wanted.
func (t *Table) redirect(r *http.Request, path requestPath) string {
	if !t.redirectSlashes {
		return ""
	}
	for _, other := range t.otherSlash(path) {
		if other.text == "" || strings.HasPrefix(other.text, "//") || len(t.allowed(other)) == 0 {
			continue
		}
		to := other.sent
		if to == "" {
			to = (&url.URL{Path: other.text}).EscapedPath()
		}
		prefix := origin.PathPrefix(r)
		switch from := sentPath(r.URL); {
		case t.absolute:
			to = origin.Scheme(r) + "://" + r.Host + prefix + to
		case from == "": // the prefix was the whole path
			to = relativePath(prefix, prefix+to)
		default:
			to = relativePath(from, to)
		}
		if r.URL.RawQuery != "" || r.URL.ForceQuery {
			to += "?" + r.URL.RawQuery
		}
		return to
	}
	return ""
}

// otherSlash returns the path with or without its trailing slash: as it was sent, and unescaped where that is another
// one and counts.
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

// sentPath is the path of u as the client has spelled it.
func sentPath(u *url.URL) string {
	if u.RawPath != "" && isSpellingOf(u.RawPath, u.Path) {
		return u.RawPath
	}
	return u.EscapedPath()
}

// relativePath is the reference that leads from one escaped path to another (RFC 3986, 5.2).
func relativePath(from, to string) string {
	folder := 0 // what both begin with, up to a slash
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
