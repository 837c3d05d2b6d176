package route

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/routing"
)

// rank orders the handlers of one level: first those of one error type, last those of all errors. A status stands before
// *HTTPError, as in FastAPI.
func rank(h declare.ErrorHandler) int {
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

// catchesAll reports whether the handler is OnError[error] or OnStatus(500).
func catchesAll(h *declare.ErrorHandler) bool {
	return h.Type == errorType || h.Type == nil && h.Status == http.StatusInternalServerError
}

// handlers puts the error handlers of several levels, given outermost first, into the order in which they are asked.
func (c *compiler) handlers(levels [][]declare.ErrorHandler) (out []declare.ErrorHandler) {
	for _, level := range slices.Backward(levels) {
		sorted := slices.SortedStableFunc(slices.Values(level), func(a, b declare.ErrorHandler) int { return rank(a) - rank(b) })
		for i, h := range sorted {
			at := routing.Mistake{Place: h.Place}
			name := fmt.Sprintf("OnStatus(%d)", h.Status)
			if h.Type != nil {
				name = fmt.Sprintf("OnError[%s]", h.Type)
			}
			same := slices.IndexFunc(sorted[:i], func(o declare.ErrorHandler) bool { return o.Type == h.Type && o.Status == h.Status })
			switch {
			case reflect.ValueOf(h.Func).IsNil():
				c.add(mistakeAt(at, name+" has no function", "a function that returns a *brio.Response, or nil to pass on"))
			case h.Type == nil && (h.Status < 400 || h.Status > 599):
				c.add(mistakeAt(at, name+" is for no error", "a status between 400 and 599"))
			case same >= 0 && sorted[same].Place != h.Place:
				c.add(mistakeAt(at, name+" is declared twice on this level; the first is at "+sorted[same].Place, "one handler for a type or status on each level"))
			}
		}
		out = append(out, sorted...)
	}
	return out
}

// addPrefixHandlers registers a router's error handlers for requests below its prefix that match no route. Of two routers with one
// prefix the first counts.
func (c *compiler) addPrefixHandlers(s *scope) {
	if s.prefix == "" || c.describes {
		return
	}
	f := c.table.without(&group{table: c.table, handlers: c.handlers(s.ErrorHandlers)})
	for _, path := range []string{s.prefix, s.prefix + "/{below...}"} {
		if p, err := pathtree.Parse(path); err == nil {
			_ = c.table.prefixes.Insert(p, f)
		}
	}
}
