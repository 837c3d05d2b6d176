package pages

import (
	"embed"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/swaggest/swgui/v5/static"

	"github.com/brio-go/brio/openapi/spec"
)

//go:embed static
var own embed.FS

// ownFile is a file of this package.
func ownFile(name string) []byte {
	data, err := own.ReadFile("static/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return data
}

// theirs is a file of Swagger UI.
func theirs(name string) []byte {
	data, err := static.FS.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return data
}

const (
	javascript = "text/javascript; charset=utf-8"
	stylesheet = "text/css; charset=utf-8"
)

var swaggerPage = template.Must(template.New("swagger").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="icon" href="{{.Icon.URL}}">
<link rel="stylesheet" href="{{.Style.URL}}"{{with .Style.Integrity}} integrity="{{.}}" crossorigin="anonymous"{{end}}>
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The document itself is <a href="{{.Document}}">{{.Document}}</a>.</noscript>
{{range .Scripts}}<script src="{{.URL}}"{{with .Integrity}} integrity="{{.}}" crossorigin="anonymous"{{end}}></script>
{{end}}<script src="{{.Start.URL}}" data-config="{{.Config.URL}}"></script>
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

// parameters are those of SwaggerUIBundle, FastAPI's where it has them.
func parameters(c Config) map[string]any {
	p := map[string]any{
		"dom_id": "#swagger-ui", "layout": "BaseLayout", "deepLinking": true, "showExtensions": true, "showCommonExtensions": true,
		"persistAuthorization": true,
		"validatorUrl":         nil, // the document is nobody else's business
		"oauth2RedirectUrl":    relative(c.Docs, below(c.Docs, "oauth2-redirect")),
	}
	if len(c.Documents) == 1 {
		p["url"] = relative(c.Docs, c.Documents[0].Path)
	} else { // the standalone layout has a bar to choose with
		urls := make([]map[string]string, len(c.Documents))
		for i, d := range c.Documents {
			urls[i] = map[string]string{"name": d.Name, "url": relative(c.Docs, d.Path)}
		}
		p["layout"], p["urls"] = "StandaloneLayout", urls
	}
	maps.Copy(p, c.SwaggerUI)
	return p
}

// swaggerUI is the page, what it loads, and the page to which an authorization server sends people back.
func swaggerUI(c Config) ([]Page, error) {
	p := parameters(c)
	config, err := marshal("SwaggerUI and SwaggerUIOAuth", map[string]any{"parameters": p, "oauth": c.OAuth})
	if err != nil {
		return nil, err
	}
	at := func(name string, a *asset) file { return file{below(c.Docs, name), a} }
	bundle := at("swagger-ui-bundle.js", zipped(javascript, theirs("swagger-ui-bundle.js.gz")))
	preset := at("swagger-ui-standalone-preset.js", zipped(javascript, theirs("swagger-ui-standalone-preset.js.gz")))
	style := at("swagger-ui.css", zipped(stylesheet, theirs("swagger-ui.css.gz")))
	icon := at("favicon.png", fixed("image/png", theirs("favicon-32x32.png")))
	start := at("start.js", fixed(javascript, ownFile("start.js")))
	settings := at("config.json", fixed("application/json", config))
	back := at("oauth2-redirect.js", fixed(javascript, ownFile("oauth2-redirect.js")))
	files := []file{start, settings, back}

	view := struct {
		Title, Document            string
		Icon, Style, Start, Config Asset
		Scripts                    []Asset
	}{
		Title: c.Title, Document: relative(c.Docs, c.Documents[0].Path),
		Icon: icon.link(c.Docs, c.Assets.Icon), Style: style.link(c.Docs, c.Assets.SwaggerUIStyle),
		Start: start.link(c.Docs, Asset{}), Config: settings.link(c.Docs, Asset{}),
		Scripts: []Asset{bundle.link(c.Docs, c.Assets.SwaggerUIScript)},
	}
	for _, f := range []struct {
		file
		instead Asset
	}{{bundle, c.Assets.SwaggerUIScript}, {style, c.Assets.SwaggerUIStyle}, {icon, c.Assets.Icon}} {
		if f.instead.URL == "" {
			files = append(files, f.file)
		}
	}
	if p["layout"] == "StandaloneLayout" {
		view.Scripts = append(view.Scripts, preset.link(c.Docs, Asset{}))
		files = append(files, preset)
	}
	html, err := page(swaggerPage, view)
	if err != nil {
		return nil, err
	}
	main := fixed("text/html; charset=utf-8", html)
	if html, err = page(redirectPage, back.link(below(c.Docs, "oauth2-redirect"), Asset{})); err != nil {
		return nil, err
	}
	redirect := fixed("text/html; charset=utf-8", html)
	redirect.policy = strict().allow("script-src", "'self'").String()
	pages := []Page{{c.Docs, withPolicy(main, sync.OnceValue(func() string { return swaggerPolicy(c) }))}, {below(c.Docs, "oauth2-redirect"), redirect}}
	for _, f := range files {
		pages = append(pages, f.page())
	}
	return pages, nil
}

// withPolicy gives a page a policy that is known when it is first asked for.
func withPolicy(a *asset, policy func() string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		with := *a
		with.policy = policy()
		with.ServeHTTP(w, r)
	})
}

// swaggerPolicy is what Swagger UI needs: its own script and style, symbols that its style sheet has as data, and
// connections to where requests are tried out: this server, the servers of the documents and their token endpoints.
func swaggerPolicy(c Config) string {
	p := strict().
		allow("script-src", "'self'", origin(c.Assets.SwaggerUIScript.URL)).
		allow("style-src", origin(c.Assets.SwaggerUIStyle.URL)).
		allow("img-src", "data:", origin(c.Assets.Icon.URL)).
		allow("connect-src", "'self'")
	for _, d := range c.Documents {
		p = p.allow("connect-src", connections(d.Build())...)
	}
	return p.String()
}

// connections are the origins that trying out a document's operations connects to.
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
