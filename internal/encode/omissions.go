package encode

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/model"
)

// Omissions tells which members of a model an Encoder may leave out although the model by itself always writes them. The
// document asks it, so that only members that are always there are required. The zero Omissions leave nothing out.
type Omissions struct {
	filter
	flags   flags
	foreign bool // the source is not the model: it may lack members
}

func omissions(src, mdl *model.Type, f filter, flags flags) Omissions {
	for src, mdl = src.Base(), mdl.Base(); src != mdl && src.Kind == mdl.Kind && container(src); {
		src, mdl = src.Elem.Base(), mdl.Elem.Base()
	}
	return Omissions{filter: f, flags: flags, foreign: src != mdl}
}

// Elem is what holds for the elements of a list or map.
func (o Omissions) Elem() Omissions {
	o.filter = o.filter.elem()
	return o
}

// Member is what holds inside the member f of the struct t. always is true when the Encoder writes f whenever the model by
// itself does.
func (o Omissions) Member(t *model.Type, f *model.Field) (inside Omissions, always bool) {
	kept, keep := o.filter.member(f.Name)
	inside = o
	inside.filter = kept
	pointer := f.Type.Kind == model.Pointer || f.Type.Kind == model.Optional
	computed := t.ComputedField(f.Name) == f
	switch {
	case !keep,
		o.foreign && !computed && !f.Required && (f.Default == nil || o.flags&(noUnset|noDefaults) != 0),
		o.flags&noUnset != 0 && !computed && (pointer || len(t.Records) > 0 && !f.Required),
		o.flags&noDefaults != 0 && (f.Default != nil || pointer),
		o.flags&noNone != 0 && (f.Type.Nullable() || f.Type.Out == model.ByJSON || f.Type.Kind == model.Opaque):
		return inside, false
	}
	return inside, true
}

// Name is what the member f is called: as its json tag says, or as in Go.
func (o Omissions) Name(f *model.Field) string {
	if !o.GoNames() {
		return f.Name
	}
	return f.Go[strings.LastIndexByte(f.Go, '.')+1:]
}

// GoNames reports whether members have the names of their fields in Go.
func (o Omissions) GoNames() bool { return o.flags&goNames != 0 }

// String tells Omissions apart: equal ones have the same text, whichever route they are of.
func (o Omissions) String() string {
	if o == (Omissions{}) {
		return ""
	}
	return fmt.Sprintf("%d %t +%s -%s", o.flags, o.foreign, o.include, o.exclude)
}

// String writes the paths of the tree in a fixed order.
func (t *tree) String() string {
	var b strings.Builder
	if t != nil {
		for _, name := range slices.Sorted(maps.Keys(t.kids)) {
			fmt.Fprintf(&b, "%q(%s)", name, t.kids[name])
		}
	}
	return b.String()
}
