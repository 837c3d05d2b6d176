package brio

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// appDocument is one document of a compiled app.
type appDocument struct {
	documentSettings
	build func() *spec.Document
}

// compileDocuments prepares the app's documents, its own first. A document is made when it is first asked for.
func (a *App) compileDocuments(table *route.Table, webhooks []route.Operation, cfg document.Config) (out []appDocument, report routing.Report) {
	operations := sync.OnceValue(table.Operations)
	comments := sync.OnceValue(func() comments.Comments { return a.settings.docs.commentsOf(handlers(operations())) })
	all := []documentSettings{a.settings.document}
	report = append(a.settings.document.repeatedTags(), reportOf(a.settings.document.mistakes)...)
	for _, change := range a.settings.documents {
		d := a.settings.document
		d.Servers, d.Transform = clip(d.Servers), clip(d.Transform)
		d.Tags, d.tagPlaces, d.mistakes = nil, nil, nil
		change(&d)
		report = append(append(report, d.repeatedTags()...), reportOf(d.mistakes)...)
		d.joinTags(a.settings.document.Tags)
		all = append(all, d)
	}
	all[0].joinTags(nil)
	for _, d := range all {
		d.Reader, d.Errors = cfg.Reader, cfg.Errors
		out = append(out, appDocument{d, func() *spec.Document {
			c := d.Config
			c.Comments = comments()
			doc, _ := document.Build(operations(), webhooks, c)
			return doc
		}})
	}
	return out, report
}

// joinTags puts the tags that a document declares behind those of the app. One that the app describes too takes its place.
func (d *documentSettings) joinTags(outer []spec.Tag) {
	own := d.Tags
	d.Tags = nil
	for _, tag := range slices.Concat(outer, own) {
		if i := slices.IndexFunc(d.Tags, func(t spec.Tag) bool { return t.Name == tag.Name }); i >= 0 {
			d.Tags[i] = tag
		} else {
			d.Tags = append(d.Tags, tag)
		}
	}
}

// repeatedTags reports tags that one level describes twice, in different words: a document has one description of a tag
// (OpenAPI 3.1, OpenAPI Object).
func (d *documentSettings) repeatedTags() (report routing.Report) {
	for i, tag := range d.Tags {
		first := slices.IndexFunc(d.Tags, func(t spec.Tag) bool { return t.Name == tag.Name })
		if first < i && !reflect.DeepEqual(d.Tags[first], tag) {
			report = append(report, routing.Mistake{
				Place: d.tagPlaces[i], Found: fmt.Sprintf("TagInfo: a second tag with the name %q; the first is at %s", tag.Name, d.tagPlaces[first]),
				Legal: "one description for each tag: remove one, or give it the name of another tag",
			})
		}
	}
	return report
}

// declared makes the documents of an app with overrides those of the app itself: a test sees what clients do.
func (a *App) useAppDocuments(documents []appDocument) {
	original := sync.OnceValue(func() []appDocument {
		in, _ := a.compile(nil)
		return in.documents
	})
	for i := range documents {
		documents[i].build = func() *spec.Document { return original()[i].build() }
	}
}

// handlers are where the comments of a document are looked for first.
func handlers(operations []route.Operation) (out []reflect.Value) {
	for _, o := range operations {
		out = append(out, reflect.ValueOf(o.Handler))
	}
	return out
}

// checkDocument reports what is wrong with declarations that only the document reads.
func checkDocument(table *route.Table, webhooks []route.Operation, cfg document.Config) (report routing.Report) {
	operations := table.Operations()
	for _, o := range operations {
		for _, extra := range o.Settings.Extra {
			if wrong := document.CheckExtra(extra); wrong != "" {
				report = append(report, routing.Mistake{
					Method: strings.Join(o.Methods, ","), Path: o.Info.Path, Func: o.Info.Function, Place: o.Place,
					Found: "OpenAPIExtra: " + wrong, Legal: "members of an OpenAPI operation object, or x-…, with values that have a JSON form",
				})
			}
		}
	}
	_, mistakes := document.Build(operations, webhooks, cfg)
	for _, m := range mistakes {
		report = append(report, routing.Mistake{Found: m, Legal: "tags and methods that describe a type say something that a JSON schema can have (docs/schemas.md)"})
	}
	return report
}

func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// documentPages serve the documents.
func (a *App) documentPages(documents []appDocument) (pages []route.Page) {
	for _, d := range documents {
		if d.path == "" {
			continue
		}
		served := document.Serve(d.build, !a.settings.rootPathHidden)
		yaml := strings.TrimSuffix(d.path, ".json") + ".yaml"
		pages = append(pages,
			route.Page{Path: d.path, Handler: served.JSON(), Option: d.option, Default: !d.chosen},
			route.Page{Path: yaml, Handler: served.YAML(), Option: d.option, Default: true},
		)
	}
	return pages
}

// below serves an app whose paths begin with a prefix for its clients.
func stripRootPath(rootPath string, h http.Handler) http.Handler {
	if rootPath == "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, exchange.StripRootPath(r, rootPath))
	})
}
