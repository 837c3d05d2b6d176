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

// componentKey is what a component is the schema of: a type in one direction, or a synthetic name.
type componentKey struct {
	typ       reflect.Type
	partial   bool // the form that a Patch reads
	synthetic string
	d         direction
}

// component is a schema that is referred to by name.
type component struct {
	key    componentKey
	bare   string // its name when no other is called so
	schema *spec.Schema
	fixed  bool // its name is not negotiable
	class  int  // components of an entity with the same schema share it, and the name

	name    string
	refs    []*spec.Schema
	renamed []func(ref string) // other holders of the reference
}

// component finds or makes the component of a key; a fresh one has no schema yet.
func (s *schemas) component(key componentKey, name string) (c *component, fresh bool) {
	if c := s.components[key]; c != nil {
		return c, false
	}
	c = &component{key: key, bare: componentName(name)}
	c.name = c.bare
	s.components[key] = c
	s.order = append(s.order, c)
	return c, true
}

// refer gives a reference, which finish completes.
func (s *schemas) refer(c *component) *spec.Schema {
	ref := &spec.Schema{Ref: s.prefix + c.name}
	c.refs = append(c.refs, ref)
	return ref
}

// ofComponent gives a reference to the component of t.
func (s *schemas) ofComponent(t *model.Type, d direction) *spec.Schema {
	c := s.componentOf(t, d)
	return s.refer(c)
}

func (s *schemas) componentOf(t *model.Type, d direction) *component {
	if t.Enum != nil {
		d = input // one for both
	}
	name := typeTitle(t)
	c, fresh := s.component(componentKey{typ: t.Go, partial: t.Partial, d: d}, name)
	if fresh {
		raw := s.rawBytes
		s.rawBytes = false
		c.schema = s.build(t, nil, d)
		s.rawBytes = raw
		if s.titles || componentName(name) != name {
			c.schema.Title = name
		}
		s.describeType(c.schema, t, d)
	}
	return c
}

// typeTitle is how a type is called: its bare name with those of its type arguments, or what a struct-wide tag says.
func typeTitle(t *model.Type) string {
	if t.Partial {
		return "Patch[" + t.Name + "]"
	}
	return t.Name
}

var notName = regexp.MustCompile(`[^a-zA-Z0-9._-]`)

// componentName replaces what OpenAPI does not allow in the name of a component: Page[Item] is Page_Item_.
func componentName(name string) string { return notName.ReplaceAllString(name, "_") }

// entity is a type or synthetic with its components: one for each direction it is used in. Those whose schemas are equal
// are one class.
type entity struct {
	componentKey
	bare    string
	name    string
	all     []*component
	classes int
}

// finish names the components, completes the references that were handed out, and gives the schemas by name. The names
// depend on the types alone and not on the order in which they were asked for, except for types that nothing tells apart.
func (s *schemas) finish() map[string]*spec.Schema {
	entities := s.entities()
	qualify(entities, s.prefix, s.pydantic)
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

func (s *schemas) entities() (list []*entity) {
	byKey := map[componentKey]*entity{}
	for _, c := range s.order {
		key := c.key
		key.d = input
		e := byKey[key]
		if e == nil {
			e = &entity{componentKey: key, bare: c.bare, name: c.bare, classes: 1}
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

// refine splits the classes whose schemas differ under the names that they have now. It reports whether there are more.
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

// suffixes are what the names of the classes end in: those of requests in -Input, those of responses in -Output, and
// responses of routes whose options leave members out in -Filtered, where they differ.
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
		case d.omits == (encode.Omissions{}): // of both directions
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

// rename gives the components their names and writes these into the references.
func (e *entity) rename(prefix string) {
	suffixes := e.suffixes()
	for _, c := range e.all {
		c.name = e.name + suffixes[c.class]
		c.refer(prefix + c.name)
	}
}

// refer completes all that refers to the component.
func (c *component) refer(to string) {
	for _, ref := range c.refs {
		ref.Ref = to
	}
	for _, f := range c.renamed {
		f(to)
	}
}

// qualify gives every entity a name of its own: types of one name are called with their packages, and where that is not
// enough they are numbered.
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

// clashes are the entities that share a name, in the order of the names.
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

// qualified is the name with the package of the type, and with those of its type arguments.
func (e *entity) qualified(pydantic bool) string {
	name := e.bare
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

// tieBreak orders types that are called alike, by what they are.
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
