package route

import (
	"context"
	"sync"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/response"
)

// request is the state of one request. Requests are pooled. User code never gets a pointer into a pooled request.
type request struct {
	inject.Frame
	injectables.State
	exchange exchange.Exchange
	buf      []byte // the body is encoded here
	progress

	answer    answer.Answer // written through out, so that cleanUp clears it
	hasAnswer bool          // answer is not zero
}

// setBuffer sets q.buf to buf. If buf is the same memory, it writes the length alone: a pointer write costs a write barrier
// while the garbage collector runs.
func (q *request) setBuffer(buf []byte) {
	if cap(buf) > 0 && cap(buf) == cap(q.buf) && &buf[:1][0] == &q.buf[:1][0] {
		q.buf = q.buf[:len(buf)]
	} else {
		q.buf = buf
	}
}

// progress records what a request has done so far, for its end.
type progress struct {
	stage stage
	offer int // index of the offer that the client wants

	produced       *answer.Answer // the Response that the endpoint has made; its tasks run
	sent           *answer.Answer // the Response that is being sent
	file           answer.Opened  // of produced; nil: none, or it is sent
	replaced       []replaced     // Responses of user code that are not the answer
	returned       *answer.Answer // the Response that the handler returned; produced is a copy of it
	returnedTasks  int            // number of tasks that returned had when it was copied
	temporalBefore *answer.Answer // the temporal Response when a stream was merged from it
	exited         error          // of runtime.Goexit in another goroutine than the request's

	// Of streams.
	flow      *exchange.Flow
	isDropped bool                    // the streams that were not opened have been ended
	cancel    context.CancelCauseFunc // ends the context of the request
	unbind    func() bool             // from the shutdown of the app
}

// temporal returns the temporal Answer of the request, nil if no function has taken the Response.
func (q *request) temporal() *answer.Answer { return response.AnswerOf(q.Temporal()) }

// out returns the answer that the endpoint writes into.
func (q *request) out() *answer.Answer {
	q.hasAnswer = true
	return &q.answer
}

// stage is the part of serve that runs. What a panic means depends on it. A deferred function also needs it to tell a return from
// runtime.Goexit: recover returns nil for both.
type stage uint8

const (
	answering  stage = iota // user code runs
	delivering              // the framework runs
	sending                 // the answer is written; a stream's iterator runs
	working                 // background tasks run
	finished                // serve returns
	closed                  // the clean-ups have run
)

var requests = sync.Pool{New: func() any {
	q := new(request)
	q.Exchange, q.Owner = &q.exchange, &q.State
	return q
}}

// maxPooledBuffer is the largest buffer that goes back to the pool, in bytes.
const maxPooledBuffer = 64 << 10

// holdsResources reports whether the end of the request may call functions of the program: clean-ups, streams, files, tasks.
func (q *request) holdsResources() bool {
	return q.Unclosed() || q.flow != nil || q.file != nil || q.cancel != nil || q.produced != nil && q.produced.IsStream() ||
		q.hasLists(q.produced) || q.sent != q.produced && q.hasLists(q.sent)
}
