package explore

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// The names of the checks of several operations.
const (
	orderName    = "order"
	foundName    = "created found"
	goneName     = "deleted gone"
	locationName = "Location"
)

// rounds is how often the safe operations are called in turn, with texts of their own.
const rounds = 4

// order sends new safe requests in turn, so that each follows those of other operations. Then it sends safe requests that have succeeded in
// two orders: the answers must be the same.
func (run *Run) order() {
	for range rounds {
		for _, x := range run.safe {
			r, ok := run.request(x.Op)
			if !ok || run.over() {
				continue
			}
			for i := range r.Op.Parameters {
				if c := r.clone(); r.Op.Parameters[i].In == "query" {
					if c.Values[i] = r.canary; run.isValid(c) {
						r = c
					}
				}
			}
			if run.isValid(r) {
				run.judged(&exchange{Request: r, base: r})
			}
		}
	}
	safe := slices.DeleteFunc(run.safe, func(x *exchange) bool { return streams(x.Op) })
	first := map[*exchange]contract.Answer{}
	for _, x := range safe {
		if run.over() {
			return
		}
		first[x] = run.send(x.Request).answer
	}
	for _, x := range slices.Backward(safe) {
		if run.over() || run.skips(x.Op, "repeat") {
			continue
		}
		if text := differ(first[x], run.send(x.Request).answer, "the answer after other safe requests"); text != "" {
			run.find(Finding{Op: x.Op, Check: orderName, Text: text, Requests: []*Request{x.Request}})
		}
	}
}

// learn keeps the values of an answer that stand for the things below a path: {"id": 7} of POST /items is one for /items/{item_id}.
func (run *Run) learn(x *exchange) {
	if x.Op.Method == http.MethodDelete || !contract.IsJSON(strings.Split(x.answer.Header.Get("Content-Type"), ";")[0]) {
		return
	}
	v, err := contract.Decode(x.answer.Body)
	if err != nil {
		return
	}
	things := []any{v}
	if l, ok := v.([]any); ok {
		things = l
	}
	for _, name := range slices.Sorted(maps.Keys(objectOf(v))) {
		things = append(things, listOf(objectOf(v)[name])...)
	}
	for _, op := range run.operations {
		p, ok := below(x.Op.Path, op)
		if !ok {
			continue
		}
		for _, thing := range things {
			if id, ok := run.idOf(thing, p); ok {
				run.remember(upTo(op.Path, p), id)
			}
		}
	}
}

// maxPool is how many values are kept for a parameter.
const maxPool = 20

func (run *Run) remember(key string, id any) {
	if known := run.pool[key]; !slices.ContainsFunc(known, func(o any) bool { return textOf(o) == textOf(id) }) {
		run.pool[key] = append(known[max(0, len(known)-maxPool):], id)
	}
}

// below returns the parameter of an operation whose path continues path with it.
func below(path string, op *contract.Operation) (contract.Parameter, bool) {
	for _, p := range op.Parameters {
		if p.In == "path" && strings.TrimSuffix(path, "/")+"/{}" == upTo(op.Path, p) {
			return p, true
		}
	}
	return contract.Parameter{}, false
}

// idOf returns the value of a path parameter that a thing has as a member: of its name, or id. The value has the type of the parameter: a
// number may be a text in the path.
func (run *Run) idOf(thing any, p contract.Parameter) (any, bool) {
	o := objectOf(thing)
	for _, member := range []string{p.Name, "id", "name", "key", "slug"} {
		if v, ok := o[member]; ok && v != nil && textOf(v) != "" && (member == p.Name || strings.Contains(strings.ToLower(p.Name), member)) {
			return run.Document.Value(p, []string{textOf(v)}), true
		}
	}
	return nil, false
}

// sequences creates a thing with each POST, and reads, changes and deletes it.
func (run *Run) sequences() {
	for _, op := range run.operations {
		if op.Method != http.MethodPost {
			continue
		}
		for range 3 {
			if !run.over() {
				run.sequence(op)
			}
		}
	}
}

// sequence is one life of a thing.
func (run *Run) sequence(create *contract.Operation) {
	r, ok := run.request(create)
	if !ok || !run.isValid(r) {
		return
	}
	made := run.judged(&exchange{Request: r, base: r})
	if made.answer.Status != http.StatusCreated && made.answer.Status != http.StatusOK {
		return
	}
	steps := []*Request{made.Request}
	run.followLocation(made, steps)
	v, _ := contract.Decode(made.answer.Body)
	item := map[string]*Request{}
	for _, op := range run.operations {
		p, ok := below(create.Path, op)
		if !ok || !strings.HasSuffix(op.Path, "{"+p.Name+"}") {
			continue
		}
		id, ok := run.idOf(v, p)
		if !ok {
			continue
		}
		if r := run.requestTo(op, p.Name, id, made.Request); r != nil && run.isValid(r) {
			item[op.Method] = r
		}
	}
	get := item[http.MethodGet]
	if get == nil {
		return
	}
	read := func() *exchange {
		steps = append(steps, get)
		return run.judged(&exchange{Request: get, base: get})
	}
	if x := read(); x.answer.Status == http.StatusNotFound || x.answer.Status == http.StatusGone {
		run.find(Finding{Op: get.Op, Check: foundName, Text: fmt.Sprintf("what was created a moment ago is answered with %d", x.answer.Status), Requests: steps, Answer: x.answer})
		return
	}
	for _, method := range []string{http.MethodPatch, http.MethodPut} {
		if r := item[method]; r != nil {
			steps = append(steps, r)
			if x := run.judged(&exchange{Request: r, base: r}); x.answer.Status < 300 {
				read()
			}
		}
	}
	r = item[http.MethodDelete]
	if r == nil {
		return
	}
	steps = append(steps, r)
	if x := run.judged(&exchange{Request: r, base: r}); x.answer.Status >= 300 || x.answer.Status == http.StatusAccepted {
		return
	}
	if x := read(); x.answer.Status < 300 {
		run.find(Finding{Op: get.Op, Check: goneName, Text: fmt.Sprintf("what was deleted a moment ago is answered with %d", x.answer.Status), Requests: steps, Answer: x.answer})
	}
}

// requestTo makes a request to a thing, with the values in the path that it was created with.
func (run *Run) requestTo(op *contract.Operation, name string, id any, made *Request) *Request {
	r, ok := run.request(op)
	if !ok {
		return nil
	}
	for i, p := range op.Parameters {
		switch {
		case p.In != "path":
		case p.Name == name:
			r.Values[i] = id
		default:
			r.Values[i] = pathValue(made, p.Name)
		}
	}
	return r
}

// followLocation sends a GET to the Location of a 201: it leads to what was created (RFC 9110, 15.3.2).
func (run *Run) followLocation(made *exchange, steps []*Request) {
	to, err := url.Parse(made.answer.Header.Get("Location"))
	if err != nil || to.Path == "" || made.answer.Status != http.StatusCreated || run.skips(made.Op, locationName) {
		return
	}
	from, _ := made.build(context.Background())
	to = from.URL.ResolveReference(to)
	req := httptest.NewRequest(http.MethodGet, to.RequestURI(), nil)
	if made.credentials != nil {
		made.credentials(req)
	}
	w := httptest.NewRecorder()
	run.Handler.ServeHTTP(w, req)
	if w.Code == http.StatusNotFound {
		run.find(Finding{Op: made.Op, Check: locationName, Text: fmt.Sprintf("the Location %s is answered with 404", to.RequestURI()), Requests: steps, Answer: made.answer})
	}
}
