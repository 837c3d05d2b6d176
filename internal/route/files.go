package route

import (
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/files"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/response"
)

// pathOfFile is the wildcard of Static and Frontend, for URLs.
const pathOfFile = "/{path...}"

// filesPath returns the pattern of a Static or Frontend for its prefix, which may end with a slash. "/" and "" are the prefix of all
// paths.
func (c *compiler) filesPath(r *declare.Route) string {
	prefix, _ := c.prefix(strings.TrimSuffix(r.Path, "/"), r.Place)
	return prefix + pathOfFile
}

// files completes the endpoint of a Static or Frontend. It reports a folder that cannot be served.
func (c *compiler) files(e *endpoint, folder *files.Folder, fail func(found, legal string)) {
	e.kind = fromFolder
	e.writeRare().folder = folder
	if found, legal := folder.Check(); found != "" {
		fail(found, legal)
	}
}

// registerFrontend adds the endpoint of a Frontend, for its prefix and all paths below.
func (c *compiler) registerFrontend(p pathtree.Pattern, e *endpoint, r *declare.Route, fail func(found, legal string)) {
	t := c.table
	if t.frontends == nil {
		t.frontends = &pathtree.Tree[*endpoint]{}
	}
	patterns := []pathtree.Pattern{p}
	if prefix := strings.TrimSuffix(p.Text, pathOfFile); prefix != "" {
		exact, err := pathtree.Parse(prefix)
		if err != nil {
			fail(err.Error(), mistakes.LegalPattern)
			return
		}
		patterns = append(patterns, exact)
	}
	for _, p := range patterns {
		if err := t.frontends.Insert(p, e); err != nil {
			first := c.patterns["Frontend "+patternShape(p)]
			fail(fmt.Sprintf("a second Frontend serves %s; the first is at %s", strings.TrimSuffix(p.Text, pathOfFile)+"/", first), "one Frontend for a prefix: give one of them a prefix of its own")
			return
		}
		c.patterns["Frontend "+patternShape(p)] = r.Place
	}
	t.endpoints = append(t.endpoints, e)
}

// frontend returns the endpoint of the Frontend that answers a request without a route, and the values of its wildcards. Other methods
// of the path and slash redirects come first. Frontends answer GET and HEAD; see answerUnmatched for other methods.
func (t *Table) frontend(method string, path requestPath, room []string) (*endpoint, []string) {
	if method != http.MethodGet && method != http.MethodHead {
		return nil, nil
	}
	e, values := t.frontendOf(path, room)
	if e == nil || t.allowed(path) != nil {
		return nil, nil
	}
	if _, redirects := t.redirected(path); redirects {
		return nil, nil
	}
	return e, values
}

// frontendOf returns the endpoint of the Frontend with the longest prefix of a path.
func (t *Table) frontendOf(path requestPath, room []string) (*endpoint, []string) {
	if t.frontends == nil {
		return nil, nil
	}
	e, values := t.endpoint(t.frontends, path, room)
	if e != nil && len(values) < len(e.path.Names) {
		values = append(values, "") // the path is the prefix
	}
	return e, values
}

// frontendMethods returns the methods of a path in a Frontend, nil if it has no file there.
func (t *Table) frontendMethods(x *exchange.Exchange, path requestPath) ([]string, error) {
	e, values := t.frontendOf(path, nil)
	if e == nil {
		return nil, nil
	}
	has, err := e.rare.folder.Has(values[len(values)-1], strings.HasSuffix(x.URL().Path, "/"))
	if err != nil || !has {
		return nil, fileError(err)
	}
	return []string{http.MethodGet, http.MethodHead, http.MethodOptions}, nil
}

// fileError returns the error of a look-up in a file system. A file that the process may not read is a 401, as in FastAPI.
func fileError(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return response.NewError(http.StatusUnauthorized, nil)
	}
	return err
}

// answerFile answers with a file of the endpoint's folder, a redirect to a folder, a listing, or the page for missing files.
func (e *endpoint) answerFile(q *request) error {
	x, out, folder := &q.exchange, &q.answer, e.rare.folder
	q.origin = ofFile
	isFolder := strings.HasSuffix(x.URL().Path, "/")
	found, err := folder.Find(x.PathValue(len(e.path.Names)-1), isFolder)
	if err != nil {
		return e.named(fileError(err))
	}
	switch found.Kind {
	case files.File:
		return e.sendFile(q, found)
	case files.Index:
		to := e.table.location(x, sentPath(x.URL())+"/")
		out.SetStatus(http.StatusTemporaryRedirect).SetHeader("Location", to)
		return nil
	case files.List:
		return e.listFolder(q, found)
	case files.Page:
		out.SetStatus(http.StatusNotFound)
		return e.sendFile(q, found)
	case files.AppPage:
		if !acceptsHTML(x.Header("Accept")) {
			found.Close()
			return response.NewError(http.StatusNotFound, nil).WithHeader("Vary", "Accept")
		}
		out.AddHeader("Vary", "Accept")
		return e.sendFile(q, found)
	}
	return response.NewError(http.StatusNotFound, nil)
}

// acceptsHTML reports whether the lines of Accept name HTML with a weight above 0, as the navigation of a browser does. "*/*" does not,
// so a missing script is a 404.
func acceptsHTML(lines []string) bool {
	for _, w := range httptext.ParseWeighted(lines) {
		if (w.Value == "text/html" || w.Value == "application/xhtml+xml") && w.Weight > 0 {
			return true
		}
	}
	return false
}

// sendFile makes a file the body, in the encoding that the client likes best.
func (e *endpoint) sendFile(q *request, found files.Found) error {
	x, out, folder := &q.exchange, &q.answer, e.rare.folder
	name, coding := found.Name, ""
	if folder.Precompressed {
		out.AddHeader("Vary", "Accept-Encoding")
		if len(x.Header("Range")) == 0 {
			var err error
			if found, coding, err = folder.Encoded(found, x.Header("Accept-Encoding")); err != nil {
				return e.named(fileError(err))
			}
		}
	}
	body := &fileBody{folder, found.Name, coding}
	q.writeRare().found = foundFile{body, found.File}
	out.SetServed(files.MediaType(name), body)
	out.SetHeader("X-Content-Type-Options", "nosniff")
	if caching := folder.Caching(name); caching != "" && out.FinalStatus() == http.StatusOK {
		out.SetHeader("Cache-Control", caching)
	}
	if coding != "" {
		out.SetHeader("Content-Encoding", coding)
	}
	if found.Info.ModTime().IsZero() {
		tag, err := folder.Tag(found)
		if err != nil {
			return e.named(fileError(err))
		}
		out.SetHeader("ETag", tag)
	}
	return nil
}

// fileBody is a file of a folder as the body of an answer. It is immutable: functions of Around may return it to other requests.
type fileBody struct {
	folder *files.Folder
	name   string
	coding string // of a sibling; "": none
}

// foundFile is the file of a body, which was opened to find it. The request closes it, unless it becomes the file of the answer.
type foundFile struct {
	body *fileBody
	file fs.File // nil: none
}

// Check implements answer.Served. The file was found when the answer was made.
func (f *fileBody) Check() error { return nil }

// Open implements answer.Served.
func (f *fileBody) Open(a *answer.Answer, x *exchange.Exchange) (answer.Opened, error) {
	opened, err := f.folder.Open(f.name)
	switch {
	case err != nil && files.IsMissing(err): // it was removed since Find
		return nil, response.NewError(http.StatusNotFound, nil)
	case err != nil:
		return nil, fileError(err)
	}
	return f.send(opened, a, x)
}

// send makes the open file the one of an answer.
func (f *fileBody) send(opened fs.File, a *answer.Answer, x *exchange.Exchange) (answer.Opened, error) {
	variant := ""
	if f.coding != "" {
		variant = "-" + f.coding
	}
	return response.OpenedFile(opened, f.name, variant, a, x)
}

// openServed opens the file of the answer: the one that answerFile has opened, if the answer still has its body.
func (q *request) openServed() (answer.Opened, error) {
	if found := q.rare.found; found.file != nil && q.answer.IsBody(found.body) {
		q.rare.found.file = nil
		return found.body.send(found.file, &q.answer, &q.exchange)
	}
	return q.answer.OpenServed(&q.exchange)
}

// listFolder answers with a page that lists a folder.
func (e *endpoint) listFolder(q *request, found files.Found) error {
	entries, err := e.rare.folder.List(found.Name)
	if err != nil {
		return e.named(fileError(err))
	}
	title := html.EscapeString(q.exchange.URL().Path)
	b := append(q.buf[:0], "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>"...)
	b = append(append(b, title...), "</title>\n<h1>"...)
	b = append(append(b, title...), "</h1>\n<ul>\n"...)
	for _, name := range entries {
		link := (&url.URL{Path: name}).String() // has "./" before a name with a colon
		b = append(append(b, "<li><a href=\""...), html.EscapeString(link)...)
		b = append(append(b, "\">"...), html.EscapeString(name)...)
		b = append(b, "</a></li>\n"...)
	}
	b = append(b, "</ul>\n</html>\n"...)
	q.setBuffer(b)
	q.answer.SetBody(exchange.ContentTypeOf("text/html; charset=utf-8"), q.buf)
	q.answer.SetHeader("X-Content-Type-Options", "nosniff")
	return nil
}
