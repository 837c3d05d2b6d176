package route

import "github.com/brio-go/brio/internal/answer"

// merge adds the status, headers and cookies of the temporal Response to an answer that was made of a value.
func (e *endpoint) merge(q *request, out *answer.Answer) *answer.Answer {
	out.MergeTemporal(q.temporal())
	q.snapshot(out)
	return out
}

// snapshot records what a stream has of the temporal Response so far: its iterator may set more.
func (q *request) snapshot(out *answer.Answer) {
	if t := q.temporal(); t != nil && out.IsStream() {
		q.temporalBefore = t.Snapshot()
	}
}
