package brio

import (
	"maps"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/document/pages"
)

// DocsAssets are files of other servers that the pages use instead of the files in the program. A zero [DocsAsset] keeps the program's
// own file.
type DocsAssets struct {
	SwaggerUIScript, SwaggerUIStyle DocsAsset // of the page of DocsURL
	Icon                            DocsAsset // of all pages
	ReferenceScript                 DocsAsset // a script like ReDoc's: it shows the document that the element redoc names
}

// DocsAsset is a file of another server, at URL. Integrity is the hash that its content must have (Subresource Integrity); "" allows any
// content.
type DocsAsset struct{ URL, Integrity string }

// DocsURL is the path of Swagger UI, /docs by default. Its files are below that path. "" removes it, the page of OAuth2RedirectURL, the page
// of the AsyncAPI document, and the page of RoutesURL unless that option is used.
//
//go:noinline
func DocsURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Docs = app.PagePath{Path: path, Chosen: true} })
}

// OAuth2RedirectURL is the path of the page to which an authorization server redirects after a sign-in from Swagger UI. It is registered
// there as the redirect URI. The default is oauth2-redirect below DocsURL, /docs/oauth2-redirect. "" removes it: flows that need a
// redirect then do not work in Swagger UI.
//
//go:noinline
func OAuth2RedirectURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Redirect = app.PagePath{Path: path, Chosen: true} })
}

// RedocURL is the path of the reference, /redoc by default: the whole document on one page. "" removes it.
//
//go:noinline
func RedocURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Reference = app.PagePath{Path: path, Chosen: true} })
}

// RoutesURL is the path of a page that shows for each route the functions that run, in their order: middleware, guards, dependencies,
// the handler, error handlers. The page names functions, so by default it exists only with Debug, at /docs/routes. Files, lines and
// Hidden routes are shown only with Debug.
//
//go:noinline
func RoutesURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Routes = app.PagePath{Path: path, Chosen: true} })
}

// SwaggerUI sets parameters of Swagger UI by their own names: docExpansion, tryItOutEnabled, persistAuthorization (on by default: the
// browser keeps the credentials), and so on. Values must have a JSON form. Several of these options add up.
//
//go:noinline
func SwaggerUI(parameters map[string]any) AppOption {
	return appOption(func(a *appSettings) { a.Pages.SwaggerUI = merged(a.Pages.SwaggerUI, parameters) })
}

// SwaggerUIOAuth sets the parameters of Swagger UI for OAuth2: clientId, scopes, usePkceWithAuthorizationCodeGrant, and so on. All
// visitors of the page can read them, so a secret does not belong here.
//
//go:noinline
func SwaggerUIOAuth(parameters map[string]any) AppOption {
	return appOption(func(a *appSettings) { a.Pages.OAuth = merged(a.Pages.OAuth, parameters) })
}

// merged returns a map with the members of a and b. Those of b replace equal ones.
func merged(a, b map[string]any) map[string]any {
	out := map[string]any{}
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// PageAssets makes the pages load files from other servers, such as a CDN. Their Content-Security-Policy then allows those origins.
//
//go:noinline
func PageAssets(assets DocsAssets) AppOption {
	return appOption(func(a *appSettings) {
		a.Pages.Assets = pages.Assets{
			SwaggerUIScript: pages.Asset(assets.SwaggerUIScript), SwaggerUIStyle: pages.Asset(assets.SwaggerUIStyle),
			Icon: pages.Asset(assets.Icon), ReferenceScript: pages.Asset(assets.ReferenceScript),
		}
	})
}

// DocComments gives the document the doc comments of handlers, types and fields as they were when the program was built: the variable
// that the command brio docs writes, behind
//
//	//go:generate go run github.com/brio-go/brio/cmd/brio docs
//
// Without this option they are read from the source, if it lies next to the program. With nil the document has none. Texts of options
// and tags override comments. docs/doc-comments.md says how a comment becomes a description.
//
//go:noinline
func DocComments(table map[string]string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Comments, a.Pages.HasComments = table, true })
}
