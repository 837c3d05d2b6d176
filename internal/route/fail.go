package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/translate"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// fail makes the answer of an error of any step. Clean-ups see the error first and may replace it. Texts that are not meant for
// clients go to the log only. If the answer has begun, as a stream whose first event came late has, fail cuts it.
func (e *endpoint) fail(q *request, err error) {
	q.stage, q.isPlain = delivering, false
	if core := q.rare.socket; core != nil {
		core.Forget() // the answer is decided, whatever goroutine of the program holds the Socket
	}
	if q.exchange.Written() {
		if e.kind == connection {
			e.failConnection(q, err)
			return
		}
		e.abort(q, err)
		return
	}
	if q.holdsResources() {
		err = e.closeFailed(q, err)
	} else {
		_, err = asClientGone(q, err)
	}
	if panics.Aborts(err) {
		panic(http.ErrAbortHandler)
	}
	e.answerError(q, err)
}

// closeFailed ends what a request holds that failed with err, before it is answered: tasks, stream, clean-ups. It returns the error that
// they leave.
func (e *endpoint) closeFailed(q *request, err error) error {
	e.reportTasks(q, err)
	if stopped := q.endStream(); stopped != nil {
		err = errors.Join(err, stopped)
	}
	_, err = asClientGone(q, err)
	err, unseen := q.Close(err)
	if unseen != nil {
		e.log(&q.exchange, slog.LevelError, "a clean-up failed", unseen)
	}
	return err
}

// answerError makes the answer to an error. Methods of the program's error types may panic: the answer is then a 500, and the log
// has both errors.
func (e *endpoint) answerError(q *request, err error) {
	q.setAside()
	q.origin, q.isPlain = failed, false
	returns := false
	defer func() {
		v := recover()
		if v == nil && returns {
			return
		}
		e.log(&q.exchange, slog.LevelError, "unhandled error", err)
		if v == nil { // runtime.Goexit
			e.logExit(&q.exchange, panics.Recovered(nil))
			return
		}
		e.refuseError(q, panics.Recovered(v))
	}()
	e.formatAnswer(q, err)
	returns = true
}

// formatAnswer does the work of answerError, which recovers its panics.
func (e *endpoint) formatAnswer(q *request, err error) {
	x, out := &q.exchange, &q.answer
	known := e.table.publicErrorOf(err)
	handled, panicked := e.askHandlers(x, err, known)
	switch {
	case handled != nil:
		e.fromHandler(q, handled, known)
	case panicked, known == nil && !e.table.debug:
		e.table.setInternalError(x, out)
	case known != nil:
		e.table.formatError(x, out, known)
	default:
		e.debugPage(out, x, err)
	}
	if !panicked {
		e.logOutcome(x, err, known, handled != nil, out.Status())
	}
	if handled != nil && handled == q.temporal() {
		q.origin = merged
		out.SetTasks(nil) // they are not run after an error
	}
	_ = e.merge(q) // Check returns the error
	failed := out.Check()
	if failed == nil {
		q.buf, failed = out.Encode(q.buf, e.table.models.Append)
	}
	if failed != nil {
		e.refuseError(q, errors.Join(err, failed))
	}
}

// refuseError replaces the answer to an error, which cannot be sent because of failed, by the 500 that shows nothing.
func (e *endpoint) refuseError(q *request, failed error) {
	e.abandon(q)
	if panics.Aborts(failed) {
		panic(http.ErrAbortHandler)
	}
	e.log(&q.exchange, slog.LevelError, "the error could not be sent as it is", failed)
	q.answer.Reset()
	e.table.setInternalError(&q.exchange, &q.answer)
}

// abandon ends a Response of an error handler that is not sent: its tasks are logged as not run, its stream is ended.
func (e *endpoint) abandon(q *request) {
	if n := background.Drop(q.answer.Tasks()); n > 0 {
		e.logTasks(q, n, errNotSent)
	}
	if q.answer.IsStream() {
		if err := catchPanic(q.answer.DropStream); err != nil {
			e.log(&q.exchange, slog.LevelError, "a stream that was not sent could not be ended", err)
		}
	}
}

var errNotSent = errors.New("the Response of the error handler could not be sent")

// logExit logs that user code has called runtime.Goexit, once for each exchange. There is no answer.
func (e *endpoint) logExit(x *exchange.Exchange, err error) {
	if !x.Exited() {
		x.MarkExit()
		e.log(x, slog.LevelError, "a request ended without a return; its connection is cut", err)
	}
}

// logOutcome logs an error and its answer. It logs neither an error that the answer shows completely nor one that an error handler
// answers below 500, unless it is a panic. Panics and answers from 500 are errors in the log, all others warnings.
func (e *endpoint) logOutcome(x *exchange.Exchange, err error, known *publicError, handled bool, status int) {
	switch {
	case panics.PanicOf(err) == nil && (known != nil && known.isPublic || known == nil && handled && status < http.StatusInternalServerError):
	case panics.PanicOf(err) != nil, status >= http.StatusInternalServerError:
		e.log(x, slog.LevelError, "unhandled error", err)
	default:
		e.log(x, slog.LevelWarn, "refused", err)
	}
}

// formatError writes a public error in the app's format.
func (t *Table) formatError(x *exchange.Exchange, out *answer.Answer, f *publicError) {
	body := f.body
	if body == nil {
		t.addRequestInfo(x, &f.ErrorInfo)
		body = t.errors.Body(&f.ErrorInfo)
	}
	out.SetValue(exchange.ContentTypeOf(t.errors.MediaType()), body)
	out.SetStatus(f.Status).AddHeaders(f.headers)
	if f.body == nil {
		setLanguage(out, &f.ErrorInfo)
	}
}

// formatFailure writes the body of an answer that (*HTTPError).Response has made. It does nothing to others.
func (t *Table) formatFailure(x *exchange.Exchange, out *answer.Answer) {
	failure, ok := out.Failure()
	if !ok {
		return
	}
	made, _ := failure.(*response.HTTPError)
	info := made.Info()
	t.addRequestInfo(x, &info)
	if made != nil && made.Status != 0 && !answer.IsErrorStatus(made.Status) {
		out.Fail(errors.New(made.Error())) // clean-ups have seen an error, so clients must not read success
	}
	out.Format(t.errors.MediaType(), t.errors.Body(&info))
	setLanguage(out, &info)
}

// setLanguage adds Content-Language and Vary: Accept-Language when the texts were translated.
func setLanguage(out *answer.Answer, info *response.ErrorInfo) {
	if info.Language != "" {
		out.SetHeader("Content-Language", info.Language).AddHeader("Vary", "Accept-Language")
	}
}

// addRequestInfo adds what the request knows: its identifier, and the client's language.
func (t *Table) addRequestInfo(x *exchange.Exchange, info *response.ErrorInfo) {
	info.RequestID = requestID(x)
	if t.messages != nil {
		t.messages.Translate(info, x.Header("Accept-Language"))
	}
}

// setInternalError makes the answer the 500 that shows nothing of the error. Its body is encoded at start-up, so it cannot fail.
func (t *Table) setInternalError(x *exchange.Exchange, out *answer.Answer) {
	if t.plainErrors {
		out.Fill(http.StatusInternalServerError, exchange.ContentTypeOf("text/plain; charset=utf-8"), []byte("Internal Server Error"), false)
		return
	}
	body, info := t.internal, &response.ErrorInfo{}
	if t.messages != nil || requestID(x) != "" {
		if own, of, err := t.encodeInternal(x); err == nil {
			body, info = own, of
		}
	}
	out.Fill(http.StatusInternalServerError, exchange.ContentTypeOf(t.errors.MediaType()), body, false)
	setLanguage(out, info)
}

// encodeInternal encodes the body of a 500, for one request or, if x is nil, for all. A format of the program may fail or panic.
func (t *Table) encodeInternal(x *exchange.Exchange) (body []byte, info *response.ErrorInfo, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panics.Recovered(v)
		}
	}()
	f := newPublicError(http.StatusInternalServerError, nil)
	if x != nil {
		t.addRequestInfo(x, &f.ErrorInfo)
	}
	if err = exchange.Check(f.Status, nil, exchange.ContentTypeOf(t.errors.MediaType())); err == nil {
		body, err = t.models.Append(nil, t.errors.Body(&f.ErrorInfo))
	}
	return body, &f.ErrorInfo, err
}

// errorFormat checks the format by writing a 500. The table keeps its body for setInternalError.
func (c *compiler) errorFormat() {
	t := c.table
	if c.ErrorFormat == nil && c.ErrorFormatPlace != "" {
		c.add(routing.Mistake{Place: c.ErrorFormatPlace, Found: "FormatErrors(nil)", Legal: "an ErrorFormat; without the option errors have FastAPI's form"})
	}
	var err error
	if t.internal, _, err = t.encodeInternal(nil); err != nil {
		c.add(routing.Mistake{Place: c.ErrorFormatPlace, Found: fmt.Sprintf("the ErrorFormat %T cannot write a 500: %v", t.errors, err), Legal: "MediaType is a media type, and Body returns a value that has a JSON form, for every ErrorInfo"})
	}
	c.messages()
}

// keepsInfo reports whether a format is one of package response. These keep no reference to an ErrorInfo and do not change it.
func keepsInfo(f response.ErrorFormat) bool {
	return f == response.FastAPIErrors() || f == response.ProblemDetails()
}

// messages compiles the catalogues of the app.
func (c *compiler) messages() {
	if len(c.Catalogues) == 0 {
		return
	}
	var problems []string
	c.table.messages, problems = translate.NewMessages(c.Catalogues, c.ErrorKinds)
	for _, p := range problems {
		c.add(routing.Mistake{Place: c.CataloguesPlace, Found: p, Legal: "one Catalogue for a language; its Kinds are types of errors, whose placeholders are names in their ctx (docs/errors.md)"})
	}
}

// requestID returns the identifier that middleware has given to the request, Brio's or another that sets X-Request-Id on the answer;
// "" without one.
func requestID(x *exchange.Exchange) string {
	if id := origin.RequestID(x.Context()); id != "" {
		return id
	}
	if set := x.ResponseHeader()["X-Request-Id"]; len(set) > 0 {
		return set[0]
	}
	return ""
}

// log writes an error to the app's logger, with the request's method, route and identifier. Clients do not see it.
func (e *endpoint) log(x *exchange.Exchange, level slog.Level, msg string, err error, more ...slog.Attr) {
	attrs := append(append(more, slog.String("method", x.Method())), e.logRoute(x.Pattern())...)
	attrs = append(attrs, slog.String("error", errorText(err)))
	if id := requestID(x); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if p := panics.PanicOf(err); p != nil {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	e.table.logger.LogAttrs(context.WithoutCancel(x.Context()), level, msg, attrs...)
}

// logRoute returns the attributes of the route, or those of a request without a route, which matched pattern outside of the app.
func (e *endpoint) logRoute(pattern string) []slog.Attr {
	if e.name == "" {
		return []slog.Attr{slog.String("route", pattern)}
	}
	return []slog.Attr{slog.String("route", e.path.Text), slog.String("handler", e.name), slog.String("place", e.route.Place)}
}

// errorText returns the text of an error of any type. The method Error may panic, as that of a nil pointer does.
func errorText(err error) (s string) {
	defer func() {
		if v := recover(); v != nil {
			s = fmt.Sprintf("a %T, whose method Error panics: %s", err, finite.Text(v))
		}
	}()
	return err.Error()
}

// askHandlers asks the error handlers, the nearest first. r is nil if none of them answers. A panic of a handler, or of a method of
// the error, is a 500.
func (e *endpoint) askHandlers(x *exchange.Exchange, err error, known *publicError) (r *answer.Answer, panicked bool) {
	if len(e.handlers) == 0 {
		return nil, false
	}
	status := known.status()
	if status < 400 || status == statusClientGone {
		return nil, false
	}
	var asked declare.ErrorHandler
	defer func() {
		if v := recover(); v != nil {
			p := panics.Recovered(v)
			if panics.Aborts(p) {
				panic(http.ErrAbortHandler)
			}
			e.log(x, slog.LevelError, "unhandled error", err)
			e.log(x, slog.LevelError, "an error handler panicked", p, slog.String("error_handler", asked.Place))
			r, panicked = nil, true
		}
	}()
	for _, asked = range e.handlers {
		if asked.Type == nil && asked.Status != status || known == nil && e.table.debug && catchesAll(&asked) {
			continue
		}
		if r := response.AnswerOf(asked.Handle(x.Request(), err)); r != nil {
			return r, false
		}
	}
	return nil, false
}

// fromHandler makes the answer of an error handler's Response. It copies the Response, because the program may keep it. Without a
// status the answer has the error's. The headers that RFC 9110 demands of 401 and 405 (15.5.2, 15.5.6) come from the error.
func (e *endpoint) fromHandler(q *request, r *answer.Answer, known *publicError) {
	out := &q.answer
	out.Copy(r)
	if out.Status() == 0 {
		out.SetStatus(known.status())
	}
	e.table.formatFailure(&q.exchange, out)
	if known == nil || out.Status() != known.Status {
		return
	}
	for _, demanded := range []struct {
		status int
		header string
	}{{http.StatusMethodNotAllowed, "Allow"}, {http.StatusUnauthorized, "Www-Authenticate"}} {
		if values := known.headers.Values(demanded.header); known.Status == demanded.status && len(values) > 0 && out.Header().Values(demanded.header) == nil {
			out.Header()[demanded.header] = values
		}
	}
}
