package routing

import (
	"io/fs"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/files"
	"github.com/brio-go/brio/internal/funcname"
)

// StaticOption configures a Static or a Frontend. The options are in package brio.
type StaticOption interface {
	ApplyStatic(*files.Options)
}

// Static serves the files of a file system below a prefix, for GET and HEAD: with Static("/static", os.DirFS("public")) a request for
// /static/css/site.css gets public/css/site.css. "/" is the prefix of all paths that no other route has.
//
// Answers have ETag and Last-Modified, and follow conditions and ranges (RFC 9110). A folder is a 404; StaticHTML serves its
// index.html, and StaticListing lists it. Files whose names begin with a dot are 404, unless StaticDotFiles admits them.
//
// No path and no symbolic link leads out of the folder. An os.DirFS is opened as an os.Root for this. Guards, middleware and
// dependencies of the routers around run, as for routes. The temporal Response adds headers and cookies, and does not change the
// status. Documents do not have the files. A missing folder is in the report of App.Check; see CheckDir.
func (r *Router) Static(prefix string, fsys fs.FS, opts ...StaticOption) {
	r.addFiles(prefix, fsys, files.Options{Function: "Static", CheckDir: true}, opts)
}

// Frontend serves the built files of a frontend where no route matches, as FastAPI's app.frontend does: routes, their 405 and their
// slash redirects come first, wherever they are declared. Of several frontends the one with the longest prefix counts.
//
// A folder gets its index.html, after a redirect to the path with a slash. For a missing file the answer is 404.html with the status
// 404, if there is one. Otherwise it is index.html, for GET and HEAD with an Accept header that names text/html or
// application/xhtml+xml; so a single-page app can have paths of its own. Fallback and NoFallback change this. Another method is a
// 405 if the file exists, else a 404. All else is as with Static.
func (r *Router) Frontend(prefix string, fsys fs.FS, opts ...StaticOption) {
	r.addFiles(prefix, fsys, files.Options{Function: "Frontend", HTML: true, Fallback: files.Auto, CheckDir: true}, opts)
}

// addFiles declares a Static or Frontend. The program's call is two frames above Caller.
func (r *Router) addFiles(prefix string, fsys fs.FS, o files.Options, opts []StaticOption) {
	r.mustBeOpen(o.Function, 3)
	place := funcname.Caller(2)
	for i, option := range opts {
		if option == nil {
			o.Mistakes = append(o.Mistakes, declare.NilOption(i, place))
			continue
		}
		option.ApplyStatic(&o)
	}
	route := &declare.Route{
		Methods: []string{"GET"}, Path: prefix, Handler: func() {}, Place: place, Files: files.NewFolder(fsys, o),
		Options: []declare.RouteOption{filesOption(o)},
	}
	add(r, declare.Entry{Route: route})
}

// filesOption sets what a route has for a Static or Frontend.
type filesOption files.Options

// ApplyRoute implements declare.RouteOption.
func (o filesOption) ApplyRoute(t declare.Target) {
	s := t.(*declare.RouteSettings)
	s.Name, s.Hidden = o.Name, true
	s.Mistakes = append(s.Mistakes, o.Mistakes...)
}
