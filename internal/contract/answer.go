package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// Answer is the answer to a request.
type Answer struct {
	Method string // of the request
	Status int
	Header http.Header
	Body   []byte
}

// Problems says where an answer is not the one that the document declares: status, headers, media type, body. Every answer of the
// operation is held to it, errors too. allowed are headers that need no declaration, besides those of HTTP itself.
func (op *Operation) Problems(a Answer, allowed []string) (out []string) {
	response := op.response(a.Status)
	if response == nil {
		return []string{fmt.Sprintf("the status %d is not declared; the document has %s", a.Status, strings.Join(slices.Sorted(maps.Keys(op.responses)), ", "))}
	}
	out = append(out, op.headers(object(response["headers"]), a, allowed)...)
	return append(out, op.content(object(response["content"]), a)...)
}

// Declares reports whether the document has a status, by itself, its range or the default.
func (op *Operation) Declares(status int) bool { return op.response(status) != nil }

// unasked are the statuses that need no declaration: an internal error, which Explore and tests see by itself, and what conditions and
// ranges of the request ask for (RFC 9110, sections 13 and 14).
var unasked = []int{
	http.StatusInternalServerError, http.StatusNotModified, http.StatusPreconditionFailed, http.StatusPartialContent, http.StatusRequestedRangeNotSatisfiable,
}

// response returns the declared response of a status, nil if there is none.
func (op *Operation) response(status int) Object {
	key := strconv.Itoa(status)
	for _, k := range []string{key, key[:1] + "XX", "default"} {
		if r, ok := op.responses[k]; ok {
			return op.Document.Resolve(r)
		}
	}
	if slices.Contains(unasked, status) {
		return Object{}
	}
	return nil
}

// ordinary are the headers of HTTP and of middleware, which say nothing about one operation. Content-Language and the like are set by
// negotiation. The others of an app are declared, or allowed by name.
var ordinary = strings.Fields(`
	Accept Accept-Encoding Accept-Patch Accept-Post Accept-Ranges Access-Control-Allow-Credentials Access-Control-Allow-Headers Access-Control-Allow-Methods Access-Control-Allow-Origin
	Access-Control-Expose-Headers Access-Control-Max-Age Age Allow Alt-Svc Cache-Control Connection Content-Disposition Content-Encoding
	Content-Language Content-Length Content-Location Content-Range Content-Security-Policy Content-Type Cross-Origin-Embedder-Policy
	Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy Date Etag Expires Last-Modified Link Location Permissions-Policy Pragma
	Ratelimit Ratelimit-Policy Referrer-Policy Retry-After Server Server-Timing Set-Cookie Strict-Transport-Security Trailer
	Transfer-Encoding Upgrade Vary Www-Authenticate X-Accel-Buffering X-Content-Type-Options X-Frame-Options X-Request-Id`)

// headers judges the headers of an answer.
func (op *Operation) headers(declared Object, a Answer, allowed []string) (out []string) {
	known := map[string]Object{}
	for name, h := range declared {
		known[textproto.CanonicalMIMEHeaderKey(name)] = op.Document.Resolve(h)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if known[name] == nil && !slices.Contains(ordinary, name) && !slices.ContainsFunc(allowed, func(s string) bool { return strings.EqualFold(s, name) }) {
			out = append(out, fmt.Sprintf("the header %s is not declared", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		h, values := known[name], a.Header.Values(name)
		if len(values) == 0 {
			if h["required"] == true {
				out = append(out, fmt.Sprintf("the header %s is required, and is not there", name))
			}
			continue
		}
		if problem := op.Document.CheckText(h["schema"], values[0]); problem != "" {
			out = append(out, fmt.Sprintf("the header %s: %s", name, problem))
		}
	}
	return out
}

// CheckText judges a text that stands for a value: itself, or a JSON value. It returns the problem of the text, "" if one of them fits.
func (d *Document) CheckText(schema any, s string) string {
	problems := d.Check(schema, s, false)
	if len(problems) == 0 {
		return ""
	}
	for _, v := range []any{json.Number(s), s == "true"} {
		if _, isBool := v.(bool); isBool && s != "true" && s != "false" {
			continue
		}
		if _, isNumber := v.(json.Number); isNumber && !json.Valid([]byte(s)) {
			continue
		}
		if len(d.Check(schema, v, false)) == 0 {
			return ""
		}
	}
	if types := typesOf(d.Resolve(schema)); slices.Contains(types, "array") || slices.Contains(types, "object") {
		return "" // a list of texts has several forms
	}
	return problems[0].Text
}

// content judges media type and body.
func (op *Operation) content(content Object, a Answer) []string {
	if a.Method == http.MethodHead || a.Status == http.StatusNotModified {
		return nil
	}
	if len(content) == 0 {
		return nil // the document says nothing of the body: a file, a page
	}
	mediaType, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil && len(a.Body) > 0 {
		return []string{fmt.Sprintf("the Content-Type %q is no media type", a.Header.Get("Content-Type"))}
	}
	media, ok := mediaOf(content, mediaType)
	if !ok {
		return []string{fmt.Sprintf("the media type %q is not declared; the document has %s", mediaType, strings.Join(slices.Sorted(maps.Keys(content)), ", "))}
	}
	if !IsJSON(mediaType) {
		return nil
	}
	v, err := Decode(a.Body)
	if err != nil {
		return []string{fmt.Sprintf("the body is no JSON: %v", err)}
	}
	var out []string
	for _, p := range op.Document.Check(media["schema"], v, true) {
		out = append(out, "the body is not as declared: "+p.String())
	}
	return out
}

// mediaOf returns what the document says of a media type, by its name or a range.
func mediaOf(content Object, mediaType string) (Object, bool) {
	main, _, _ := strings.Cut(mediaType, "/")
	for _, name := range []string{mediaType, main + "/*", "*/*"} {
		for key, media := range content {
			if base, _, err := mime.ParseMediaType(key); err == nil && base == name {
				return object(media), true
			}
		}
	}
	return nil, false
}

// Schema returns the schema of the JSON body of a status, nil if there is none.
func (op *Operation) Schema(status int) Object {
	for name, media := range object(op.response(status)["content"]) {
		if IsJSON(name) {
			return object(object(media)["schema"])
		}
	}
	return nil
}

// IsJSON reports whether a media type is one of JSON.
func IsJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// Streams reports whether the operation answers with items one after the other, which may have no end.
func (op *Operation) Streams() bool {
	for _, r := range op.responses {
		for name := range object(op.Document.Resolve(r)["content"]) {
			if name == "text/event-stream" || strings.Contains(name, "jsonl") || strings.Contains(name, "ndjson") || strings.Contains(name, "json-seq") {
				return true
			}
		}
	}
	return false
}
