package route

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/socket"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/websocket"
)

// A WebSocket route runs the steps of every request. negotiate checks the handshake and makes the Socket that functions receive. The
// first use of it calls upgrade, which merges the temporal Response into the 101 and takes the connection. What a step returns before that
// is an answer of HTTP. After it the origin of the answer is taken, write closes the connection, and fail decides the code.

// socketRoute is what a WebSocket route has beside others.
type socketRoute struct {
	config   socket.Config
	codec    *codec
	types    []socket.Types // of the messages, in the order of the functions that take them
	messages map[socket.Types]*messages
	origins  []func(origin string) bool // whose pages may connect, beside those of the request's host
}

// routeOf describes a route for the rows.
func (c *compiler) routeOf(s *scope, e *endpoint) *injectables.Route {
	r := &injectables.Route{Info: e.routeInfo(s.Tags)}
	if e.route.Socket {
		made := &socketRoute{messages: map[socket.Types]*messages{}}
		e.writeRare().socket = made
		r.Messages = func(types socket.Types, report func(found, legal string)) socket.Messages {
			return c.socketMessages(made, types, s, e, report)
		}
	}
	return r
}

// socket compiles the endpoint of a WebSocket route, and reports options that have no effect on one.
func (c *compiler) socket(e *endpoint, own *declare.RouteSettings, s *declare.Settings, isHandler bool, fail func(found, legal string)) {
	e.kind, e.endsWithApp, e.negotiates = connection, true, true
	switch {
	case isHandler:
		fail("a handler of net/http on a WebSocket route", "a function that takes a *brio.WebSocket or a *websocket.Conn[In, Out]; Get takes handlers of net/http, which may upgrade by themselves")
		return
	case e.plan.Result != nil:
		fail(mistakes.SocketResult(e.plan.Result.String()))
	case !e.plan.Marks.Has(injectables.TakesSocket):
		fail(mistakes.NoConnectionTaken())
	}
	if own.Status != 0 || own.Model != nil || own.NoModel {
		fail("Status or ResponseModel on a WebSocket route", "the type Out of *websocket.Conn[In, Out] is the model of its messages")
	}
	if len(own.Extra) > 0 || len(own.Examples) > 0 || len(own.Responses) > 0 || own.ResponseDescription != "" {
		fail("OpenAPIExtra, Responds, Examples or ResponseDescription on a WebSocket route", "no such option: OpenAPI has no WebSocket routes, and the AsyncAPI document is made from the types of the messages")
	}
	for b := range e.plan.Params() {
		for _, f := range b.Fields {
			if f.Source == model.Body || f.Source.IsForm() {
				fail(fmt.Sprintf("field %s is read from the body, and a handshake has none", f.Go), "path, query, header and cookie; messages are read from the connection")
			}
		}
	}
	route, l, set := e.rare.socket, e.plan.Settings.Limits, &s.Socket
	route.config = socket.Config{
		MaxMessage: e.plan.Settings.MaxBody, ReadTimeout: l.ReadTimeout, ReadRate: l.ReadRate, WriteTimeout: e.writeTimeout, Ping: e.ping,
		Idle: set.Idle.Value(), Messages: set.Rate.Value().N, Per: set.Rate.Value().Per, Compress: set.Compress.Value(), Subprotocols: set.Subprotocols.Value(),
	}
	route.origins = slices.Clone(set.Origins)
	for _, m := range slices.Concat(c.app.Middleware, e.middleware) {
		if allows := startup.NotesOf(m).Origins; allows != nil {
			route.origins = append(route.origins, allows)
		}
	}
	route.codec = &codec{reader: c.Scope.Reader, models: c.Models, settings: e.plan.Settings}
	for _, m := range route.messages {
		m.settings, m.answers = e.plan.Settings, set.Answers.Value()
	}
}

// openSocket checks the handshake of a request, and makes the Socket that functions receive.
func (e *endpoint) openSocket(q *request) error {
	x := &q.exchange
	handshake, refused := socket.ReadHandshake(x.Header)
	switch {
	case refused != nil:
		err := response.NewError(refused.Status, refused.Detail)
		if refused.Header[0] != "" {
			err = err.WithHeader(refused.Header[0], refused.Header[1])
		}
		return err
	case !x.ProtoAtLeast(1, 1):
		return upgradeRequired("A WebSocket handshake needs HTTP/1.1")
	}
	if err := e.rare.socket.checkOrigin(x); err != nil {
		return err
	}
	if e.table.lifecycle.draining.Err() != nil {
		return routing.ErrShutdown
	}
	core := socket.New(q.Context(), q.rare.cancel, handshake, &e.rare.socket.config, func(h http.Header) (net.Conn, *bufio.ReadWriter, error) {
		return e.upgrade(q, h)
	})
	rare := q.writeRare()
	rare.socket, rare.life = core, e.table.lifecycle
	q.SetSocket(websocket.New(core, e.rare.socket.codec))
	return nil
}

// upgradeRequired returns the error of a request that is no handshake (RFC 9110, 15.5.22).
func upgradeRequired(detail string) *response.HTTPError {
	return response.NewError(http.StatusUpgradeRequired, detail).WithHeader("Upgrade", "websocket")
}

// refusedHandshake returns the public error of a handshake that the program has refused, as FastAPI's servers answer it.
func refusedHandshake(reason string) *publicError {
	if reason == "" {
		return newPublicError(http.StatusForbidden, nil)
	}
	return newPublicError(http.StatusForbidden, reason)
}

// checkOrigin returns an error for a page that may not open the connection (RFC 6455, 10.2). Browsers send cookies with a handshake, and
// the same-origin policy does not hold for WebSockets. Other clients send no Origin.
func (r *socketRoute) checkOrigin(x *exchange.Exchange) error {
	sent := x.Header("Origin")
	switch {
	case len(sent) == 0:
		return nil
	case len(sent) > 1:
	case origin.IsOwn(sent[0], x.Host()), slices.ContainsFunc(r.origins, func(allows func(string) bool) bool { return allows(sent[0]) }):
		return nil
	}
	return response.NewError(http.StatusForbidden, "The origin is not allowed").
		WithCause(fmt.Errorf("the origin %q of a WebSocket is not that of the host %q; AllowOrigins and middleware.CORS allow others", sent[0], x.Host()))
}

// upgrade answers the handshake with 101 and takes the connection. handshake are the headers of RFC 6455 and those of the program's
// Accept. An error can still be answered.
func (e *endpoint) upgrade(q *request, handshake http.Header) (net.Conn, *bufio.ReadWriter, error) {
	x, life := &q.exchange, e.table.lifecycle
	if life.draining.Err() != nil {
		return nil, nil, routing.ErrShutdown
	}
	h := x.ResponseHeader().Clone()
	if h == nil {
		h = http.Header{}
	}
	if t := q.temporal(); t != nil {
		if err := t.Preset(h); err != nil {
			return nil, nil, e.named(err)
		}
	}
	for _, name := range []string{"Content-Length", "Content-Type", "Transfer-Encoding"} {
		delete(h, name)
	}
	maps.Copy(h, handshake)
	if err := exchange.Check(http.StatusOK, &exchange.Headers{Map: h}, nil); err != nil {
		return nil, nil, e.named(err)
	}
	conn, rw, err := x.Hijack()
	if err != nil {
		if errorIs(err, http.ErrNotSupported) {
			err = upgradeRequired("A WebSocket needs a connection of HTTP/1.1").WithCause(err)
		}
		return nil, nil, err
	}
	_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	_ = h.Write(rw)
	_, _ = rw.WriteString("\r\n")
	_ = rw.Flush() // the first read or write returns the error of a connection that is gone
	core := q.rare.socket
	life.change(1, 0, 0)
	q.writeRare().unbind = context.AfterFunc(life.draining, func() {
		life.streams.Add(1)
		_ = core.GoAway(routing.ErrShutdown)
	})
	return conn, rw, nil
}

// endConnection makes the answer of a handler that has returned without an error. One that has not used the connection has refused the
// handshake.
func (e *endpoint) endConnection(q *request) error {
	core := q.rare.socket
	core.Forget() // another goroutine of the program may hold the Socket
	if core.IsAccepted() {
		q.origin = taken
		return nil
	}
	var detail any
	if closed := core.Closed(); closed != nil && closed.Reason != "" {
		detail = closed.Reason
	}
	return response.NewError(http.StatusForbidden, detail)
}

// connectionError returns the error of a handler, nil if it means only that the connection has ended.
func (e *endpoint) connectionError(q *request, err error) error {
	if _, closed := websocket.IsClosed(err); closed && panics.PanicOf(err) == nil {
		return e.endConnection(q)
	}
	return err
}

// failConnection decides how an accepted connection is closed after an error. Clean-ups see the error first, and error handlers then: their
// Response cannot be sent.
func (e *endpoint) failConnection(q *request, err error) {
	e.reportTasks(q, err)
	err, unseen := q.Close(err)
	if unseen != nil {
		e.log(&q.exchange, slog.LevelError, "a clean-up failed", unseen)
	}
	q.setAside()
	q.origin = taken
	if panics.Aborts(err) {
		q.rare.socket.Cut(err)
		return
	}
	q.writeRare().closeCode = websocket.CloseInternalError // stays if a method of the error panics
	returns := false
	defer func() {
		v := recover()
		switch {
		case v != nil:
			e.log(&q.exchange, slog.LevelError, "unhandled error", err)
			e.log(&q.exchange, slog.LevelError, "the error could not be read", panics.Recovered(v))
		case !returns: // runtime.Goexit
			e.logExit(&q.exchange, panics.Recovered(nil))
		}
	}()
	if own, ok := finite.As[*websocket.Error](err); ok && own != nil && !socket.IsSendable(own.Code) {
		e.log(&q.exchange, slog.LevelError, "a WebSocket was to be closed with a code that cannot be sent", err)
	}
	known := e.table.publicErrorOf(err)
	handled, panicked := e.askHandlers(&q.exchange, err, known)
	q.rare.closeCode, q.rare.closeReason = closeOf(err, known)
	status := known.status()
	if handled != nil {
		status = handled.FinalStatus()
		q.replace(handled) // it is not sent: its stream is ended, and its tasks run, as after an answer
	}
	if !panicked {
		e.logOutcome(&q.exchange, err, known, handled != nil, status)
	}
	returns = true
}

// closeOf returns the code and the reason that close a connection after an error. known is the part of it that the client may see.
func closeOf(err error, known *publicError) (code int, reason string) {
	own, ok := finite.As[*websocket.Error](err)
	switch {
	case ok && own != nil && socket.IsSendable(own.Code):
		return own.Code, own.Reason
	case ok:
		return websocket.CloseInternalError, ""
	case errorIs(err, routing.ErrShutdown):
		return websocket.CloseGoingAway, ""
	case known == nil:
		return websocket.CloseInternalError, ""
	case known.Status == http.StatusUnprocessableEntity && len(known.Errors) > 0, known.Status == http.StatusBadRequest, known.Status == http.StatusRequestEntityTooLarge:
		return websocket.ClosePolicyViolation, reasonOf(known)
	}
	return websocket.CloseInternalError, reasonOf(known)
}

// reasonOf returns the errors of a message, or the detail of an error, as the reason of a close: as many as 123 bytes hold.
func reasonOf(f *publicError) string {
	if len(f.Errors) == 0 {
		text, _ := f.Detail.(string)
		return socket.CutReason(text)
	}
	var b strings.Builder
	for i, d := range f.Errors {
		var loc []string
		for _, step := range d.Loc {
			loc = append(loc, fmt.Sprint(step))
		}
		one := strings.Join(loc, ".") + ": " + d.Msg
		left := fmt.Sprintf("; %d more", len(f.Errors)-i)
		if i > 0 && b.Len()+2+len(one)+len(left) > socket.MaxReason {
			b.WriteString(left)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(one)
	}
	return socket.CutReason(b.String())
}

// finishConnection closes the connection.
func (q *request) finishConnection() {
	q.rare.socket.Finish(cmp.Or(q.rare.closeCode, websocket.CloseNormal), q.rare.closeReason)
}

// releaseConnection waits for the end of the connection, which the client may delay for some seconds.
func releaseConnection(core *socket.Socket, life *lifecycle) {
	core.Forget()
	if !core.IsAccepted() {
		return
	}
	core.Cut(errors.New("the request has ended")) // after runtime.Goexit; else it is closed already
	core.Wait()
	life.change(-1, 0, 0)
}
