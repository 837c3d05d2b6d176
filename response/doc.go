// Package response has the [Response] type, its constructors and classes, and HTTP errors with their formats.
//
// A Response is temporal or direct. Handlers and dependencies receive the temporal one and set cookies, headers and the
// status on it; the engine merges it into the answer that it makes of the returned value. A handler builds a direct one with
// a constructor such as [JSON], [File] or [Redirect] and returns it; the engine sends it unchanged.
//
//	func login(form *security.PasswordForm, res *brio.Response) (*User, error) {
//		res.SetCookie(cookies.New("seen", "1"))
//		…
//	}
//
// The router encodes the whole body before it sends the status, except for streams. It reads and sends the answer in a Response
// through internal/answer. The package does not know routes and models.
package response
