package response

import (
	"fmt"
	"net/http"
	"reflect"
)

// Class decides how a plain returned value is rendered: the media type, the status when nobody sets another, and the
// body. The classes below and those of NewClass are all there are.
type Class interface{ class() *class }

type class struct {
	mediaType string
	status    int
	build     func(v any) (*Response, error) // nil: the framework's own JSON, filtered by the response model
	text      bool                           // build takes a string or []byte as it is
	chunks    bool                           // of StreamOf
	events    bool                           // EventStreamClass
}

func (c *class) class() *class { return c }

// The classes of FastAPI that need nothing but the value.
var (
	// JSONClass is the default: the value, filtered by the response model, as JSON.
	JSONClass Class = &class{mediaType: mediaJSON, status: http.StatusOK}
	// HTMLClass takes a string or []byte as a page.
	HTMLClass Class = &class{mediaType: mediaHTML, status: http.StatusOK, build: renderText(mediaHTML), text: true}
	// TextClass takes a string or []byte as plain text.
	TextClass Class = &class{mediaType: mediaText, status: http.StatusOK, build: renderText(mediaText), text: true}
	// RedirectClass takes a string as the URL to go to, with 307.
	RedirectClass Class = &class{status: http.StatusTemporaryRedirect, build: renderRedirect}
	// RawClass takes a string or []byte and says nothing of its media type, which the temporal Response may.
	RawClass Class = &class{status: http.StatusOK, build: renderText(""), text: true}
	// XMLClass takes any value, as XML does.
	XMLClass Class = &class{mediaType: mediaXML, status: http.StatusOK, build: renderXML}
	// FileClass takes the path of a file, as File does.
	FileClass Class = &class{status: http.StatusOK, build: renderFile}
)

// NewClass makes a class of a media type and a renderer, which gets the value as the handler returned it; a nil
// renderer is the framework's own filtered JSON.
func NewClass(mediaType string, render func(v any) ([]byte, error)) Class {
	c := &class{mediaType: mediaType, status: http.StatusOK}
	if render != nil {
		c.build = func(v any) (*Response, error) {
			b, err := render(v)
			return Bytes(mediaType, b), err
		}
	}
	return c
}

// ClassStatus is the status of a class when neither handler nor route has set one.
func ClassStatus(c Class) int { return c.class().status }

// ClassMediaType is the Content-Type of a class, "" when its answers have none.
func ClassMediaType(c Class) string { return c.class().mediaType }

// Render builds the answer of a class that does not use the response model; ok is false for those that do.
func Render(c Class, v any) (r *Response, ok bool, err error) {
	build := c.class().build
	if build == nil {
		return nil, false, nil
	}
	r, err = build(v)
	return r, true, err
}

// RendersModel reports whether a class writes the framework's own JSON, filtered by the response model.
func RendersModel(c Class) bool { return c.class().build == nil }

// RendersText reports whether a class writes a string or []byte as it is, with nothing but its media type.
func RendersText(c Class) bool { return c.class().text }

func renderText(mediaType string) func(any) (*Response, error) {
	return func(v any) (*Response, error) {
		b, err := textOf(v)
		return Bytes(mediaType, b), err
	}
}

func renderRedirect(v any) (*Response, error) {
	b, err := textOf(v)
	return Redirect(string(b)).Status(0), err
}

func renderXML(v any) (*Response, error) {
	b, err := marshalXML(v)
	return Bytes(mediaXML, b), err
}

func renderFile(v any) (*Response, error) {
	b, err := textOf(v)
	return File(string(b)), err
}

// textOf takes strings and bytes, named types and pointers to them included; nil is empty.
func textOf(v any) ([]byte, error) {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	switch {
	case !rv.IsValid() || rv.Kind() == reflect.Pointer:
		return nil, nil
	case rv.Kind() == reflect.String:
		return []byte(rv.String()), nil
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8:
		return rv.Bytes(), nil
	}
	return nil, fmt.Errorf("response: this class takes a string or []byte, not a %T", v)
}
