package response

import (
	"fmt"
	"net/http"
	"reflect"
)

// Class decides how a returned value is rendered: the media type, the default status, and the body. The only classes are
// the variables of this package and the results of NewClass and StreamOf.
type Class interface{ class() *class }

type class struct {
	mediaType string
	status    int
	build     func(v any) (*Response, error) // nil: JSON, filtered by the response model
	text      bool                           // the body is a string or []byte, unchanged
	chunks    bool                           // made by StreamOf
	events    bool                           // EventStreamClass
}

func (c *class) class() *class { return c }

// Classes that need only the value, as in FastAPI.
var (
	// JSONClass is the default: JSON of the value, filtered by the response model.
	JSONClass Class = &class{mediaType: mediaJSON, status: http.StatusOK}
	// HTMLClass sends a string or []byte as text/html.
	HTMLClass Class = &class{mediaType: mediaHTML, status: http.StatusOK, build: renderText(mediaHTML), text: true}
	// TextClass sends a string or []byte as text/plain.
	TextClass Class = &class{mediaType: mediaText, status: http.StatusOK, build: renderText(mediaText), text: true}
	// RedirectClass redirects to a URL, a string, with 307.
	RedirectClass Class = &class{status: http.StatusTemporaryRedirect, build: renderRedirect}
	// RawClass sends a string or []byte without a media type. The temporal Response may set one.
	RawClass Class = &class{status: http.StatusOK, build: renderText(""), text: true}
	// XMLClass sends any value as XML does.
	XMLClass Class = &class{mediaType: mediaXML, status: http.StatusOK, build: renderXML}
	// FileClass sends the file at a path, a string, as File does.
	FileClass Class = &class{status: http.StatusOK, build: renderFile}
)

// NewClass makes a class of a media type and a renderer. The renderer receives the value that the handler returned. A nil
// renderer writes JSON, filtered by the response model.
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

// ClassStatus is the status of a class if the handler and the route set none.
func ClassStatus(c Class) int { return c.class().status }

// ClassMediaType is the Content-Type of a class, "" if its answers have none.
func ClassMediaType(c Class) string { return c.class().mediaType }

// Render builds the answer of a class that does not use the response model. ok is false if the class uses it.
func Render(c Class, v any) (r *Response, ok bool, err error) {
	build := c.class().build
	if build == nil {
		return nil, false, nil
	}
	r, err = build(v)
	return r, true, err
}

// RendersModel reports whether a class writes JSON, filtered by the response model.
func RendersModel(c Class) bool { return c.class().build == nil }

// RendersText reports whether a class sends a string or []byte unchanged, and sets only the media type.
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

// textOf returns the bytes of a string or []byte, of a named type of these, or of a pointer to one. nil is empty.
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
