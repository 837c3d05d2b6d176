package encode

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/model"
)

// flags are the switches of Options, by which plans are kept.
type flags uint8

const (
	excludeUnset flags = 1 << iota
	excludeDefaults
	excludeNone
	goNames
	jsonable // as FastAPI's jsonable_encoder writes, see jsonable.go
	numFlags = 1 << iota
)

// flags returns the switches of o as bits. jsonable is not among them: the Compiler sets it.
func (o Options) flags() flags {
	var f flags
	if o.ExcludeUnset {
		f |= excludeUnset
	}
	if o.ExcludeDefaults {
		f |= excludeDefaults
	}
	if o.ExcludeNone {
		f |= excludeNone
	}
	if o.GoNames {
		f |= goNames
	}
	return f
}

// filter has the Include and Exclude of one place of the model. The zero filter keeps all members. Filters are comparable:
// the same place under the same filter has the same plan, so that compiling a recursive type ends.
type filter struct {
	include *tree // nil includes all
	exclude *tree // nil excludes none
}

// tree has paths, one step at each level.
type tree struct {
	all    bool // a path ends here
	kids   map[string]*tree
	once   sync.Once // of merged: values in interfaces are compiled by several goroutines at once
	merged *tree     // of elem
}

// star is the step for all elements of a list or map.
const star = "*"

// add adds a path to the tree.
func (t *tree) add(steps []string) {
	for _, s := range steps {
		if t.kids == nil {
			t.kids = map[string]*tree{}
		}
		if t.kids[s] == nil {
			t.kids[s] = &tree{}
		}
		t = t.kids[s]
	}
	t.all = true
}

// elem returns the tree for the elements of a list or map. The * may be left out of a path, so elem merges the tree itself with
// the tree behind its *.
func (t *tree) elem() *tree {
	if t == nil || t.all || t.kids[star] == nil {
		return t
	}
	t.once.Do(func() {
		t.merged = &tree{}
		t.merged.merge(t.kids[star])
		for name, kid := range t.kids {
			if name != star {
				t.merged.merge(&tree{kids: map[string]*tree{name: kid}})
			}
		}
	})
	return t.merged
}

// merge adds all paths of o to the tree.
func (t *tree) merge(o *tree) {
	t.all = t.all || o.all
	for name, kid := range o.kids {
		if t.kids == nil {
			t.kids = map[string]*tree{}
		}
		if t.kids[name] == nil {
			t.kids[name] = &tree{}
		}
		t.kids[name].merge(kid)
	}
}

func (f filter) elem() filter {
	f.include, f.exclude = f.include.elem(), f.exclude.elem()
	if f.include != nil && f.include.all {
		f.include = nil
	}
	return f
}

// member reports whether the member called name is kept, and returns the filter inside of it.
func (f filter) member(name string) (inside filter, keep bool) {
	if f.include != nil && !f.include.all {
		kid := f.include.kids[name]
		if kid == nil {
			return filter{}, false
		}
		if !kid.all {
			inside.include = kid
		}
	}
	if f.exclude != nil {
		kid := f.exclude.kids[name]
		if kid != nil && kid.all {
			return filter{}, false
		}
		inside.exclude = kid
	}
	return inside, true
}

// readPaths checks the paths of o against m and returns the filter of the legal ones.
func (b *builder) readPaths(m *model.Type, o Options) filter {
	read := func(what string, paths []string) *tree {
		if len(paths) == 0 {
			return nil
		}
		t := &tree{}
		for _, p := range paths {
			if wrong := checkPath(m, p, what); wrong != "" {
				b.problem("result", "%s path %q: %s", what, p, wrong)
				continue
			}
			t.add(strings.Split(p, "."))
		}
		return t
	}
	return filter{include: read("include", o.Include), exclude: read("exclude", o.Exclude)}
}

// HasPath reports whether a path of Include or Exclude names a member of the model.
func (c *Compiler) HasPath(mdl reflect.Type, path string, exclude bool) bool {
	return checkPath(c.reader.Type(mdl), path, map[bool]string{true: "exclude", false: "include"}[exclude]) == ""
}

// checkPath returns the problem of a path into m, or "".
func checkPath(m *model.Type, path, what string) string {
	steps := strings.Split(path, ".")
	if what == "exclude" && steps[len(steps)-1] == star {
		return "it would leave empty elements; leave out the list or map itself"
	}
	return checkSteps(m, steps)
}

// checkSteps follows the steps of a path and returns its problem, or "". A path into a union is legal when one variant has it.
func checkSteps(m *model.Type, steps []string) string {
	if len(steps) == 0 {
		return ""
	}
	s, t := steps[0], m.Base()
	for range 100 {
		if s == star || !isContainer(t) {
			break
		}
		t = t.Elem.Base() // the * is left out
	}
	switch {
	case t.Kind == model.Union:
		return checkVariants(t, steps)
	case s == star && isContainer(t):
		return checkSteps(t.Elem, steps[1:])
	case s == star:
		return fmt.Sprintf("%s is neither list nor map, so * means nothing there", typeName(t))
	case t.Kind != model.Struct || t.Out != model.ByKind:
		return fmt.Sprintf("%s has no members that could be named, so %q means nothing there", typeName(t), s)
	}
	if f := t.ComputedField(s); f != nil {
		return checkSteps(f.Type, steps[1:])
	}
	i := t.FieldIndex(s)
	if i < 0 && t.Extra != nil {
		if len(steps) > 1 {
			return fmt.Sprintf("%q is a name that %s does not declare, and nothing inside it can be named", s, typeName(t))
		}
		return ""
	}
	if i < 0 || t.Fields[i].WriteOnly {
		return fmt.Sprintf("%s has no member %q; it has %s", typeName(t), s, memberNames(t))
	}
	return checkSteps(t.Fields[i].Type, steps[1:])
}

func checkVariants(t *model.Type, steps []string) string {
	var wrong []string
	for _, v := range variantsOf(t, map[*model.Type]bool{}) {
		w := checkSteps(v, steps)
		if w == "" {
			return ""
		}
		wrong = append(wrong, w)
	}
	return fmt.Sprintf("no variant of %s has it: %s", typeName(t), strings.Join(wrong, "; "))
}

// variantsOf returns the variants of a union. A variant that is a union itself is replaced by its variants.
func variantsOf(t *model.Type, seen map[*model.Type]bool) (out []*model.Type) {
	if t.Kind != model.Union {
		return []*model.Type{t}
	}
	if seen[t] {
		return nil
	}
	seen[t] = true
	for _, v := range t.Variants {
		out = append(out, variantsOf(v.Type.Base(), seen)...)
	}
	return out
}

func isContainer(t *model.Type) bool {
	return t.Out == model.ByKind && (t.Kind == model.List || t.Kind == model.Array || t.Kind == model.Set || t.Kind == model.Map)
}

// memberNames returns the names of a model's members, for the end of a message.
func memberNames(t *model.Type) string {
	var names []string
	for _, f := range t.Fields {
		if !f.WriteOnly {
			names = append(names, f.Name)
		}
	}
	for _, f := range t.Computed {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
