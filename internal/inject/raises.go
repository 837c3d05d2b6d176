package inject

import (
	"slices"

	"github.com/brio-go/brio/internal/declare"
)

func equalRaised(a, b declare.Raised) bool {
	return a.Type == b.Type && slices.Equal(a.Statuses, b.Statuses)
}

// Raises says of a provider that it may return errors of a type.
func Raises(provider any, r declare.Raised) any {
	return rewrap(provider, func(w *wrapped) { w.raises = append(slices.Clip(w.raises), r) })
}

// Raised are the error types that the providers among Used have declared.
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
