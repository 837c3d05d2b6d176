package inject

import (
	"slices"

	"github.com/brio-go/brio/internal/declare"
)

// equalRaised reports whether two declarations say the same. Their places may differ.
func equalRaised(a, b declare.Raised) bool {
	return a.Type == b.Type && slices.Equal(a.Statuses, b.Statuses)
}

// Raises declares that a provider may return errors of a type.
func Raises(provider any, r declare.Raised) any {
	return rewrap(provider, func(w *wrapped) { w.raises = append(slices.Clip(w.raises), r) })
}

// Raised returns the error types that the providers among Used declare.
func (p *Plan) Raised() (out []declare.Raised) {
	for _, used := range p.Used() {
		for _, r := range used.raises {
			if !slices.ContainsFunc(out, func(o declare.Raised) bool { return equalRaised(o, r) }) {
				out = append(out, r)
			}
		}
	}
	return out
}
