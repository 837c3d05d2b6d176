// Package params has the types that fields of parameters and models may have beside Go's own, the errors of a request that does
// not fit them, and the limits of uploads. A parameter struct says with a tag on each field where its value comes from:
//
//	type CreateItem struct {
//		Shop  string  `path:"shop" validate:"min=2"`
//		Draft bool    `query:"draft" default:"false"`
//		Token string  `header:"X-Token"`
//		Ads   *string `cookie:"ads_id"`
//		Item  Item    `body:""`
//	}
//
// The framework fills such a struct before it calls the handler, and answers with a [ValidationError] when the request does not
// fit. Package brio has most of the types under the same names. This package does not know how requests are read.
package params
