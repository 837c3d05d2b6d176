package encode

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/model"
)

type flags uint8

const (
	noUnset flags = 1 << iota
	noDefaults
	noNone
	goNames
	jsonable // as FastAPI's jsonable_encoder writes, see jsonable.go
	numFlags = 1 << iota
)

func (o Options) flags() flags {
	var f flags
	if o.ExcludeUnset {
		f |= noUnset
	}
	if o.ExcludeDefaults {
		f |= noDefaults
	}
	if o.ExcludeNone {
		f |= noNone
	}
	if o.GoNames {
		f |= goNames
	}
	return f
}

// filter is what Include and Exclude say about one place of the model. The zero filter keeps everything. Filters are
// compared: the same place under the same filter is the same plan, so recursive types end.
type filter struct {
	include *tree // nil: everything
	exclude *tree // nil: nothing
}

// tree holds paths, one step at each level.
type tree struct {
	all    bool // a path ends here
	kids   map[string]*tree
	once   sync.Once // requests compile too, those of values in interfaces
	merged *tree     // of elem
}

const each = "*"

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

// elem is what is said of the elements of a list or map. The * may be left out, so it is the tree itself, together with
// what is behind a *.
func (t *tree) elem() *tree {
	if t == nil || t.all || t.kids[each] == nil {
		return t
	}
	t.once.Do(func() {
		t.merged = &tree{}
		t.merged.merge(t.kids[each])
		for name, kid := range t.kids {
			if name != each {
				t.merged.merge(&tree{kids: map[string]*tree{name: kid}})
			}
		}
	})
	return t.merged
}

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

// member reports whether the member called name is kept, and what is said of its inside.
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

// readPaths checks the paths of o against m and gives the filter of those that are right.
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

// HasPath reports whether an Include or Exclude path means something in a model.
func (c *Compiler) HasPath(mdl reflect.Type, path string, exclude bool) bool {
	return checkPath(c.reader.Type(mdl), path, map[bool]string{true: "exclude", false: "include"}[exclude]) == ""
}

// checkPath says what is wrong with a path into m.
func checkPath(m *model.Type, path, what string) string {
	steps := strings.Split(path, ".")
	if what == "exclude" && steps[len(steps)-1] == each {
		return "it would leave empty elements; leave out the list or map itself"
	}
	return checkSteps(m, steps)
}

// checkSteps follows the steps of a path; into a union, by any of its variants.
func checkSteps(m *model.Type, steps []string) string {
	if len(steps) == 0 {
		return ""
	}
	s, t := steps[0], m.Base()
	for range 100 {
		if s == each || !container(t) {
			break
		}
		t = t.Elem.Base() // the * is left out
	}
	switch {
	case t.Kind == model.Union:
		return checkVariants(t, steps)
	case s == each && container(t):
		return checkSteps(t.Elem, steps[1:])
	case s == each:
		return fmt.Sprintf("%s is neither list nor map, so * means nothing there", typeName(t))
	case t.Kind != model.Struct || t.Out != model.Plain:
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

// variantsOf gives the variants of a union, and in the place of those that are unions theirs.
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

func container(t *model.Type) bool {
	return t.Out == model.Plain && (t.Kind == model.List || t.Kind == model.Array || t.Kind == model.Set || t.Kind == model.Map)
}

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
