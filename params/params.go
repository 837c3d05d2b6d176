package params

// Body is a parameter struct whose one field is the whole JSON body, for handlers that need nothing else:
// func(item brio.Body[Item]). It is an ordinary struct; any other with the same tag does the same.
type Body[T any] struct {
	Value T `body:""`
}

// Query is a parameter struct that takes the whole query as one plain model, keyed by its json names: func(q brio.Query[Page]).
type Query[T any] struct {
	Value T `query:""`
}

// Header takes the headers as one plain model, keyed by its json names, in which underscores stand for hyphens.
type Header[T any] struct {
	Value T `header:""`
}

// Cookie takes the cookies as one plain model.
type Cookie[T any] struct {
	Value T `cookie:""`
}

// Form takes a form, url-encoded or multipart, as one plain model.
type Form[T any] struct {
	Value T `form:""`
}
