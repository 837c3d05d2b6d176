package brio

import (
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/responsemodel"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/security"
	"github.com/brio-go/brio/websocket"
)

// The types that programs name most.
type (
	// Response is an answer. A function that takes a *Response adds status, headers and cookies to the answer that the framework makes.
	// A handler that returns a *Response decides all of the answer; package response makes them.
	Response = response.Response
	// HTTPError is an error with a status, a detail and headers. [Error] makes one.
	HTTPError = response.HTTPError
	// UploadFile is an uploaded file, for fields with a file tag.
	UploadFile = params.UploadFile
	// WebSocket is the connection of a WebSocket: text, bytes and JSON. Its package has Conn, whose messages have types.
	WebSocket = websocket.Socket
	// Parts reads a multipart body part by part. A handler that takes a *Parts can read uploads of any size.
	Parts = params.Parts
	// Part is one part of a Parts.
	Part = params.Part
	// Body is a parameter struct with one field, Value, which is the whole JSON body.
	Body[T any] = params.Body[T]
	// Query is a parameter struct with one field, Value, which is the whole query. Its fields have the names of their json tags.
	Query[T any] = params.Query[T]
	// Header is a parameter struct with one field, Value, which is all headers. Underscores in the names of its fields stand for
	// hyphens.
	Header[T any] = params.Header[T]
	// Cookie is a parameter struct with one field, Value, which is all cookies.
	Cookie[T any] = params.Cookie[T]
	// Form is a parameter struct with one field, Value, which is the whole form.
	Form[T any] = params.Form[T]
	// Patch is a partial T: it knows which members the client has sent.
	Patch[T any] = params.Patch[T]
	// JSONPatch is a list of operations that change a T (RFC 6902).
	JSONPatch[T any] = params.JSONPatch[T]
	// Optional is a T that is absent, null or a value. It may be used in every source. [Some] and [Null] make one.
	Optional[T any] = params.Optional[T]
	// FieldsSet, embedded in a model, knows which keys its JSON document had.
	FieldsSet = responsemodel.FieldsSet
	// ComputedField is an entry of the method Computed of a model. [Computed] makes one.
	ComputedField = responsemodel.ComputedField
	// BackgroundTasks run in order after the response has been sent. A function that takes a *BackgroundTasks adds tasks to those of its
	// request.
	BackgroundTasks = background.Tasks
	// Scopes are the OAuth scopes that a dependency must check: those of [Security] and [Scoped] on the way to it.
	Scopes = security.Scopes
	// Set is a JSON array without repetitions. [SetOf] makes one.
	Set[T comparable] = params.Set[T]
	// AnyOf, embedded in a struct of pointer fields, makes the struct a union. The variant that fits best is taken.
	AnyOf = params.AnyOf
	// OneOf, embedded in a struct of pointer fields, makes the struct a union. Exactly one variant must fit, or a discriminator chooses
	// it.
	OneOf = params.OneOf
	// ValidationError holds the errors of a request that does not fit its parameters. Its answer is 422.
	ValidationError = params.ValidationError
	// ErrorDetail is one error of a ValidationError. A method Validate may return one to say which field is wrong, and why.
	ErrorDetail = params.ErrorDetail
	// Router groups routes and other routers under a prefix, with options for all of them.
	Router = routing.Router
	// Route is a registered route. [routing.Router.Get] and its like return it.
	Route = routing.Route
	// RouteInfo describes the route that answers a request. A function that takes a *RouteInfo receives it.
	RouteInfo = routing.RouteInfo
	// Middleware is net/http middleware.
	Middleware = routing.Middleware
)

// ErrShutdown is the cause (context.Cause) with which the contexts of streams and background tasks end when the app shuts down.
var ErrShutdown = routing.ErrShutdown

// NoContent is the type argument of [Responds] for a response without a body.
type NoContent struct{}

// Computed declares a field of a model that a method computes. f is a method expression. The last argument may be a struct tag, which
// the document reads. The model lists its computed fields in a method Computed:
//
//	func (u User) FullName() string { return u.First + " " + u.Last }
//
//	func (User) Computed() []brio.ComputedField {
//		return []brio.ComputedField{brio.Computed("full_name", User.FullName)}
//	}
//
// Results have them behind the declared fields. Requests do not have them. Several requests may call f at once, and f must not change
// the model.
func Computed[M, T any](name string, f func(M) T, tag ...string) ComputedField {
	return responsemodel.Computed(name, f, tag...)
}

// Some returns an Optional that holds v.
func Some[T any](v T) Optional[T] { return params.Some(v) }

// Null returns an Optional that is null.
func Null[T any]() Optional[T] { return params.Null[T]() }

// SetOf returns a Set of the values.
func SetOf[T comparable](values ...T) Set[T] { return params.SetOf(values...) }

// Error returns an HTTPError. detail is any JSON value. With nil it is the phrase of the status, as in "Not Found".
func Error(status int, detail any) *HTTPError { return response.NewError(status, detail) }

// NewRouter returns a Router. [routing.Router.Include] adds it to an App or another Router.
func NewRouter(opts ...RouterOption) *Router { return routing.NewRouter(opts...) }

// Options say by their type where they may be used, so that a misplaced one does not compile.
type (
	// AppOption configures an App.
	AppOption interface{ applyApp(declare.Target) }
	// RouterOption configures a Router or an Include.
	RouterOption = routing.RouterOption
	// RouteOption configures a route.
	RouteOption = routing.RouteOption
	// Option configures an App, a Router, an Include or a route.
	Option interface {
		AppOption
		RouterOption
		RouteOption
	}
)

// Options makes one option of several, for reuse. They apply in their order. Options() changes nothing.
//
//go:noinline
func Options(opts ...Option) Option {
	opts = slices.Clone(opts) // routes apply them when the app starts, and the caller may change its slice before
	var wrong []startup.Mistake
	for i, o := range opts {
		if o == nil {
			wrong = append(wrong, declare.NilOption(i, funcname.Caller(1)))
		}
	}
	return option(func(s *declare.Settings) {
		r := declare.RouterSettings{Settings: *s}
		for _, o := range opts {
			if o != nil {
				o.ApplyRouter(&r)
			}
		}
		*s = r.Settings
		s.Mistakes = append(s.Mistakes, wrong...)
	})
}

// NoLimit removes a limit, in options that take a number or a duration: brio.MaxBody(brio.NoLimit). With 0 such an option has no effect:
// the limit of an earlier option, of the level outside, or the default holds. Other negative numbers are start-up errors.
const NoLimit = argument.NoLimit
