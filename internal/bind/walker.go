package bind

import (
	"context"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// walker goes through a well-formed document along its model, with the value that it becomes. A value that the decoder
// has filled is only looked at: defaults and rules. Where the scan or the decoder refused the document, the walk fills
// the value itself, leaf by leaf, and so finds every reason; what it has nothing against is complete then. Both are one
// walk, so both report alike, in the order of declaration.
type walker struct {
	ctx       context.Context
	engine    *constraint.Engine
	errs      *Errors
	bindStart int                 // what errs had found when this binding began
	refusal   *response.HTTPError // what a Validate method answered; nothing is read after it

	doc     []byte
	path    []step
	decoded bool // the values are filled already
	secret  bool // nothing that the client sent is echoed
	veiled  int  // 1 + where a union's value begins that may be meant for a variant with secrets; 0: nowhere
	reading
	given       model.Given // of the object of a Patch that is walked
	values      []string    // of the list parameter that is bound
	spans       []json.Span // of the members of the objects that are walked
	sourceStart int         // what errs had found when the source as a whole that is bound began

	quiet     bool                   // only whether anything is wrong is asked, before a variant is chosen
	chosen    map[unionPlace]*choice // of unions
	explained int                    // bytes of which was said why they are none of the variants
}

var walkers = sync.Pool{New: func() any { return new(walker) }}

// release gives the walker back without what it saw.
func (w *walker) release() {
	if unused := cap(w.path) == 0 || len(w.path) == 0 && w.path[:1][0].name == ""; unused && w.doc == nil && w.chosen == nil && w.refusal == nil && cap(w.path) <= maxPooledSteps && cap(w.values) <= maxPooledSteps && cap(w.spans) <= maxPooledSteps {
		// No body was read and nothing was wrong, as with most requests: zeroing all of it would cost more than it did.
		clear(w.values)
		w.ctx, w.engine, w.errs, w.values = nil, nil, nil, w.values[:0]
		w.reading, w.given, w.sourceStart, w.bindStart = reading{}, nil, 0, 0
		w.decoded, w.secret, w.veiled, w.quiet, w.explained = false, false, 0, false, 0
		walkers.Put(w)
		return
	}
	path, values, spans := w.path[:0], w.values[:0], w.spans[:0]
	clear(path[:cap(path)])
	clear(values[:cap(values)])
	if cap(path) > maxPooledSteps || cap(values) > maxPooledSteps || cap(spans) > maxPooledSteps {
		path, values, spans = nil, nil, nil
	}
	*w = walker{path: path, values: values, spans: spans}
	walkers.Put(w)
}

// maxPooledSteps is how much room a walker keeps for the next request.
const maxPooledSteps = 64

// step is a name, or the index of an element where that is not negative.
type step struct {
	name  string
	index int
	boxed any // the name as a loc has it, where it has been boxed already
}

func (w *walker) push(name string) { w.path = append(w.path, step{name: name, index: -1}) }

// pushField is push for the name of a field, which costs an error nothing.
func (w *walker) pushField(f *model.Field) {
	w.path = append(w.path, step{name: f.Name, index: -1, boxed: f.Boxed()})
}

// pushLoc is push for each name of a parameter's loc.
func (w *walker) pushLoc(loc []any) {
	for _, name := range loc {
		w.push(name.(string))
	}
}

func (w *walker) pop() { w.path = w.path[:len(w.path)-1] }

func (w *walker) loc(more ...any) []any {
	out := make([]any, 0, len(w.path)+len(more))
	for _, s := range w.path {
		switch {
		case s.index >= 0:
			out = append(out, s.index)
		case s.boxed != nil:
			out = append(out, s.boxed)
		default:
			out = append(out, s.name)
		}
	}
	return append(out, more...)
}

// boundLoc is loc with names of a bounded length.
func (w *walker) boundLoc() []any {
	for i := range w.path {
		if s := &w.path[i]; len(s.name) > maxName {
			return boundLoc(w.loc())
		}
	}
	return w.loc()
}

func (w *walker) raw(at json.Span) []byte { return w.doc[at.Start:at.End] }

func (w *walker) echo(at json.Span, secret bool) any {
	if secret || w.secret || at.Start+1 == w.veiled {
		return nil
	}
	if raw := w.raw(at); w.owned && len(raw) <= maxInput {
		return json.RawMessage(raw[:len(raw):len(raw)])
	}
	return jsonInput(w.raw(at))
}

// clientName is a name that the client chose, as an error may show it.
func (w *walker) clientName(name string) string {
	if w.secret {
		return "[secret]"
	}
	return truncate(name)
}

// fail reports what is wrong with the value at the walker's path, which has or should have type t.
func (w *walker) fail(f *constraint.Failure, at json.Span, t *model.Type) {
	w.errs.addBounded(params.ErrorDetail{Type: f.Type, Loc: w.boundLoc(), Msg: f.Msg, Input: w.echo(at, t.Secret), Ctx: f.Ctx})
}

// full reports whether further errors would not be seen. It asks for those of this binding: a value must not be taken
// for right because others were wrong.
func (w *walker) full() bool {
	found := w.errs.Len() - w.bindStart
	return w.refusal != nil || found >= maxErrors || w.quiet && found > 0
}

// reading is how strictly a walker reads.
type reading struct {
	lax     bool // Settings.LaxJSON
	laxText bool // Settings.LaxText
	// Settings.HeaderFieldNames
	fieldNames   bool
	converts     bool // the document has scalars that must be converted before it is decoded
	hasLargeInt  bool // an integer beyond 2^53 stands where any value may; only the walk keeps its digits
	lacksDefault bool // a field that has a default is not in it, or is in a part that no scan has compared with its model
	owned        bool // it is not written to again
	filled       bool // the scan has filled the value
	first        firstScan
	limits       json.Limits // of JSON documents
	fieldChecks  fieldChecks
}

// begin makes doc the document that is walked, with the report of the scan that saw all of it.
func (w *walker) begin(doc []byte, report json.Report) {
	w.doc, w.converts, w.hasLargeInt, w.lacksDefault = doc, report.Converts, report.Large, report.Absent
}

// scan is json.Scan or json.ScanLax.
type scan = func(*json.Shape, []byte, json.Limits) json.Report

// scan is how the route reads JSON.
func (w *walker) scan() scan {
	if w.lax {
		return json.ScanLax
	}
	return json.Scan
}

// setText reads a text as the route reads text.
func (w *walker) setText(t *model.Type, s string, dst reflect.Value) *constraint.Failure {
	if w.laxText {
		return t.SetTextLax(s, dst)
	}
	return t.SetText(s, dst)
}
