package exchange

import (
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/httptext"
)

// Header returns the values of a request header, nil for none. The name must be canonical (http.CanonicalHeaderKey); callers make
// it so once, at start-up. "Host" is the host of the request, which net/http does not keep in the header map. The slice belongs to
// the request and must not be changed.
func (x *Exchange) Header(canonical string) []string {
	if canonical == "Host" && x.Host() != "" {
		return []string{x.Host()}
	}
	return x.header(canonical)
}

// HeaderNames yields the canonical name and the values of every request header, Host included, sorted by name so that errors
// have a stable order.
func (x *Exchange) HeaderNames() iter.Seq2[string, []string] {
	headers, host := x.headers(), x.Host()
	return func(yield func(name string, values []string) bool) {
		names := make([]string, 0, len(headers)+1)
		for name := range headers {
			if name != "Host" || host == "" {
				names = append(names, name)
			}
		}
		if host != "" {
			names = append(names, "Host")
		}
		slices.Sort(names)
		for _, name := range names {
			values := headers[name]
			if name == "Host" && host != "" {
				values = []string{host}
			}
			if !yield(name, values) {
				return
			}
		}
	}
}

// MediaType returns the media type of the body in lower case, without parameters, which it does not read. ok is false without a
// Content-Type (mediaType is "") and for one that is not type/subtype (mediaType is as sent). It allocates only to change
// upper-case letters.
func (x *Exchange) MediaType() (mediaType string, ok bool) {
	values := x.header("Content-Type")
	if len(values) == 0 || values[0] == "" {
		return "", false
	}
	if values[0] == "application/json" { // most bodies
		return values[0], true
	}
	return mediaTypeOf(values[0])
}

// mediaTypeOf is MediaType for the value of a Content-Type.
func mediaTypeOf(sent string) (mediaType string, ok bool) {
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

// ErrMediaType means that the body has a media type that is not read (415).
var ErrMediaType = errors.New("the body is not declared as what is read here")

// MediaTypeError is an ErrMediaType with the media types that are read.
type MediaTypeError struct {
	Accepted string // as the value of the header Accept
	IsPatch  bool   // of a PATCH: the answer has Accept-Patch too (RFC 5789, 2.2)
}

// WrongMediaType returns the error of a body with a media type other than the accepted ones.
func (x *Exchange) WrongMediaType(accepted ...string) *MediaTypeError {
	return &MediaTypeError{strings.Join(accepted, ", "), x.Method() == http.MethodPatch}
}

func (e *MediaTypeError) Error() string { return ErrMediaType.Error() + ": " + e.Accepted }

// Unwrap returns ErrMediaType.
func (e *MediaTypeError) Unwrap() error { return ErrMediaType }

// HeaderError refuses a request for one of its headers, with 400.
type HeaderError struct {
	Header string // in lower case, as the locations of errors have it
	Kind   string // of the error, such as content_digest_mismatch
	Msg    string // for the client
}

func (e *HeaderError) Error() string { return e.Header + ": " + e.Msg }

// ErrEncoding means that the body has a Content-Encoding, such as gzip, that the framework does not decode (415).
var ErrEncoding = errors.New("the body has a Content-Encoding that is not decoded")

// Encoded reports whether the body has a Content-Encoding other than identity. Until it is decoded, its bytes are not of its
// media type.
func (x *Exchange) Encoded() bool {
	lines := x.header("Content-Encoding")
	return len(lines) > 0 && areEncoded(lines)
}

// areEncoded reports whether the values of Content-Encoding name a coding other than identity.
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
