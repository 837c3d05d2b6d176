// Package pages serves the pages that show an API to its readers: Swagger UI, to try requests; a reference, to read and print; and
// the list of routes, with the functions that run for each, in order.
//
// A [Config] enters, and a list of [Page] values leaves, which the app registers as routes. All scripts, styles and images are
// embedded in the program, so the pages work without access to the Internet. Each page has a Content-Security-Policy that allows
// only what the page needs: no inline script or style, and files of other servers only where the Config names one.
//
// A page is made at its first request. Later requests get the same bytes. Links are relative, so a page works behind any prefix
// that a proxy or a mount strips.
//
// The package does not know how a document is built, and reads no route but through [route.Explanation].
package pages
