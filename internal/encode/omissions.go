package encode

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/model"
)

// Omissions are the members that an Encoder may leave out although the model without options always writes them. The OpenAPI document
// reads them: a member is required in a response when it is always written. The zero Omissions leave nothing out.
type Omissions struct {
	filter
	flags       flags
	otherSource bool // the source is not the model: it may lack members
	records     bool // such a source may have a FieldsSet, which leaves out required members too
}

// omissions compares source and model, inside of lists and maps that both have.
func omissions(src, mdl *model.Type, f filter, flags flags) Omissions {
	for src, mdl = src.Base(), mdl.Base(); src != mdl && src.Kind == mdl.Kind && isContainer(src); {
		src, mdl = src.Elem.Base(), mdl.Elem.Base()
	}
	other := src != mdl
	return Omissions{filter: f, flags: flags, otherSource: other, records: other && flags&excludeUnset != 0 && mayRecord(src, map[*model.Type]bool{})}
}

// mayRecord reports whether a value of a type has a FieldsSet at any depth. An interface may hold one.
func mayRecord(t *model.Type, seen map[*model.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	if len(t.Records) > 0 || t.Kind == model.Any || mayRecord(t.Elem, seen) || t.Extra != nil && mayRecord(t.Extra.Type, seen) {
		return true
	}
	return slices.ContainsFunc(slices.Concat(t.Fields, t.Computed), func(f *model.Field) bool { return mayRecord(f.Type, seen) }) ||
		slices.ContainsFunc(t.Variants, func(v *model.Variant) bool { return mayRecord(v.Type, seen) })
}

// Elem returns the Omissions of the elements of a list or map.
func (o Omissions) Elem() Omissions {
	o.filter = o.filter.elem()
	return o
}

// Member returns the Omissions inside of the member f of the struct t. always is true when the Encoder writes f whenever the model
// without options does.
func (o Omissions) Member(t *model.Type, f *model.Field) (inside Omissions, always bool) {
	kept, keep := o.filter.member(f.Name)
	inside = o
	inside.filter = kept
	pointer := f.Type.Kind == model.Pointer || f.Type.Kind == model.Optional
	computed := t.ComputedField(f.Name) == f
	switch {
	case !keep,
		o.otherSource && !computed && !f.Required && (f.Default == nil || o.flags&(excludeUnset|excludeDefaults) != 0),
		o.flags&excludeUnset != 0 && !computed && (pointer || len(t.Records) > 0 || o.records),
		o.flags&excludeDefaults != 0 && (f.Default != nil || pointer),
		o.flags&excludeNone != 0 && (f.Type.Nullable() || f.Type.Out == model.ByJSON || f.Type.Kind == model.Opaque):
		return inside, false
	}
	return inside, true
}

// Name returns the name of the member f: that of its json tag, or that of Go.
func (o Omissions) Name(f *model.Field) string {
	if !o.GoNames() {
		return f.Name
	}
	return f.Go[strings.LastIndexByte(f.Go, '.')+1:]
}

// GoNames reports whether members have the names of their fields in Go.
func (o Omissions) GoNames() bool { return o.flags&goNames != 0 }

// String returns a text that is the same for equal Omissions, also of different routes, and differs for others.
func (o Omissions) String() string {
	if o == (Omissions{}) {
		return ""
	}
	return fmt.Sprintf("%d %t %t +%s -%s", o.flags, o.otherSource, o.records, o.include, o.exclude)
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
