package middleware

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httpwriter"
	"github.com/brio-go/brio/internal/origin"
)

// run runs the handler for the first request with a key, or for one without a key if c is zero. It stores the answer, and then sends it.
func (m *idempotency) run(next http.Handler, w http.ResponseWriter, r *http.Request, c IdempotencyClaim) {
	h := &heldAnswer{m: m, w: w, claim: c, ctx: r.Context(), early: w.Header().Clone()}
	h.owner, _ = exchange.OwnerOf(w)
	h.writer.Wrap(w, h)
	variant := h.writer.Variant() // before Redirect: it has the interfaces of w
	h.writer.Redirect(holding{h})
	ctx := context.WithValue(r.Context(), idempotencyKey{}, r.Context())
	if m.transactions != nil {
		ctx, h.tx = m.transactions.Open(ctx, c)
		h.session = SessionFrom(h.ctx)
		h.session.join(ctx)
	}
	h.lease = m.renew(ctx, c)
	defer func() {
		if !h.isSettled { // a panic, or runtime.Goexit
			h.free()
		}
	}()
	origin.ServeCopy(next, variant, r, r.WithContext(ctx))
	h.finish(r)
}

// storeTimeout is how long the store may take after the handler. The client may have gone then, so the context of the request does not
// limit it.
const storeTimeout = 5 * time.Second

// finishAttempts is how often an answer is given to a store that fails, and finishPause the time between two attempts.
const (
	finishAttempts = 3
	finishPause    = 100 * time.Millisecond
)

// heldAnswer is the response of a handler whose answer is stored before it is sent. Until then the body is in memory. It belongs to the
// goroutine of the request.
type heldAnswer struct {
	httpwriter.Pass
	writer  httpwriter.Closed // no Unwrap: it would bypass the memory
	m       *idempotency
	w       http.ResponseWriter
	owner   any // the app around it, for its ErrorFormat
	claim   IdempotencyClaim
	tx      IdempotencyTransaction // nil without transactions
	session *Session               // outside of Idempotency, which takes part in tx; nil without
	lease   *renewal               // nil without a key, and if the store does not renew
	ctx     context.Context        // of the request
	early   http.Header            // the headers of middleware outside

	status    int    // 0 until the handler has begun its answer
	body      []byte // not sent yet
	isSettled bool   // the store knows the outcome
	isPassing bool   // the answer goes to the client as it is written
	failed    error  // the outcome could not be stored: the answer is replaced
}

// holding is the writer below a heldAnswer until it is sent. It keeps the answer.
type holding struct{ h *heldAnswer }

func (o holding) Header() http.Header { return o.h.w.Header() }

func (o holding) WriteHeader(status int) {
	if o.h.status == 0 {
		o.h.status = status
	}
}

func (o holding) Write(p []byte) (int, error) {
	h := o.h
	o.WriteHeader(http.StatusOK)
	if !h.isPassing && h.m.MaxAnswer >= 0 && len(h.body)+len(p) > h.m.MaxAnswer {
		if err := h.pass(); err != nil {
			return 0, err
		}
	}
	if h.isPassing { // io.Copy still writes here
		return h.w.Write(p)
	}
	h.body = append(h.body, p...)
	return len(p), nil
}

// HandlerHeader implements httpwriter.ClosedHooks.
func (h *heldAnswer) HandlerHeader() http.Header { return h.w.Header() }

// Interim sends an interim answer (1xx).
func (h *heldAnswer) Interim(status int) { h.w.WriteHeader(status) }

// Control implements httpwriter.ClosedHooks.
func (h *heldAnswer) Control(do func(*http.ResponseController) error) error {
	return do(http.NewResponseController(h.w))
}

// ResponseOwner returns the app around the writer. begun is true if the handler cannot begin an answer any more.
func (h *heldAnswer) ResponseOwner() (owner any, begun bool) { return h.owner, h.status != 0 }

// ResponseExit implements exchange.ExitMarker.
func (h *heldAnswer) ResponseExit() { exchange.MarkExitOf(h.w) }

// Begin implements httpwriter.Hooks. After the outcome could not be stored, writes fail.
func (h *heldAnswer) Begin(int) error { return h.failed }

// BeginFlush stores an answer that is complete, and sends it: an app flushes before background tasks run. An answer that is not complete
// goes to the client from here on.
func (h *heldAnswer) BeginFlush() error {
	if !httpwriter.CanFlush(h.w) {
		return http.ErrNotSupported
	}
	return h.pass()
}

// BeginHijack gives the connection to the handler. The answer cannot be stored.
func (h *heldAnswer) BeginHijack() error {
	if h.status == 0 {
		h.status = http.StatusSwitchingProtocols
	}
	if err := h.settle(false); err != nil {
		return err
	}
	h.isPassing = true
	h.writer.Redirect(h.w)
	return nil
}

// pass stores that there is an answer, and the whole answer if it is complete. Then it sends what was written so far. All that follows goes
// to the client at once.
func (h *heldAnswer) pass() error {
	if h.failed != nil || h.isPassing {
		return h.failed
	}
	if h.status == 0 {
		h.status = http.StatusOK
	}
	length, known := h.length()
	if h.failed = h.settle(known && length == len(h.body)); h.failed != nil {
		return h.failed
	}
	h.send()
	return nil
}

// send sends what was written so far.
func (h *heldAnswer) send() {
	h.isPassing = true
	h.writer.Redirect(h.w)
	h.w.WriteHeader(h.status)
	if len(h.body) > 0 {
		_, _ = h.w.Write(h.body) // an error means that the client has gone: the handler's next write has it too
	}
	h.body = nil
}

// length returns the Content-Length of the answer, if it has one.
func (h *heldAnswer) length() (n int, known bool) {
	text := h.w.Header().Get("Content-Length")
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// finish is called when the handler has returned.
func (h *heldAnswer) finish(r *http.Request) {
	if h.isPassing {
		return
	}
	if h.status == 0 && h.ctx.Err() != nil { // the handler has ended because the client has gone
		h.free()
		return
	}
	if h.failed == nil {
		if h.status == 0 {
			h.status = http.StatusOK
		}
		length, known := h.length()
		h.failed = h.settle(!known || length == len(h.body) || h.status == http.StatusNotModified)
	}
	if h.failed == nil {
		h.send()
		return
	}
	header := h.w.Header()
	clear(header)
	maps.Copy(header, h.early)
	if errors.Is(h.failed, ErrIdempotencyLost) {
		h.m.inProgress(h.w, r)
		return
	}
	refuse(h.w, r, http.StatusServiceUnavailable, "The server could not store the answer")
}

// settle tells the store the outcome: the whole answer, or only its status. The error is that of a transaction, which has not committed as
// far as it is known: the answer must not be sent. Without a transaction the effects exist, so the answer is sent even if it is not stored.
func (h *heldAnswer) settle(isWhole bool) error {
	h.isSettled = true
	h.lease.end()
	m := h.m
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.ctx), storeTimeout)
	defer cancel()
	hasKey := h.claim.Key != ""
	var answer []byte
	if hasKey && m.Keep(h.status) {
		answer = h.encode(isWhole)
	}
	if h.tx != nil {
		if h.status < 400 {
			err := h.session.storeJoined()
			if err != nil {
				h.rollback(ctx)
				if hasKey {
					h.tell(ctx, nil)
				}
				return err
			}
			err = h.tx.Commit(ctx, answer)
			h.session.leave(err)
			if err != nil {
				m.log(ctx, slog.LevelError, "a transaction could not be committed with its answer", err)
				return err
			}
			if hasKey && answer == nil {
				h.tell(ctx, nil)
			}
			return nil
		}
		h.rollback(ctx)
	}
	if hasKey {
		h.tell(ctx, answer)
	}
	return nil
}

// free gives up the claim: nothing is stored, and effects in a transaction are undone.
func (h *heldAnswer) free() {
	h.isSettled = true
	h.lease.end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.ctx), storeTimeout)
	defer cancel()
	h.rollback(ctx)
	if h.claim.Key != "" {
		h.tell(ctx, nil)
	}
}

// rollback undoes the effects in a transaction.
func (h *heldAnswer) rollback(ctx context.Context) {
	if h.tx == nil {
		return
	}
	if err := h.tx.Rollback(); err != nil {
		h.m.log(ctx, slog.LevelError, "a transaction could not be rolled back", err)
	}
	h.session.leave(nil)
}

// renewal renews the lease of a claim until it ends.
type renewal struct {
	m     *idempotency
	claim IdempotencyClaim
	ctx   context.Context // of the handler
	timer *time.Timer

	mu      sync.Mutex
	isEnded bool
	cancel  context.CancelFunc // of the call of the store that is under way; nil without one
}

// renewals is how often a lease is renewed before it would pass.
const renewals = 3

// renew begins to renew the lease of a claim. It returns nil if there is nothing to renew.
func (m *idempotency) renew(ctx context.Context, c IdempotencyClaim) *renewal {
	if m.renewer == nil || c.Key == "" {
		return nil
	}
	r := &renewal{m: m, claim: c, ctx: ctx}
	r.mu.Lock() // until r has its timer
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(m.Lease/renewals, r.once)
	return r
}

// once renews the lease, and waits for the next time unless another request has the key: Finish says so.
func (r *renewal) once() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), storeTimeout)
	defer cancel()
	r.mu.Lock()
	isEnded := r.isEnded
	r.cancel = cancel
	r.mu.Unlock()
	if isEnded {
		return
	}
	err := r.m.renewer.Renew(ctx, r.claim)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isEnded || errors.Is(err, ErrIdempotencyLost) {
		return
	}
	if err != nil {
		r.m.log(ctx, slog.LevelWarn, "the lease of an idempotency key could not be renewed", err)
	}
	r.timer.Reset(r.m.Lease / renewals)
}

// end ends the renewals. It does not wait for a call that is under way.
func (r *renewal) end() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.isEnded = true
	r.timer.Stop()
	if r.cancel != nil {
		r.cancel()
	}
}

// tell calls Finish of the store, a few times if it fails.
func (h *heldAnswer) tell(ctx context.Context, answer []byte) {
	for attempt := 1; ; attempt++ {
		err := h.m.Store.Finish(ctx, h.claim, answer)
		switch {
		case err == nil:
			return
		case errors.Is(err, ErrIdempotencyLost):
			h.m.log(ctx, slog.LevelError, "two requests with one idempotency key have run: the lease has passed while the handler ran", err)
			return
		case attempt == finishAttempts || ctx.Err() != nil:
			h.m.log(ctx, slog.LevelError, "the store of idempotency keys failed: a retry after the lease runs the handler again", err)
			return
		}
		time.Sleep(finishPause)
	}
}

// storedAnswer is an answer as a store has it.
type storedAnswer struct {
	status  int
	isWhole bool // false: only the status was kept
	header  []storedField
	body    []byte
}

// storedField is a header of an answer.
type storedField struct {
	name    string
	isAdded bool // the values stand behind those of middleware outside
	values  []string
}

// answerForm is the first byte of a stored answer: the version of the form.
const answerForm = 1

// encode returns the stored form of the answer. Lengths and numbers are varints.
func (h *heldAnswer) encode(isWhole bool) []byte {
	if !isWhole {
		return append(binary.AppendUvarint([]byte{answerForm}, uint64(h.status)), 0)
	}
	fields := h.fields()
	b := make([]byte, 0, len(h.body)+256)
	b = append(binary.AppendUvarint(append(b, answerForm), uint64(h.status)), 1)
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	b = binary.AppendUvarint(b, uint64(len(fields)))
	for _, f := range fields {
		text(f.name)
		added := byte(0)
		if f.isAdded {
			added = 1
		}
		b = binary.AppendUvarint(append(b, added), uint64(len(f.values)))
		for _, v := range f.values {
			text(v)
		}
	}
	return append(b, h.body...)
}

// fields returns the headers that the handler has set, sorted by name.
func (h *heldAnswer) fields() (out []storedField) {
	header := h.w.Header()
	for _, name := range slices.Sorted(maps.Keys(header)) {
		values, before := header[name], h.early[name]
		switch name {
		case "Connection", "Content-Length", "Date", "Keep-Alive", "Trailer", "Transfer-Encoding", "Upgrade": // of one connection, or one time
			continue
		case "Set-Cookie":
			if !h.m.KeepCookies {
				continue
			}
		}
		if slices.Equal(values, before) {
			continue
		}
		f := storedField{name: name, values: values}
		if n := len(before); n > 0 && len(values) > n && slices.Equal(values[:n], before) {
			f.isAdded, f.values = true, values[n:]
		}
		out = append(out, f)
	}
	return out
}

// errAnswerForm is the error of bytes that encode has not made.
var errAnswerForm = errors.New("brio/middleware: the stored answer has another form")

// decodeAnswer reads what encode has written. The body is a part of b.
func decodeAnswer(b []byte) (a storedAnswer, err error) {
	d := decoder[[]byte]{rest: b}
	if d.byte() != answerForm {
		return a, errAnswerForm
	}
	a.status, a.isWhole = d.number(), d.byte() == 1
	if a.isWhole {
		for n := d.number(); n > 0 && !d.isBad; n-- {
			f := storedField{name: d.text(), isAdded: d.byte() == 1}
			for n := d.number(); n > 0 && !d.isBad; n-- {
				f.values = append(f.values, d.text())
			}
			a.header = append(a.header, f)
		}
		a.body = d.rest
	}
	if d.isBad || a.status < 100 || a.status > 999 {
		return storedAnswer{}, errAnswerForm
	}
	return a, nil
}
