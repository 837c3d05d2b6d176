package brio

import (
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/responsemodel"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/security"
)

// The types that programs name most.
type (
	// Response is temporal when it is injected, and direct when it is returned.
	Response = response.Response
	// HTTPError is an error with status, detail and headers.
	HTTPError = response.HTTPError
	// UploadFile is one uploaded file, of a field with a file tag.
	UploadFile = params.UploadFile
	// Parts streams a multipart body part by part; handlers take a *Parts.
	Parts = params.Parts
	// Part is one part of a streamed multipart body.
	Part = params.Part
	// Body is a parameter struct whose one field is the whole JSON body.
	Body[T any] = params.Body[T]
	// Query is a parameter struct whose one field is the whole query, as a plain model keyed by its json names.
	Query[T any] = params.Query[T]
	// Header is the same of the headers; underscores in the names stand for hyphens.
	Header[T any] = params.Header[T]
	// Cookie is the same of the cookies.
	Cookie[T any] = params.Cookie[T]
	// Form is the same of a form.
	Form[T any] = params.Form[T]
	// Patch is a partial T that remembers what was given.
	Patch[T any] = params.Patch[T]
	// Optional is absent, null or a value, in every source.
	Optional[T any] = params.Optional[T]
	// FieldsSet, embedded in a model, remembers which keys its JSON document had.
	FieldsSet = responsemodel.FieldsSet
	// ComputedField is one entry of what the method Computed of a model lists.
	ComputedField = responsemodel.ComputedField
	// BackgroundTasks are run in order after the response has been sent.
	BackgroundTasks = background.Tasks
	// Scopes are the OAuth scopes asked for on the way to the dependency that receives them.
	Scopes = security.Scopes
	// Set is a JSON array without repetitions.
	Set[T comparable] = params.Set[T]
	// AnyOf, embedded in a struct of pointer fields, makes it a union of which the best match is taken.
	AnyOf = params.AnyOf
	// OneOf, embedded likewise, makes it a union of which exactly one variant fits, or is chosen by a discriminator.
	OneOf = params.OneOf
	// ValidationError is what a 422 is made of.
	ValidationError = params.ValidationError
	// ErrorDetail is one entry of it, and an error that a Validate method may return to say where and what.
	ErrorDetail = params.ErrorDetail
	// Router groups routes.
	Router = routing.Router
	// Route is what registration returns.
	Route = routing.Route
	// RouteInfo is what injected parameters learn of the matched route.
	RouteInfo = routing.RouteInfo
	// Middleware is any net/http middleware.
	Middleware = routing.Middleware
)

// ErrShutdown is why the context of a stream or background task has ended when the app does (context.Cause).
var ErrShutdown = routing.ErrShutdown

// NoContent is the T of Responds for a response without a body.
type NoContent struct{}

// Computed declares a field of a model that a method computes: f is a method expression, and the last argument may be a
// struct tag for the document. The model lists its computed fields in a method of its own:
//
//	func (u User) FullName() string { return u.First + " " + u.Last }
//
//	func (User) Computed() []brio.ComputedField {
//		return []brio.ComputedField{brio.Computed("full_name", User.FullName)}
//	}
//
// They stand behind the declared fields in results and are not read from requests. f may run in several requests at
// once and must not change the model.
func Computed[M, T any](name string, f func(M) T, tag ...string) ComputedField {
	return responsemodel.Computed(name, f, tag...)
}

// Some returns an Optional that holds v.
func Some[T any](v T) Optional[T] { return params.Some(v) }

// Null returns an Optional that was given as null.
func Null[T any]() Optional[T] { return params.Null[T]() }

// SetOf returns a Set of the values.
func SetOf[T comparable](values ...T) Set[T] { return params.SetOf(values...) }

// Error makes an HTTPError. detail is any JSON value; nil is the phrase of the status.
func Error(status int, detail any) *HTTPError { return response.NewError(status, detail) }

// NewRouter returns a Router, to be included in an App or another Router.
func NewRouter(opts ...RouterOption) *Router { return routing.NewRouter(opts...) }

// Options say by their type where they may be used, so that a misplaced one does not compile.
type (
	// AppOption configures an App.
	AppOption interface{ applyApp(*appSettings) }
	// RouterOption configures a Router or an Include.
	RouterOption = routing.RouterOption
	// RouteOption configures a route.
	RouteOption = routing.RouteOption
	// Option configures any of them.
	Option interface {
		AppOption
		RouterOption
		RouteOption
	}
)

// Options makes one option of many, for reuse.
func Options(opts ...Option) Option {
	opts = slices.Clone(opts) // routes apply them when the app starts
	return option(func(s *declare.Settings) {
		r := declare.RouterSettings{Settings: *s}
		for _, o := range opts {
			o.ApplyRouter(&r)
		}
		*s = r.Settings
	})
}

// NoLimit takes a limit away where an option takes a number or a duration: brio.MaxBody(brio.NoLimit). Other negative numbers
// are start-up errors. 0 says nothing: the limit of an option before it or of the level outside holds, and at last the default.
const NoLimit = argument.NoLimit
