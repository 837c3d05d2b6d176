package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/translate"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// fail makes the answer of an error of any step. Clean-ups see the error first and may replace it. Texts that are not meant for
// clients go to the log only.
func (e *endpoint) fail(q *request, err error) *answer.Answer {
	if stopped := q.endStream(); stopped != nil {
		err = errors.Join(err, stopped)
	}
	_, err = asClientGone(q, err)
	err, unseen := q.Close(err)
	if unseen != nil {
		e.log(q.Exchange, slog.LevelError, "a clean-up failed", unseen)
	}
	if panics.Aborts(err) {
		panic(http.ErrAbortHandler)
	}
	return e.policy.answer(q.Exchange, err, &q.buf, q.temporal())
}

// errorPolicy turns errors into answers, for an endpoint or for requests without one.
type errorPolicy struct {
	*group
	route *endpoint // nil for requests that match no route
}

// answer makes the answer to an error and encodes it into buf. Under MergeAlways the answer keeps headers and cookies of temporal.
// Methods of the program's error types may panic: the answer is then a 500, and the log has both errors.
func (f *errorPolicy) answer(x *exchange.Exchange, err error, buf *[]byte, temporal *answer.Answer) (out *answer.Answer) {
	returns := false
	defer func() {
		v := recover()
		if v == nil && returns {
			return
		}
		f.log(x, slog.LevelError, "unhandled error", err)
		if v == nil { // runtime.Goexit
			f.logExit(x, panics.Recovered(nil))
			return
		}
		failed := panics.Recovered(v)
		f.abandon(x, out)
		if panics.Aborts(failed) {
			panic(http.ErrAbortHandler)
		}
		f.log(x, slog.LevelError, "the error could not be sent as it is", failed)
		out = f.table.internalError(x)
	}()
	out = f.makeAnswer(x, err, buf, temporal)
	returns = true
	return out
}

// makeAnswer does the work of answer, which recovers its panics.
func (f *errorPolicy) makeAnswer(x *exchange.Exchange, err error, buf *[]byte, temporal *answer.Answer) (out *answer.Answer) {
	known := f.table.publicErrorOf(err)
	handled, panicked := f.askHandlers(x, err, known)
	switch {
	case handled != nil:
		out = f.fromHandler(x, handled, known)
	case known != nil:
		out = f.table.formatError(x, known)
	case f.table.debug:
		out = debugPage(x.Request(), err)
	default:
		out = f.table.internalError(x)
	}
	if !panicked {
		f.logOutcome(x, err, known, handled != nil, out.Status())
	}
	switch {
	case handled != nil && handled == temporal:
		out.SetTasks(nil) // they are not run after an error
	case f.route != nil && f.route.mergeAlways:
		out.AddTemporal(temporal)
	}
	failed := out.Check()
	if failed == nil {
		if *buf, failed = out.Encode(*buf, f.table.models.Append); failed == nil {
			return out
		}
	}
	f.log(x, slog.LevelError, "the error could not be sent as it is", errors.Join(err, failed))
	f.abandon(x, out)
	return f.table.internalError(x)
}

// abandon ends a Response of an error handler that is not sent: its tasks are logged as not run, its stream is ended. out may be nil.
func (f *errorPolicy) abandon(x *exchange.Exchange, out *answer.Answer) {
	if out == nil {
		return
	}
	if n := background.Drop(out.Tasks()); n > 0 {
		f.log(x, slog.LevelWarn, "background tasks were not run", errNotSent, slog.Int("tasks", n), slog.Int("begun", 0), slog.Int("not_run", n))
	}
	if out.IsStream() {
		if err := catchPanic(out.DropStream); err != nil {
			f.log(x, slog.LevelError, "a stream that was not sent could not be ended", err)
		}
	}
}

var errNotSent = errors.New("the Response of the error handler could not be sent")

// logExit logs that user code has called runtime.Goexit, once for each exchange. There is no answer.
func (f *errorPolicy) logExit(x *exchange.Exchange, err error) {
	if !x.Exited() {
		x.MarkExit()
		f.log(x, slog.LevelError, "a request ended without a return; its connection is cut", err)
	}
}

// logOutcome logs an error and its answer. It logs neither an error that the answer shows completely nor one that an error handler
// answers below 500, unless it is a panic. Panics and answers from 500 are errors in the log, all others warnings.
func (f *errorPolicy) logOutcome(x *exchange.Exchange, err error, known *publicError, handled bool, status int) {
	switch {
	case panics.PanicOf(err) == nil && (known != nil && known.isPublic || known == nil && handled && status < http.StatusInternalServerError):
	case panics.PanicOf(err) != nil, status >= http.StatusInternalServerError:
		f.log(x, slog.LevelError, "unhandled error", err)
	default:
		f.log(x, slog.LevelWarn, "refused", err)
	}
}

// send answers a request without an endpoint with an error, and runs the tasks of the answer.
func (f *errorPolicy) send(x *exchange.Exchange, err error) {
	var buf []byte
	out := f.answer(x, err, &buf, nil)
	if failed := transmit(out, x); failed != nil {
		begun := x.Written()
		if n := background.Drop(out.Tasks()); n > 0 {
			f.log(x, slog.LevelWarn, "background tasks were not run", failed, slog.Int("tasks", n), slog.Int("begun", 0), slog.Int("not_run", n))
		}
		if !errorIs(failed, exchange.ErrConnection) && !panics.Aborts(failed) {
			f.log(x, slog.LevelError, "the response could not be sent", failed)
		}
		if begun {
			panic(http.ErrAbortHandler)
		}
		_ = f.table.internalError(x).Send(x)
		return
	}
	_ = f.runTasks(x, x.Request().Context(), out.Tasks())
}

// transmit sends a Response and turns a panic of its iterator into an error.
func transmit(out *answer.Answer, x *exchange.Exchange) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panics.Recovered(v)
		}
	}()
	return out.Send(x)
}

// formatError writes a public error in the app's format.
func (t *Table) formatError(x *exchange.Exchange, f *publicError) *answer.Answer {
	if f.body != nil {
		return newFailed(f.Status, t.errors.MediaType(), f.body, f.headers)
	}
	t.addRequestInfo(x, &f.ErrorInfo)
	return setLanguage(newFailed(f.Status, t.errors.MediaType(), t.errors.Body(&f.ErrorInfo), f.headers), &f.ErrorInfo)
}

// newFailed makes the answer for an error, whose body is JSON.
func newFailed(status int, mediaType string, body any, headers http.Header) *answer.Answer {
	out := &answer.Answer{}
	out.SetValue(exchange.ContentTypeOf(mediaType), body)
	return out.SetStatus(status).AddHeaders(headers)
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
func setLanguage(out *answer.Answer, info *response.ErrorInfo) *answer.Answer {
	if info.Language != "" {
		out.SetHeader("Content-Language", info.Language).AddHeader("Vary", "Accept-Language")
	}
	return out
}

// addRequestInfo adds what the request knows: its identifier, and the client's language.
func (t *Table) addRequestInfo(x *exchange.Exchange, info *response.ErrorInfo) {
	info.RequestID = requestID(x)
	if t.messages != nil {
		t.messages.Translate(info, x.Request().Header["Accept-Language"])
	}
}

// internalError returns the 500 that shows nothing of the error. Its body is encoded at start-up, so it cannot fail.
func (t *Table) internalError(x *exchange.Exchange) *answer.Answer {
	if t.plainErrors {
		return newInternal("text/plain; charset=utf-8", []byte("Internal Server Error"))
	}
	body, info := t.internal, &response.ErrorInfo{}
	if t.messages != nil || requestID(x) != "" {
		if own, of, err := t.encodeInternal(x); err == nil {
			body, info = own, of
		}
	}
	return setLanguage(newInternal(t.errors.MediaType(), body), info)
}

// newInternal makes the 500 of internalError.
func newInternal(mediaType string, body []byte) *answer.Answer {
	out := &answer.Answer{}
	out.SetBody(exchange.ContentTypeOf(mediaType), body)
	return out.SetStatus(http.StatusInternalServerError)
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
	body, err = t.models.Append(nil, t.errors.Body(&f.ErrorInfo))
	return body, &f.ErrorInfo, err
}

// errorFormat checks the format by writing a 500. The table keeps its body for internalError.
func (c *compiler) errorFormat() {
	t := c.table
	if c.ErrorFormat == nil && c.ErrorFormatPlace != "" {
		c.add(routing.Mistake{Place: c.ErrorFormatPlace, Found: "FormatErrors(nil)", Legal: "an ErrorFormat; without the option errors have FastAPI's form"})
	}
	var err error
	if t.internal, _, err = t.encodeInternal(nil); err != nil {
		c.add(routing.Mistake{Place: c.ErrorFormatPlace, Found: fmt.Sprintf("the ErrorFormat %T cannot write a 500: %v", t.errors, err), Legal: "Body returns a value that has a JSON form, for every ErrorInfo"})
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
	if id := origin.RequestID(x.Request().Context()); id != "" {
		return id
	}
	if set := x.ResponseHeader()["X-Request-Id"]; len(set) > 0 {
		return set[0]
	}
	return ""
}

// log writes to the app's logger what clients do not see.
func (e *endpoint) log(x *exchange.Exchange, level slog.Level, msg string, err error, more ...slog.Attr) {
	e.policy.log(x, level, msg, err, more...)
}

// log writes an error to the app's logger, with the request's method, route and identifier. Clients do not see it.
func (f *errorPolicy) log(x *exchange.Exchange, level slog.Level, msg string, err error, more ...slog.Attr) {
	r := x.Request()
	attrs := append(more, slog.String("method", r.Method))
	if f.route != nil {
		attrs = append(attrs, slog.String("route", f.route.path.Text), slog.String("handler", f.route.name), slog.String("place", f.route.route.Place))
	} else {
		attrs = append(attrs, slog.String("route", r.Pattern))
	}
	attrs = append(attrs, slog.String("error", errorText(err)))
	if id := requestID(x); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if p := panics.PanicOf(err); p != nil {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	f.table.logger.LogAttrs(context.WithoutCancel(r.Context()), level, msg, attrs...)
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
