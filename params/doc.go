// Package params has the types that parameters and models are made of beside Go's own: sources, optional and partial values,
// unions, sets, dates, uploads. It also has the errors of requests that do not fit them.
//
// A parameter struct says with a tag on each field where its value comes from:
//
//	type CreateItem struct {
//		Shop  string  `path:"shop" validate:"min=2"`
//		Draft bool    `query:"draft" default:"false"`
//		Token string  `header:"X-Token"`
//		Ads   *string `cookie:"ads_id"`
//		Item  Item    `body:""`
//	}
//
//	app.Post("/shops/{shop}/items", func(in CreateItem) (Item, error) { … })
//
// The framework fills the struct before it calls the handler. If the request does not fit, the handler is not called, and the
// client gets a 422 with the [ValidationError].
//
// # Tags
//
// The source is one of
//
//   - path:"name" for a part of the path,
//   - query:"name", header:"Name" and cookie:"name" for one parameter; query:"" and its like read the source as one model,
//   - form:"name" and file:"name" for a field or a file of a form,
//   - body:"" for the JSON body, body:"name" for one member of it.
//
// Further tags say what a value must be and how it is read: validate has the rules, default the value of an absent parameter,
// style the form of lists and objects, extra what becomes of names that the struct does not declare.
//
// Package brio has most of the types under the same names. The package does not know how requests are read: internal/bind
// reads them.
package params
