package pages

import (
	"html/template"
	"strings"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/route"
)

// routes returns the page that lists the functions of each route, in the order of their calls. Hidden routes are listed only when the page
// shows places, because that page is for developers.
func routes(c Config) []Page {
	style := file{joinPath(c.Routes, "routes.css"), routesCSS}
	icon := iconFile(c.Routes)
	a := lazyPage(func() ([]byte, error) {
		v := routesView{Title: c.Title, Style: style.link(c.Routes, Asset{}), Icon: icon.link(c.Routes, c.Assets.Icon)}
		for _, x := range c.Explain() {
			if !x.Hidden || c.Places {
				v.Routes = append(v.Routes, readRoute(x, c.Places))
			}
		}
		return page(routesPage, v)
	})
	a.policy = strictPolicy().allow("img-src", origin(c.Assets.Icon.URL)).String()
	return []Page{{c.Routes, a}, style.page(), icon.page()}
}

// routesView is the data of the page of routes.
type routesView struct {
	Title       string
	Style, Icon Asset
	Routes      []routeView
}

// routeView is one route.
type routeView struct {
	ID, Methods, Path, Name string
	Middleware, Around      []string
	Guards                  []nodeView
	Handler                 nodeView
	Result                  string
	Errors                  []route.ExplainedHandler
	ErrorFormat             string
}

// nodeView is a function in the tree of dependencies.
type nodeView struct {
	Turn        int // order of the call; 0: not called here
	Name, Gives string
	Notes       []string
	Place       string
	Value       bool // a value, not a function
	Needs       []nodeView
	Reads       []string
}

// readRoute returns the view of a route. Without places it has no files and lines.
func readRoute(x route.Explanation, places bool) routeView {
	last := len(x.Plan) - 1
	v := routeView{
		Methods: strings.Join(x.Methods, ", "), Path: x.Info.Path, Name: x.Info.Name, Middleware: x.Middleware, Around: x.Around,
		Handler: readNode(x.Plan[last], places), Result: x.Result, ErrorFormat: x.ErrorFormat,
	}
	v.ID = anchor(strings.Join(x.Methods, "-") + "-" + x.Info.Path)
	for _, h := range x.Errors {
		if !places {
			h.Place = ""
		}
		v.Errors = append(v.Errors, h)
	}
	for _, n := range x.Plan[:last] {
		v.Guards = append(v.Guards, readNode(n, places))
	}
	return v
}

// readNode returns the view of a function and of the functions that it needs.
func readNode(n *inject.Node, places bool) nodeView {
	v := nodeView{Name: n.Name, Gives: n.ResultName(), Notes: n.Notes(), Reads: n.Inputs(), Value: n.IsValue()}
	if !n.IsShared {
		v.Turn = int(n.CallOrder)
	}
	if places && !n.IsShared {
		v.Place = n.Place
	}
	for _, need := range n.Needs {
		v.Needs = append(v.Needs, readNode(need, places))
	}
	return v
}

var routesPage = template.Must(template.New("routes").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}: routes</title>
<link rel="icon" href="{{.Icon.URL}}">
<link rel="stylesheet" href="{{.Style.URL}}">
</head>
<body>
<header>
<h1>{{.Title}}: routes</h1>
<p>What runs for a request, in the order of the numbers: what a function needs stands below it and runs before it.</p>
</header>
<main>
{{range .Routes}}<details class="route" id="{{.ID}}" open>
<summary><span class="method">{{.Methods}}</span> <code>{{.Path}}</code> <span class="name">{{.Name}}</span></summary>
<dl>
{{with .Middleware}}<dt>Middleware, outermost first</dt><dd><ol class="plain">{{range .}}<li><code>{{.}}</code></li>{{end}}</ol></dd>
{{end}}{{with .Around}}<dt>Around everything up to the response</dt><dd><ol class="plain">{{range .}}<li><code>{{.}}</code></li>{{end}}</ol></dd>
{{end}}{{with .Guards}}<dt>Guards, which always run</dt><dd><ul class="tree">{{range .}}{{template "node" .}}{{end}}</ul></dd>
{{end}}<dt>Handler</dt><dd><ul class="tree">{{template "node" .Handler}}</ul></dd>
<dt>Response</dt><dd>{{.Result}}</dd>
<dt>Errors, the first that answers</dt><dd><ol class="plain">{{range .Errors}}<li><code>{{.Name}}</code>{{with .Place}} <span class="place">{{.}}</span>{{end}}</li>{{end}}<li>the app's format, {{.ErrorFormat}}</li></ol></dd>
</dl>
</details>
{{else}}<p>There are no routes.</p>
{{end}}</main>
</body>
</html>
{{define "node"}}<li>{{if .Turn}}<span class="turn">{{.Turn}}</span> {{end}}<code>{{.Name}}</code>{{with .Gives}} gives <code>{{.}}</code>{{end}}
{{- if .Value}} <span class="note">a value</span>{{end}}
{{- range .Notes}} <span class="note">{{.}}</span>{{end}}
{{- with .Place}} <span class="place">{{.}}</span>{{end}}
{{- if or .Needs .Reads}}<ul>{{range .Needs}}{{template "node" .}}{{end}}{{with .Reads}}<li class="reads">reads {{range $i, $r := .}}{{if $i}}, {{end}}<code>{{$r}}</code>{{end}}</li>{{end}}</ul>{{end}}</li>{{end}}`))
