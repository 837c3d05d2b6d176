package response

import (
	"io/fs"

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
