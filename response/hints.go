package response

// EarlyHints tells the client before the answer which resources to load. Each link is the value of a Link header, such as
// `</app.css>; rel=preload; as=style`. On the injected Response it sends an interim 103 at once (RFC 8297), over HTTP/1.1
// and later. The answer has the links too, for clients that ignore 103.
func (r *Response) EarlyHints(links ...string) *Response {
	for _, l := range links {
		r.AddHeader("Link", l)
	}
	if r.exchange != nil && len(links) > 0 {
		r.exchange.EarlyHints(links)
	}
	return r
}
