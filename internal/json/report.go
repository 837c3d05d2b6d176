package json

import "unicode/utf8"

// Verdict is the outcome of Scan.
type Verdict uint8

const (
	Fits      Verdict = iota // well formed, within the limits, and of the shape
	Misfit                   // well formed and within the limits, but not of the shape
	Malformed                // not JSON
	TooDeep                  // more than Limits.Depth levels; the scan stopped there
	TooLong                  // more than Limits.Elements values; the scan stopped there
)

// Report is the result of Scan. Offset and Message are set for Malformed only.
type Report struct {
	Verdict  Verdict
	Converts bool   // it Fits after scalars are converted: lax spellings, and float32s that the decoder would round twice
	Large    bool   // an integer beyond 2^53 stands where the shape allows any value
	Absent   bool   // an object lacks the key of a Field with a default
	Filled   bool   // ScanInto has filled the value
	Offset   int    // the position in characters, not bytes, as Python's json module counts
	Message  string // one of the constants below
}

// The messages of malformed documents are those of Python's json module, which FastAPI sends as ctx.error.
const (
	MessageValue        = "Expecting value"
	MessageName         = "Expecting property name enclosed in double quotes"
	MessageComma        = "Expecting ',' delimiter"
	MessageColon        = "Expecting ':' delimiter"
	MessageExtra        = "Extra data"
	MessageUnterminated = "Unterminated string starting at"
	MessageControl      = "Invalid control character at"
	MessageEscape       = `Invalid \escape`
	MessageUnicode      = `Invalid \uXXXX escape` // also for lone surrogates, which Python accepts
	MessageUTF8         = "Invalid UTF-8"         // Python reports another error, before its json module runs
	MessageBOM          = "Unexpected UTF-8 BOM"
)

// malformed returns the report of an error at byte at. When the document is not UTF-8, that is the error, as in Python, which
// decodes the text first; and only then can characters be counted.
func malformed(doc []byte, at int, message string) Report {
	if bad := invalidUTF8(doc); bad >= 0 {
		at, message = bad, MessageUTF8
	}
	return Report{Verdict: Malformed, Offset: utf8.RuneCount(doc[:at]), Message: message}
}

// invalidUTF8 returns the position of the first byte that is not part of a valid character, or -1.
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
