package dependencies

import (
	"reflect"
	"slices"
)

// Raised is an error type that a function declares to return.
type Raised struct {
	Type     reflect.Type
	Statuses []int  // that its answers may have; none: what its method StatusCode says
	Place    string // of the declaration
}

func (r Raised) equal(o Raised) bool {
	return r.Type == o.Type && slices.Equal(r.Statuses, o.Statuses)
}

// Raises says of a provider that it may return errors of a type.
func Raises(provider any, r Raised) any {
	return rewrap(provider, func(w *wrapped) { w.raises = append(slices.Clip(w.raises), r) })
}

// raise notes what a provider of the plan may return.
func (p *Plan) raise(list []Raised) {
	for _, r := range list {
		if !slices.ContainsFunc(p.Raised, r.equal) {
			p.Raised = append(p.Raised, r)
		}
	}
}
