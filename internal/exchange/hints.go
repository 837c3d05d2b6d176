package exchange

import (
	"maps"
	"net/http"
	"slices"
)

// EarlyHints sends an interim 103 with Link headers (RFC 8297), so that the client can begin to load what the page will
// need. It does nothing where a client could mistake it for the answer, HTTP/1.0, where the response has begun, and where
// the writer is not a server's. sent tells whether it left.
// Links that [Check] would refuse are not sent.
func (x *Exchange) EarlyHints(links []string) (sent bool) {
	if legalHeader("Link", links) != nil || x.Written() || !x.r.ProtoAtLeast(1, 1) || x.r.Context().Value(http.ServerContextKey) == nil {
		return false
	}
	header := x.w.Header()
	kept := maps.Clone(header) // 103 is sent with all that is there: cookies and caching are for the answer alone
	clear(header)
	header["Link"] = slices.Clone(links)
	x.w.WriteHeader(http.StatusEarlyHints)
	clear(header)
	maps.Copy(header, kept)
	return true
}
