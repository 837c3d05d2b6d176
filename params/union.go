package params

import "github.com/brio-go/brio/internal/model"

// AnyOf, embedded in a struct of pointer fields, makes it a union: a JSON value of the type of one of the fields, which
// then is the one that is set. Where several fit, the one that knows most of the value's members is chosen, and of those
// the first.
//
//	type Pet struct {
//		brio.AnyOf
//		Cat *Cat
//		Dog *Dog
//	}
type AnyOf struct{ _ model.AnyOf }

// OneOf, embedded in a struct of pointer fields, makes it a union of which exactly one variant fits, or one that a member
// of the value chooses: `discriminator:"kind"` on the embedded OneOf names it, and each variant says with
// `validate:"oneof=cat"` on that member which of its values are its own.
type OneOf struct{ _ model.OneOf }
