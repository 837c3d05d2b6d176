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

// Pages is what an app declares of its pages and of the comments in its documents.
type Pages struct {
	Docs, Reference, Routes PagePath
	Channels                PagePath       // of the AsyncAPI document
	Redirect                PagePath       // where an authorization server redirects to after a sign-in from Docs
	SwaggerUI, OAuth        map[string]any // parameters of Swagger UI
	Assets                  pages.Assets

	Comments    comments.Table // used if HasComments; nil then means no comments
	HasComments bool           // false: comments are read from the source
	Made        [1]uintptr     // program counter of the call of New, whose package is searched for comments, too
}

// PagePath is the path of a page. If Chosen, an option has set it, and "" is no page; otherwise the page has its default path.
type PagePath struct {
	Path   string
	Chosen bool
}

// or returns the path, or usual if no option has set one.
func (p PagePath) or(usual string) string {
	if p.Chosen {
		return p.Path
	}
	return usual
}

// compilePages returns the pages of the app: its documents, and the pages that show them.
func (c *Config) compilePages(table *route.Table, documents []appDocument, channels channels) ([]route.Page, routing.Report) {
	out := c.documentPages(documents, channels)
	config := c.pagesConfig(table, documents, channels)
	made, err := pages.New(config)
	if err != nil {
		return out, routing.Report{{Found: err.Error(), Legal: "parameters of strings, numbers, booleans, lists and maps of these: they are sent as JSON"}}
	}
	for _, p := range made {
		page := route.Page{Path: p.Path, Handler: p.Handler, Default: true}
		for _, main := range []struct {
			path     string
			isChosen bool
			option   string
		}{{config.Docs, c.Pages.Docs.Chosen, "DocsURL"}, {config.Reference, c.Pages.Reference.Chosen, "RedocURL"},
			{config.Redirect, c.Pages.Redirect.Chosen, "OAuth2RedirectURL"}, {config.Routes, c.Pages.Routes.Chosen, "RoutesURL"}} {
			if main.path == p.Path {
				page.Option, page.Default = main.option, !main.isChosen
			}
		}
		out = append(out, page)
	}
	return out, nil
}

// DocsURL returns the path of the page Docs under RootPath, "" if there is none.
func (c *Config) DocsURL() string {
	if path := c.Pages.Docs.or(defaultDocs); path != "" {
		return c.RootPath + path
	}
	return ""
}

// defaultDocs is the path of the page Docs.
const defaultDocs = "/docs"

// pagesConfig returns the settings of the pages that show documents. The defaults of their paths stand here.
func (c *Config) pagesConfig(table *route.Table, documents []appDocument, channels channels) pages.Config {
	s := &c.Pages
	out := pages.Config{
		Title: cmp.Or(c.Document.Info.Title, "API"),
		Docs:  s.Docs.or(defaultDocs), Reference: s.Reference.or("/redoc"), SwaggerUI: s.SwaggerUI, OAuth: s.OAuth, Assets: s.Assets,
		Explain: table.Explanations, Places: c.Route.Debug,
	}
	if out.Docs != "" {
		out.Redirect = s.Redirect.or(strings.TrimSuffix(out.Docs, "/") + "/oauth2-redirect")
	}
	if usual := strings.TrimSuffix(out.Docs, "/") + "/routes"; out.Docs != "" && c.Route.Debug {
		out.Routes = usual
	}
	out.Routes = s.Routes.or(out.Routes)
	if out.Docs != "" && channels.Path != "" {
		out.Channels, out.ChannelsDocument, out.BuildChannels = strings.TrimSuffix(out.Docs, "/")+"/asyncapi", channels.Path, channels.build
	}
	for _, d := range documents {
		if d.Path != "" {
			out.Documents = append(out.Documents, pages.Document{Name: cmp.Or(d.Info.Title, "API") + " " + d.Info.Version, Path: d.Path, Build: d.build})
		}
	}
	return out
}

// commentsOf returns the doc comments for the documents: the table of the program, or the source of functions and of the call of New. It
// is called when the first document is built, because reading source takes long.
func (s *Pages) commentsOf(functions []reflect.Value) comments.Comments {
	if s.HasComments {
		return s.Comments
	}
	return comments.NewSource(functions, s.Made[:]...)
}
