package route

import (
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/routing"
)

// Explanation is what happens for requests of one route, in the order in which it happens.
type Explanation struct {
	Methods    []string
	Info       routing.RouteInfo
	Hidden     bool           // the route is in no document
	Middleware []string       // names, outermost first
	Around     []string       // names of what wraps everything up to the response, outermost first
	Plan       []*inject.Node // the guards, which always run, and last the handler
	Result     string         // what becomes of the handler's result

	Errors      []ExplainedHandler // of errors, the first that answers
	ErrorFormat string             // the media type of what none of them answers
}

// ExplainedHandler is a handler of errors.
type ExplainedHandler struct{ Name, Place string }
