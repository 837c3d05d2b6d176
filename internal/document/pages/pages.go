package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// Config is what the pages show, and where. A path that is "" is a page that is not there.
type Config struct {
	Title     string
	Documents []Document // the first is the app's own; none: no page

	Docs      string // Swagger UI
	Redirect  string // where an authorization server sends people back to from Swagger UI; only with Docs
	Reference string
	Routes    string

	SwaggerUI map[string]any // parameters of SwaggerUIBundle, in addition to ours or instead
	OAuth     map[string]any // of its initOAuth
	Assets    Assets

	Explain func() []routing.Explanation
	Places  bool // the routes say in which file and line things are declared
}

// Document is an OpenAPI document that the app serves.
type Document struct {
	Name, Path string
	Build      func() *spec.Document
}

// Assets are files from elsewhere, such as a CDN, in place of the program's own.
type Assets struct {
	SwaggerUIScript, SwaggerUIStyle, Icon Asset
	ReferenceScript                       Asset // a script like ReDoc's, which shows the document that the element redoc names
}

// Asset is a file from elsewhere. Integrity is what its content must hash to (Subresource Integrity); "" allows any.
type Asset struct{ URL, Integrity string }

// Page is a path and its answer, for GET and HEAD.
type Page struct {
	Path    string
	Handler http.Handler
}

// New makes the pages. Its error is about parameters that have no JSON form.
func New(c Config) ([]Page, error) {
	var out []Page
	if len(c.Documents) == 0 {
		return nil, nil
	}
	if c.Docs != "" {
		pages, err := swaggerUI(c)
		if err != nil {
			return nil, err
		}
		out = append(out, pages...)
	}
	if c.Reference != "" {
		out = append(out, reference(c)...)
	}
	if c.Routes != "" {
		out = append(out, routes(c)...)
	}
	return out, nil
}

// below is a path under another one.
func below(path, name string) string { return strings.TrimSuffix(path, "/") + "/" + name }

// relative is the URL of path to as a page at from links to it.
func relative(from, to string) string {
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	same := 0
	for same < len(a)-1 && same < len(b)-1 && a[same] == b[same] {
		same++
	}
	link := strings.Repeat("../", len(a)-1-same) + strings.Join(b[same:], "/")
	if link == "" || strings.HasPrefix(link, "/") {
		link = "./" + link
	}
	return (&url.URL{Path: link}).String() // which takes care of colons and what else means something
}

// icon is that of the pages that are not Swagger UI's.
func icon(path string) file {
	return file{below(path, "icon.svg"), iconOfOurs}
}

// file is a file of a page, with the path under which the page's server has it.
type file struct {
	path  string
	asset *asset
}

func (f file) page() Page { return Page{f.path, f.asset} }

// link is how a page at a path refers to the file, or to what stands in for it.
func (f file) link(from string, instead Asset) Asset {
	if instead.URL != "" {
		return instead
	}
	return Asset{URL: relative(from, f.path) + "?" + f.asset.version()}
}

// policy is a Content-Security-Policy of directives with their sources.
type policy []directive

type directive struct {
	name    string
	sources []string
}

// strict allows nothing but style sheets from the server. Framing stays forbidden: pages with forms that send requests are
// what clickjacking is about.
func strict() policy {
	return policy{
		{"default-src", []string{"'none'"}},
		{"style-src", []string{"'self'"}},
		{"img-src", []string{"'self'"}},
		{"base-uri", []string{"'none'"}},
		{"form-action", []string{"'none'"}},
		{"frame-ancestors", []string{"'none'"}},
	}
}

// allow adds sources to a directive. What is no origin is left out.
func (p policy) allow(name string, sources ...string) policy {
	i := slices.IndexFunc(p, func(d directive) bool { return d.name == name })
	if i < 0 {
		p, i = append(p, directive{name: name}), len(p)
	}
	for _, s := range sources {
		if s != "" && !slices.Contains(p[i].sources, s) {
			p[i].sources = append(p[i].sources, s)
		}
	}
	return p
}

func (p policy) String() string {
	parts := make([]string, len(p))
	for i, d := range p {
		parts[i] = d.name + " " + strings.Join(d.sources, " ")
	}
	return strings.Join(parts, "; ")
}

// origin is where a URL leads, as a source of a policy; "" for one of the page's own server.
func origin(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || strings.ContainsAny(raw, "{}"): // a server with variables
		if scheme, _, ok := strings.Cut(raw, "://"); ok && (scheme == "http" || scheme == "https") {
			return scheme + ":"
		}
		return ""
	case u.Host == "" || strings.ContainsAny(u.Host, " ;,'\""):
		return ""
	case u.Scheme == "":
		return u.Host
	}
	return u.Scheme + "://" + u.Host
}

// marshal is json.Marshal for what a program has configured.
func marshal(option string, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", option, err)
	}
	return text, nil
}

// page fills a template.
func page(t *template.Template, data any) ([]byte, error) {
	var b strings.Builder
	err := t.Execute(&b, data)
	return []byte(b.String()), err
}
