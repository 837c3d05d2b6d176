package inject

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

// Raised are the error types that the providers among Used have declared.
func (p *Plan) Raised() (out []Raised) {
	for _, used := range p.Used() {
		for _, r := range used.raises {
			if !slices.ContainsFunc(out, r.equal) {
				out = append(out, r)
			}
		}
	}
	return out
}
