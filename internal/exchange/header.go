package exchange

import (
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/httptext"
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
	return mediaTypeOf(values[0])
}

// mediaTypeOf is MediaType for one value of a Content-Type.
func mediaTypeOf(sent string) (mediaType string, ok bool) {
	if sent == "application/json" {
		return sent, true
	}
	mediaType, _, _ = strings.Cut(sent, ";")
	mediaType = strings.Trim(mediaType, " \t")
	main, sub, found := strings.Cut(mediaType, "/")
	if !found || !httptext.IsToken(main) || !httptext.IsToken(sub) {
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

// ErrEncoding means that the body has a Content-Encoding, such as gzip, that is not decoded here (415).
var ErrEncoding = errors.New("the body has a Content-Encoding that is not decoded")

// Encoded reports whether the body is declared to have another Content-Encoding than identity. Such a body is not what its
// media type says, until it is decoded.
func (x *Exchange) Encoded() bool {
	lines := x.r.Header["Content-Encoding"]
	return len(lines) > 0 && areEncoded(lines)
}

func areEncoded(lines []string) bool {
	for _, line := range lines {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = trimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
				return true
			}
		}
	}
	return false
}
