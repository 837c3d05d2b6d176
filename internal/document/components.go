package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// componentKey identifies the subject of a component: a type in one direction, or a synthetic name.
type componentKey struct {
	typ       reflect.Type
	partial   bool // the type inside a Patch
	synthetic string
	d         direction
}

// component is a schema that other schemas refer to by name.
type component struct {
	key      componentKey
	baseName string // its name unless another component has the same
	schema   *spec.Schema
	isFixed  bool // its name never changes
	class    int  // components of an entity with the same schema share it, and the name

	name     string
	refs     []*spec.Schema
	onRename []func(ref string) // called with the final reference
}

// component returns the component of a key, and makes it at the first call. A fresh one has no schema yet.
func (s *schemas) component(key componentKey, name string) (c *component, fresh bool) {
	if c := s.components[key]; c != nil {
		return c, false
	}
	c = &component{key: key, baseName: componentName(name)}
	c.name = c.baseName
	s.components[key] = c
	s.order = append(s.order, c)
	return c, true
}

// refer returns a reference to a component. finish writes the final name into it.
func (s *schemas) refer(c *component) *spec.Schema {
	ref := &spec.Schema{Ref: s.prefix + c.name}
	c.refs = append(c.refs, ref)
	return ref
}

// ofComponent returns a reference to the component of t.
func (s *schemas) ofComponent(t *model.Type, d direction) *spec.Schema {
	c := s.componentOf(t, d)
	return s.refer(c)
}

// componentOf returns the component of a model in one direction. It builds the schema at the first call.
func (s *schemas) componentOf(t *model.Type, d direction) *component {
	if t.Enum != nil {
		d = input // enums have one component for both directions
	}
	name := typeTitle(t)
	c, fresh := s.component(componentKey{typ: t.Go, partial: t.Partial, d: d}, name)
	if fresh {
		raw := s.bytesAreText
		s.bytesAreText = false
		c.schema = s.build(t, nil, d)
		s.bytesAreText = raw
		if s.addsTitles || componentName(name) != name {
			c.schema.Title = name
		}
		s.describeType(c.schema, t, d)
	}
	return c
}

// typeTitle returns the name of a type without its package, with its type arguments, or the name that a struct-wide tag declares.
func typeTitle(t *model.Type) string {
	if t.Partial {
		return "Patch[" + t.Name + "]"
	}
	return t.Name
}

var notName = regexp.MustCompile(`[^a-zA-Z0-9._-]`)

// componentName replaces characters that OpenAPI does not allow in the name of a component: Page[Item] becomes Page_Item_.
func componentName(name string) string { return notName.ReplaceAllString(name, "_") }

// entity is a type, or a synthetic name, with its components: one for each direction in which it is used. Components with equal schemas
// form a class.
type entity struct {
	componentKey
	baseName string
	name     string
	all      []*component
	classes  int
}

// finish names the components, writes the names into all references, and returns the schemas by name. The names depend on the types and
// not on the order of the calls, except for types that have the same package, name and schema.
func (s *schemas) finish() map[string]*spec.Schema {
	entities := s.entities()
	qualify(entities, s.prefix, s.followsPydantic)
	for again := true; again; {
		again = false
		for _, e := range entities {
			e.rename(s.prefix)
		}
		for _, e := range entities {
			again = e.refine() || again
		}
	}
	out := make(map[string]*spec.Schema, len(s.order))
	for _, e := range entities {
		for _, c := range e.all {
			out[c.name] = c.schema
		}
	}
	return out
}

// entities groups the components by type: those of one type in several directions are one entity. The order is that of their first
// use.
func (s *schemas) entities() (list []*entity) {
	byKey := map[componentKey]*entity{}
	for _, c := range s.order {
		key := c.key
		key.d = input
		e := byKey[key]
		if e == nil {
			e = &entity{componentKey: key, baseName: c.baseName, name: c.baseName, classes: 1}
			byKey[key] = e
			list = append(list, e)
		}
		e.all = append(e.all, c)
	}
	for _, e := range list {
		slices.SortFunc(e.all, func(a, b *component) int {
			return cmp.Or(cmp.Compare(a.key.d.way, b.key.d.way), cmp.Compare(a.key.d.omits.String(), b.key.d.omits.String()))
		})
	}
	return list
}

// refine splits the classes whose schemas differ under their present names. It reports whether it has split one.
func (e *entity) refine() bool {
	if len(e.all) == 1 {
		return false
	}
	var first []*component // of each class
	classes := make([]int, len(e.all))
	for i, c := range e.all {
		at := slices.IndexFunc(first, func(f *component) bool { return f.class == c.class && reflect.DeepEqual(f.schema, c.schema) })
		if at < 0 {
			at, first = len(first), append(first, c)
		}
		classes[i] = at
	}
	for i, c := range e.all {
		c.class = classes[i]
	}
	more := len(first) > e.classes
	e.classes = len(first)
	return more
}

// suffixes returns the suffix of each class: -Input for requests, -Output for responses, and -Filtered for responses of routes whose
// options leave members out. An entity with one class has no suffix.
func (e *entity) suffixes() []string {
	out := make([]string, e.classes)
	if e.classes == 1 {
		return out
	}
	named, plain, filtered := make([]bool, e.classes), false, 0
	for _, c := range e.all {
		plain = plain || c.key.d.way != received && c.key.d.omits == (encode.Omissions{})
	}
	for _, c := range e.all {
		if named[c.class] {
			continue
		}
		named[c.class] = true
		switch d := c.key.d; {
		case d.way == received:
			out[c.class] = "-Input"
		case d == output:
			out[c.class] = "-Output"
		case d.omits == (encode.Omissions{}): // the schema of both directions
		case !plain:
			out[c.class], plain = "-Output", true
		default:
			if filtered++; filtered == 1 {
				out[c.class] = "-Filtered"
			} else {
				out[c.class] = fmt.Sprintf("-Filtered%d", filtered)
			}
		}
	}
	return out
}

// rename names the components and writes the names into the references.
func (e *entity) rename(prefix string) {
	suffixes := e.suffixes()
	for _, c := range e.all {
		c.name = e.name + suffixes[c.class]
		c.refer(prefix + c.name)
	}
}

// refer writes a reference into all schemas that refer to the component.
func (c *component) refer(to string) {
	for _, ref := range c.refs {
		ref.Ref = to
	}
	for _, f := range c.onRename {
		f(to)
	}
}

// qualify makes the names of entities unique. Types that share a name get the name of their package in front. Names that are still shared
// get numbers.
func qualify(entities []*entity, prefix string, pydantic bool) {
	for _, e := range entities {
		e.rename(prefix)
	}
	for _, group := range clashes(entities) {
		for _, e := range group {
			if e.typ != nil {
				e.name = e.qualified(pydantic)
			}
		}
	}
	for _, e := range entities {
		e.rename(prefix)
	}
	taken := map[string]bool{}
	for _, e := range entities {
		taken[e.name] = true
	}
	for _, group := range clashes(entities) {
		order := map[*entity]string{}
		for _, e := range group {
			order[e] = e.tieBreak()
		}
		slices.SortStableFunc(group, func(a, b *entity) int { return cmp.Compare(order[a], order[b]) })
		for i, e := range group[1:] {
			for n := i + 2; ; n++ {
				if name := fmt.Sprintf("%s%d", e.name, n); !taken[name] {
					e.name, taken[name] = name, true
					break
				}
			}
		}
	}
}

// clashes returns the groups of entities that share a name, sorted by that name.
func clashes(entities []*entity) (groups [][]*entity) {
	byName := map[string][]*entity{}
	for _, e := range entities {
		byName[e.name] = append(byName[e.name], e)
	}
	var shared []string
	for name, group := range byName {
		if len(group) > 1 {
			shared = append(shared, name)
		}
	}
	slices.Sort(shared)
	for _, name := range shared {
		groups = append(groups, byName[name])
	}
	return groups
}

var argumentPath = regexp.MustCompile(`[^\[\],* ]*/`)

// qualified returns the name with the packages of the type and of its type arguments.
func (e *entity) qualified(pydantic bool) string {
	name := e.baseName
	if strings.Contains(e.typ.Name(), "[") {
		full := argumentPath.ReplaceAllString(e.typ.Name(), "")
		if bare, _, _ := strings.Cut(name, "_"); strings.HasPrefix(full, bare+"[") {
			name = componentName(full)
		}
	}
	separator := "."
	if pydantic {
		separator = "__"
	}
	return componentName(path.Base(e.typ.PkgPath())) + separator + name
}

// tieBreak returns a sort key for types that share a name: package, type and schemas.
func (e *entity) tieBreak() string {
	if e.typ == nil {
		return ""
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s ", e.typ.PkgPath(), e.typ)
	for _, c := range e.all {
		text, _ := json.Marshal(c.schema)
		b.Write(text)
	}
	return b.String()
}
