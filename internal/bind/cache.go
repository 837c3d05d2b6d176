package bind

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/model"
)

// Binders compiles parameter structs, each once for all routes whose paths have its parameters at the same places. The zero
// value has none. It is for one Reader and one goroutine.
type Binders struct {
	known map[binderKey]*Binder
}

type binderKey struct {
	typ    reflect.Type
	places string // of its path parameters among the wildcards, one character each
}

// Compile is the function Compile, once.
func (c *Binders) Compile(r *model.Reader, t reflect.Type, path []string) (*Binder, []string) {
	key := binderKey{typ: t}
	if t != partsType {
		typ, _ := r.Params(t)
		for _, f := range typ.Fields {
			if f.Source == model.Path {
				key.places += string(rune(1 + slices.Index(path, f.Name)))
			}
		}
	}
	if b := c.known[key]; b != nil {
		return b, nil
	}
	b, problems := Compile(r, t, path)
	if len(problems) > 0 || len(b.forbidden) > 0 { // a strict one learns the names that others of its route read
		return b, problems
	}
	if c.known == nil {
		c.known = map[binderKey]*Binder{}
	}
	c.known[key] = b
	return b, nil
}
