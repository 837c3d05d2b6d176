package params

// Body is a parameter struct whose one field is the JSON body, for handlers that need nothing else:
//
//	app.Post("/items", func(in brio.Body[Item]) (Item, error) { … })
//
// It is an ordinary struct. Any struct with the same tag does the same.
type Body[T any] struct {
	Value T `body:""` // the decoded and validated body
}

// Query is a parameter struct that reads the query as one model. The json names of T's fields are the names of the
// parameters:
//
//	type Page struct {
//		Limit  int `json:"limit" default:"20" validate:"max=100"`
//		Offset int `json:"offset"`
//	}
//
//	app.Get("/items", func(q brio.Query[Page]) []Item { … })
type Query[T any] struct {
	Value T `query:""` // the model with the values of the query
}

// Header is a parameter struct that reads the headers as one model. An underscore in a json name of T stands for a hyphen:
// x_token reads X-Token.
type Header[T any] struct {
	Value T `header:""` // the model with the values of the headers
}

// Cookie is a parameter struct that reads the cookies as one model. The json names of T's fields are the names of the cookies.
type Cookie[T any] struct {
	Value T `cookie:""` // the model with the values of the cookies
}

// Form is a parameter struct that reads a form as one model, url-encoded or multipart. The json names of T's fields are the
// names of the form's fields. T may be a union, see [AnyOf].
type Form[T any] struct {
	Value T `form:""` // the model with the fields of the form
}
