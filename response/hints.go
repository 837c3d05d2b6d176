package response

// EarlyHints tells the client, before the answer is there, what it will need for it: each link is the value of a Link
// header, as in `</app.css>; rel=preload; as=style`. On the Response that a handler is given it is sent at once as an
// interim 103 (RFC 8297), over HTTP/1.1 and later; the answer has the links too, for clients that do not know 103.
func (r *Response) EarlyHints(links ...string) *Response {
	for _, l := range links {
		r.AddHeader("Link", l)
	}
	if r.exchange != nil && len(links) > 0 {
		r.exchange.EarlyHints(links)
	}
	return r
}
