package response

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/answer"
)

// Class decides how a returned value is rendered: the media type, the default status, and the body. The only classes are
// the variables of this package and the results of NewClass and StreamOf.
type Class interface{ class() *answer.Class }

// class makes an answer.Class a Class. Programs cannot make one of their own.
type class answer.Class

func (c *class) class() *answer.Class { return (*answer.Class)(c) }

// Classes that need only the value, as in FastAPI.
var (
	// JSONClass is the default: JSON of the value, filtered by the response model.
	JSONClass Class = &class{MediaType: mediaJSON, Status: http.StatusOK}
	// HTMLClass sends a string or []byte as text/html.
	HTMLClass Class = &class{MediaType: mediaHTML, Status: http.StatusOK, Render: renderText(mediaHTML), Text: true}
	// TextClass sends a string or []byte as text/plain.
	TextClass Class = &class{MediaType: mediaText, Status: http.StatusOK, Render: renderText(mediaText), Text: true}
	// RedirectClass redirects to a URL, a string, with 307.
	RedirectClass Class = &class{Status: http.StatusTemporaryRedirect, Render: answerOf(renderRedirect)}
	// RawClass sends a string or []byte without a media type. The temporal Response may set one.
	RawClass Class = &class{Status: http.StatusOK, Render: renderText(""), Text: true}
	// XMLClass sends any value as XML does.
	XMLClass Class = &class{MediaType: mediaXML, Status: http.StatusOK, Render: answerOf(renderXML)}
	// FileClass sends the file at a path, a string, as File does.
	FileClass Class = &class{Status: http.StatusOK, Render: answerOf(renderFile)}
)

// NewClass makes a class of a media type and a renderer. The renderer receives the value that the handler returned. A nil
// renderer writes JSON, filtered by the response model.
func NewClass(mediaType string, render func(v any) ([]byte, error)) Class {
	c := &class{MediaType: mediaType, Status: http.StatusOK}
	if render != nil {
		c.Render = func(v any) (*answer.Answer, error) {
			b, err := render(v)
			return AnswerOf(Bytes(mediaType, b)), err
		}
	}
	return c
}

// answerOf makes a renderer of a function that builds a Response.
func answerOf(build func(v any) (*Response, error)) func(v any) (*answer.Answer, error) {
	return func(v any) (*answer.Answer, error) {
		r, err := build(v)
		return AnswerOf(r), err
	}
}

func renderText(mediaType string) func(any) (*answer.Answer, error) {
	return answerOf(func(v any) (*Response, error) {
		b, err := textOf(v)
		return Bytes(mediaType, b), err
	})
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
