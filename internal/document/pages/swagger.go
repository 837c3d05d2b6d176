package pages

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/swaggest/swgui/v5/static"

	"github.com/brio-go/brio/openapi/spec"
)

//go:embed static
var staticFiles embed.FS

const (
	javascript = "text/javascript; charset=utf-8"
	stylesheet = "text/css; charset=utf-8"
)

// All apps of a program share these files. Each is read at its first request.
var (
	swaggerBundle = embeddedAsset(javascript, static.FS, "swagger-ui-bundle.js.gz")
	swaggerStyle  = embeddedAsset(stylesheet, static.FS, "swagger-ui.css.gz")
	swaggerIcon   = embeddedAsset("image/png", static.FS, "favicon-32x32.png")
	startStyle    = embeddedAsset(stylesheet, staticFiles, "static/start.css")
	startScript   = embeddedAsset(javascript, staticFiles, "static/start.js")
	oauth2Script  = embeddedAsset(javascript, staticFiles, "static/oauth2-redirect.js")
	iconOfOurs    = embeddedAsset("image/svg+xml", staticFiles, "static/icon.svg")
	referenceCSS  = embeddedAsset(stylesheet, staticFiles, "static/reference.css")
	routesCSS     = embeddedAsset(stylesheet, staticFiles, "static/routes.css")
)

var swaggerPage = template.Must(template.New("swagger").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} - Swagger UI</title>
<link rel="icon" href="{{.Icon.URL}}">
<link rel="stylesheet" href="{{.Style.URL}}"{{with .Style.Integrity}} integrity="{{.}}" crossorigin="anonymous"{{end}}>
<link rel="stylesheet" href="{{.OwnStyle.URL}}">
</head>
<body>
<label id="documents" hidden>Document <select></select></label>
{{with .Others}}<p id="others">Swagger UI cannot show {{range $i, $o := .}}{{if $i}}, {{end}}<code>{{$o}}</code>{{end}}.{{with $.Reference}} They are on the <a href="{{.}}">page for reading</a>.{{end}}</p>
{{end}}<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The document itself is <a href="{{.Document}}">{{.Document}}</a>.</noscript>
<script src="{{.Script.URL}}"{{with .Script.Integrity}} integrity="{{.}}" crossorigin="anonymous"{{end}}></script>
<script src="{{.Start.URL}}" data-config="{{.Config.URL}}"></script>
</body>
</html>
`))

var redirectPage = template.Must(template.New("redirect").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Authorization</title>
<script src="{{.URL}}"></script>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`))

// parameters returns the parameters of SwaggerUIBundle. Defaults are those of FastAPI where it has one.
func parameters(c Config) map[string]any {
	p := map[string]any{
		"dom_id": "#swagger-ui", "layout": "BaseLayout", "deepLinking": true, "showExtensions": true, "showCommonExtensions": true,
		"persistAuthorization": true,
		"validatorUrl":         nil, // no validator of another server reads the document
	}
	if c.Redirect != "" {
		p["oauth2RedirectUrl"] = relative(c.Docs, c.Redirect)
	}
	p["url"] = relative(c.Docs, c.Documents[0].Path)
	maps.Copy(p, c.SwaggerUI)
	return p
}

// swaggerUI returns the page, its files, and the page to which an authorization server redirects after a sign-in.
func swaggerUI(c Config) ([]Page, error) {
	p := parameters(c)
	if p["layout"] != "BaseLayout" {
		return nil, fmt.Errorf("SwaggerUI: the layout %v needs a script of its own and styles in the page, which are not allowed there; the one that is there is BaseLayout", p["layout"])
	}
	var documents []map[string]string // to choose from
	for _, d := range c.Documents {
		documents = append(documents, map[string]string{"name": d.Name, "url": relative(c.Docs, d.Path)})
	}
	config, err := marshal("SwaggerUI and SwaggerUIOAuth", map[string]any{"parameters": p, "oauth": c.OAuth, "documents": documents})
	if err != nil {
		return nil, err
	}
	at := func(name string, a *asset) file { return file{joinPath(c.Docs, name), a} }
	bundle, style, add := at("swagger-ui-bundle.js", swaggerBundle), at("swagger-ui.css", swaggerStyle), at("start.css", startStyle)
	icon, start, settings := at("favicon.png", swaggerIcon), at("start.js", startScript), at("config.json", fixedAsset("application/json", config))
	script := at("oauth2-redirect.js", oauth2Script)

	main := lazyPage(func() ([]byte, error) {
		v := swaggerView{
			Title: c.Title, Document: relative(c.Docs, c.Documents[0].Path),
			Icon: icon.link(c.Docs, c.Assets.Icon), Style: style.link(c.Docs, c.Assets.SwaggerUIStyle),
			Start: start.link(c.Docs, Asset{}), Config: settings.link(c.Docs, Asset{}),
			Script: bundle.link(c.Docs, c.Assets.SwaggerUIScript), OwnStyle: add.link(c.Docs, Asset{}),
		}
		if c.Reference != "" {
			v.Reference = relative(c.Docs, c.Reference)
		}
		v.Others = otherMethods(c.Documents[0].Build())
		return page(swaggerPage, v)
	})
	pages := []Page{{c.Docs, withPolicy(main, sync.OnceValue(func() string { return swaggerPolicy(c) }))}}
	if c.Redirect != "" {
		back := lazyPage(func() ([]byte, error) { return page(redirectPage, script.link(c.Redirect, Asset{})) })
		back.policy = strictPolicy().allow("script-src", "'self'").String()
		pages = append(pages, Page{c.Redirect, back})
	}
	for _, f := range []struct {
		file
		on bool
	}{
		{bundle, c.Assets.SwaggerUIScript.URL == ""}, {style, c.Assets.SwaggerUIStyle.URL == ""}, {icon, c.Assets.Icon.URL == ""},
		{add, true}, {start, true}, {settings, true}, {script, c.Redirect != ""},
	} {
		if f.on {
			pages = append(pages, f.page())
		}
	}
	return pages, nil
}

// swaggerView is the data of the page's template.
type swaggerView struct {
	Title, Document                              string
	Icon, Style, OwnStyle, Script, Start, Config Asset
	Reference                                    string   // the page for reading, "" for none
	Others                                       []string // operations that Swagger UI cannot show: PURGE /cache
}

// otherMethods returns the operations that Swagger UI does not show, because OpenAPI 3.1 has no member for their methods.
func otherMethods(d *spec.Document) (out []string) {
	if d == nil {
		return nil
	}
	for _, path := range orderedNames(d.Paths, d.PathOrder) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path].Operations)) {
			if method == "query" || !slices.Contains(spec.Methods, method) {
				out = append(out, strings.ToUpper(method)+" "+path)
			}
		}
	}
	return out
}

// withPolicy gives a page a policy that is made at the first request.
func withPolicy(a *asset, policy func() string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		with := *a
		with.policy = policy()
		with.ServeHTTP(w, r)
	})
}

// swaggerPolicy returns the policy of Swagger UI. It allows the page's own script and style, the symbols in its style sheet (data:), and
// connections to the targets of requests: this server, the servers of the documents and their token endpoints.
func swaggerPolicy(c Config) string {
	p := strictPolicy().
		allow("script-src", "'self'", origin(c.Assets.SwaggerUIScript.URL)).
		allow("style-src", origin(c.Assets.SwaggerUIStyle.URL)).
		allow("img-src", "data:", origin(c.Assets.Icon.URL)).
		allow("connect-src", "'self'")
	for _, d := range c.Documents {
		p = p.allow("connect-src", connections(d.Build())...)
	}
	return p.String()
}

// connections returns the origins to which Swagger UI sends requests for a document.
func connections(d *spec.Document) (out []string) {
	if d == nil {
		return nil
	}
	for _, s := range d.Servers {
		out = append(out, origin(s.URL))
	}
	for _, item := range d.Paths {
		for _, s := range item.Servers {
			out = append(out, origin(s.URL))
		}
		for _, o := range item.Operations {
			for _, s := range o.Servers {
				out = append(out, origin(s.URL))
			}
		}
	}
	var schemes map[string]struct {
		OpenIDConnectURL string `json:"openIdConnectUrl"`
		Flows            map[string]struct{ TokenURL, RefreshURL string }
	}
	if text, err := json.Marshal(d.Components.SecuritySchemes); err == nil && json.Unmarshal(text, &schemes) == nil {
		for _, scheme := range schemes {
			out = append(out, origin(scheme.OpenIDConnectURL))
			for _, flow := range scheme.Flows {
				out = append(out, origin(flow.TokenURL), origin(flow.RefreshURL))
			}
		}
	}
	slices.Sort(out)
	return out
}
