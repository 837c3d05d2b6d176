package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/document/asyncapi"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
)

// Config says what the pages show, and at which paths. A page whose path is "" does not exist.
type Config struct {
	Title     string
	Documents []Document // the first is the app's own; none: no page

	Docs      string // Swagger UI
	Redirect  string // where an authorization server redirects to after a sign-in; only with Docs
	Reference string
	Routes    string

	Channels         string // the AsyncAPI document
	ChannelsDocument string // its path
	BuildChannels    func() *asyncapi.Document

	SwaggerUI map[string]any // parameters of SwaggerUIBundle; they win over the defaults
	OAuth     map[string]any // parameters of its initOAuth
	Assets    Assets

	Explain func() []route.Explanation
	Places  bool // the routes page shows files and lines
}

// Document is an OpenAPI document that the app serves.
type Document struct {
	Name, Path string
	Build      func() *spec.Document
}

// Assets are files of other servers, such as a CDN, that pages use instead of the embedded files.
type Assets struct {
	SwaggerUIScript, SwaggerUIStyle, Icon Asset
	ReferenceScript                       Asset // a script like ReDoc's, which shows the document that the element redoc names
}

// Asset is a file of another server. Integrity is the hash of its content (Subresource Integrity); "" allows any content.
type Asset struct{ URL, Integrity string }

// Page is a path and its handler, for GET and HEAD.
type Page struct {
	Path    string
	Handler http.Handler
}

// New returns the pages. An error means that a parameter has no JSON form.
func New(c Config) ([]Page, error) {
	var out []Page
	if c.Channels != "" {
		out = append(out, channels(c)...)
	}
	if len(c.Documents) == 0 {
		return out, nil
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

// joinPath returns the path of a file below a page.
func joinPath(path, name string) string { return strings.TrimSuffix(path, "/") + "/" + name }

// relative returns the URL with which a page at path from links to path to.
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
	return (&url.URL{Path: link}).String() // String escapes colons and other special characters
}

// iconFile returns the icon of the reference and of the routes page.
func iconFile(path string) file {
	return file{joinPath(path, "icon.svg"), iconOfOurs}
}

// file is a file of a page, with its path.
type file struct {
	path  string
	asset *asset
}

func (f file) page() Page { return Page{f.path, f.asset} }

// link returns the reference of a page at path from to the file, or to the file that replaces it.
func (f file) link(from string, instead Asset) Asset {
	if instead.URL != "" {
		return instead
	}
	return Asset{URL: relative(from, f.path) + "?" + f.asset.version()}
}

// policy is a Content-Security-Policy of directives with their sources.
type policy []directive

// directive is one directive of a policy.
type directive struct {
	name    string
	sources []string
}

// strictPolicy allows style sheets and images of the server only. It forbids frames: a page that can send requests is a target of
// clickjacking.
func strictPolicy() policy {
	return policy{
		{"default-src", []string{"'none'"}},
		{"style-src", []string{"'self'"}},
		{"img-src", []string{"'self'"}},
		{"base-uri", []string{"'none'"}},
		{"form-action", []string{"'none'"}},
		{"frame-ancestors", []string{"'none'"}},
	}
}

// allow adds sources to a directive. It skips "".
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

// origin returns the origin of a URL as a source of a policy, or "" for a URL of the page's own server.
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

// marshal encodes a parameter of an option. Its error names the option.
func marshal(option string, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", option, err)
	}
	return text, nil
}

// page returns the output of a template.
func page(t *template.Template, data any) ([]byte, error) {
	var b strings.Builder
	err := t.Execute(&b, data)
	return []byte(b.String()), err
}
