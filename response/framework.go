package response

import (
	"io/fs"
	"reflect"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
)

// The functions of this file are for the framework: their parameters or results are internal types.

// temporal is a Response with room for what most handlers set. It is not pooled: the program may keep the Response.
type temporal struct {
	Response
	room answer.Room
}

// NewTemporal makes the temporal Response of a request. The Room ends it and its copies.
func NewTemporal(x *exchange.Exchange) (*Response, *answer.Room) {
	t := &temporal{}
	t.answer.BeginTemporal(x, &t.room)
	return &t.Response, &t.room
}

// AnswerOf returns the answer in r, which it shares with r. It is nil for a nil Response.
func AnswerOf(r *Response) *answer.Answer {
	if r == nil {
		return nil
	}
	return &r.answer
}

// Of makes a Response that is the same answer as a. It shares no memory with a or with pooled, so the program may keep it.
func Of(a *answer.Answer, pooled []byte) *Response {
	r := &Response{}
	r.answer.Clone(a, pooled)
	return r
}

// ClassOf returns what the router reads of a Class.
func ClassOf(c Class) *answer.Class { return c.class() }

// OpenedFile makes the body of an open file for a request, with conditions and ranges, and sets the ETag of a unless it has one.
// variant ends the ETag that is made: two forms of one file have different ones. It closes the file if it returns an error: a
// *HTTPError for a condition or range that the file does not meet.
func OpenedFile(opened fs.File, name, variant string, a *answer.Answer, x *exchange.Exchange) (answer.Opened, error) {
	o, err := read(opened, name, variant, a, x)
	if err != nil {
		_ = opened.Close() // opened for reading: Close has nothing to report
		return nil, err
	}
	return o, nil
}

// paged is what each Page[T] implements.
type paged interface{ linksOfPage() []pageLink }

// IsPage reports whether t is a Page or a pointer to one.
func IsPage(t reflect.Type) bool {
	return t != nil && t.Kind() != reflect.Interface && t.Implements(reflect.TypeFor[paged]())
}

// PageLinks returns the Link header of a page, "" if v is none or has no links. base is the URL of the request without its query.
func PageLinks(v reflect.Value, base, query string) string {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return ""
	}
	p, ok := v.Interface().(paged)
	if !ok {
		return ""
	}
	return linkHeader(p.linksOfPage(), base, query)
}
