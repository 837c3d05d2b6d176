package exchange

import (
	"maps"
	"net/http"
	"slices"
)

// EarlyHints sends an interim 103 with Link headers (RFC 8297), so that the client can load resources of the page early. sent is false, and
// nothing is sent, for HTTP/1.0, whose clients may take a 103 for the answer; after the response has begun; for a writer without a server;
// and for links that [Check] refuses.
func (x *Exchange) EarlyHints(links []string) (sent bool) {
	if legalHeader("Link", links) != nil || x.Written() || !x.hasInterim() || !x.hasServer() {
		return false
	}
	header := x.w.Header()
	kept := maps.Clone(header) // net/http sends the whole header with 103: cookies and caching belong to the answer only
	clear(header)
	header["Link"] = slices.Clone(links)
	x.w.WriteHeader(http.StatusEarlyHints)
	clear(header)
	maps.Copy(header, kept)
	return true
}
