package exchange

import (
	"errors"
	"fmt"
)

// ErrPairs means that the query has more pairs, or the Cookie headers more cookies, than Limits.Pairs.
var ErrPairs = errors.New("too many pairs")

// LimitError is a limit that a request has exceeded. It wraps the cause, such as ErrTooLarge or ErrPairs.
type LimitError struct {
	Kind        string // of the error, such as too_many_pairs
	Place       string // where: query, cookie or body
	Key         string // of the limit among the details, such as max_pairs
	Limit       int64
	Msg         string // for the client
	FastAPIText string // FastAPI's text; "" if FastAPI has no such limit
	Cause       error
}

func (e *LimitError) Error() string { return fmt.Sprintf("%v: %s", e.Cause, e.Msg) }

// Unwrap returns the cause.
func (e *LimitError) Unwrap() error { return e.Cause }

// bodyTooLarge is the error of a body over a limit.
func bodyTooLarge(limit int64) *LimitError {
	return &LimitError{Kind: "body_too_large", Place: "body", Key: "max_bytes", Limit: limit, Msg: fmt.Sprintf("The body should have at most %d bytes", limit), Cause: ErrTooLarge}
}

// formTooLarge is the error of a form over a limit. The text is Starlette's, where it has one.
func formTooLarge[T int | int64](kind, key string, limit T, text string) *LimitError {
	return &LimitError{Kind: kind, Place: "body", Key: key, Limit: int64(limit), Msg: text, FastAPIText: text, Cause: ErrTooLarge}
}

func tooManyFiles(limit int) error {
	return formTooLarge("too_many_files", "max_files", limit, fmt.Sprintf("Too many files. Maximum number of files is %d.", limit))
}

func tooManyFields(limit int) error {
	return formTooLarge("too_many_fields", "max_fields", limit, fmt.Sprintf("Too many fields. Maximum number of fields is %d.", limit))
}

// partTooLarge is the error of a "Part", a "Field" or the "Form fields" together over its limit.
func partTooLarge(what string, limit int64) error {
	return formTooLarge("part_too_large", "max_bytes", limit, fmt.Sprintf("%s exceeded maximum size of %s.", what, size(limit)))
}

func partHeadersTooLarge() error {
	return formTooLarge("part_headers_too_large", "max_bytes", maxPartHeaders, fmt.Sprintf("Part headers exceeded maximum size of %s.", size(maxPartHeaders)))
}

// tooManyPairs stores the error for PairsError: readers of single values return no error.
func (x *Exchange) tooManyPairs(place, what string) {
	limit := x.limits.Pairs
	x.writeRare().overfull = &LimitError{Kind: "too_many_pairs", Place: place, Key: "max_pairs", Limit: int64(limit), Msg: fmt.Sprintf("The request should have at most %d %s", limit, what), Cause: ErrPairs}
}
