package injectables

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/socket"
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
	Logger func() *slog.Logger                              // of the app
	URL    func(name string, params ...any) (string, error) // of the app
	Scopes reflect.Type                                     // the slice of strings by which functions receive the scopes
}

// Route is what rows know of a route. It is the Route of an [inject.Scope].
type Route struct {
	Info     func(*exchange.Exchange) *routing.RouteInfo                                // describes it for one of its requests
	Messages func(types socket.Types, report func(found, legal string)) socket.Messages // of a WebSocket route; nil for others
}

// Rows returns the row of each framework type, in the order in which messages name them.
func Rows(from Source) []inject.Row {
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
			Make: func(f *inject.Frame) invoke.Value { return invoke.PointerTo(routing.NewURLs(from.URL, baseOf(f))) },
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

// requestLogger returns the logger that a function receives. Its lines have the request's identifier if there is one.
func requestLogger(l *slog.Logger, f *inject.Frame) *slog.Logger {
	if f.Exchange != nil {
		if id := origin.RequestID(f.Exchange.Context()); id != "" {
			return l.With("request_id", id)
		}
	}
	return l
}
