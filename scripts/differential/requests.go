package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// request is one request in the bytes of HTTP/1.
type request struct {
	number    uint64
	mode      string
	operation string // of the document
	method    string
	target    string
	fields    [][2]string
	body      string
	raw       []byte
}

// operation is one of the document.
type operation struct {
	method, path string
	parameters   []map[string]any
	types        []string                  // of the body
	bodies       map[string]map[string]any // media type objects
}

// maker makes the requests of one app.
type maker struct {
	*schemas
	mode       string
	operations []operation
}

func newMaker(mode string, doc map[string]any) *maker {
	m := &maker{&schemas{doc}, mode, nil}
	paths, _ := doc["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, _ := paths[path].(map[string]any)
		all := maps.Clone(item)
		more, _ := item["additionalOperations"].(map[string]any)
		maps.Copy(all, more)
		for _, method := range slices.Sorted(maps.Keys(all)) {
			op, _ := all[method].(map[string]any)
			if op["responses"] == nil {
				continue
			}
			o := operation{method: strings.ToUpper(method), path: path}
			list, _ := op["parameters"].([]any)
			for _, p := range list {
				o.parameters = append(o.parameters, m.resolve(p))
			}
			content, _ := m.resolve(op["requestBody"])["content"].(map[string]any)
			o.types = slices.Sorted(maps.Keys(content))
			o.bodies = map[string]map[string]any{}
			for t, v := range content {
				o.bodies[t] = m.resolve(v)
			}
			m.operations = append(m.operations, o)
		}
	}
	return m
}

// request makes the request of a number.
func (m *maker) request(n uint64) *request {
	r := rng(n)
	if r.IntN(200) == 0 {
		return m.page(r, n)
	}
	o := m.operations[r.IntN(len(m.operations))]
	q := &request{number: n, mode: m.mode, operation: o.method + " " + o.path, method: o.method}
	path, query, cookies := o.path, []string{}, []string{}
	for _, p := range o.parameters {
		name, _ := p["name"].(string)
		in, _ := p["in"].(string)
		need, _ := p["required"].(bool)
		switch {
		case in == "path":
			path = strings.NewReplacer("{"+name+"}", m.pathText(r, p), "{"+name+"...}", m.pathText(r, p)).Replace(path)
		case need && r.IntN(20) > 0, r.IntN(100) < 35:
			switch in {
			case "query":
				query = append(query, m.pairs(r, name, p)...)
			case "header":
				for _, v := range m.values(r, p) {
					q.field(r, name, v)
				}
			case "cookie":
				for _, v := range m.values(r, p) {
					cookies = append(cookies, name+"="+cookieText(r, v))
				}
			}
		}
	}
	q.target = m.targetOf(r, path, query)
	if len(cookies) > 0 || r.IntN(30) == 0 {
		if r.IntN(10) == 0 {
			cookies = append(cookies, []string{"", "=", "a", "a=\"b\"", "session=", " number=3", "theme=dark; theme=light", "x=é", "a b=c", "number=\x01"}[r.IntN(10)])
		}
		if len(cookies) > 1 && r.IntN(5) == 0 {
			q.field(r, "Cookie", strings.Join(cookies[1:], "; "))
			cookies = cookies[:1]
		}
		q.field(r, "Cookie", strings.Join(cookies, []string{"; ", ";", "; ; "}[r.IntN(3)]))
	}
	if len(o.types) > 0 {
		m.bodyOf(r, q, o)
	} else if r.IntN(40) == 0 {
		q.body = pool(r).text
	}
	if r.IntN(100) < 12 {
		all := []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PURGE", "FOO", "get"}
		q.method = all[r.IntN(len(all))]
		if r.IntN(2) == 0 {
			q.method = "HEAD"
		}
	}
	m.more(r, q)
	q.write(r)
	return q
}

// page asks for a document, a page, or what there is not.
func (m *maker) page(r *rand.Rand, n uint64) *request {
	all := []string{"/docs", "/redoc", "/openapi.json", "/openapi.yaml", "/openapi.json?version=3.0", "/openapi.json?version=3.2", "/openapi.json?version=9", "/docs/oauth2-redirect", "/routes", "/", "/nowhere", "//", "/answers", "/bodies/", "/root/answers/text", "*", "/favicon.ico"}
	q := &request{number: n, mode: m.mode, operation: "a page", method: []string{"GET", "GET", "HEAD", "OPTIONS", "POST"}[r.IntN(5)], target: all[r.IntN(len(all))]}
	if q.target == "*" {
		q.method = "OPTIONS"
	}
	m.more(r, q)
	q.write(r)
	return q
}

// scalar is a value as the text of a parameter.
func (m *maker) scalar(r *rand.Rand, schema any) string {
	if r.IntN(6) == 0 {
		if r.IntN(2) == 0 {
			return numbers[r.IntN(len(numbers))]
		}
		return texts[r.IntN(len(texts))]
	}
	return m.flat(r, m.value(r, schema, 2))
}

// flat is a JSON value as a text.
func (m *maker) flat(r *rand.Rand, n *node) string {
	if n.kind == 'l' {
		var parts []string
		for _, one := range n.members {
			parts = append(parts, m.flat(r, one))
		}
		return strings.Join(parts, ",")
	}
	if n.kind == 'o' {
		var b strings.Builder
		n.write(&b, r, style{})
		return b.String()
	}
	return n.text
}

// contentOf is the schema of a parameter of JSON text.
func contentOf(p map[string]any) (schema any, ok bool) {
	content, _ := p["content"].(map[string]any)
	for _, v := range content {
		of, _ := v.(map[string]any)
		return of["schema"], true
	}
	return nil, false
}

// values are the texts of a parameter, one for each time that it occurs.
func (m *maker) values(r *rand.Rand, p map[string]any) []string {
	if schema, ok := contentOf(p); ok {
		return []string{m.document(r, schema)}
	}
	n := m.value(r, p["schema"], 3)
	explode, ok := p["explode"].(bool)
	if n.kind == 'l' && (!ok && p["style"] == nil && p["in"] == "query" || explode) {
		out := []string{}
		for _, one := range n.members {
			out = append(out, m.flat(r, one))
		}
		return out
	}
	out := []string{m.flat(r, n)}
	if r.IntN(5) == 0 {
		out[0] = m.scalar(r, p["schema"])
	}
	if r.IntN(20) == 0 {
		out = append(out, m.scalar(r, p["schema"]))
	}
	return out
}

// pairs are the pairs of a query or an url-encoded form.
func (m *maker) pairs(r *rand.Rand, name string, p map[string]any) []string {
	if p["style"] == "deepObject" {
		n := m.value(r, p["schema"], 4)
		if r.IntN(3) == 0 {
			n.mutate(r)
		}
		return m.deep(r, escape(r, name), n)
	}
	if r.IntN(40) == 0 {
		name = strings.ToUpper(name)
	}
	out := []string{}
	for _, v := range m.values(r, p) {
		out = append(out, escape(r, name)+"="+escape(r, v))
	}
	return out
}

func (m *maker) deep(r *rand.Rand, prefix string, n *node) []string {
	var out []string
	open, shut := "[", "]"
	if r.IntN(4) == 0 {
		open, shut = "%5B", "%5D"
	}
	switch n.kind {
	case 'o':
		for i, name := range n.names {
			out = append(out, m.deep(r, prefix+open+escape(r, name)+shut, n.members[i])...)
		}
		return out
	case 'l':
		for i, one := range n.members {
			out = append(out, m.deep(r, prefix+[]string{"", open + shut, fmt.Sprint(open, i, shut), open}[min(3, r.IntN(31)/10)], one)...)
		}
		return out
	}
	return []string{prefix + "=" + escape(r, n.text)}
}

// escape writes a text of a query, in one of the ways that clients have.
func escape(r *rand.Rand, s string) string {
	switch r.IntN(12) {
	case 0:
		return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	case 1:
		var b strings.Builder
		for _, c := range []byte(s) {
			fmt.Fprintf(&b, "%%%02x", c)
		}
		return b.String()
	case 2: // what is legal in a target stays as it is
		return strings.Map(func(c rune) rune {
			if c <= ' ' || c == '#' || c == 0x7f {
				return -1
			}
			return c
		}, s)
	}
	return url.QueryEscape(s)
}

func (m *maker) pathText(r *rand.Rand, p map[string]any) string {
	s := url.PathEscape(m.scalar(r, p["schema"]))
	switch r.IntN(12) {
	case 0:
		s += "%2F" + s
	case 1:
		s += "/x"
	case 2:
		s = ""
	case 3:
		s = "%ff"
	case 4:
		s = "a.txt"
	}
	return s
}

func (m *maker) targetOf(r *rand.Rand, path string, query []string) string {
	path = strings.ReplaceAll(path, "{$}", "")
	if r.IntN(15) == 0 {
		switch r.IntN(9) {
		case 0:
			path += "/"
		case 1:
			path = strings.TrimSuffix(path, "/")
		case 2:
			path = "/" + path
		case 3:
			path += "/../x"
		case 4:
			path = strings.ToUpper(path)
		case 5:
			path = strings.Replace(path, "/", "/./", 1)
		case 6:
			path += "%20"
		case 7:
			path = strings.Replace(path, "a", "%61", 1)
		case 8:
			path = "http://example.com" + path
		}
	}
	if r.IntN(12) == 0 {
		query = append(query, []string{"unknown=1", "", "=", "a", "a;b=1", "%zz=1", "a=%", "=x", "limit=1&limit=2", "a[b=1", "filter[=1", "filter=1", "a=1&a=2&a=3&a=4&a=5&a=6", "é=é"}[r.IntN(14)])
	}
	r.Shuffle(len(query), func(i, j int) { query[i], query[j] = query[j], query[i] })
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	} else if r.IntN(50) == 0 {
		path += "?"
	}
	return path
}

// field adds a header field. What HTTP does not allow in one would end the connection, so most of it is left out.
func (q *request) field(r *rand.Rand, name, value string) {
	value = strings.NewReplacer("\n", "", "\r", "", "\x00", "").Replace(value)
	if r.IntN(20) == 0 {
		name = strings.ToLower(name)
	}
	q.fields = append(q.fields, [2]string{name, value})
}

func cookieText(r *rand.Rand, s string) string {
	switch r.IntN(6) {
	case 0:
		return `"` + s + `"`
	case 1:
		return url.QueryEscape(s)
	}
	return strings.NewReplacer(";", "", " ", "", `"`, "").Replace(s)
}

// bodyOf gives the request a body of a media type that the operation takes, or another.
func (m *maker) bodyOf(r *rand.Rand, q *request, o operation) {
	if r.IntN(40) == 0 {
		return
	}
	mediaType := o.types[r.IntN(len(o.types))]
	schema := o.bodies[mediaType]["schema"]
	declared := mediaType
	switch {
	case mediaType == "application/x-www-form-urlencoded" || mediaType == "multipart/form-data":
		declared = m.form(r, q, m.resolve(schema))
	case strings.HasSuffix(mediaType, "xml"):
		q.body = "<Address><Street>" + texts[r.IntN(len(texts))] + "</Street><City>x</City><Zip>NW16XE</Zip></Address>"
	case strings.HasSuffix(mediaType, "json"):
		q.body = m.document(r, schema)
		declared = []string{"application/json", "application/json", "application/json", "application/json; charset=utf-8", "application/merge-patch+json", "APPLICATION/JSON"}[r.IntN(6)]
	default:
		q.body = strings.Repeat(texts[r.IntN(len(texts))], r.IntN(60))
		declared = []string{"image/png", "text/plain", "application/octet-stream"}[r.IntN(3)]
	}
	if r.IntN(25) == 0 {
		declared = []string{"", "text/plain", "application/json; charset=latin1", "application", "application/json;", "application/xml", "multipart/form-data", "multipart/form-data; boundary=x", "*/*", "application/x-www-form-urlencoded", "application/jsonp", "a b/c"}[r.IntN(12)]
	}
	if declared != "" {
		q.field(r, "Content-Type", declared)
	}
	if r.IntN(100) == 0 {
		q.field(r, "Content-Encoding", []string{"gzip", "identity", "br"}[r.IntN(3)])
	}
}

// form writes a form in one of its encodings, which it returns.
func (m *maker) form(r *rand.Rand, q *request, schema map[string]any) (mediaType string) {
	for _, key := range []string{"oneOf", "anyOf"} {
		if all, ok := schema[key].([]any); ok && len(all) > 0 {
			schema = m.resolve(all[r.IntN(len(all))])
		}
	}
	n := m.object(r, schema, 3)
	if r.IntN(2) == 0 {
		n.mutate(r)
	}
	properties, _ := schema["properties"].(map[string]any)
	multipart := r.IntN(2) == 0
	var pairs []string
	var parts strings.Builder
	boundary := []string{"x", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "a'b"}[r.IntN(3)]
	for i, name := range n.names {
		var values []*node
		switch v := n.members[i]; {
		case v.kind == 'l' && r.IntN(4) > 0:
			values = v.members
		default:
			values = []*node{v}
		}
		for _, v := range values {
			if v.kind == 'o' && r.IntN(3) > 0 && !multipart {
				pairs = append(pairs, m.deep(r, escape(r, name), v)...)
				continue
			}
			content := m.flat(r, v)
			pairs = append(pairs, escape(r, name)+"="+escape(r, content))
			of, _ := properties[name].(map[string]any)
			file := name == "file" || name == "chip" || name == "more" || name == "icon" || of["format"] == "binary"
			fmt.Fprintf(&parts, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", boundary, strings.NewReplacer("\"", "%22", "\n", "", "\r", "").Replace(name))
			if file != (r.IntN(15) == 0) {
				fmt.Fprintf(&parts, "; filename=\"%s\"\r\nContent-Type: %s", []string{"a.txt", "", "../x", "ä.png", "a\\b", "x%22y"}[r.IntN(6)], []string{"text/plain", "application/json", "image/png", "x"}[r.IntN(4)])
				content = strings.Repeat(content, 1+r.IntN(8)*r.IntN(8))
			}
			fmt.Fprintf(&parts, "\r\n\r\n%s\r\n", content)
		}
	}
	if multipart {
		fmt.Fprintf(&parts, "--%s--\r\n", boundary)
		if q.body = parts.String(); r.IntN(12) == 0 {
			q.body = garble(r, q.body)
		}
		return "multipart/form-data; boundary=\"" + boundary + "\""
	}
	if q.body = strings.Join(pairs, "&"); r.IntN(12) == 0 {
		q.body = garble(r, q.body)
	}
	return "application/x-www-form-urlencoded"
}

// more adds fields that the framework reads by itself.
func (m *maker) more(r *rand.Rand, q *request) {
	for _, f := range extra {
		if r.IntN(f.rare) == 0 {
			q.field(r, f.name, f.values[r.IntN(len(f.values))])
		}
	}
}

func basic(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }

var extra = []struct {
	name   string
	rare   int
	values []string
}{
	{"Accept", 8, []string{"*/*", "application/json", "text/html", "application/xml", "text/*;q=0.5, application/xml;q=0.9", "text/x-go", "application/json;q=0", "x", "", "application/problem+json", "text/event-stream", "*/*;q=0"}},
	{"Accept-Encoding", 10, []string{"gzip", "identity", "br, gzip;q=0.5", "*;q=0", "gzip;q=0", "zstd, deflate"}},
	{"Accept-Language", 20, []string{"de", "en-GB,en;q=0.9", "*", "fr;q=0"}},
	{"If-None-Match", 15, []string{"*", `"tag"`, `W/"tag"`, `"v"`, `"a", W/"b"`, "tag", ""}},
	{"If-Match", 20, []string{"*", `"tag"`, `W/"tag"`, `"a"`, "x"}},
	{"If-Modified-Since", 20, []string{"Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:04 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "x"}},
	{"If-Unmodified-Since", 25, []string{"Fri, 02 Jan 2026 03:04:05 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "x"}},
	{"If-Range", 30, []string{`"tag"`, "Fri, 02 Jan 2026 03:04:05 GMT"}},
	{"Range", 15, []string{"bytes=0-9", "bytes=-5", "bytes=290-", "bytes=1000-", "bytes=0-1,5-6", "bytes=5-1", "x=1", "bytes="}},
	{"Origin", 15, []string{"https://a.example", "https://b.example", "null", "http://a.example", "x"}},
	{"Access-Control-Request-Method", 20, []string{"GET", "PUT", "FOO"}},
	{"Access-Control-Request-Headers", 25, []string{"X-A", "x-a, content-type", "X-B"}},
	{"Sec-Fetch-Site", 30, []string{"same-origin", "cross-site", "none"}},
	{"Authorization", 6, []string{"Bearer read", "Bearer read.write", "bearer x", "Bearer", "Bearer a b", "Basic", basic("user:pass"), basic("user"), basic("ü:x"), "Basic !!", "Digest username=\"a\"", "Digest", "x y", ""}},
	{"X-Key", 12, []string{"key", "", "é"}}, {"X-Need", 5, []string{"1", "x", " 7", "7 "}}, {"X-N", 20, []string{"3", "10", "x"}},
	{"X-Forwarded-For", 20, []string{"1.2.3.4", "1.2.3.4, 5.6.7.8", "x"}}, {"X-Forwarded-Proto", 20, []string{"https", "http", "x"}}, {"X-Forwarded-Host", 25, []string{"e.example", "a b"}},
	{"X-Forwarded-Prefix", 30, []string{"/p"}}, {"Forwarded", 30, []string{"for=1.2.3.4;proto=https;host=f.example", "x"}},
	{"X-HTTP-Method-Override", 40, []string{"PUT", "DELETE"}}, {"Last-Event-ID", 30, []string{"1", "x"}}, {"Expect", 80, []string{"100-continue", "x"}}, {"Connection", 60, []string{"close", "keep-alive"}},
	{"User-Agent", 20, []string{"x", "Mozilla/5.0"}}, {"X-Trace", 20, []string{"t", "a long trace id", "a,b"}}, {"X-List", 20, []string{"a", "a, b", ""}}, {"X-List", 30, []string{"c"}}, {"Te", 60, []string{"trailers"}},
}

// write makes the bytes of the request.
func (q *request) write(r *rand.Rand) {
	var b strings.Builder
	version := "1.1"
	if r.IntN(40) == 0 {
		version = "1.0"
	}
	fmt.Fprintf(&b, "%s %s HTTP/%s\r\n", q.method, q.target, version)
	host := "example.com"
	if r.IntN(25) == 0 {
		host = []string{"a.example.org", "evil.example", "example.com:8080", "EXAMPLE.com", "[::1]", ""}[r.IntN(6)]
	}
	fmt.Fprintf(&b, "Host: %s\r\n", host)
	chunked := version == "1.1" && q.body != "" && r.IntN(8) == 0
	switch {
	case chunked:
		q.fields = append(q.fields, [2]string{"Transfer-Encoding", "chunked"})
	case q.body != "" || r.IntN(10) == 0:
		q.fields = append(q.fields, [2]string{"Content-Length", fmt.Sprint(len(q.body))})
	}
	for _, f := range q.fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f[0], f[1])
	}
	b.WriteString("\r\n")
	if !chunked {
		b.WriteString(q.body)
	} else {
		for left := q.body; left != ""; {
			n := 1 + r.IntN(min(len(left), 200))
			fmt.Fprintf(&b, "%x\r\n%s\r\n", n, left[:n])
			left = left[n:]
		}
		b.WriteString("0\r\n\r\n")
	}
	q.raw = []byte(b.String())
}

// curl is a line that sends the request to the app, which listens on a socket with the name of the mode.
func (q *request) curl() string {
	var b strings.Builder
	fmt.Fprintf(&b, "curl -i --path-as-is --unix-socket %s -X %s %s", q.mode, q.method, quote("http://example.com"+q.target))
	for _, f := range q.fields {
		if f[0] != "Content-Length" {
			fmt.Fprintf(&b, " -H %s", quote(f[0]+": "+f[1]))
		}
	}
	if q.body != "" {
		fmt.Fprintf(&b, " --data-binary %s", quote(q.body))
	}
	return b.String()
}

// quote is a word of bash.
func quote(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for _, c := range []byte(s) {
		switch {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\x%02x", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
