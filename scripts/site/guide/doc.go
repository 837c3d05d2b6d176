// Package guide makes a website of the repository's pages. README.md is its home page, and docs/README.md gives the order of the others.
//
// Each file that a page links to has a page too: a page in Markdown, a folder with its list of files, a file of source with its lines.
// The URL of a page is the path of its file: docs/routing.md is docs/routing/, examples/shop is examples/shop/, and its main.go is
// examples/shop/main.go/. So a link of the repository leads to the same place in both. Headings have the anchors that GitHub gives them.
// Links are relative, so the site can stand below any path.
//
// Build reads everything first and returns all mistakes at once: links and anchors that lead nowhere, pages that docs/README.md does not
// list, raw HTML, pages without a title. A page has no inline style and no inline script, and its Content-Security-Policy forbids both.
//
//	guide.go      Build: reads pages, follows links, puts them in order
//	markdown.go   a page in Markdown: links, headings, anchors, mistakes
//	render.go     Markdown → HTML
//	highlight.go  code → HTML
//	source.go     pages of files and folders
//	site.go       pages → files of the site: page.html, the search index, assets
//	serve.go      the site as an App, built again when a page changes
package guide
