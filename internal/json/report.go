package json

import (
	"math"
	"unicode/utf8"
)

// Limits bound what one document may cost. 0 means the default, a negative value no limit but MaxDepth.
type Limits struct {
	Depth    int // arrays and objects inside each other; never more than MaxDepth
	Elements int // array elements and object members in all; an object at least one for each 64 bytes of its struct
}

// Effective returns the limits with the defaults where they say nothing.
func (l Limits) Effective() Limits {
	switch {
	case l.Depth == 0:
		l.Depth = DefaultDepth
	case l.Depth < 0:
		l.Depth = MaxDepth
	}
	switch {
	case l.Elements == 0:
		l.Elements = DefaultElements
	case l.Elements < 0:
		l.Elements = math.MaxInt
	}
	return Limits{min(l.Depth, MaxDepth), l.Elements}
}

const (
	DefaultDepth    = 64
	DefaultElements = 100_000
	MaxDepth        = 10_000 // beyond this the codec itself refuses
)

// Verdict is what Scan found.
type Verdict uint8

const (
	Fits      Verdict = iota // well formed, within limits, and of the shape
	Misfit                   // well formed and within limits, but not of the shape
	Malformed                // not JSON
	TooDeep                  // more than Limits.Depth levels; the rest was not read
	TooLong                  // more than Limits.Elements values; the rest was not read
)

// Report is the result of Scan. Offset and Message belong to Malformed only.
type Report struct {
	Verdict  Verdict
	Converts bool   // it Fits once its scalars are converted: those spelled laxly, and a float32 that the decoder would round twice
	Large    bool   // an integer beyond 2^53 stands where any value may
	Absent   bool   // the key of a Field that has a default is missing somewhere
	Filled   bool   // of ScanInto: the value is filled
	Offset   int    // in characters, not bytes, as Python's json module counts
	Message  string // one of the Message constants
}

// The messages of malformed documents are those of Python's json module, which FastAPI passes on as ctx.error.
const (
	MessageValue        = "Expecting value"
	MessageName         = "Expecting property name enclosed in double quotes"
	MessageComma        = "Expecting ',' delimiter"
	MessageColon        = "Expecting ':' delimiter"
	MessageExtra        = "Extra data"
	MessageUnterminated = "Unterminated string starting at"
	MessageControl      = "Invalid control character at"
	MessageEscape       = `Invalid \escape`
	MessageUnicode      = `Invalid \uXXXX escape` // lone surrogates too, which Python lets pass
	MessageUTF8         = "Invalid UTF-8"         // Python fails before its json module is reached
	MessageBOM          = "Unexpected UTF-8 BOM"
)

// malformed makes the report of an error at byte at. Text comes before syntax: where bytes are no UTF-8 at all, that is
// the error, as in Python, which decodes first. It also makes the count of characters mean something.
func malformed(doc []byte, at int, message string) Report {
	if bad := invalidUTF8(doc); bad >= 0 {
		at, message = bad, MessageUTF8
	}
	return Report{Verdict: Malformed, Offset: utf8.RuneCount(doc[:at]), Message: message}
}

// invalidUTF8 returns the position of the first byte that begins no valid character, or -1.
func invalidUTF8(doc []byte) int {
	for i := 0; i < len(doc); {
		r, n := utf8.DecodeRune(doc[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
