package route

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/routing"
)

// Page is an answer of the app itself, such as its document and the pages that show it. It is no route: documents and lists of
// routes do not have it, and guards and the middleware of routers do not run for it. The app's middleware does.
type Page struct {
	Path    string // without wildcards
	Handler http.Handler
	Option  string // the option that sets the path, for the report: OpenAPIURL
	Default bool   // no option has set the path: a route with this path replaces the page
}

// AddPages adds pages to the table of Compile, each for GET and HEAD. It is called before the table serves.
func (t *Table) AddPages(pages ...Page) (report routing.Report) {
	optionOf := map[string]string{} // path to option
	for _, page := range pages {
		p, err := pathtree.Parse(page.Path)
		switch {
		case err != nil:
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q): %v", page.Option, page.Path, err), Legal: `a path that begins with a slash, as in "/api/docs"; "" switches it off`})
			continue
		case len(p.Names) > 0:
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q) has a wildcard", page.Option, page.Path), Legal: "a path without wildcards"})
			continue
		case optionOf[p.String()] != "":
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q): the path is that of %s too", page.Option, page.Path, optionOf[p.String()]), Legal: "a path for each; \"\" switches one off"})
			continue
		}
		if e, _, ok := t.tree(http.MethodGet).Match(p.String(), false, nil); ok && (e.path.Text == p.Text || e.isMount() && !e.takesRest()) {
			if !page.Default {
				addMistake(&report, routing.Mistake{
					Method: http.MethodGet, Path: p.String(), Func: e.route.Function, Place: e.route.Place,
					Found: fmt.Sprintf("the path is that of %s(%q) too", page.Option, page.Path),
					Legal: fmt.Sprintf("a path for each: give %s another one, \"\" to switch it off, or change the route's", page.Option),
				})
			}
			continue
		}
		optionOf[p.String()] = page.Option
		// A pattern without wildcards conflicts only with itself.
		if err := t.treeFor(http.MethodGet).Insert(p, t.page(p, page.Handler)); err != nil {
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q): %v", page.Option, page.Path, err)})
		}
	}
	return report
}

// page returns the endpoint of a page.
func (t *Table) page(p pathtree.Pattern, h http.Handler) *endpoint {
	e := t.without(t.outside.group)
	e.kind, e.path, e.route = mounted, p.Template, &declare.Route{Methods: []string{http.MethodGet}, Path: p.Text}
	e.writeRare().handler = h
	return e
}

// serveMounted has a handler of net/http answer the request. Headers and cookies of the temporal Response stand in the header map
// before the call, as those of middleware do, so the handler sees them and may replace them. If the handler panics before the answer
// has begun, the header map is again as it was before the call: an error must not have the Content-Encoding of the page that failed.
func (e *endpoint) serveMounted(q *request) error {
	w, header := q.exchange.WriterWithOwner(e), q.exchange.ResponseHeader()
	var before http.Header
	if len(header) > 0 {
		before = header.Clone()
	}
	returns := false
	defer func() {
		if !returns && !q.exchange.Written() {
			clear(header)
			for name, values := range before {
				header[name] = values
			}
		}
	}()
	if t := q.temporal(); t != nil {
		if err := t.Preset(header); err != nil {
			return e.named(err)
		}
	}
	switch {
	case e.table.lifecycle.closing.Load():
		q.exchange.SetConnectionClose()
	case q.hasLists() && q.hasTasks():
		q.exchange.CloseConnection() // the next request of the connection would wait for them
	}
	r := q.exchange.Request()
	if e.route.Subtree {
		r = e.below(q, r)
	}
	e.rare.handler.ServeHTTP(w, r)
	returns = true
	q.origin = taken
	if t := q.Temporal(); t == nil && len(e.around) == 0 {
		q.answer.SetPlain() // no step has anything to do with it
	}
	return nil
}
