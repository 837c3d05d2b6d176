package exchange

import (
	"iter"
	"net/http"
	"slices"
	"strings"
)

// Header returns the values of a request header, nil when there is none. The name must be canonical
// (http.CanonicalHeaderKey), which callers do once at start-up. "Host" gives the host of the request, which
// net/http keeps outside the header map. The slice belongs to the request and must not be changed.
func (x *Exchange) Header(canonical string) []string {
	if canonical == "Host" && x.r.Host != "" {
		return []string{x.r.Host}
	}
	return x.r.Header[canonical]
}

// HeaderNames yields the canonical name and the values of every request header, Host included, sorted by name so
// that what is reported about them has one order.
func (x *Exchange) HeaderNames() iter.Seq2[string, []string] {
	r := x.r
	return func(yield func(name string, values []string) bool) {
		names := make([]string, 0, len(r.Header)+1)
		for name := range r.Header {
			if name != "Host" || r.Host == "" {
				names = append(names, name)
			}
		}
		if r.Host != "" {
			names = append(names, "Host")
		}
		slices.Sort(names)
		for _, name := range names {
			values := r.Header[name]
			if name == "Host" && r.Host != "" {
				values = []string{r.Host}
			}
			if !yield(name, values) {
				return
			}
		}
	}
}

// MediaType returns the media type of the body in lower case, without its parameters. ok is false when the request
// has no Content-Type (mediaType is "") or one that is not type/subtype (mediaType is as sent). Parameters are
// dropped unread. Nothing is allocated unless there are upper-case letters to change.
func (x *Exchange) MediaType() (mediaType string, ok bool) {
	values := x.r.Header["Content-Type"]
	if len(values) == 0 || values[0] == "" {
		return "", false
	}
	sent := values[0]
	if sent == "application/json" {
		return sent, true
	}
	mediaType, _, _ = strings.Cut(sent, ";")
	mediaType = strings.Trim(mediaType, " \t")
	main, sub, found := strings.Cut(mediaType, "/")
	if !found || !isToken(main) || !isToken(sub) {
		return sent, false
	}
	return strings.ToLower(mediaType), true
}

// IsJSON reports whether a media type, as [Exchange.MediaType] returns it, is JSON: application/json or
// application/*+json (RFC 6839, 3.1).
func IsJSON(mediaType string) bool {
	sub, ok := strings.CutPrefix(mediaType, "application/")
	return ok && (sub == "json" || len(sub) > len("+json") && strings.HasSuffix(sub, "+json"))
}

// CanonicalKey is http.CanonicalHeaderKey, at less cost for names that are canonical as most in programs are.
func CanonicalKey(name string) string {
	first := true // of a word
	for i := range len(name) {
		c := name[i]
		if !tokenBytes[c] || first && 'a' <= c && c <= 'z' || !first && 'A' <= c && c <= 'Z' {
			return http.CanonicalHeaderKey(name)
		}
		first = c == '-'
	}
	return name
}

// isToken reports whether s is a token of RFC 9110, 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !tokenBytes[s[i]] {
			return false
		}
	}
	return s != ""
}

// tokenBytes are the bytes that tokens have.
var tokenBytes = func() (set [256]bool) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		set[c] = true
	}
	return set
}()
