package briotest

import (
	"bytes"
	"encoding/json" // the file of examples is text that the tests made
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/published"
)

// defaultExamplesFile is the file of Publish without the option ExamplesFile, below the folder of the test's package.
const defaultExamplesFile = "testdata/examples.json"

// ExamplesFile is the file that Publish writes, testdata/examples.json without the option. The app reads it by the option of the same name
// of package brio.
func ExamplesFile(name string) Option {
	return option(func(s *settings) { s.examples = name })
}

// PublishOption configures Publish.
type PublishOption interface{ applyPublish(*publication) }

// volatile are the places of Volatile.
type volatile []string

func (v volatile) applyPublish(p *publication) { p.volatile = append(p.volatile, v...) }

// Volatile names places of an exchange whose values differ from one run of the test to the next, as failures of Publish list them:
// Volatile("response.body.id", "response.body.items[*].created"). A value there has to be of the same JSON type as the published one, which
// stays in the file.
func Volatile(places ...string) PublishOption { return volatile(slices.Clone(places)) }

// publication is one call of Publish.
type publication struct {
	volatile []string
	name     string
	file     string
	op       *contract.Operation // with the secrets marked
	secrets  []string            // values of the request that are no part of the example
}

// Publish makes this exchange an example of its operation in the OpenAPI document, under a name. The document then shows the values of the
// parameters and of the body at the request, and the body of the answer at its status.
//
// With the environment variable [UpdateEnv] it writes the example into the file of [ExamplesFile]. Without it the exchange has to be the one
// in the file, and the document has to show it: an example that is no longer true fails the test. The failure lists the places that differ.
// A test that has failed writes nothing.
//
// Only declared parameters are published, and bodies of JSON, of text and of forms without files. Authorization, cookies and keys of
// security schemes are left out. Fields with the tag secret and members with the format password are masked. An answer that repeats one
// of these values fails the test.
func (r *Response) Publish(name string, opts ...PublishOption) *Response {
	r.t.Helper()
	p := &publication{name: name}
	for _, o := range opts {
		o.applyPublish(p)
	}
	if r.client == nil {
		r.fail("Publish(%q): the answer of a stream is no example", name)
		return r
	}
	if p.file = r.client.settings.examples; p.file == "" {
		p.file = defaultExamplesFile
	}
	if marked := r.client.marked(); marked != nil && r.request.Pattern != "" && name != "" {
		p.op = marked.Operation(r.request.Method, r.request.Pattern)
	}
	if p.op == nil {
		r.fail("Publish(%q): legal is an answer of an operation in the app's document, and a name", name)
		return r
	}
	publications.Store(exampleKey{p.file, p.operation(), p.name}, true)
	x := p.exchange(r)
	if text, _ := json.Marshal(x); len(p.secrets) > 0 {
		for _, secret := range p.secrets {
			if len(secret) >= minSecret && bytes.Contains(text, []byte(secret)) {
				r.fail("Publish(%q): the exchange repeats a credential, or the value of a secret member, at a place that is not secret", name)
				return r
			}
		}
	}
	if os.Getenv(UpdateEnv) != "" {
		if !r.t.Failed() {
			p.update(r, x)
		}
		return r
	}
	p.compare(r, x)
	return r
}

// minSecret is the number of bytes from which a secret is searched in the exchange. A shorter text may be there by chance.
const minSecret = 6

// operation is the key of the operation in the file.
func (p *publication) operation() string { return p.op.Method + " " + p.op.Path }

// update writes the example. Volatile values that the file has stay, so the file changes only if the exchange does.
func (p *publication) update(r *Response, x published.Exchange) {
	r.t.Helper()
	err := published.Put(p.file, p.operation(), p.name, func(old published.Exchange, known bool) published.Exchange {
		if known {
			var kept published.Exchange
			text, _ := json.Marshal(p.withVolatile(valueOf(x), valueOf(old), ""))
			d := json.NewDecoder(bytes.NewReader(text))
			d.UseNumber()
			if d.Decode(&kept) == nil {
				return kept
			}
		}
		return x
	})
	if err != nil {
		r.t.Errorf("briotest: Publish(%q): %v", p.name, err)
	}
}

// compare fails the test if the exchange is not the published one, or the document does not show it.
func (p *publication) compare(r *Response, x published.Exchange) {
	r.t.Helper()
	all, err := published.Load(p.file)
	if err != nil {
		r.t.Errorf("briotest: Publish(%q): %v", p.name, err)
		return
	}
	old, known := all[p.operation()][p.name]
	if !known {
		r.t.Errorf("briotest: %s has no example %q of %s; %s=1 writes it", p.file, p.name, p.operation(), UpdateEnv)
		return
	}
	want := valueOf(old)
	var lines []string
	diffValue("", p.withVolatile(valueOf(x), want, ""), want, func(line string) { lines = append(lines, strings.TrimPrefix(line, ".")) })
	if len(lines) > 0 {
		r.fail("the example %q in %s is no longer true; %s=1 writes it anew, and Volatile names what changes in each run:\n\t%s", p.name, p.file, UpdateEnv, strings.Join(lines, "\n\t"))
		return
	}
	if !p.shown(r) && hasValues(old) {
		r.t.Errorf("briotest: the document does not show the example %q of %s; the app reads the file with brio.ExamplesFile(fsys, %q)", p.name, p.operation(), p.file)
	}
}

// shown reports whether the document has the example.
func (p *publication) shown(r *Response) bool {
	d := r.client.document()
	if d == nil {
		return false
	}
	op := d.Operation(r.request.Method, r.request.Pattern)
	return op != nil && op.Shows(p.name)
}

// hasValues reports whether the document has a place for a value of the exchange.
func hasValues(x published.Exchange) bool {
	return len(x.Request.Path)+len(x.Request.Query)+len(x.Request.Header) > 0 || x.Request.MediaType != "" || x.Response.MediaType != ""
}

// valueOf returns an exchange as a JSON value.
func valueOf(x published.Exchange) any {
	text, err := json.Marshal(x)
	if err != nil {
		return nil
	}
	v, _ := contract.Decode(text)
	return v
}

// listIndex is the index of an element in a place.
var listIndex = regexp.MustCompile(`\[\d+\]`)

// withVolatile returns got with the published values at volatile places.
func (p *publication) withVolatile(got, old any, at string) any {
	place := strings.TrimPrefix(listIndex.ReplaceAllString(at, "[*]"), ".")
	if slices.Contains(p.volatile, place) || slices.Contains(p.volatile, strings.TrimPrefix(at, ".")) {
		if fmt.Sprintf("%T", got) == fmt.Sprintf("%T", old) {
			return old
		}
		return got
	}
	switch g := got.(type) {
	case map[string]any:
		if o, ok := old.(map[string]any); ok {
			out := maps.Clone(g)
			for name, v := range g {
				if was, ok := o[name]; ok {
					out[name] = p.withVolatile(v, was, at+"."+name)
				}
			}
			return out
		}
	case []any:
		if o, ok := old.([]any); ok {
			out := slices.Clone(g)
			for i := range min(len(g), len(o)) {
				out[i] = p.withVolatile(g[i], o[i], fmt.Sprintf("%s[%d]", at, i))
			}
			return out
		}
	}
	return got
}

// exchange makes the example of an exchange.
func (p *publication) exchange(r *Response) (x published.Exchange) {
	note := func(secret string) { p.secrets = append(p.secrets, secret) }
	if _, token, ok := strings.Cut(r.request.Header.Get("Authorization"), " "); ok {
		note(token)
	}
	keys := p.keys(r.request, note)
	values := map[string]map[string]any{"path": {}, "query": {}, "header": {}}
	sent := p.texts(r.request)
	for _, param := range p.op.Parameters {
		texts := sent(param)
		if values[param.In] == nil || len(texts) == 0 || keys[param.In+" "+strings.ToLower(param.Name)] {
			continue
		}
		values[param.In][param.Name] = p.op.Document.Mask(param.Schema, p.op.Document.Value(param, texts), note)
	}
	x.Request.Path, x.Request.Query, x.Request.Header = values["path"], values["query"], values["header"]
	if p.op.Body != nil {
		x.Request.Content = p.content(r.request.Header, r.sent, func(mediaType string) any {
			for _, m := range p.op.Body.Media {
				if m.Type == mediaType {
					return m.Schema
				}
			}
			return nil
		}, note)
	}
	x.Response.Status = r.result.StatusCode
	x.Response.Content = p.content(r.result.Header, r.body, func(string) any { return p.op.Schema(r.result.StatusCode) }, func(string) {})
	return x
}

// keys returns the parameters that are credentials, as "header x-key", and notes their values.
func (p *publication) keys(r *http.Request, note func(string)) map[string]bool {
	out := map[string]bool{"header authorization": true, "header proxy-authorization": true, "header cookie": true}
	for _, needs := range p.op.Security {
		for name := range needs {
			scheme := p.op.Document.Scheme(name)
			in, _ := scheme["in"].(string)
			key, _ := scheme["name"].(string)
			switch out[in+" "+strings.ToLower(key)] = true; in {
			case "header":
				note(r.Header.Get(key))
			case "query":
				note(r.URL.Query().Get(key))
			case "cookie":
				if cookie, err := r.Cookie(key); err == nil {
					note(cookie.Value)
				}
			}
		}
	}
	return out
}

// texts returns a function that finds the texts of a parameter in a request.
func (p *publication) texts(r *http.Request) func(contract.Parameter) []string {
	query, path := r.URL.Query(), pathValues(p.op.Path, r.URL.EscapedPath())
	return func(param contract.Parameter) []string {
		switch param.In {
		case "query":
			return query[param.Name]
		case "header":
			return r.Header[textproto.CanonicalMIMEHeaderKey(param.Name)]
		case "path":
			if v, ok := path[param.Name]; ok {
				return []string{v}
			}
		}
		return nil
	}
}

// wildcard is a parameter in the path of an operation.
var wildcard = regexp.MustCompile(`\\\{([^{}]+)\\\}`)

// pathValues returns the parameters of a path by that of the operation. A prefix, such as a root path, may stand before it.
func pathValues(pattern, path string) map[string]string {
	var names []string
	text := wildcard.ReplaceAllStringFunc(regexp.QuoteMeta(pattern), func(m string) string {
		names = append(names, wildcard.FindStringSubmatch(m)[1])
		return "([^/]*)"
	})
	if rest, ok := strings.CutSuffix(text, "([^/]*)"); ok {
		text = rest + "(.*)" // a wildcard for the rest of the path
	}
	m := regexp.MustCompile(text + "$").FindStringSubmatch(path)
	out := map[string]string{}
	for i, name := range names {
		if m != nil {
			if v, err := url.PathUnescape(m[i+1]); err == nil {
				out[name] = v
			}
		}
	}
	return out
}

// content makes the body of an example. Bodies that are no text are left out, and so are streams and forms with files.
func (p *publication) content(header http.Header, body []byte, schema func(mediaType string) any, note func(string)) (c published.Content) {
	mediaType, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || len(body) == 0 || !utf8.Valid(body) {
		return c
	}
	switch {
	case contract.IsJSON(mediaType):
		v, err := contract.Decode(body)
		if err != nil {
			return c
		}
		return published.Content{MediaType: mediaType, Body: p.op.Document.Mask(schema(mediaType), v, note)}
	case mediaType == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return c
		}
		return published.Content{MediaType: mediaType, Body: p.op.Document.Mask(schema(mediaType), p.op.Document.Form(schema(mediaType), form), note)}
	case strings.HasPrefix(mediaType, "text/") && mediaType != "text/event-stream", mediaType == "application/xml", strings.HasSuffix(mediaType, "+xml"):
		return published.Content{MediaType: mediaType, Body: string(body)}
	}
	return c
}
