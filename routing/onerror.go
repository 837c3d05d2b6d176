package routing

import (
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/response"
)

// ErrorHandler answers errors of one kind, in the place of the format. Of an app, a router, an include or a route.
type ErrorHandler struct {
	Type   reflect.Type // of the errors, of OnError
	Status int          // of the answer that there would be, of OnStatus
	Func   any          // the user's function, for Explain
	Place  string       // of the declaration

	// Handle answers an error, or passes on with nil. The error has the status already, but need not have the type.
	Handle func(r *http.Request, err error) *response.Response
}

// OnError makes an ErrorHandler for errors of type E.
func OnError[E error](f func(r *http.Request, err E) *response.Response, place string) ErrorHandler {
	t := reflect.TypeFor[E]()
	return ErrorHandler{Type: t, Func: f, Place: place, Handle: func(r *http.Request, err error) *response.Response {
		if e, ok := as[E](err, t); ok {
			return f(r, e)
		}
		return nil
	}}
}

// as finds the first error of type E as errors.As does, but not behind the Cause of an HTTPError. Whether an error type is
// returned as a value or as a pointer is easily forgotten: each is found for the other.
func as[E error](err error, t reflect.Type) (found E, ok bool) {
	walk(err, func(err error) bool {
		if found, ok = err.(E); ok {
			return true
		}
		if x, has := err.(interface{ As(any) bool }); has && x.As(&found) {
			ok = true
			return true
		}
		v := reflect.ValueOf(err)
		switch {
		case t.Kind() == reflect.Pointer && v.Type() == t.Elem():
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			found, ok = p.Interface().(E)
		case t.Kind() != reflect.Interface && v.Kind() == reflect.Pointer && v.Type().Elem() == t && !v.IsNil():
			found, ok = v.Elem().Interface().(E)
		}
		return ok
	})
	return found, ok
}

// String is the handler as Explain prints it.
func (h ErrorHandler) String() string {
	if h.Type != nil {
		return fmt.Sprintf("OnError[%s] %s", h.Type, functionName(h.Func))
	}
	return fmt.Sprintf("OnStatus(%d) %s", h.Status, functionName(h.Func))
}

// rank orders the handlers of one level: those of one error type say most, those of all errors least. A status stands
// before *HTTPError, as in FastAPI.
func (h ErrorHandler) rank() int {
	switch {
	case h.Type == nil:
		return 1
	case h.Type == errorType:
		return 4
	case h.Type.Kind() == reflect.Interface:
		return 3
	case h.Type == reflect.PointerTo(httpErrorType):
		return 2
	}
	return 0
}

// all reports whether the handler is for whatever nobody else answers.
func (h ErrorHandler) all() bool {
	return h.Type == errorType || h.Type == nil && h.Status == http.StatusInternalServerError
}

// handlers puts those of several levels, outermost first, into the order in which they are asked.
func (c *compiler) handlers(levels [][]ErrorHandler) (out []ErrorHandler) {
	for _, level := range slices.Backward(levels) {
		sorted := slices.SortedStableFunc(slices.Values(level), func(a, b ErrorHandler) int { return a.rank() - b.rank() })
		for i, h := range sorted {
			at := Mistake{Place: h.Place}
			name := fmt.Sprintf("OnStatus(%d)", h.Status)
			if h.Type != nil {
				name = fmt.Sprintf("OnError[%s]", h.Type)
			}
			same := slices.IndexFunc(sorted[:i], func(o ErrorHandler) bool { return o.Type == h.Type && o.Status == h.Status })
			switch {
			case reflect.ValueOf(h.Func).IsNil():
				c.report.add(at.with(name+" has no function", "a function that returns a *brio.Response, or nil to pass on"))
			case h.Type == nil && (h.Status < 400 || h.Status > 599):
				c.report.add(at.with(name+" is for no error", "a status between 400 and 599"))
			case same >= 0 && sorted[same].Place != h.Place:
				c.report.add(at.with(name+" is declared twice on this level; the first is at "+sorted[same].Place, "one handler for a type or status on each level"))
			}
		}
		out = append(out, sorted...)
	}
	return out
}

// below notes the handlers of a router for what no route below its prefix answers. Of two prefixes that are alike the
// first one counts.
func (c *compiler) below(s *scope) {
	if s.prefix == "" || c.describes {
		return
	}
	f := &failing{group: &group{table: c.table, handlers: c.handlers(s.ErrorHandlers)}}
	for _, path := range []string{s.prefix, s.prefix + "/{below...}"} {
		if p, err := pathtree.Parse(path); err == nil {
			_ = c.table.prefixes.Insert(p, f)
		}
	}
}

// unanswered is who answers that no route does: the router of the longest prefix that has error handlers, or the app.
func (t *Table) unanswered(path requestPath) *failing {
	if f, _, ok := t.prefixes.Match(path.text, false, nil); ok {
		return f
	}
	return &t.outside
}

// handled asks the error handlers, the nearest first. What they are given may panic, and so may they: that is a 500.
func (f *failing) handled(x *exchange.Exchange, err error, known *failure) (r *response.Response, panicked bool) {
	if len(f.handlers) == 0 {
		return nil, false
	}
	status := known.status()
	if status < 400 || status == statusClientGone {
		return nil, false
	}
	var asked ErrorHandler
	defer func() {
		if v := recover(); v != nil {
			p := dependencies.Recovered(v)
			if dependencies.Aborts(p) {
				panic(http.ErrAbortHandler)
			}
			f.log(x, slog.LevelError, "unhandled error", err)
			f.log(x, slog.LevelError, "an error handler panicked", p, slog.String("error_handler", asked.Place))
			r, panicked = f.table.internalError(x), true
		}
	}()
	for _, asked = range f.handlers {
		if asked.Type == nil && asked.Status != status || known == nil && f.table.debug && asked.all() {
			continue
		}
		if r := asked.Handle(x.Request(), err); r != nil {
			return r, false
		}
	}
	return nil, false
}

// own makes the Response of a handler the answer: a copy, since the program may keep it. Without a status it has the
// error's. What RFC 9110 demands of a status (15.5.2, 15.5.6) is taken from the error.
func (f *failing) own(x *exchange.Exchange, r *response.Response, known *failure) *response.Response {
	out := &response.Response{}
	out.Copy(r)
	if out.StatusCode() == 0 {
		out.Status(known.status())
	}
	if made, ok := out.Failure(); ok {
		f.table.format(x, out, made)
	}
	if known == nil || out.StatusCode() != known.Status {
		return out
	}
	for _, demanded := range []struct {
		status int
		header string
	}{{http.StatusMethodNotAllowed, "Allow"}, {http.StatusUnauthorized, "Www-Authenticate"}} {
		if values := known.headers.Values(demanded.header); known.Status == demanded.status && len(values) > 0 && out.Header().Values(demanded.header) == nil {
			out.Header()[demanded.header] = values
		}
	}
	return out
}
