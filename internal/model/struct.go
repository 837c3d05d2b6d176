package model

import (
	"reflect"
	"slices"
	"strings"
)

// member is a candidate for a struct's fields. Of candidates with one name the shallower wins, as in encoding/json.
type member struct {
	*Field
	depth  int
	tagged bool
}

// readStruct reads the fields of a struct: it chooses among candidates with one name and reports names that clients cannot tell
// apart.
func (r *Reader) readStruct(m *Type) {
	if isFilter(m.Go) || isSort(m.Go) {
		m.problem(both, "%s is a parameter of the query; make it a field of a parameter struct, with query:\"name\" and filter:\"eq\"", m)
		return
	}
	var all []member
	r.collect(m, m.Go, nil, "", map[reflect.Type]bool{}, &all)
	byName := map[string][]member{}
	for _, f := range all {
		byName[f.Name] = append(byName[f.Name], f)
	}
	folded := map[string]string{}
	m.index = make(map[string]int, len(all))
	for _, f := range all {
		winner, ok := dominant(byName[f.Name])
		if !ok {
			if first := byName[f.Name][0]; first.Field == f.Field {
				m.problem(both, "fields %s and %s are both %q in JSON; rename one with a json tag", first.Go, byName[f.Name][1].Go, f.Name)
			}
			continue
		}
		if winner.Field != f.Field {
			continue
		}
		if other, clash := folded[strings.ToLower(f.Name)]; clash {
			m.problem(both, "the names %q and %q differ only in case, which the JSON decoder does not tell apart; rename one", other, f.Name)
		}
		folded[strings.ToLower(f.Name)] = f.Name
		m.index[f.Name] = len(m.Fields)
		f.boxed = f.Name
		m.Fields = append(m.Fields, f.Field)
	}
	if m.Extra != nil && m.Forbid {
		m.problem(both, "%s collects undeclared names, and the struct forbids them; remove one of the extra tags", m.Extra.Go)
	}
	r.readCross(m)
	r.readComputed(m)
	slices.SortStableFunc(m.Records, func(a, b []int) int { return len(a) - len(b) })
}

// readCross groups the rules that compare fields by the struct that declares them. The names in a rule are names of that struct's
// fields.
func (r *Reader) readCross(m *Type) {
	for i, f := range m.Fields {
		if len(f.Rules.Cross) == 0 {
			continue
		}
		in, index := m.Go, []int(nil)
		for n, at := range f.Index[:len(f.Index)-1] {
			step := in.Field(at)
			if !step.IsExported() {
				break // an unexported struct cannot be given to validator; its promoted fields are found from here
			}
			in, index = step.Type, f.Index[:n+1]
			if in.Kind() == reflect.Pointer {
				in = in.Elem()
			}
		}
		name := f.Go[strings.LastIndexByte(f.Go, '.')+1:]
		if err := r.Rules.CompileCross(in, []string{name}); err != nil {
			m.problem(both, "%s: %v", f.Go, err)
		}
		g := slices.IndexFunc(m.Cross, func(c Cross) bool { return slices.Equal(c.Index, index) })
		if g < 0 {
			g = len(m.Cross)
			m.Cross = append(m.Cross, Cross{Index: index})
		}
		m.Cross[g].Names, m.Cross[g].At = append(m.Cross[g].Names, name), append(m.Cross[g].At, i)
	}
}

// dominant chooses among candidates with one name as encoding/json does: the shallowest, and of one depth the tagged one. ok is
// false when two are left.
func dominant(fs []member) (member, bool) {
	best := fs[0]
	for _, f := range fs[1:] {
		if f.depth < best.depth || f.depth == best.depth && f.tagged && !best.tagged {
			best = f
		}
	}
	for _, f := range fs {
		if f.Field != best.Field && f.depth == best.depth && f.tagged == best.tagged {
			return best, false
		}
	}
	return best, true
}

// collect appends the candidates of t, which is m itself or embedded in it, to out. index and prefix are t's place in m.
func (r *Reader) collect(m *Type, t reflect.Type, index []int, prefix string, open map[reflect.Type]bool, out *[]member) {
	if open[t] {
		return // the struct embeds itself through a pointer
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(index[:len(index):len(index)], i)
		if sf.Name == "_" {
			m.structTags(sf.Tag, len(index))
			r.checkTags(m, "the blank field", sf.Tag, onBlank, None)
			continue
		}
		if isRecorder(sf) {
			m.Records = append(m.Records, at)
			continue
		}
		name, opts, tagged := jsonTag(sf)
		if name == "-" && opts == "" && tagged {
			if sf.IsExported() {
				r.checkTags(m, prefix+sf.Name, sf.Tag, onOmitted, None)
				r.readExtra(m, t, sf, at, prefix)
			}
			continue
		}
		if inner, pointer, ok := embedded(sf); ok && name == "" {
			if pointer && !sf.IsExported() {
				m.problem(input, "%s embeds a pointer to the unexported struct %s, which cannot be set; embed it by value", prefix+sf.Name, typeName(inner))
			}
			if !m.Validates && reflect.PointerTo(inner).Implements(validator) {
				m.problem(input, "the Validate of the embedded %s is not promoted, as there are several; give %s a Validate that calls it", prefix+sf.Name, typeName(m.Go))
			}
			r.checkTags(m, prefix+sf.Name, sf.Tag, onEmbedded, None)
			r.collect(m, inner, at, prefix+sf.Name+".", open, out)
			continue
		}
		if !sf.IsExported() {
			continue
		}
		if sf.Anonymous && name == "" && kindOf(sf.Type) == Union {
			m.problem(both, "%s embeds the union %s, which JSON does not flatten; give the field a name", prefix+sf.Name, typeName(sf.Type))
		}
		f := &Field{Name: name, Go: prefix + sf.Name, Owner: t, Index: at, Tag: sf.Tag}
		if f.Name == "" {
			f.Name = sf.Name
		}
		for o := range strings.SplitSeq(opts, ",") {
			switch o {
			case "omitempty":
				f.OmitEmpty = true
			case "omitzero":
				f.OmitZero = true
			case "string":
				if f.AsString = stringable(sf.Type); !f.AsString {
					m.problem(both, "%s: the json option string is for strings, numbers and booleans without methods of their own, and %s is none", f.Go, typeName(sf.Type))
				}
			case "":
			default:
				m.problem(both, "%s: json option %q is unknown; legal are omitempty, omitzero and string", f.Go, o)
			}
		}
		f.Type = r.read(sf.Type)
		r.describe(m, f, f.OmitEmpty || f.OmitZero)
		r.checkTags(m, f.Go, sf.Tag, onMember, None)
		*out = append(*out, member{f, len(at), name != ""})
	}
}
