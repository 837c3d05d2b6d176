package explore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/contract"
)

// Run is one exploration of an app. Its exported fields are set before Explore is called.
type Run struct {
	Document        *contract.Document
	Handler         http.Handler
	Source          rand.Source // chooses everything
	Seed            uint64      // makes the canaries
	Requests        int         // random valid requests to each operation, besides those for examples and bounds
	Stateful        bool
	Until           time.Time                                             // no request is sent after it
	Credentials     func(r *http.Request, scheme string, scopes []string) // nil: guarded operations are called without
	AllowedHeaders  []string                                              // need no declaration
	AllowedStatuses []int                                                 // need no declaration
	Left            func(operation, check string) bool                    // whether a check of an operation is left out; check "" is all
	Report          func(Finding)                                         // is called for each finding, one for each check of an operation
	Sent            int                                                   // requests that were sent
	Unmade          []*contract.Operation                                 // no valid request to them could be made, so nothing was sent

	operations []*contract.Operation
	gen        *generator
	found      map[string]bool
	pool       map[string][]any // values for path parameters that answers had, by the path up to the parameter
	canaries   map[string]*contract.Operation
	stored     map[string]bool
	tags       map[string]string
	safe       []*exchange // one success of each safe operation
}

// Finding is something that does not hold.
type Finding struct {
	Op       *contract.Operation
	Check    string
	Text     string
	Requests []*Request // the last one shows it
	Answer   contract.Answer
}

// methods is the order in which operations are explored: what creates before what reads, and what deletes at the end.
var methods = []string{"POST", "PUT", "GET", "HEAD", "QUERY", "PATCH", "DELETE"}

// Explore explores each operation of the document.
func (run *Run) Explore() {
	run.prepare()
	for _, op := range run.operations {
		if !run.over() {
			run.operation(op)
		}
	}
	if run.Stateful {
		run.sequences()
	}
	run.order()
}

// One sends one random request to an operation, and breaks a rule of it: a step of a fuzz target.
func (run *Run) One() {
	run.prepare()
	if len(run.operations) == 0 {
		return
	}
	op := run.operations[run.gen.rng.IntN(len(run.operations))]
	r, ok := run.request(op)
	if !ok {
		return
	}
	x := run.judged(&exchange{Request: r, base: r})
	if breaches := append(run.gen.breaches(r), odd...); x.answer.Status < 500 && run.gen.rng.IntN(2) == 0 {
		run.breach(x, breaches[run.gen.rng.IntN(len(breaches))])
	}
}

func (run *Run) prepare() {
	run.found, run.pool, run.tags = map[string]bool{}, map[string][]any{}, map[string]string{}
	run.canaries, run.stored = map[string]*contract.Operation{}, map[string]bool{}
	run.gen = &generator{Document: run.Document, rng: rand.New(run.Source), secrets: map[string]bool{}}
	run.operations = slices.DeleteFunc(run.Document.Operations(), func(op *contract.Operation) bool { return run.Left(op.Method+" "+op.Path, "") })
	slices.SortStableFunc(run.operations, func(a, b *contract.Operation) int {
		return slices.Index(methods, a.Method) - slices.Index(methods, b.Method)
	})
}

// over reports whether the time has passed.
func (run *Run) over() bool { return !run.Until.IsZero() && time.Now().After(run.Until) }

// operation explores one operation: valid requests, then the rules of one of them broken one by one.
func (run *Run) operation(op *contract.Operation) {
	var base *exchange
	probed := 0
	for _, r := range run.valid(op) {
		if run.over() {
			return
		}
		x := run.judged(&exchange{Request: r, base: r})
		if x.answer.Status >= 300 || x.trouble != "" {
			if base == nil {
				base = x
			}
			continue
		}
		if base == nil || base.answer.Status >= 300 {
			run.auth(x)
			base = x
			if op.Method == http.MethodGet {
				run.safe = append(run.safe, x)
			}
		}
		if run.weight(r) > run.weight(base.Request) {
			base = x
		}
		if probed < 4 {
			probed++
			run.probe(x)
		}
	}
	if base == nil {
		run.Unmade = append(run.Unmade, op)
		return
	}
	for _, b := range append(run.gen.breaches(base.Request), odd...) {
		if run.over() {
			return
		}
		run.breach(base, b)
	}
}

// weight is the number of values of a request, which can be broken one by one.
func (run *Run) weight(r *Request) (n int) {
	for _, p := range run.gen.places(r) {
		if !isAbsent(p.value) {
			n++
		}
	}
	return n
}

// breach sends a request with one broken rule.
func (run *Run) breach(base *exchange, b breach) {
	r := base.Request.clone()
	b.do(r)
	k := invalid
	if slices.ContainsFunc(odd, func(o breach) bool { return o.rule == b.rule }) {
		k = unknown
	}
	run.judged(&exchange{Request: r, base: base.Request, kind: k, breach: b, accepted: base.answer.Status < 300})
}

// probe sends what shows more of a request that has succeeded.
func (run *Run) probe(x *exchange) {
	for _, p := range probes {
		if run.skips(x.Op, p.name) || streams(x.Op) {
			continue
		}
		if text := p.says(run, x); text != "" {
			run.find(Finding{Op: x.Op, Check: p.name, Text: text, Requests: []*Request{x.Request}, Answer: x.answer})
		}
	}
}

// valid returns the valid requests of an operation: of its examples, the smallest one, the largest one, one for each bound of each rule,
// and random ones.
func (run *Run) valid(op *contract.Operation) (out []*Request) {
	add := func(r *Request, ok bool) {
		if ok && run.normal(r) {
			out = append(out, r)
		}
	}
	for i := range 4 {
		if r, ok := run.request(op); ok && run.useExamples(r, i) {
			add(r, run.isValid(r))
		}
	}
	for range 3 {
		r, ok := run.request(op)
		if !ok {
			continue
		}
		small := r.clone()
		for _, p := range run.gen.places(small) {
			if p.remove != nil && !p.must && !isAbsent(p.value) {
				if p.param >= 0 || exists(small, p.loc) {
					p.remove(small)
				}
			}
		}
		add(small, run.isValid(small))
		for _, p := range run.gen.places(r) {
			if isAbsent(p.value) && p.schema["readOnly"] != true {
				if v, ok := run.gen.value(p.whole, 1); ok && (p.param >= 0 || exists(r, p.loc[:len(p.loc)-1])) {
					p.set(r, v)
				}
			}
		}
		add(r, run.isValid(r))
		for _, p := range run.gen.places(r) {
			for _, edge := range run.gen.edges(p.schema) {
				c := r.clone()
				p.set(c, edge)
				add(c, run.isValid(c))
			}
			if list, ok := p.value.([]any); ok && p.param < 0 {
				for _, n := range run.lengths(p) {
					c := r.clone()
					p.set(c, repeat(list, n))
					add(c, run.isValid(c))
				}
			}
		}
		break
	}
	for range run.Requests {
		r, ok := run.request(op)
		add(r, ok && run.isValid(r))
	}
	return out
}

// lengths are the bounds of a list.
func (run *Run) lengths(p place) []int {
	least, _ := contract.Int(p.schema["minItems"])
	most, ok := contract.Int(p.schema["maxItems"])
	if !ok || most > maxElements {
		most = least + 10
	}
	return []int{least, most}
}

// repeat returns a list of n elements.
func repeat(list []any, n int) []any {
	out := []any{}
	for i := range n {
		if len(list) == 0 {
			break
		}
		out = append(out, copyOf(list[i%len(list)]))
	}
	return out
}

// exists reports whether the body has a value at a location.
func exists(r *Request, loc []any) (ok bool) {
	defer func() { ok = recover() == nil && ok }()
	return !isAbsent(at(r, loc)) && (len(loc) == 1 || at(r, loc) != nil)
}

// useExamples puts the examples with a number into a request. It reports whether there was one.
func (run *Run) useExamples(r *Request, i int) (any bool) {
	for k, p := range r.Op.Parameters {
		if i < len(p.Examples) {
			r.Values[k], any = copyOf(p.Examples[i]), true
		}
	}
	if r.Op.Body != nil {
		if m, ok := r.declared(); ok && i < len(m.Examples) {
			r.Body, any = copyOf(m.Examples[i]), true
		}
	}
	return any
}

// request makes a random valid request. ok is false where a value could not be made.
func (run *Run) request(op *contract.Operation) (r *Request, ok bool) {
	g := run.gen
	r = &Request{Op: op, Values: make([]any, len(op.Parameters)), canary: newCanary(run.Seed, run.Sent)}
	run.Sent++
	g.canary = r.canary
	for i, p := range op.Parameters {
		r.Values[i] = absent{}
		if !p.Required && g.rng.IntN(2) == 0 {
			continue
		}
		known := run.pool[upTo(op.Path, p)]
		if p.In == "path" && len(known) > 0 && g.rng.IntN(4) > 0 {
			r.Values[i] = known[g.rng.IntN(len(known))]
			continue
		}
		for range 10 {
			if v, made := g.value(p.Schema, 0); made && sendable(p, v) {
				r.Values[i] = v
				break
			}
		}
		if p.Required && isAbsent(r.Values[i]) {
			return r, false
		}
	}
	if b := op.Body; b != nil && len(b.Media) > 0 && (b.Required || g.rng.IntN(4) > 0) {
		m := b.Media[g.rng.IntN(len(b.Media))]
		if m.Type == "*/*" {
			m.Type = "application/octet-stream"
		}
		m.Type = strings.Replace(m.Type, "/*", "/x-any", 1)
		if r.Body, ok = g.value(m.Schema, 0); !ok {
			return r, false
		}
		r.Media = m.Type
		if f, isRaw := r.Body.(file); isRaw {
			r.Body = string(f)
		}
	}
	for _, needs := range op.Security {
		if r.credentials = run.credentialsOf(needs); r.credentials != nil {
			break
		}
	}
	return r, run.normal(r)
}

// sendable reports whether a value of a parameter has a text that says it alone.
func sendable(p contract.Parameter, v any) bool {
	if v == nil {
		return false
	}
	if l, ok := v.([]any); ok {
		if len(l) == 0 || slices.Contains(l, nil) {
			return false
		}
		return !slices.ContainsFunc(l, func(e any) bool {
			t := textOf(e)
			return t == "" || strings.ContainsAny(t, ",| ") || !sendable(contract.Parameter{In: p.In, IsJSON: true}, t)
		})
	}
	text := textOf(v)
	switch p.In {
	case "path":
		return text != "" && text != "." && text != ".." && !strings.ContainsAny(text, `/\`) // these match no route, slashes without EncodedSlashes
	case "header", "cookie":
		return text != "" && strings.IndexFunc(text, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("\",;\\", c) }) < 0
	}
	return true
}

// normal leaves out what the form of the request cannot say: null in parameters, null and empty texts in forms. It reports whether the
// request can be sent.
func (run *Run) normal(r *Request) bool {
	for i, p := range r.Op.Parameters {
		if !isAbsent(r.Values[i]) && !sendable(p, r.Values[i]) {
			if r.Values[i] = (absent{}); p.Required {
				return false
			}
		}
	}
	if contract.IsJSON(r.Media) || r.Media == "" {
		return true
	}
	members := objectOf(r.Body)
	for name, v := range members {
		if r.isJSON(name) && v != nil {
			continue
		}
		switch v := v.(type) {
		case nil, contract.Object:
			delete(members, name)
		case string:
			if v == "" {
				delete(members, name)
			}
		case []any:
			if len(v) == 0 || slices.ContainsFunc(v, func(e any) bool { return e == nil || e == "" }) {
				delete(members, name)
			}
		}
	}
	return run.isValid(r)
}

// upTo is a path up to one of its parameters, the name for its values in the pool.
func upTo(path string, p contract.Parameter) string {
	before, _, _ := strings.Cut(path, "{"+p.Name+"}")
	return before + "{}"
}

// judged sends the request of an exchange, and runs the checks.
func (run *Run) judged(x *exchange) *exchange {
	run.sendInto(x)
	for _, c := range checks {
		if run.skips(x.Op, c.name) {
			continue
		}
		text := c.says(run, x)
		if text == "" {
			continue
		}
		replay := func(base *Request) *exchange {
			r := base.clone()
			if x.breach.do != nil {
				x.breach.do(r)
			}
			return run.sendInto(&exchange{Request: r, base: base, kind: x.kind, breach: x.breach, accepted: x.accepted})
		}
		still := func(r *Request) (holds bool) {
			defer func() { holds = recover() == nil && holds }() // the breach is of a place that is gone
			return c.says(run, replay(r)) != ""
		}
		run.found[key(x.Op, c.name)] = true
		best := run.shrink(x.base, still)
		if best != x.base {
			if y := replay(best); c.says(run, y) != "" {
				x, text = y, c.says(run, y)
			}
		}
		run.report(Finding{Op: x.Op, Check: c.name, Text: text, Requests: []*Request{x.Request}, Answer: x.answer})
	}
	return x
}

func key(op *contract.Operation, check string) string {
	return op.Method + " " + op.Path + " " + check
}

// skips reports whether a check of an operation is left out, or has found something before.
func (run *Run) skips(op *contract.Operation, check string) bool {
	return run.found[key(op, check)] || run.Left(op.Method+" "+op.Path, check)
}

// find reports a finding, once for each check of an operation.
func (run *Run) find(f Finding) {
	if !run.skips(f.Op, f.Check) {
		run.found[key(f.Op, f.Check)] = true
		run.report(f)
	}
}

func (run *Run) report(f Finding) {
	if f.Answer.Status == 0 && len(f.Requests) > 0 {
		f.Answer = run.send(f.Requests[len(f.Requests)-1]).answer
	}
	run.Report(f)
}

// send sends a request.
func (run *Run) send(r *Request) *exchange { return run.sendAs(r, r.Op.Method) }

// sendAs sends a request with another method.
func (run *Run) sendAs(r *Request, method string) *exchange {
	x := &exchange{Request: r, base: r}
	run.serve(x, method)
	return x
}

// sendInto sends the request of an exchange, and learns from the answer: values for paths, and which texts the app may show.
func (run *Run) sendInto(x *exchange) *exchange {
	run.serve(x, x.Op.Method)
	isSafe := x.Op.Method == http.MethodGet || x.Op.Method == http.MethodHead
	if x.answer.Status >= 400 || isSafe {
		run.canaries[x.canary] = x.Op
	}
	if x.answer.Status < 400 && !isSafe {
		run.stored[x.canary] = true
	}
	if x.answer.Status < 300 {
		run.learn(x)
	}
	return x
}

// patience is how long an answer may take.
const patience = 10 * time.Second

// serve has the app answer, in a goroutine of its own: a panic and a handler that does not return are findings. Each request has another
// address, so that a limit of requests by client is not the finding. Streams are ended after a moment.
func (run *Run) serve(x *exchange, method string) {
	run.Sent++
	limit := patience
	if streams(x.Op) {
		limit = 30 * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	req, _ := x.build(ctx)
	req.Method = method
	req.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1234", run.Sent>>16&255, run.Sent>>8&255, run.Sent&255)
	w := httptest.NewRecorder()
	done := make(chan any, 1)
	go func() {
		ended := false
		defer func() {
			p := recover()
			if p == nil && !ended {
				p = "runtime.Goexit"
			}
			done <- p
		}()
		run.Handler.ServeHTTP(w, req)
		ended = true
	}()
	select {
	case p := <-done:
		if p != nil && p != http.ErrAbortHandler {
			x.trouble = fmt.Sprintf("the app panics: %v", p)
		}
		x.answer = contract.Answer{Method: method, Status: w.Code, Header: w.Result().Header, Body: w.Body.Bytes()}
	case <-time.After(patience + time.Second):
		x.trouble = fmt.Sprintf("there is no answer after %v", patience)
		x.answer = contract.Answer{Method: method, Status: 0, Header: http.Header{}}
	}
}

// streams reports whether an operation answers with a stream, which may have no end.
func streams(op *contract.Operation) bool { return op.Streams() }
