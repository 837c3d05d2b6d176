package responsemodel

import (
	"strings"

	"github.com/brio-go/brio/internal/model"
)

// ComputedField is one entry of the list that a model's method Computed returns. [Computed] makes it.
type ComputedField = model.ComputedField

// Computed declares a field of a model that a method computes: f is a method expression, and the last argument may be a
// struct tag for the document. The model lists its computed fields in a method of its own:
//
//	func (u User) FullName() string { return u.First + " " + u.Last }
//
//	func (User) Computed() []responsemodel.ComputedField {
//		return []responsemodel.ComputedField{responsemodel.Computed("full_name", User.FullName)}
//	}
//
// Computed fields stand behind the declared fields. They are written and never read. f may run in several goroutines at once and
// must not change the model. brio.Computed is the same function.
func Computed[M, T any](name string, f func(M) T, tag ...string) ComputedField {
	return model.Computed(name, f, strings.Join(tag, " "))
}
