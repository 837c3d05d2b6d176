// Package responsemodel has the errors of values that cannot be written as the response model declares.
package responsemodel

import "github.com/brio-go/brio/internal/encode"

// MismatchError says why a value does not fit its model or has no JSON form: Path is the place of the value, such as
// result.items[3].price, Text the reason, and Err the error of the value's own method, or nil. It is for logs: the path may
// hold map keys.
type MismatchError = encode.MismatchError
