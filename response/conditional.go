package response

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// SetETag sets the ETag of the answer: the version of the resource. SetETag quotes a text without quotes, and sends "x" and
// W/"x" unchanged. For an answer to GET that is made of a value, a client that already has this version receives 304.
func (r *Response) SetETag(tag string) *Response {
	if !strings.HasSuffix(tag, `"`) || len(tag) < 2 {
		tag = `"` + tag + `"`
	}
	if _, rest, ok := cutTag(tag); !ok || rest != "" {
		r.fail(fmt.Errorf("response: SetETag(%q): an entity tag has printable characters other than quotes and spaces (RFC 9110, 8.8.3)", tag))
		return r
	}
	return r.SetHeader("ETag", tag)
}

// SetLastModified sets the time of the resource's last change, in whole seconds. A client that already has this version
// receives 304, as with SetETag.
func (r *Response) SetLastModified(t time.Time) *Response {
	return r.SetHeader("Last-Modified", t.UTC().Format(http.TimeFormat))
}

// Precondition compares ETag and Last-Modified of r with the conditions of a request (RFC 9110, 13). The error is a 304 if the
// client already has this version, and a 412 if the resource has changed since the client read it. A handler calls
// Precondition before it changes the resource, or before expensive reads, and returns the error:
//
//	if err := res.SetETag(item.Version).Precondition(r); err != nil {
//		return nil, err
//	}
//
// Without ETag and Last-Modified the resource does not exist yet: If-Match fails, and If-None-Match: * holds.
func (r *Response) Precondition(req *http.Request) error {
	status := condition(req, r.first("Etag"), r.first("Last-Modified"))
	if status == 0 {
		return r.Err()
	}
	e := NewError(status, nil)
	for _, key := range []string{"Cache-Control", "Content-Location", "ETag", "Expires", "Last-Modified", "Vary"} {
		for _, v := range r.get(http.CanonicalHeaderKey(key)) {
			e = e.WithHeader(key, v)
		}
	}
	return e
}

// Revalidate changes r, an answer to GET or HEAD made of a value, to a 304 if the client already has this version. It returns
// a 412 if another condition of the request fails. auto means that it first sets an ETag, a hash of the body.
func (r *Response) Revalidate(req *http.Request, auto bool) error {
	if req.Method != http.MethodGet && req.Method != http.MethodHead || r.content != raw || r.status != 0 && r.status != http.StatusOK {
		return nil
	}
	if auto && r.first("Etag") == "" {
		sum := sha256.Sum256(r.body)
		r.SetHeader("ETag", `W/"`+hex.EncodeToString(sum[:16])+`"`) // weak: middleware may compress it
	}
	if !r.HasHeader() {
		return nil
	}
	etag, modified := r.first("Etag"), r.first("Last-Modified")
	if etag == "" && modified == "" {
		return nil
	}
	switch condition(req, etag, modified) {
	case http.StatusNotModified:
		r.status, r.content, r.body = http.StatusNotModified, none, nil
	case http.StatusPreconditionFailed:
		return NewError(http.StatusPreconditionFailed, nil)
	}
	return nil
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
