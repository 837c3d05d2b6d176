package explore

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/contract"
)

// probe sends further requests after one that has succeeded.
type probe struct {
	name string
	says func(run *Run, x *exchange) string
}

// probes is the table of what further requests show.
var probes = []probe{
	{"repeat", func(run *Run, x *exchange) string {
		if x.Op.Method != http.MethodGet {
			return ""
		}
		return differ(x.answer, run.send(x.Request).answer, "the second answer to the same request")
	}},
	{"HEAD", func(run *Run, x *exchange) string {
		if x.Op.Method != http.MethodGet {
			return ""
		}
		head := run.sendAs(x.Request, http.MethodHead)
		switch a := head.answer; {
		case a.Status == http.StatusMethodNotAllowed:
			return ""
		case a.Status != x.answer.Status:
			return fmt.Sprintf("HEAD is answered with %d, and GET with %d", a.Status, x.answer.Status)
		case a.Header.Get("Content-Type") != x.answer.Header.Get("Content-Type"):
			return fmt.Sprintf("HEAD has the Content-Type %q, and GET %q", a.Header.Get("Content-Type"), x.answer.Header.Get("Content-Type"))
		case a.Header.Get("Etag") != x.answer.Header.Get("Etag"):
			return fmt.Sprintf("HEAD has the ETag %q, and GET %q", a.Header.Get("Etag"), x.answer.Header.Get("Etag"))
		}
		return ""
	}},
	{"conditional", func(run *Run, x *exchange) string {
		tag := x.answer.Header.Get("Etag")
		if tag == "" || x.Op.Method != http.MethodGet {
			return ""
		}
		again := x.clone()
		setHeader(again, "If-None-Match", tag)
		if a := run.send(again).answer; a.Status != http.StatusNotModified {
			return fmt.Sprintf("If-None-Match: %s, the ETag of the answer, is answered with %d", tag, a.Status)
		}
		setHeader(again, "If-None-Match", `"another"`)
		if a := run.send(again).answer; a.Status == http.StatusNotModified {
			return `If-None-Match: "another" is answered with 304`
		}
		return ""
	}},
	{"idempotent", func(run *Run, x *exchange) string {
		if x.Op.Method != http.MethodPut {
			return ""
		}
		read := run.readerOf(x)
		if read == nil {
			return ""
		}
		before := run.send(read).answer
		if second := run.send(x.Request); second.answer.Status >= 400 {
			return fmt.Sprintf("the second PUT is answered with %d", second.answer.Status)
		}
		return differ(before, run.send(read).answer, "what the second PUT left")
	}},
}

// differ says how two answers differ, apart from what belongs to one request.
func differ(a, b contract.Answer, what string) string {
	switch {
	case a.Status != b.Status:
		return fmt.Sprintf("%s has the status %d, not %d", what, b.Status, a.Status)
	case !bytes.Equal(a.Body, b.Body):
		return fmt.Sprintf("%s differs:\n%s\n%s", what, short(string(a.Body)), short(string(b.Body)))
	}
	return ""
}

// readerOf returns the GET of the same path, with the same values in it; nil if there is none.
func (run *Run) readerOf(x *exchange) *Request {
	for _, op := range run.operations {
		if op.Method == http.MethodGet && op.Path == x.Op.Path {
			r, ok := run.request(op)
			if !ok {
				return nil
			}
			for i, p := range op.Parameters {
				if p.In == "path" {
					r.Values[i] = pathValue(x.Request, p.Name)
				} else if !p.Required {
					r.Values[i] = absent{}
				}
			}
			return r
		}
	}
	return nil
}

// pathValue returns the value of a parameter of the path.
func pathValue(r *Request, name string) any {
	for i, p := range r.Op.Parameters {
		if p.In == "path" && p.Name == name {
			return r.Values[i]
		}
	}
	return absent{}
}

// authName is the check of credentials.
const authName = "auth"

// auth sends a guarded request without credentials, with wrong ones, and with one scope too few.
func (run *Run) auth(x *exchange) {
	if run.skips(x.Op, authName) || len(x.Op.Security) == 0 || slices.ContainsFunc(x.Op.Security, func(s map[string][]string) bool { return len(s) == 0 }) {
		return
	}
	try := func(what string, credentials func(*http.Request)) {
		r := x.clone()
		r.credentials = credentials
		says := func(run *Run, r *Request) string {
			a := run.send(r).answer
			if a.Status < 400 {
				return fmt.Sprintf("the operation needs credentials, and answers %d %s", a.Status, what)
			}
			return ""
		}
		if text := says(run, r); text != "" {
			run.find(Finding{Op: r.Op, Check: authName, Text: text, Requests: []*Request{run.shrink(r, func(r *Request) bool { return says(run, r) != "" })}})
		}
	}
	try("without any", nil)
	try("with wrong ones", func(r *http.Request) {
		for _, needs := range x.Op.Security {
			for name := range needs {
				wrongCredentials(run.Document.Scheme(name), r)
			}
		}
	})
	for _, needs := range x.Op.Security {
		for _, name := range slices.Sorted(maps.Keys(needs)) {
			for i := range needs[name] {
				if run.Credentials == nil {
					continue
				}
				few := maps.Clone(needs)
				few[name] = slices.Delete(slices.Clone(needs[name]), i, i+1)
				try(fmt.Sprintf("without the scope %q", needs[name][i]), run.credentialsOf(few))
			}
		}
	}
}

// wrongCredentials sets credentials that the app has not given.
func wrongCredentials(scheme contract.Object, r *http.Request) {
	name, _ := scheme["name"].(string)
	switch {
	case scheme["type"] == "apiKey" && scheme["in"] == "header":
		r.Header.Set(name, "wrong")
	case scheme["type"] == "apiKey" && scheme["in"] == "query":
		q := r.URL.Query()
		q.Set(name, "wrong")
		r.URL.RawQuery = q.Encode()
		r.RequestURI = r.URL.RequestURI()
	case scheme["type"] == "apiKey":
		r.AddCookie(&http.Cookie{Name: name, Value: "wrong"})
	case scheme["scheme"] == "basic":
		r.Header.Set("Authorization", basic("wrong", "wrong"))
	default:
		r.Header.Set("Authorization", "Bearer wrong")
	}
}

// credentialsOf returns what sets the credentials of one of the ways to be let in.
func (run *Run) credentialsOf(needs map[string][]string) func(*http.Request) {
	if run.Credentials == nil {
		return nil
	}
	return func(r *http.Request) {
		for _, name := range slices.Sorted(maps.Keys(needs)) {
			run.Credentials(r, name, needs[name])
		}
	}
}
