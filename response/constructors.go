package response

import (
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
)

// Media types of the constructors. Text types name their charset; JSON is always UTF-8.
const (
	mediaJSON = "application/json"
	mediaHTML = "text/html; charset=utf-8"
	mediaText = "text/plain; charset=utf-8"
)

// JSON answers with v as JSON. No response model applies. v is encoded when the Response is sent, so the program must not
// change it after the handler has returned it.
func JSON(v any) *Response {
	r := &Response{}
	r.answer.SetValue(exchange.ContentTypeOf(mediaJSON), v)
	return r
}

// HTML answers with s as text/html. It escapes nothing: the caller escapes text that comes from users.
func HTML(s string) *Response { return Bytes(mediaHTML, []byte(s)) }

// Text answers with s as text/plain.
func Text(s string) *Response { return Bytes(mediaText, []byte(s)) }

// Bytes answers with b, which is not copied.
func Bytes(mediaType string, b []byte) *Response {
	r := &Response{}
	r.answer.SetBody(exchange.ContentTypeOf(mediaType), b)
	return r
}

// Redirect redirects the client to url with 307 Temporary Redirect, which keeps method and body. Status changes the code, to
// 303 for the answer to a form. Characters that are illegal in a URL are percent-encoded. Redirect does not check the
// host: the program must check a url that comes from a client.
func Redirect(url string) *Response {
	r := (&Response{}).Status(http.StatusTemporaryRedirect)
	return r.SetHeader("Location", escapeURL(url))
}

// Empty answers with a status and no body.
func Empty(status int) *Response { return (&Response{}).Status(status) }

// escapeURL percent-encodes the characters that are illegal in a URL. It leaves encoded characters unchanged.
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
