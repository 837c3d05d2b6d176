package answer

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/brio-go/brio/internal/exchange"
)

// Revalidate changes a, an answer to GET or HEAD made of a value, to a 304 if the client already has this version. It returns
// 412 if another condition of the request fails, else 0. auto means that it first sets an ETag, a hash of the body.
func (a *Answer) Revalidate(x *exchange.Exchange, auto bool) (failed int) {
	if !x.IsRead() || a.content != raw || a.status != 0 && a.status != http.StatusOK {
		return 0
	}
	if auto && a.HeaderValue("Etag") == "" {
		sum := sha256.Sum256(a.body)
		a.SetHeader("ETag", `W/"`+hex.EncodeToString(sum[:16])+`"`) // weak: middleware may compress it
	}
	if !a.HasHeader() {
		return 0
	}
	etag, modified := a.HeaderValue("Etag"), a.HeaderValue("Last-Modified")
	if etag == "" && modified == "" {
		return 0
	}
	conditions := x.Conditions()
	switch conditions.Status(etag, modified) {
	case http.StatusNotModified:
		a.status, a.content, a.plain, a.body = http.StatusNotModified, none, false, nil
	case http.StatusPreconditionFailed:
		return http.StatusPreconditionFailed
	}
	return 0
}

// Condition compares ETag and Last-Modified of a with the conditions of a request. It returns 0 if all hold, else 304 or 412.
func (a *Answer) Condition(c exchange.Conditions) (status int) {
	return c.Status(a.HeaderValue("Etag"), a.HeaderValue("Last-Modified"))
}
