package app

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/document/pages"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// Pages are what an app says of its document's comments and pages.
type Pages struct {
	Docs, Reference, Routes PagePath
	Redirect                PagePath
	SwaggerUI, OAuth        map[string]any
	Assets                  pages.Assets

	Comments    comments.Table
	HasComments bool       // Comments is what counts, be it nil
	Made        [1]uintptr // the call of New, near which the source is
}

// PagePath is where a page is: "" for nowhere, once it is said, and its usual place before.
type PagePath struct {
	Path   string
	Chosen bool
}

func (p PagePath) or(usual string) string {
	if p.Chosen {
		return p.Path
	}
	return usual
}

// compilePages returns what the app answers itself beside its routes: its documents, and what shows them.
func (c *Config) compilePages(table *route.Table, documents []appDocument) ([]route.Page, routing.Report) {
	out := c.documentPages(documents)
	made, err := pages.New(c.pagesConfig(table, documents))
	if err != nil {
		return out, routing.Report{{Found: err.Error(), Legal: "parameters of strings, numbers, booleans, lists and maps of these: they are sent as JSON"}}
	}
	for _, p := range made {
		page := route.Page{Path: p.Path, Handler: p.Handler, Default: true}
		for _, chosen := range []struct {
			PagePath
			option string
		}{{c.Pages.Docs, "DocsURL"}, {c.Pages.Reference, "RedocURL"}, {c.Pages.Redirect, "OAuth2RedirectURL"}, {c.Pages.Routes, "RoutesURL"}} {
			if chosen.Chosen && chosen.Path == p.Path {
				page.Option, page.Default = chosen.option, false
			}
		}
		out = append(out, page)
	}
	return out, nil
}

func (c *Config) pagesConfig(table *route.Table, documents []appDocument) pages.Config {
	s := &c.Pages
	out := pages.Config{
		Title: cmp.Or(c.Document.Info.Title, "API"),
		Docs:  s.Docs.or("/docs"), Reference: s.Reference.or("/redoc"), SwaggerUI: s.SwaggerUI, OAuth: s.OAuth, Assets: s.Assets,
		Explain: table.Explanations, Places: c.Route.Debug,
	}
	if out.Docs != "" {
		out.Redirect = s.Redirect.or(strings.TrimSuffix(out.Docs, "/") + "/oauth2-redirect")
	}
	if usual := strings.TrimSuffix(out.Docs, "/") + "/routes"; out.Docs != "" && c.Route.Debug {
		out.Routes = usual
	}
	out.Routes = s.Routes.or(out.Routes)
	for _, d := range documents {
		if d.Path != "" {
			out.Documents = append(out.Documents, pages.Document{Name: cmp.Or(d.Info.Title, "API") + " " + d.Info.Version, Path: d.Path, Build: d.build})
		}
	}
	return out
}

// commentsOf is where the document finds comments; functions are the app's handlers and providers. It is asked when the
// document is built, and reads no source before.
func (s *Pages) commentsOf(functions []reflect.Value) comments.Comments {
	if s.HasComments {
		return s.Comments
	}
	return comments.NewSource(functions, s.Made[:]...)
}
