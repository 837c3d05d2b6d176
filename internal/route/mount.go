package route

import (
	"fmt"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/routing"
	"net/http"
)

// Page is an answer of the app itself that is no route, such as its document and the pages that show it: it is in no
// document and no list of routes, and guards and the middleware of routers do not see it. The app's middleware does.
type Page struct {
	Path    string // without wildcards
	Handler http.Handler
	Option  string // by which the path is chosen, for the report: OpenAPIURL
	Default bool   // the path is the usual one, no option chose it: a route that is declared on it wins
}

// AddPages puts pages into the table that Compile gave, each for GET and HEAD. It is called before the table serves.
func (t *Table) AddPages(pages ...Page) (report routing.Report) {
	taken := map[string]string{} // path to option
	for _, page := range pages {
		p, err := pathtree.Parse(page.Path)
		switch {
		case err != nil:
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q): %v", page.Option, page.Path, err), Legal: `a path that begins with a slash, as in "/api/docs"; "" switches it off`})
			continue
		case len(p.Names) > 0:
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q) has a wildcard", page.Option, page.Path), Legal: "a path without wildcards"})
			continue
		case taken[p.String()] != "":
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q): the path is that of %s too", page.Option, page.Path, taken[p.String()]), Legal: "a path for each; \"\" switches one off"})
			continue
		}
		if e, _, ok := t.tree(http.MethodGet).Match(p.String(), false, nil); ok && e.path.Text == p.Text {
			if !page.Default {
				addMistake(&report, routing.Mistake{
					Method: http.MethodGet, Path: p.String(), Func: e.route.Function, Place: e.route.Place,
					Found: fmt.Sprintf("the path is that of %s(%q) too", page.Option, page.Path),
					Legal: fmt.Sprintf("a path for each: give %s another one, \"\" to switch it off, or change the route's", page.Option),
				})
			}
			continue
		}
		taken[p.String()] = page.Option
		// Without wildcards no pattern but itself is in conflict with it.
		if err := t.treeFor(http.MethodGet).Insert(p, t.page(p, page.Handler)); err != nil {
			addMistake(&report, routing.Mistake{Found: fmt.Sprintf("%s(%q): %v", page.Option, page.Path, err)})
		}
	}
	return report
}

// page is an endpoint that is all middleware: it costs routes nothing.
func (t *Table) page(p pathtree.Pattern, h http.Handler) *endpoint {
	return &endpoint{group: t.outside.group, route: &declare.Route{Methods: []string{http.MethodGet}, Path: p.Text}, path: p.Template, hasChain: true, chain: t.outside.protect(h)}
}
