package injectables

import (
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/websocket"
)

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
	return background.End(owner, response.AnswerOf(s.temporal).Tasks())
}

// Forget makes the State ready for another request with the same Exchange. EndTemporal has been called if there is a Response.
func (s *State) Forget() { s.temporal, s.room, s.tasks, s.socket = nil, nil, nil, nil }
