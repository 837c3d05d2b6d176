package params

import "github.com/brio-go/brio/internal/model"

// AnyOf makes a struct of pointer fields a union. A struct that embeds it stands for a JSON value, or a form, of the type of one
// of the fields. Exactly this field is set:
//
//	type Pet struct {
//		brio.AnyOf
//		Cat *Cat
//		Dog *Dog
//	}
//
// If the value fits several variants, the framework takes the variant with fields for most of the value's members. Of equal ones
// it takes the first.
type AnyOf struct{ _ model.AnyOf }

// OneOf makes a struct of pointer fields a union, as [AnyOf] does, of which exactly one variant must fit. If several fit, the
// request is a 422.
//
// With a discriminator, a member of the value chooses the variant. The tag on OneOf names the member. Each variant declares the
// values that choose it, with the rule oneof on this member:
//
//	type Pet struct {
//		brio.OneOf `discriminator:"kind"`
//		Cat        *Cat
//		Dog        *Dog
//	}
//
//	type Cat struct {
//		Kind string `json:"kind" validate:"oneof=cat"`
//	}
type OneOf struct{ _ model.OneOf }
