package mistakes

import (
	"fmt"
	"strings"
)

// LegalPattern says what patterns are legal, beside the errors of internal/pathtree.
const LegalPattern = "net/http's path patterns, as in /items/{id} and /files/{rest...}"

// EmptyPath is a route without a path and without a prefix.
func EmptyPath() (found, legal string) {
	return "path and prefix are both empty", `a path begins with a slash: "/"; "" is legal below a prefix`
}

// RelativePath is a path that does not begin with a slash.
func RelativePath(path string) (found, legal string) {
	return fmt.Sprintf("the path %q does not begin with a slash", path), "a path alone, as in /items, without method and host; it may be empty below a prefix"
}

// MendedPrefix is the legal form of a prefix. It is p if p is legal.
func MendedPrefix(p string) string {
	if p != "" && (p[0] != '/' || strings.HasSuffix(p, "/")) {
		if p = "/" + strings.Trim(p, "/"); p == "/" {
			return ""
		}
	}
	return p
}

// IllegalPrefix is a prefix that does not begin with a slash, or ends with one.
func IllegalPrefix(p string) (found, legal string) {
	legal = "a prefix begins with a slash and does not end with one; leave out an empty one"
	if mended := MendedPrefix(p); mended != "" {
		legal = fmt.Sprintf("a prefix begins with a slash and does not end with one: Prefix(%q)", mended)
	}
	return fmt.Sprintf("the prefix is %q", p), legal
}

// NotMethod is a method that is no token, or not in upper case.
func NotMethod(method string) (found, legal string) {
	return fmt.Sprintf("the method is %q", method), "an HTTP method: GET, POST, …; the path is the next argument"
}

// MethodConnect is a route for CONNECT.
func MethodConnect() (found, legal string) {
	return "the method is CONNECT", "a method that asks something of a path; CONNECT asks for a tunnel to a host, and is answered with 405"
}

// NoMethod is a call of Handle without a method.
func NoMethod() (found, legal string) {
	return "Handle was given no method", `at least one: []string{"GET"}`
}

// IllegalStatus is the status of a route that no answer can have.
func IllegalStatus(status int) (found, legal string) {
	return fmt.Sprintf("Status(%d)", status), "a status is between 200 and 599"
}

// BodilessStatus is a status without a body, on a handler with a result of type t.
func BodilessStatus(status int, t string) (found, legal string) {
	return fmt.Sprintf("status %d has no body, but the handler returns a %s", status, t), "a handler without a result, or another status"
}

// ModelWithoutResult is the option ResponseModel[model] on a handler without a result.
func ModelWithoutResult(model string) (found, legal string) {
	return fmt.Sprintf("ResponseModel[%s] on a handler without a result", model), "a handler with a result, or no response model"
}

// TwoTypes is a parameter of a source that two functions of a route read as different types.
func TwoTypes(source, name, first, second string) (found, legal string) {
	return fmt.Sprintf("the %s parameter %q is read as %s and as %s", source, name, first, second), "one type for a parameter, whichever function reads it"
}

// IncludeNil is the Include of no router.
func IncludeNil() (found, legal string) {
	return "Include(nil)", "a *brio.Router made by brio.NewRouter"
}
