package answer

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/httptext"
)

// Revalidate changes a, an answer to GET or HEAD made of a value, to a 304 if the client already has this version. It returns
// 412 if another condition of the request fails, else 0. auto means that it first sets an ETag, a hash of the body.
func (a *Answer) Revalidate(req *http.Request, auto bool) (failed int) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead || a.content != raw || a.status != 0 && a.status != http.StatusOK {
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
	switch condition(req, etag, modified) {
	case http.StatusNotModified:
		a.status, a.content, a.plain, a.body = http.StatusNotModified, none, false, nil
	case http.StatusPreconditionFailed:
		return http.StatusPreconditionFailed
	}
	return 0
}

// Condition compares ETag and Last-Modified of a with the conditions of a request. It returns 0 if all hold, else 304 or 412.
func (a *Answer) Condition(req *http.Request) (status int) {
	return condition(req, a.HeaderValue("Etag"), a.HeaderValue("Last-Modified"))
}

// condition evaluates the conditions of a request in the order of RFC 9110, 13.2.2. It returns 0 if all hold, else 304 or 412.
func condition(req *http.Request, etag, lastModified string) (status int) {
	reads := req.Method == http.MethodGet || req.Method == http.MethodHead
	modified, err := http.ParseTime(lastModified)
	known := err == nil
	date := func(key string) (time.Time, bool) {
		values := req.Header[key]
		if len(values) != 1 {
			return time.Time{}, false // several dates are ignored (13.1.3)
		}
		t, err := http.ParseTime(values[0])
		return t, err == nil
	}
	if match := req.Header["If-Match"]; len(match) > 0 {
		if !httptext.MatchEntityTag(match, etag, true, known) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := date("If-Unmodified-Since"); ok && known && modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if match := req.Header["If-None-Match"]; len(match) > 0 {
		if httptext.MatchEntityTag(match, etag, false, known) {
			if reads {
				return http.StatusNotModified
			}
			return http.StatusPreconditionFailed
		}
	} else if since, ok := date("If-Modified-Since"); ok && known && reads && !modified.After(since) {
		return http.StatusNotModified
	}
	return 0
}
