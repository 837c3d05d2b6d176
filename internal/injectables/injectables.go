package injectables

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/socket"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/websocket"
)

// The marks of plans.
const (
	UsesContext inject.Marks = 1 << iota // a function takes the context.Context
	UsesRequest                          // a function takes the *http.Request
	TakesSocket                          // a function takes the connection of a WebSocket
)

// Source is what the values are made of, beside the request and its route. Rows that do not have what they need are compiled for no
// function, so a Source outside of an app has the type of scopes alone.
type Source struct {
	Logger func() *slog.Logger // of the app
	Link   origin.LinkFunc     // of the app
	Scopes reflect.Type        // the slice of strings by which functions receive the scopes
	Jobs   jobs.Backend        // of the app; nil: it has no jobs
	OfJob  bool                // the rows are for functions of jobs, whose frames have a *Job as their Owner
}

// Job is what functions of a job receive.
type Job struct {
	Info jobs.Info
	Job  reflect.Value // a *jobs.Job[T]
}

// Route is what rows know of a route. It is the Route of an [inject.Scope].
type Route struct {
	Info     func(*exchange.Exchange) *routing.RouteInfo                                // describes it for one of its requests
	Messages func(types socket.Types, report func(found, legal string)) socket.Messages // of a WebSocket route; nil for others
}

// Rows returns the row of each framework type, in the order in which messages name them.
func Rows(from Source) []inject.Row {
	ofJob := inject.Job
	if from.OfJob {
		ofJob = inject.Nothing
	}
	return []inject.Row{
		{
			Type: reflect.TypeFor[context.Context](), Name: "context.Context", Needs: inject.Nothing, Marks: UsesContext,
			Make: func(f *inject.Frame) invoke.Value { return invoke.Interface(f.Context()) },
		},
		{
			Type: reflect.TypeFor[*http.Request](), Name: "*http.Request", Marks: UsesRequest,
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(f.Exchange.Request()) },
			Near: map[reflect.Type]string{reflect.TypeFor[http.Request](): "the request is injected as *http.Request"},
		},
		{
			Type: reflect.TypeFor[*response.Response](), Name: "*brio.Response",
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(stateOf(f).takeTemporal(f.Exchange)) },
			Near: map[reflect.Type]string{
				reflect.TypeFor[response.Response]():   "the response is injected as *brio.Response",
				reflect.TypeFor[http.ResponseWriter](): "set cookies, headers and the status on a *brio.Response instead",
			},
		},
		{
			Type: reflect.TypeFor[*background.Tasks](), Name: "*brio.BackgroundTasks",
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(stateOf(f).takeTasks()) },
		},
		{
			Type: reflect.TypeFor[*routing.RouteInfo](), Name: "*brio.RouteInfo",
			MakeFor: func(fn inject.Function) func(*inject.Frame) invoke.Value {
				info := fn.Route.(*Route).Info
				return func(f *inject.Frame) invoke.Value { return invoke.PointerTo(info(f.Exchange)) }
			},
		},
		{
			Type: reflect.TypeFor[*websocket.Socket](), Name: "*brio.WebSocket", Needs: inject.Connection, Marks: TakesSocket,
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(stateOf(f).socket) },
			Near: map[reflect.Type]string{reflect.TypeFor[websocket.Socket](): "the connection is injected as *brio.WebSocket"},
		},
		{
			Has:  func(t reflect.Type) bool { _, ok := websocket.TypesOf(t); return ok },
			Name: "*websocket.Conn", Needs: inject.Connection, Marks: TakesSocket,
			MakeFor: func(fn inject.Function) func(*inject.Frame) invoke.Value {
				types, _ := websocket.TypesOf(fn.Type)
				messages := fn.Route.(*Route).Messages(types, fn.Report)
				return func(f *inject.Frame) invoke.Value {
					return invoke.Of(reflect.ValueOf(websocket.Open(fn.Type, stateOf(f).socket, messages)))
				}
			},
		},
		{
			Type: reflect.TypeFor[*slog.Logger](), Name: "*slog.Logger", Needs: inject.App,
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(requestLogger(from.Logger(), f)) },
		},
		{
			Type: reflect.TypeFor[*routing.URLs](), Name: "*brio.URLs", Needs: inject.App,
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(routing.NewURLs(from.Link, baseOf(f))) },
		},
		{
			Type: reflect.TypeFor[*jobs.Queue](), Name: "*jobs.Queue", Needs: inject.App,
			MakeFor: func(fn inject.Function) func(*inject.Frame) invoke.Value {
				if from.Jobs == nil {
					fn.Report("it takes a *jobs.Queue, and the app has no jobs", "the option brio.Jobs(engine, jobs.Handle(kind, function))")
				}
				return func(f *inject.Frame) invoke.Value { return invoke.PointerTo(queueOf(from.Jobs, f)) }
			},
			Near: map[reflect.Type]string{reflect.TypeFor[jobs.Queue](): "the queue is injected as *jobs.Queue"},
		},
		{
			Type: reflect.TypeFor[*jobs.Info](), Name: "*jobs.Info", Needs: ofJob,
			Make: func(f *inject.Frame) invoke.Value { info := f.Owner.(*Job).Info; return invoke.PointerTo(&info) },
		},
		{
			Has: func(t reflect.Type) bool { _, ok := jobs.TypeOf(t); return ok }, Name: "*jobs.Job", Needs: ofJob,
			MakeFor: func(fn inject.Function) func(*inject.Frame) invoke.Value {
				return func(f *inject.Frame) invoke.Value { return invoke.Of(f.Owner.(*Job).Job) }
			},
		},
		{
			Type: from.Scopes, Name: "brio.Scopes", IsScopes: true,
			MakeFor: func(fn inject.Function) func(*inject.Frame) invoke.Value {
				return func(*inject.Frame) invoke.Value { // a copy: the function may keep it, or change it
					return invoke.Of(reflect.ValueOf(slices.Clone(fn.Scopes)).Convert(from.Scopes))
				}
			},
		},
		{Type: reflect.TypeFor[*exchange.Exchange]()}, // of security schemes: unlike the *http.Request it costs no preparation
	}
}

// baseOf returns the Base of a function's request, the zero Base outside of requests.
func baseOf(f *inject.Frame) origin.Base {
	x := f.Exchange
	if x == nil {
		return origin.Base{}
	}
	ctx := x.Context()
	return origin.Base{Scheme: origin.SchemeOf(ctx, x.Secure()), Host: x.Host(), RootPath: origin.RootPath(ctx)}
}

// queueOf returns the queue that a function receives. In a request it hands jobs over with those of the request's tasks.
func queueOf(b jobs.Backend, f *inject.Frame) *jobs.Queue {
	switch owner := f.Owner.(type) {
	case *State:
		from := jobs.Origin{RequestID: origin.RequestID(f.Exchange.Context())}
		if header := f.Exchange.Header("Traceparent"); len(header) == 1 {
			from.Traceparent = jobs.TraceparentOf(header[0])
		}
		return jobs.NewQueue(b, owner.takeTasks(), from)
	case *Job:
		return jobs.NewQueue(b, nil, owner.Info.Origin)
	}
	return jobs.NewQueue(b, nil, jobs.Origin{})
}

// requestLogger returns the logger that a function receives. Its lines have the request's identifier if there is one, or the job.
func requestLogger(l *slog.Logger, f *inject.Frame) *slog.Logger {
	if job, ok := f.Owner.(*Job); ok {
		return l.With("job", job.Info.Kind, "job_id", job.Info.ID)
	}
	if f.Exchange != nil {
		if id := origin.RequestID(f.Exchange.Context()); id != "" {
			return l.With("request_id", id)
		}
	}
	return l
}

// State holds the values that all functions of one request share. The Owner of the request's frame is its *State. The zero State is that
// of a request whose functions have taken none of them.
type State struct {
	temporal *response.Response
	room     *answer.Room // of temporal
	tasks    *background.Tasks
	socket   *websocket.Socket // nil for requests of HTTP
}

// stateOf returns the State of the request of a frame.
func stateOf(f *inject.Frame) *State { return f.Owner.(*State) }

// takeTemporal returns the Response that the functions share. The first call makes it.
func (s *State) takeTemporal(x *exchange.Exchange) *response.Response {
	if s.temporal == nil {
		s.temporal, s.room = response.NewTemporal(x)
	}
	return s.temporal
}

// takeTasks returns the background tasks that the functions share. The first call makes them.
func (s *State) takeTasks() *background.Tasks {
	if s.tasks == nil {
		s.tasks = &background.Tasks{}
	}
	return s.tasks
}

// Untouched reports whether no function has taken the Response or the background tasks.
func (s *State) Untouched() bool { return s.temporal == nil && s.tasks == nil }

// Temporal is the Response that the functions of the request share. It is nil until the first function takes it.
func (s *State) Temporal() *response.Response { return s.temporal }

// Tasks are the background tasks of the request, nil if no function took them.
func (s *State) Tasks() *background.Tasks { return s.tasks }

// SetSocket sets the connection that functions receive, before the first of them runs.
func (s *State) SetSocket(ws *websocket.Socket) { s.socket = ws }

// EndTemporal cuts the Response, which has been taken, off from its request, which has ended. The tasks that the program adds to it from
// now on are reported to owner and dropped. It returns the number of tasks that had not run.
func (s *State) EndTemporal(owner background.Owner) (dropped int) {
	s.room.End(owner)
	if tasks := response.AnswerOf(s.temporal).Tasks(); tasks != nil {
		dropped = background.End(owner, tasks)
	}
	return dropped
}

// Forget makes the State ready for another request with the same Exchange. EndTemporal has been called if there is a Response.
func (s *State) Forget() { s.temporal, s.room, s.tasks, s.socket = nil, nil, nil, nil }
