package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// Binders compiles parameter structs. Routes share the Binder of a struct if their paths have its parameters at the same places. The
// zero value is empty. Binders is for one Reader, and not safe for concurrent use.
type Binders struct {
	known map[binderKey]*Binder
}

// binderKey identifies the Binder of a struct at its place in a path.
type binderKey struct {
	typ    reflect.Type
	places string // the keys of the fields, which have the indexes of path parameters among the wildcards
}

// Compile returns the Binder that the function Compile compiled for the struct before, or compiles it.
func (c *Binders) Compile(r *model.Reader, t reflect.Type, path []string) (*Binder, []string) {
	key := binderKey{typ: t}
	if t != partsType {
		typ, _ := r.Params(t)
		for _, f := range typ.Fields {
			if keyOf := sources[f.Source].key; keyOf != nil {
				place, _ := keyOf(f, path)
				key.places += place
			}
		}
	}
	if b := c.known[key]; b != nil {
		return b, nil
	}
	b, problems := Compile(r, t, path)
	if len(problems) > 0 || len(b.forbidden) > 0 { // forbidden also has the names that other structs of the route read
		return b, problems
	}
	if c.known == nil {
		c.known = map[binderKey]*Binder{}
	}
	c.known[key] = b
	return b, nil
}
