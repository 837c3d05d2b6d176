package app

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/document/asyncapi"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// Document is what an app declares of one of its documents.
type Document struct {
	document.Config
	Path   string // "": the app does not serve it
	Chosen bool   // an option has set the path; a route with the same path is then a mistake
	Option string // the name of the option that sets the path, for messages

	HostPlace    string            // where Host was declared
	VersionPlace string            // where OfVersion was called; "": it was not
	Mistakes     []startup.Mistake // in the arguments of options
	TagPlaces    []string          // where each of Tags was declared
}

// appDocument is one document of a compiled app. build makes it anew at each call.
type appDocument struct {
	Document
	build  func() *spec.Document
	marked func() *spec.Document // with the secret fields marked, and as the app makes it before TransformOpenAPI
}

// channels is the AsyncAPI document of a compiled app. build makes it anew at each call.
type channels struct {
	PagePath
	build func() *asyncapi.Document // nil without a path
}

// compileChannels prepares the AsyncAPI document, which has the texts and the choice of operations of the app's own document. Its default path
// exists if the app has WebSocket routes, and an OpenAPI document.
func (c *Config) compileChannels(table *route.Table, cfg document.Config) (out channels) {
	settings := c.Document.Config
	if v := c.Route.Versions; v != nil {
		settings.Version = v.Current()
	}
	settings.Reader, settings.Errors = cfg.Reader, cfg.Errors
	sockets := sync.OnceValue(table.Sockets)
	shown := slices.ContainsFunc(sockets(), func(o route.Operation) bool { return document.Shows(o, settings) })
	path := c.Pages.Channels
	if usual := "/asyncapi.json"; !path.Chosen && shown && c.Document.Path != "" {
		path.Path = usual
	}
	if out.PagePath = path; path.Path == "" {
		return out
	}
	comments := sync.OnceValue(func() comments.Comments { return c.Pages.commentsOf(handlers(sockets())) })
	out.build = func() *asyncapi.Document {
		settings := settings
		settings.Comments = comments()
		doc, _ := document.BuildChannels(sockets(), settings)
		return doc
	}
	return out
}

// compileDocuments prepares the app's documents, its own first. It builds none: operations and comments are read when the first build
// runs, and shared by all documents.
func (c *Config) compileDocuments(table *route.Table, webhooks []route.Operation, cfg document.Config) (out []appDocument, report routing.Report) {
	operations := sync.OnceValue(table.Operations)
	comments := sync.OnceValue(func() comments.Comments { return c.Pages.commentsOf(handlers(operations())) })
	own := c.Document
	if v := c.Route.Versions; v != nil {
		own.Config.Version = v.Current()
		if own.Info.Version == DefaultVersion {
			own.Info.Version = own.Config.Version
		}
	}
	all := []Document{own}
	report = append(c.Document.repeatedTags(), routing.ReportOf(c.Document.Mistakes)...)
	for _, change := range c.Documents {
		d := own
		d.Servers, d.Transform = clip(d.Servers), clip(d.Transform)
		d.Tags, d.TagPlaces, d.Mistakes = nil, nil, nil
		change(&d)
		report = append(append(report, d.repeatedTags()...), routing.ReportOf(d.Mistakes)...)
		d.joinTags(c.Document.Tags)
		all = append(all, d)
	}
	all[0].joinTags(nil)
	report = append(report, c.checkVersions(all)...)
	all = append(all, c.versionDocuments(all)...)
	hosts := sync.OnceValue(table.Hosts)
	for _, d := range all {
		if d.Host != "" && !slices.Contains(hosts(), d.Host) {
			report = append(report, routing.Mistake{Place: d.HostPlace, Found: fmt.Sprintf("OfHost(%q): no Host has this pattern", d.Host),
				Legal: "the pattern of a Host of the app, as it is declared there" + known(hosts())})
		}
	}
	for _, d := range all {
		d.Reader, d.Errors = cfg.Reader, cfg.Errors
		out = append(out, appDocument{d, func() *spec.Document {
			settings := d.Config
			settings.Comments = comments()
			doc, _ := document.Build(operations(), webhooks, settings)
			return doc
		}, func() *spec.Document {
			settings := d.Config
			settings.MarkSecrets, settings.Transform = true, nil
			doc, _ := document.Build(operations(), webhooks, settings)
			return doc
		}})
	}
	return out, report
}

// known lists the patterns of hosts, for a report.
func known(hosts []string) string {
	if len(hosts) == 0 {
		return "; the app has none"
	}
	return ": " + strings.Join(hosts, ", ")
}

// DefaultVersion is the version of a document that an app gives no other.
const DefaultVersion = "0.1.0"

// versionDocuments returns a document for each version that no document is of: beside the app's own, with the version at the end of its
// name.
func (c *Config) versionDocuments(all []Document) (out []Document) {
	v := c.Route.Versions
	if v == nil {
		return nil
	}
	for _, name := range slices.Backward(v.Names) {
		if slices.ContainsFunc(all, func(d Document) bool { return d.Config.Version == name && d.Host == "" }) {
			continue
		}
		d := all[0]
		d.Servers, d.Tags, d.Transform = clip(d.Servers), clip(d.Tags), clip(d.Transform)
		d.Config.Version, d.Info.Version, d.Option = name, name, "Versions"
		if at := strings.LastIndexByte(d.Path, '.'); at > strings.LastIndexByte(d.Path, '/') {
			d.Path = d.Path[:at] + "-" + name + d.Path[at:]
		} else if d.Path != "" {
			d.Path += "-" + name
		}
		out = append(out, d)
	}
	return out
}

// checkVersions reports documents of versions that the app does not have.
func (c *Config) checkVersions(all []Document) (report routing.Report) {
	for _, d := range all {
		switch name := d.Config.Version; {
		case d.VersionPlace == "":
		case c.Route.Versions == nil:
			report = append(report, routing.Mistake{Place: d.VersionPlace, Found: fmt.Sprintf("OfVersion(%q), and the app has no versions", name), Legal: "brio.Versions among the options of the app"})
		case c.Route.Versions.Index(name) < 0:
			report = append(report, routing.Mistake{Place: d.VersionPlace, Found: fmt.Sprintf("OfVersion(%q): no version has this name", name),
				Legal: "one of " + strings.Join(c.Route.Versions.Names, ", ")})
		}
	}
	return report
}

// joinTags appends the document's tags to the tags outer of the app. A tag that both describe keeps the app's position and has the
// document's description.
func (d *Document) joinTags(outer []spec.Tag) {
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

// repeatedTags reports tags with two different descriptions. A document has one description of each tag (OpenAPI 3.1, section 4.8.1).
func (d *Document) repeatedTags() (report routing.Report) {
	for i, tag := range d.Tags {
		first := slices.IndexFunc(d.Tags, func(t spec.Tag) bool { return t.Name == tag.Name })
		if first < i && !reflect.DeepEqual(d.Tags[first], tag) {
			report = append(report, routing.Mistake{
				Place: d.TagPlaces[i], Found: fmt.Sprintf("TagInfo: a second tag with the name %q; the first is at %s", tag.Name, d.TagPlaces[first]),
				Legal: "one description for each tag: remove one, or give it the name of another tag",
			})
		}
	}
	return report
}

// useAppDocuments makes documents build what the app without overrides has: a test then sees the documents that clients get. The app is
// compiled for it when the first document is built.
func (c *Config) useAppDocuments(documents []appDocument, channels *channels) {
	original := sync.OnceValue(func() *Instance {
		in, _ := Compile(c, nil)
		return in
	})
	for i := range documents {
		documents[i].build = func() *spec.Document { return original().documents[i].build() }
		documents[i].marked = func() *spec.Document { return original().documents[i].marked() }
	}
	if channels.build != nil {
		channels.build = func() *asyncapi.Document { return original().channels.build() }
	}
}

// handlers returns the functions whose source files are searched first for doc comments.
func handlers(operations []route.Operation) (out []reflect.Value) {
	for _, o := range operations {
		out = append(out, reflect.ValueOf(o.Handler))
	}
	return out
}

// checkDocument reports mistakes in declarations that only the document uses. It builds the document once.
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
	cfg.Version = document.AllVersions
	_, mistakes := document.Build(operations, webhooks, cfg)
	_, more := document.BuildChannels(table.Sockets(), document.Config{Reader: cfg.Reader, Hidden: true, Version: document.AllVersions})
	for _, m := range more {
		if !slices.Contains(mistakes, m) {
			mistakes = append(mistakes, m)
		}
	}
	for _, m := range mistakes {
		report = append(report, routing.Mistake{Found: m, Legal: "tags and methods that describe a type say something that a JSON schema can have (docs/schemas.md)"})
	}
	return report
}

// clip returns s without spare capacity, so that append copies it.
func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// documentPages returns the pages that serve each document, and the AsyncAPI document, as JSON and as YAML.
func (c *Config) documentPages(documents []appDocument, channels channels) (pages []route.Page) {
	for _, d := range documents {
		if d.Path == "" {
			continue
		}
		served := document.Serve(d.build, !c.RootPathHidden)
		yaml := strings.TrimSuffix(d.Path, ".json") + ".yaml"
		pages = append(pages,
			route.Page{Path: d.Path, Handler: served.JSON(), Option: d.Option, Default: !d.Chosen},
			route.Page{Path: yaml, Handler: served.YAML(), Option: d.Option, Default: true},
		)
	}
	if path := channels.Path; path != "" {
		asJSON, asYAML := document.ServeChannels(channels.build)
		pages = append(pages,
			route.Page{Path: path, Handler: asJSON, Option: "AsyncAPIURL", Default: !channels.Chosen},
			route.Page{Path: strings.TrimSuffix(path, ".json") + ".yaml", Handler: asYAML, Option: "AsyncAPIURL", Default: true},
		)
	}
	return pages
}

// stripRootPath returns h behind a prefix: paths that begin with rootPath lose it, other paths stay as they are.
func stripRootPath(rootPath string, h http.Handler) http.Handler {
	if rootPath == "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, origin.StripRootPath(r, rootPath))
	})
}

// Document serves the document of a path as JSON, and the app's own for "". It is nil if the app has none with this path. paths are
// those of all documents, for a report.
func (in *Instance) Document(path string) (asJSON http.Handler, paths []string) {
	for i, d := range in.documents {
		if paths = append(paths, d.Path); d.Path == path || path == "" && i == 0 {
			return document.Serve(d.build, !in.config.RootPathHidden).JSON(), paths
		}
	}
	return nil, paths
}

// Channels serves the AsyncAPI document as JSON. It is nil if the app has none.
func (in *Instance) Channels() http.Handler {
	if in.channels.build == nil {
		return nil
	}
	asJSON, _ := document.ServeChannels(in.channels.build)
	return asJSON
}
