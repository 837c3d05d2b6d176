package exchange

import (
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/httptext"
)

// Conditions are those of a request, such as If-None-Match (RFC 9110, 13.1).
type Conditions struct {
	reads bool // the method is GET or HEAD

	match, noneMatch, modifiedSince, unmodifiedSince []string // the values of the headers
}

// Conditions returns the conditions of the request.
func (x *Exchange) Conditions() Conditions {
	return Conditions{x.IsRead(), x.header("If-Match"), x.header("If-None-Match"), x.header("If-Modified-Since"), x.header("If-Unmodified-Since")}
}

// Status compares the ETag and the Last-Modified of an answer with the conditions, in the order of RFC 9110, 13.2.2. It returns 0 if
// all conditions hold, else 304 or 412.
func (c *Conditions) Status(etag, lastModified string) int {
	modified, err := http.ParseTime(lastModified)
	known := err == nil
	if len(c.match) > 0 {
		if !httptext.MatchEntityTag(c.match, etag, true, known) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := dateOf(c.unmodifiedSince); ok && known && modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if len(c.noneMatch) > 0 {
		if httptext.MatchEntityTag(c.noneMatch, etag, false, known) {
			if c.reads {
				return http.StatusNotModified
			}
			return http.StatusPreconditionFailed
		}
	} else if since, ok := dateOf(c.modifiedSince); ok && known && c.reads && !modified.After(since) {
		return http.StatusNotModified
	}
	return 0
}

// dateOf returns the date of a header. ok is false for several dates, which are ignored (RFC 9110, 13.1.3).
func dateOf(values []string) (t time.Time, ok bool) {
	if len(values) != 1 {
		return time.Time{}, false
	}
	t, err := http.ParseTime(values[0])
	return t, err == nil
}
