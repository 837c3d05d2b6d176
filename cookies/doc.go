// Package cookies builds, checks, deletes and signs cookies.
//
// [New] makes an *http.Cookie with FastAPI's defaults, Path=/ and SameSite=Lax; options change its attributes. A [Codec]
// writes Go values into signed cookies, optionally encrypted, and reads them back. The package does not touch requests and
// responses: the caller sets the cookie on a response, or with http.SetCookie.
package cookies
