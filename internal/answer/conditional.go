package answer

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
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
		a.status, a.content, a.body = http.StatusNotModified, none, nil
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
		if !matches(match, etag, true, known) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := date("If-Unmodified-Since"); ok && known && modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if match := req.Header["If-None-Match"]; len(match) > 0 {
		if matches(match, etag, false, known) {
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

// matches reports whether a list of entity tags contains etag. The strong comparison accepts no weak tags (RFC 9110,
// 8.8.3.2). exists means that the resource exists, also without a tag: "*" then matches.
func matches(lines []string, etag string, strong, exists bool) bool {
	for _, line := range lines {
		list := strings.Trim(line, " \t")
		if list == "*" {
			return exists || etag != ""
		}
		for list != "" {
			if list[0] == ',' || list[0] == ' ' || list[0] == '\t' {
				list = list[1:]
				continue
			}
			tag, rest, ok := cutTag(list)
			if !ok {
				break // the rest of the line is ignored
			}
			if etag != "" && strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") && (!strong || tag[0] == '"' && etag[0] == '"') {
				return true
			}
			list = rest
		}
	}
	return false
}

// cutTag cuts an entity tag off the front of s. ok is false if s does not begin with one.
func cutTag(s string) (tag, rest string, ok bool) {
	start := strings.TrimPrefix(s, "W/")
	if start == "" || start[0] != '"' {
		return "", s, false
	}
	for i := 1; i < len(start); i++ {
		switch c := start[i]; {
		case c == '"':
			n := len(s) - len(start) + i + 1
			return s[:n], s[n:], true
		case c <= ' ' || c == 0x7f:
			return "", s, false
		}
	}
	return "", s, false
}

// IsETag reports whether s is an entity tag (RFC 9110, 8.8.3).
func IsETag(s string) bool {
	_, rest, ok := cutTag(s)
	return ok && rest == ""
}
