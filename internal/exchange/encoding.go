package exchange

import (
	"errors"
	"strings"
)

// ErrEncoding means that the body has a Content-Encoding, such as gzip, that is not decoded here (415).
var ErrEncoding = errors.New("the body has a Content-Encoding that is not decoded")

// Encoded reports whether the body is declared to have another Content-Encoding than identity. Such a body is not what its
// media type says, until it is decoded.
func (x *Exchange) Encoded() bool {
	lines := x.r.Header["Content-Encoding"]
	return len(lines) > 0 && areEncoded(lines)
}

func areEncoded(lines []string) bool {
	for _, line := range lines {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = trimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
				return true
			}
		}
	}
	return false
}
