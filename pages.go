package brio

import (
	"cmp"
	"strings"

	"github.com/brio-go/brio/internal/document/pages"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// pages are what the app answers itself beside its routes: its documents, and what shows them.
func (a *App) pages(table *route.Table, documents []appDocument) ([]route.Page, routing.Report) {
	out := a.documentPages(documents)
	c := a.pagesConfig(table, documents)
	made, err := pages.New(c)
	if err != nil {
		return out, routing.Report{{Found: err.Error(), Legal: "parameters of strings, numbers, booleans, lists and maps of these: they are sent as JSON"}}
	}
	for _, p := range made {
		page := route.Page{Path: p.Path, Handler: p.Handler, Default: true}
		for _, chosen := range []struct {
			pagePath
			option string
		}{{a.settings.docs.docs, "DocsURL"}, {a.settings.docs.reference, "RedocURL"}, {a.settings.docs.redirect, "OAuth2RedirectURL"}, {a.settings.docs.routes, "RoutesURL"}} {
			if chosen.chosen && chosen.path == p.Path {
				page.Option, page.Default = chosen.option, false
			}
		}
		out = append(out, page)
	}
	return out, nil
}

func (a *App) pagesConfig(table *route.Table, documents []appDocument) pages.Config {
	s := a.settings.docs
	c := pages.Config{
		Title: cmp.Or(a.settings.document.Info.Title, "API"),
		Docs:  s.docs.or("/docs"), Reference: s.reference.or("/redoc"), SwaggerUI: s.swaggerUI, OAuth: s.oauth, Assets: s.assets,
		Explain: table.Explanations, Places: a.settings.debug,
	}
	if c.Docs != "" {
		c.Redirect = s.redirect.or(strings.TrimSuffix(c.Docs, "/") + "/oauth2-redirect")
	}
	if usual := strings.TrimSuffix(c.Docs, "/") + "/routes"; c.Docs != "" && a.settings.debug {
		c.Routes = usual
	}
	c.Routes = s.routes.or(c.Routes)
	for _, d := range documents {
		if d.path != "" {
			c.Documents = append(c.Documents, pages.Document{Name: cmp.Or(d.Info.Title, "API") + " " + d.Info.Version, Path: d.path, Build: d.build})
		}
	}
	return c
}
