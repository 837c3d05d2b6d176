package brio

import (
	"maps"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/document/pages"
)

// DocsAssets are files of other servers that the pages use instead of the files in the program. A zero [DocsAsset] keeps the
// program's own file.
type DocsAssets struct {
	SwaggerUIScript, SwaggerUIStyle DocsAsset
	Icon                            DocsAsset // of all pages
	ReferenceScript                 DocsAsset // a script like ReDoc's: it shows the document that the element redoc names
}

// DocsAsset is a file of another server. Integrity is the hash that its content must have (Subresource Integrity); "" allows any
// content.
type DocsAsset struct{ URL, Integrity string }

// DocsURL is the path of Swagger UI, /docs by default; its files stand below it. "" switches it off, and with it the page of
// OAuth2RedirectURL, and that of RoutesURL if that is not said.
func DocsURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Docs = app.PagePath{Path: path, Chosen: true} })
}

// OAuth2RedirectURL is the path of the page to which an authorization server sends people back after they have signed in from
// Swagger UI. It is registered there as the redirect URI. Without the option it is oauth2-redirect below DocsURL,
// /docs/oauth2-redirect. "" switches it off: flows that need a redirect then do not work in Swagger UI.
func OAuth2RedirectURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Redirect = app.PagePath{Path: path, Chosen: true} })
}

// RedocURL is the path of the reference, /redoc by default: the whole document on one page. "" switches it off.
func RedocURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Reference = app.PagePath{Path: path, Chosen: true} })
}

// RoutesURL is the path of a page that shows what runs for each route and in which order: middleware, guards,
// dependencies, the handler and what becomes of errors. It names functions, so it is there by default only with
// Debug(true), at /docs/routes. Files, lines and Hidden routes are shown only with Debug(true).
func RoutesURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Routes = app.PagePath{Path: path, Chosen: true} })
}

// SwaggerUI sets parameters of Swagger UI by their own names: docExpansion, tryItOutEnabled, persistAuthorization (on by
// default: what people authorise with stays in their browser), …. Values are what JSON has; several calls add up.
func SwaggerUI(parameters map[string]any) AppOption {
	return appOption(func(a *appSettings) { a.Pages.SwaggerUI = merged(a.Pages.SwaggerUI, parameters) })
}

// SwaggerUIOAuth sets what Swagger UI proposes for OAuth2: clientId, scopes, usePkceWithAuthorizationCodeGrant, …. Everybody
// who sees the page sees it, so it is no place for a secret.
func SwaggerUIOAuth(parameters map[string]any) AppOption {
	return appOption(func(a *appSettings) { a.Pages.OAuth = merged(a.Pages.OAuth, parameters) })
}

func merged(a, b map[string]any) map[string]any {
	out := map[string]any{}
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// PageAssets lets the pages load files from elsewhere, such as a CDN, whose origins their Content-Security-Policy then
// allows.
func PageAssets(assets DocsAssets) AppOption {
	return appOption(func(a *appSettings) {
		a.Pages.Assets = pages.Assets{
			SwaggerUIScript: pages.Asset(assets.SwaggerUIScript), SwaggerUIStyle: pages.Asset(assets.SwaggerUIStyle),
			Icon: pages.Asset(assets.Icon), ReferenceScript: pages.Asset(assets.ReferenceScript),
		}
	})
}

// DocComments gives the document the doc comments of handlers, types and fields, as they were when the program was built:
// the variable that the command brio docs writes, behind
//
//	//go:generate go run github.com/brio-go/brio/cmd/brio docs
//
// Without this option they are read from the source, where that lies next to the program. DocComments(nil) leaves them
// all out. Words in options and tags win over comments. docs/doc-comments.md says how a comment becomes a description.
func DocComments(table map[string]string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Comments, a.Pages.HasComments = table, true })
}
