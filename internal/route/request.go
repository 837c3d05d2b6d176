package route

import (
	"context"
	"sync"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/socket"
	"github.com/brio-go/brio/response"
)

// request is the state of one request. Requests are pooled. User code never gets a pointer into a pooled request.
type request struct {
	inject.Frame
	injectables.State
	exchange exchange.Exchange
	answer   answer.Answer // what the request is answered with: encode or fail fills it, merge completes it, write sends it
	buf      []byte        // the body is encoded here
	origin   answerOrigin  // of answer
	stage    stage
	isPlain  bool // commit found that nothing but the connection can fail, and nothing runs after write
	hasRare  bool // rare may have a value
	rare     rareRequest
}

// rareRequest is the part of a request that few need: Responses of the program, streams, files, negotiation. It is written through
// writeRare, so that recycle zeroes it.
type rareRequest struct {
	offer          int                 // index of the offer that the client wants
	file           answer.Opened       // of the answer; nil: none, or it is sent
	found          foundFile           // of Static or Frontend, before it is file
	others         []*answer.Answer    // Responses of user code that are not the answer
	lists          []*background.Tasks // of others and of answers that an error has replaced
	returned       *answer.Answer      // the Response that the handler returned; the answer is a copy of it
	returnedTasks  int                 // number of tasks that returned had when it was copied
	temporalBefore *answer.Answer      // the temporal Response when a stream was merged from it
	exited         error               // of runtime.Goexit in another goroutine than the request's

	// Of streams.
	flow      *exchange.Flow
	isDropped bool                    // the streams that were not opened have been ended
	cancel    context.CancelCauseFunc // ends the context of the request
	unbind    func() bool             // from the shutdown of the app

	// Of WebSockets.
	socket      *socket.Socket
	life        *lifecycle
	closeCode   int // 0: 1000
	closeReason string
}

// writeRare returns the rare part for a write.
func (q *request) writeRare() *rareRequest {
	q.hasRare = true
	return &q.rare
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

// temporal returns the temporal Answer of the request, nil if no function has taken the Response.
func (q *request) temporal() *answer.Answer { return response.AnswerOf(q.Temporal()) }

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

// recycle gives the request back to the pool.
func (q *request) recycle() {
	if !q.isPlain {
		q.Forget()
		if q.hasRare {
			q.rare, q.hasRare = rareRequest{}, false
		}
	}
	q.origin, q.stage, q.isPlain = ofValue, answering, false
	q.exchange.Close()
	q.Reset()
	q.answer.Reset()
	if cap(q.buf) > maxPooledBuffer {
		q.buf = nil
	}
	requests.Put(q)
}

// setAside empties the answer, because another one takes its place, and closes its file. Its tasks still belong to the request.
func (q *request) setAside() {
	if tasks := q.answer.Tasks(); tasks != nil {
		rare := q.writeRare()
		rare.lists = append(rare.lists, tasks)
	}
	q.closeFile()
	q.answer.Reset()
}

// holdsResources reports whether the end of the request may call functions of the program: clean-ups, streams, files, tasks.
func (q *request) holdsResources() bool {
	return q.hasRare || q.Unclosed() || q.answer.IsStream() || q.hasLists()
}

// release closes the file of the answer and ends the context of a stream.
func (q *request) release() {
	q.closeFile()
	rare := &q.rare
	if rare.unbind != nil {
		rare.unbind()
	}
	if rare.flow != nil && rare.unbind != nil {
		q.exchange.SetFinalWriteTimeout(rare.flow.WriteTimeout)
	}
	if rare.socket != nil {
		core := rare.socket
		rare.socket = nil // once
		releaseConnection(core, rare.life)
	}
	if rare.cancel != nil {
		rare.cancel(nil)
	}
}

// closeFile closes the file of the answer, if one is open.
func (q *request) closeFile() {
	if q.rare.file != nil {
		_ = q.rare.file.Close() // opened for reading: no data can be lost
		q.rare.file = nil
	}
	if q.rare.found.file != nil {
		_ = q.rare.found.file.Close()
		q.rare.found.file = nil
	}
}
