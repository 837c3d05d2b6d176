package response

import (
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
)

// Media types of the constructors. Texts say their charset; JSON is always UTF-8.
const (
	mediaJSON = "application/json"
	mediaHTML = "text/html; charset=utf-8"
	mediaText = "text/plain; charset=utf-8"
)

// JSON answers with v as JSON. No response model applies; v is encoded when the Response is sent, so it must not be
// changed after it was returned.
func JSON(v any) *Response {
	return &Response{content: encoded, value: v, mediaType: exchange.ContentTypeOf(mediaJSON)}
}

// HTML answers with a page. The text goes out as it is: escape what comes from users.
func HTML(s string) *Response { return Bytes(mediaHTML, []byte(s)) }

// Text answers with plain text.
func Text(s string) *Response { return Bytes(mediaText, []byte(s)) }

// Bytes answers with b, which is not copied.
func Bytes(mediaType string, b []byte) *Response {
	return &Response{content: raw, body: b, mediaType: exchange.ContentTypeOf(mediaType)}
}

// Redirect sends the client to url with 307 Temporary Redirect, which keeps method and body; Status changes it, to 303
// for an answer to a form. Characters that a URL cannot have are percent-encoded. Check where a url from outside leads.
func Redirect(url string) *Response {
	r := (&Response{}).Status(http.StatusTemporaryRedirect)
	return r.SetHeader("Location", escapeURL(url))
}

// Empty answers with a status and no body.
func Empty(status int) *Response { return (&Response{}).Status(status) }

// escapeURL percent-encodes what may not stand in a URL; what already is encoded stays.
func escapeURL(url string) string {
	const safe = ":/%#?=@[]!$&'()*+,;-._~"
	var b strings.Builder
	for i := range len(url) {
		c := url[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(safe, c) >= 0:
			b.WriteByte(c)
		default:
			const hex = "0123456789ABCDEF"
			b.WriteString("%" + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
		}
	}
	return b.String()
}
