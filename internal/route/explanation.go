package route

import (
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/routing"
)

// Explanation describes a request of one route, in the order of its steps.
type Explanation struct {
	Methods    []string
	Info       routing.RouteInfo
	Hidden     bool           // the route is in no document
	Middleware []string       // names, outermost first
	Around     []string       // names of the functions around all steps before write, outermost first
	Plan       []*inject.Node // the guards, which always run, and the handler last
	Result     string         // the answer that the router makes of the handler's result

	Errors      []ExplainedHandler // error handlers; the first one that returns an answer counts
	ErrorFormat string             // the media type of all other errors
}

// ExplainedHandler is an error handler.
type ExplainedHandler struct{ Name, Place string }
