package bind

import (
	"context"
	"iter"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// walker goes along what a client sent and its model, with the value that it becomes: a well-formed JSON document, or a deepObject
// (node). If the decoder has filled the value, the walker sets defaults and checks rules. If the scan or the decoder refused the
// document, the walker fills the value itself, scalar by scalar, and finds every error. Both are one walk, so the errors are the same,
// in the order of declaration.
//
// A walker belongs to one binding at a time and comes from a pool.
type walker struct {
	ctx       context.Context
	engine    *constraint.Engine
	errs      *Errors
	bindStart int                 // errs.Len() at the start of this binding
	refusal   *response.HTTPError // the error of a Validate method that becomes the answer; nothing is read after it

	doc     []byte
	path    []step
	decoded bool // the decoder or the scan has filled the value
	secret  bool // errors echo no input
	veiled  int  // 1 + the start of a union's value, which may have the secret of another variant; 0: none
	reading
	given       model.Given // the record of the Patch that is walked
	values      []string    // the values of the list parameter that is bound
	nodes       []node      // the members of the objects that are walked
	names       []sent      // the memory of eachName, which zeroes it
	sourceStart int         // errs.Len() at the first parameter of the source model that is bound

	quiet     bool                   // the walk only decides whether a variant fits; it calls no Validate
	chosen    map[unionPlace]*choice // the variants of unions
	explained int                    // bytes of values for which errors of all variants were reported
}

var walkers = sync.Pool{New: func() any { return new(walker) }}

// release clears the walker and returns it to the pool.
func (w *walker) release() {
	if unused := cap(w.path) == 0 || len(w.path) == 0 && w.path[:1][0].name == ""; unused && w.doc == nil && w.chosen == nil && w.refusal == nil && cap(w.path) <= maxPooledSteps && cap(w.values) <= maxPooledSteps && cap(w.nodes) <= maxPooledSteps {
		// Most requests read no body with the walker and have no errors. Clearing all fields would cost more than the walk.
		clear(w.values)
		w.ctx, w.engine, w.errs, w.values = nil, nil, nil, w.values[:0]
		w.reading, w.given, w.sourceStart, w.bindStart = reading{}, nil, 0, 0
		w.decoded, w.secret, w.veiled, w.quiet, w.explained = false, false, 0, false, 0
		walkers.Put(w)
		return
	}
	path, values, nodes := w.path[:0], w.values[:0], w.nodes[:0]
	clear(path[:cap(path)])
	clear(values[:cap(values)])
	clear(nodes[:cap(nodes)])
	if cap(path) > maxPooledSteps || cap(values) > maxPooledSteps || cap(nodes) > maxPooledSteps {
		path, values, nodes = nil, nil, nil
	}
	*w = walker{path: path, values: values, nodes: nodes, names: w.names}
	walkers.Put(w)
}

// maxPooledSteps is the capacity of slices that a pooled walker keeps, in elements. It drops larger ones.
const maxPooledSteps = 64

// step is one step of a path: the index of an element, or a name if the index is negative.
type step struct {
	name  string
	index int
	boxed any // the name in an interface, if that exists already: a loc then needs no allocation for it
}

// push adds a name to the path.
func (w *walker) push(name string) { w.path = append(w.path, step{name: name, index: -1}) }

// pushField adds the name of a field to the path. An error needs no allocation for it.
func (w *walker) pushField(f *model.Field) {
	w.path = append(w.path, step{name: f.Name, index: -1, boxed: f.Boxed()})
}

// pushLoc adds the names of a parameter's loc to the path.
func (w *walker) pushLoc(loc []any) {
	for _, name := range loc {
		w.push(name.(string))
	}
}

func (w *walker) pop() { w.path = w.path[:len(w.path)-1] }

// loc returns the path as the loc of an error, with names of at most maxName bytes, and with more steps at its end.
func (w *walker) loc(more ...any) []any {
	out := make([]any, 0, len(w.path)+len(more))
	for _, s := range w.path {
		switch {
		case s.index >= 0:
			out = append(out, s.index)
		case len(s.name) > maxName:
			out = append(out, truncate(s.name))
		case s.boxed != nil:
			out = append(out, s.boxed)
		default:
			out = append(out, s.name)
		}
	}
	return append(out, more...)
}

// clientName returns a name that the client chose as errors show it: cut, and hidden among secrets.
func (w *walker) clientName(name string) string {
	if w.secret {
		return "[secret]"
	}
	return truncate(name)
}

// fail reports the failure of the value at the walker's path, which should be of type t.
func (w *walker) fail(f *constraint.Failure, n node, t *model.Type) {
	w.errs.addBounded(params.ErrorDetail{Type: f.Type, Loc: w.loc(), Msg: f.Msg, Input: w.echo(n, t.Secret), Ctx: f.Ctx})
}

// full reports whether the walk can end: further errors would be dropped. It counts this binding's errors only. Otherwise a value
// would pass unchecked once earlier errors have reached the limit.
func (w *walker) full() bool {
	found := w.errs.Len() - w.bindStart
	return w.refusal != nil || found >= maxErrors || w.quiet && found > 0
}

// reading has the settings of a walker, and the report of the scan of its document.
type reading struct {
	on           switches.Set
	converts     bool // the document has scalars in lax forms, which must be rewritten before goccy decodes it
	hasLargeInt  bool // an interface has an integer beyond 2^53; only the walker keeps its digits
	lacksDefault bool // a field with a default is absent, or in a part that the scan has not compared with its model
	owned        bool // the document's bytes belong to the request, so values may share them
	filled       bool // the scan has filled the value
	first        firstScan
	limits       json.Limits // of JSON documents
	fieldChecks  fieldChecks
	target       *patchTarget // of the JSONPatch that is the body
	maxBody      int64        // for it
}

// begin sets the document to walk, with the report of its scan.
func (w *walker) begin(doc []byte, report json.Report) {
	w.doc, w.converts, w.hasLargeInt, w.lacksDefault = doc, report.Converts, report.Large, report.Absent
}

// scan is json.Scan or json.ScanLax.
type scan = func(*json.Shape, []byte, json.Limits) json.Report

// scan returns the function that scans JSON by the route's settings.
func (w *walker) scan() scan {
	if w.on&switches.LaxJSON != 0 {
		return json.ScanLax
	}
	return json.Scan
}

// setText sets dst to the value of a text, by the route's settings.
func (w *walker) setText(t *model.Type, s string, dst reflect.Value) *constraint.Failure {
	if w.on&switches.LaxText != 0 {
		return t.SetTextLax(s, dst)
	}
	return t.SetText(s, dst)
}

// node is one value of what a client sent: a place in the JSON document, or what stands below a name of a deepObject. The walker
// reads both in one way. The zero node is an absent member.
type node struct {
	json.Span
	names *names // not nil: of a deepObject, and the Span is unused
}

// isPresent reports whether there is a value.
func (n node) isPresent() bool { return n.End != 0 || n.names != nil }

// isNull reports whether the node is JSON null. A deepObject has no null.
func (w *walker) isNull(n node) bool { return n.names == nil && w.doc[n.Start] == 'n' }

// isObject reports whether the node has members.
func (w *walker) isObject(n node) bool {
	if n.names != nil {
		return len(n.names.order) > 0
	}
	return w.doc[n.Start] == '{'
}

// members yields the names and values of an object, in the order of the request.
func (w *walker) members(n node) iter.Seq2[string, node] {
	return func(yield func(string, node) bool) {
		if n.names != nil {
			for _, name := range n.names.order {
				if !yield(name, node{names: n.names.members[name]}) {
					return
				}
			}
			return
		}
		for name, at := range json.Members(w.doc, n.Start) {
			if !yield(name, node{Span: at}) {
				return
			}
		}
	}
}

// elements yields the elements of a list, each with the index that errors give it.
func (w *walker) elements(n node) iter.Seq2[int, node] {
	return func(yield func(int, node) bool) {
		if n.names != nil {
			for _, e := range n.names.elements() {
				if !yield(e.index, node{names: e.names}) {
					return
				}
			}
			return
		}
		for i, at := range json.Elements(w.doc, n.Start) {
			if !yield(i, node{Span: at}) {
				return
			}
		}
	}
}

// raw returns the bytes of a value of the document.
func (w *walker) raw(at json.Span) []byte { return w.doc[at.Start:at.End] }

// echo returns a value as errors echo it, nil if it is secret.
func (w *walker) echo(n node, secret bool) any {
	if secret || w.secret {
		return nil
	}
	if n.names != nil {
		return n.names.input()
	}
	if n.Start+1 == w.veiled {
		return nil
	}
	if raw := w.raw(n.Span); w.owned && len(raw) <= maxInput {
		return json.RawMessage(raw[:len(raw):len(raw)])
	}
	return jsonInput(w.raw(n.Span))
}
