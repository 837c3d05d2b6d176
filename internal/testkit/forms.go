package testkit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

const (
	// FormType is the Content-Type of a url-encoded form.
	FormType = "application/x-www-form-urlencoded"
	// MultipartType is the Content-Type of what MultipartBody returns.
	MultipartType = "multipart/form-data; boundary=B"
)

// Part is one part of a multipart body. Headers are its header lines, joined by CRLF.
type Part struct{ Headers, Content string }

// FieldPart returns the part of a text field.
func FieldPart(name, value string) Part {
	return Part{fmt.Sprintf(`Content-Disposition: form-data; name="%s"`, name), value}
}

// FilePart returns the part of a text/plain file. An empty filename with no content is what a browser sends when the user
// has chosen no file. Names are written as they are, without escaping.
func FilePart(name, filename, content string) Part {
	return Part{fmt.Sprintf("Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: text/plain", name, filename), content}
}

// MultipartBody returns a body of the parts, with the boundary B.
func MultipartBody(parts ...Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("--B\r\n" + p.Headers + "\r\n\r\n" + p.Content + "\r\n")
	}
	return b.String() + "--B--\r\n"
}

// PostForm is Do with POST and a url-encoded form.
func PostForm(h http.Handler, target, form string, headers ...string) *httptest.ResponseRecorder {
	return Do(h, http.MethodPost, target, form, append([]string{"Content-Type", FormType}, headers...)...)
}

// PostParts is Do with POST and a multipart form.
func PostParts(h http.Handler, target string, parts ...Part) *httptest.ResponseRecorder {
	return Do(h, http.MethodPost, target, MultipartBody(parts...), "Content-Type", MultipartType)
}
