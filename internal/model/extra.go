package model

import "reflect"

// readExtra reads the field that takes members which the struct does not declare: Extra map[string]any `json:"-" extra:"allow"`. A
// field of the outer struct wins over one of an embedded struct.
func (r *Reader) readExtra(m *Type, t reflect.Type, sf reflect.StructField, at []int, prefix string) {
	value, tagged := sf.Tag.Lookup("extra")
	if !tagged {
		return
	}
	f := &Field{Go: prefix + sf.Name, Owner: t, Index: at, Tag: sf.Tag, Type: r.read(sf.Type)}
	if key := f.Type.Key; value != "allow" || f.Type.Kind != Map || f.Type.In != ByKind || key.Kind != String || key.In != ByKind {
		m.problem(both, "%s: extra:%q is for a map with string keys, as in map[string]any, and its value is \"allow\"", f.Go, value)
		return
	}
	switch {
	case m.Extra == nil || len(at) < len(m.Extra.Index):
	case len(at) > len(m.Extra.Index):
		return
	default:
		m.problem(both, "fields %s and %s both collect undeclared names; keep one", m.Extra.Go, f.Go)
		return
	}
	r.describe(m, f, true)
	if f.Default != nil {
		m.problem(both, "%s: what collects undeclared names cannot have a default", f.Go)
		f.Default = nil
	}
	m.Extra = f
}
