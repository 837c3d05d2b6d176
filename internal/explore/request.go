package explore

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// absent is the value of a parameter that is not sent.
type absent struct{}

// Request is a request to an operation, as values.
type Request struct {
	Op     *contract.Operation
	Values []any          // one for each parameter, or absent
	Texts  map[int]string // in the place of values: what no value says
	Media  string         // of the body; "" is no body
	Body   any
	Raw    []byte // in the place of Body
	Header http.Header

	credentials func(*http.Request) // nil: none
	canary      string              // begins its texts
}

// declared returns what the document has of the media type of the body, by its name or a range.
func (r *Request) declared() (contract.Media, bool) {
	if r.Op.Body != nil {
		for _, m := range r.Op.Body.Media {
			if fits, err := path.Match(m.Type, r.Media); fits && err == nil {
				return m, true
			}
		}
	}
	return contract.Media{}, false
}

// isJSON reports whether a field of a form is a JSON text.
func (r *Request) isJSON(field string) bool {
	m, _ := r.declared()
	return contract.IsJSON(m.Encoding[field])
}

// clone returns a copy that can be changed.
func (r *Request) clone() *Request {
	out := *r
	out.Values, out.Texts, out.Header = slices.Clone(r.Values), maps.Clone(r.Texts), r.Header.Clone()
	for i, v := range out.Values {
		out.Values[i] = copyOf(v)
	}
	out.Body = copyOf(r.Body)
	return &out
}

// copyOf copies a JSON value.
func copyOf(v any) any { return copyWith(v, func(leaf any) any { return leaf }) }

// copyWith copies a JSON value, with what replace makes of each value that is neither a list nor an object.
func copyWith(v any, replace func(leaf any) any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = copyWith(e, replace)
		}
		return out
	case contract.Object:
		out := contract.Object{}
		for name, e := range v {
			out[name] = copyWith(e, replace)
		}
		return out
	}
	return replace(v)
}

// build makes the request of net/http, and returns its body too.
func (r *Request) build(ctx context.Context) (*http.Request, []byte) {
	to, query := r.Op.Path, []string{}
	header := http.Header{}
	var cookies []*http.Cookie
	for i, p := range r.Op.Parameters {
		texts := r.texts(i)
		if texts == nil {
			continue
		}
		switch p.In {
		case "path":
			to = strings.ReplaceAll(to, "{"+p.Name+"}", url.PathEscape(texts[0][1]))
		case "query":
			for _, t := range texts {
				query = append(query, url.QueryEscape(t[0])+"="+url.QueryEscape(t[1]))
			}
		case "header":
			header.Set(p.Name, texts[0][1])
		case "cookie":
			cookies = append(cookies, &http.Cookie{Name: p.Name, Value: texts[0][1]})
		}
	}
	if len(query) > 0 {
		to += "?" + strings.Join(query, "&")
	}
	body, contentType := r.body()
	req := httptest.NewRequestWithContext(ctx, r.Op.Method, to, bytes.NewReader(body))
	if body == nil {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	req.Header = header
	for _, c := range cookies {
		req.AddCookie(c)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if r.credentials != nil {
		r.credentials(req)
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	return req, body
}

// texts returns the name and text of a parameter as it is sent, several for a list or an object; nil for one that is not sent.
func (r *Request) texts(i int) [][2]string {
	p := r.Op.Parameters[i]
	if text, ok := r.Texts[i]; ok {
		return [][2]string{{p.Name, text}}
	}
	switch v := r.Values[i].(type) {
	case absent:
		return nil
	case []any:
		if p.IsJSON {
			break
		}
		var texts []string
		for _, e := range v {
			texts = append(texts, textOf(e))
		}
		if !p.Explode || p.In != "query" {
			return [][2]string{{p.Name, strings.Join(texts, separators[p.Style])}}
		}
		out := [][2]string{}
		for _, t := range texts {
			out = append(out, [2]string{p.Name, t})
		}
		return out
	case contract.Object:
		if p.IsJSON {
			break
		}
		out := [][2]string{}
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if v[name] == nil {
				continue // there is no text for null
			}
			key := name
			if p.Style == "deepObject" {
				key = p.Name + "[" + name + "]"
			}
			out, parts = append(out, [2]string{key, textOf(v[name])}), append(parts, name, textOf(v[name]))
		}
		if p.In != "query" || !p.Explode && p.Style != "deepObject" {
			return [][2]string{{p.Name, strings.Join(parts, ",")}}
		}
		return out
	}
	if p.IsJSON {
		return [][2]string{{p.Name, jsonOf(r.Values[i])}}
	}
	return [][2]string{{p.Name, textOf(r.Values[i])}}
}

// separators are between the elements of a list in one text, by style.
var separators = map[string]string{"": ",", "form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}

// textOf is a value as the text of a parameter.
func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return jsonOf(v)
}

func jsonOf(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // values are made of JSON
	}
	return string(out)
}

// body returns the bytes of the body and its Content-Type, nil and "" for none.
func (r *Request) body() (body []byte, contentType string) {
	if r.Raw != nil {
		return r.Raw, r.Media
	}
	members, _ := r.Body.(contract.Object)
	switch {
	case r.Media == "":
		return nil, ""
	case r.Media == "application/x-www-form-urlencoded":
		form := url.Values{}
		for name, v := range members {
			if form[name] = formTexts(v); r.isJSON(name) {
				form[name] = []string{jsonOf(v)}
			}
		}
		return []byte(form.Encode()), r.Media
	case r.Media == "multipart/form-data":
		return r.multipart(members)
	case contract.IsJSON(r.Media):
		return []byte(jsonOf(r.Body)), r.Media
	}
	return []byte(textOf(r.Body)), r.Media
}

// formTexts are the texts of a field of a form.
func formTexts(v any) (out []string) {
	if elements, ok := v.([]any); ok {
		for _, e := range elements {
			out = append(out, textOf(e))
		}
		return out
	}
	return []string{textOf(v)}
}

// file is the value of a file of a form.
type file string

// MarshalJSON writes the content as a text.
func (f file) MarshalJSON() ([]byte, error) { return json.Marshal(string(f)) }

// multipart writes the fields as parts, with a boundary that does not change.
func (r *Request) multipart(members contract.Object) ([]byte, string) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	_ = w.SetBoundary("brio-explore")
	for _, name := range slices.Sorted(maps.Keys(members)) {
		elements, ok := members[name].([]any)
		if !ok || r.isJSON(name) {
			elements = []any{members[name]}
		}
		for _, e := range elements {
			h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf("form-data; name=%q", name)}}
			content := ""
			if f, ok := e.(file); ok {
				h = textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="file.txt"`, name)}, "Content-Type": {"text/plain"}}
				content = string(f)
			} else if r.isJSON(name) {
				h.Set("Content-Type", "application/json")
				content = jsonOf(e)
			} else {
				content = textOf(e)
			}
			part, _ := w.CreatePart(h)
			_, _ = part.Write([]byte(content))
		}
	}
	_ = w.Close()
	return out.Bytes(), w.FormDataContentType()
}

// Curl is the request as a command. $BASE is the address of the app.
func (r *Request) Curl() string {
	req, body := r.build(context.Background())
	out := "curl -i"
	if req.Method == http.MethodHead {
		out += " -I"
	} else if req.Method != http.MethodGet {
		out += " -X " + req.Method
	}
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		for _, v := range req.Header[name] {
			out += " -H " + shellQuote(name+": "+v)
		}
	}
	if len(body) > 0 {
		out += " --data-binary " + shellQuote(string(body))
	}
	return out + ` "$BASE"` + shellQuote(req.URL.RequestURI())
}

// shellQuote quotes a text for a POSIX shell; bash reads the escapes of bytes that are no text.
func shellQuote(s string) string {
	q := fmt.Sprintf("%q", s)
	if strings.ContainsAny(q, `\`) && q != `"`+strings.ReplaceAll(s, `"`, `\"`)+`"` {
		return "$'" + strings.ReplaceAll(strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`), "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// GoCode is the request as a statement of a test, with a client c.
func (r *Request) GoCode() string {
	req, body := r.build(context.Background())
	content := "nil"
	if len(body) > 0 {
		content = goQuote(string(body))
	}
	out := fmt.Sprintf("c.Request(%q, %s, %s)", req.Method, goQuote(req.URL.RequestURI()), content)
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		for _, v := range req.Header[name] {
			if name != "Content-Type" || v != "application/json" || len(body) == 0 {
				out += fmt.Sprintf(".Header(%q, %s)", name, goQuote(v))
			}
		}
	}
	return out
}

// goQuote is a text as a literal of Go, raw where that is easier to read.
func goQuote(s string) string {
	if strings.ContainsAny(s, `"\`) && !strings.Contains(s, "`") && strings.IndexFunc(s, func(c rune) bool { return c < ' ' || c == '\uFEFF' || c == '\uFFFD' }) < 0 {
		return "`" + s + "`"
	}
	return fmt.Sprintf("%q", s)
}

// basic is the value of Authorization with a name and a password (RFC 7617).
func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}
