package route

import (
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/response"
)

// answerOrigin says where an answer comes from, which decides what merge adds to it.
type answerOrigin uint8

const (
	ofValue  answerOrigin = iota // status, headers and cookies of the temporal Response, which replace the answer's
	ofFile                       // of Static or Frontend: headers and cookies that the answer does not have
	returned                     // of a Response of the program: under MergeAlways headers and cookies that the answer does not have
	failed                       // likewise, of an error
	merged                       // nothing: it has all of it
	taken                        // nothing: a handler of net/http has answered
)

// merge adds what functions have set on the temporal Response, and answers 304 where the client has the value already.
func (e *endpoint) merge(q *request) error {
	if q.answer.IsPlain() {
		return nil
	}
	return e.mergeTemporal(q)
}

// mergeTemporal is merge for answers that it may change.
func (e *endpoint) mergeTemporal(q *request) error {
	out, temporal := &q.answer, q.temporal()
	switch {
	case q.origin == ofValue:
		out.MergeTemporal(temporal)
		if e.kind != nothing && e.kind != null && (e.switches&switches.AutoETag != 0 || out.HasHeader()) {
			if status := out.Revalidate(&q.exchange, e.switches&switches.AutoETag != 0); status != 0 {
				return response.NewError(status, nil)
			}
		}
	case q.origin >= merged || q.origin != ofFile && e.switches&switches.MergeAlways == 0:
		return nil
	default:
		out.AddTemporal(temporal)
	}
	if temporal != nil && out.IsStream() {
		q.writeRare().temporalBefore = temporal.Snapshot() // the iterator may set more
	}
	return e.named(out.Err())
}
