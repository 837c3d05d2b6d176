package house_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// name is one exported name of a public package.
type name struct {
	kind   string // func, type, const, var, method, field
	text   string // "New", "Router.Get"
	object types.Object
}

// names returns the exported names of a package in the order of the alphabet: functions, types, constants, variables, and the
// exported methods and fields of exported types. A method counts once, where it is declared: methods that a struct has from an
// embedded type do not count. An alias of a type or alias of the module's public packages is one name; an alias of any other type has its
// methods and fields too, because programs see them in this package first.
func names(p *pkg) []name {
	var list []name
	scope := p.types.Scope()
	for _, id := range scope.Names() {
		o := scope.Lookup(id)
		if !o.Exported() {
			continue
		}
		switch o := o.(type) {
		case *types.Func:
			list = append(list, name{"func", id, o})
		case *types.Const:
			list = append(list, name{"const", id, o})
		case *types.Var:
			list = append(list, name{"var", id, o})
		case *types.TypeName:
			list = append(list, name{"type", id, o})
			list = append(list, members(o)...)
		}
	}
	return list
}

// members returns the exported methods and fields of a type.
func members(o *types.TypeName) []name {
	t := o.Type()
	if o.IsAlias() {
		if a, ok := t.(*types.Alias); ok {
			if other, ok := a.Rhs().(*types.Alias); ok && isPublic(other.Obj()) {
				return nil // the members are listed with the other alias
			}
		}
		t = types.Unalias(t)
		n, ok := t.(*types.Named)
		if !ok || n.Obj().Pkg() == nil {
			return nil
		}
		if path, ok := short(n.Obj().Pkg().Path()); !ok || !internal(path) {
			return nil
		}
	}
	var list []name
	add := func(kind string, m types.Object) {
		if m.Exported() {
			list = append(list, name{kind, o.Name() + "." + m.Name(), m})
		}
	}
	if n, ok := t.(*types.Named); ok {
		for m := range n.Methods() {
			add("method", m)
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		for m := range u.ExplicitMethods() {
			add("method", m)
		}
	case *types.Struct:
		for f := range u.Fields() {
			add("field", f)
		}
	}
	slices.SortStableFunc(list, func(a, b name) int { return strings.Compare(a.text, b.text) })
	return list
}

// isPublic reports whether a declaration stands in a public package of the module.
func isPublic(o *types.TypeName) bool {
	if o.Pkg() == nil {
		return false
	}
	path, ok := short(o.Pkg().Path())
	return ok && !internal(path)
}

// surface returns a line for each exported name of the public packages, with fields.
func surface(t *tree) []string {
	var lines []string
	for _, p := range t.pkgs {
		if p.public() {
			for _, n := range names(p) {
				lines = append(lines, fmt.Sprintf("%s: %s %s", p.path, n.kind, n.text))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// exported is surface without fields, which are counted with their type.
func exported(t *tree) []string {
	return slices.DeleteFunc(surface(t), func(line string) bool { return strings.Contains(line, ": field ") })
}

// TestSurfaceIsListed compares the exported names with testdata/names.txt.
func TestSurfaceIsListed(t *testing.T) {
	const file = "testdata/names.txt"
	lines := surface(loadHouse(t))
	if *update {
		writeFile(t, file, strings.Join(lines, "\n")+"\n")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, problem := range difference(lines, want) {
		t.Errorf("%s: %s.\nTo do: if programs shall see this change, go test -C tests ./house -update, and a line in CHANGELOG.md.", file, problem)
	}
}

// difference says which lines are in one of two lists alone.
func difference(got, want []string) []string {
	var problems []string
	for _, line := range got {
		if !slices.Contains(want, line) {
			problems = append(problems, "it has no line for the exported name "+line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			problems = append(problems, "there is no exported name "+line)
		}
	}
	return problems
}

// engineNames are lines of testdata/engine.txt: "routing: Table" stands for the name and, when it is a type, for its methods;
// "routing: *" for the whole package.
type engineNames []string

// line returns the line that stands for a name, "" for none.
func (e engineNames) line(path, text string) string {
	of, _, _ := strings.Cut(text, ".")
	for _, line := range []string{path + ": " + text, path + ": " + of, path + ": *"} {
		if slices.Contains(e, line) {
			return line
		}
	}
	return ""
}

const engineFile = "testdata/engine.txt"

func readEngine() engineNames {
	text, err := os.ReadFile(engineFile)
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// engine finds the names that are for the framework alone. gone are the lines of the list that stand for no name.
func (t *tree) engine(list engineNames) (places []place, gone []string) {
	used := map[string]bool{}
	for _, p := range t.pkgs {
		if !p.public() {
			continue
		}
		for _, n := range names(p) {
			if line := list.line(p.path, n.text); line != "" && n.kind != "field" {
				used[line] = true
				places = append(places, place{fmt.Sprintf("%s: %s %s", p.path, n.kind, n.text), t.place(n.object.Pos())})
			}
		}
	}
	for _, line := range list {
		if !used[line] && !strings.HasPrefix(line, "#") {
			gone = append(gone, line)
		}
	}
	return places, gone
}

// TestEngineListIsShort finds the lines of testdata/engine.txt whose names are gone.
func TestEngineListIsShort(t *testing.T) {
	_, gone := loadHouse(t).engine(readEngine())
	if *update {
		dropLines(t, engineFile, gone)
		return
	}
	for _, line := range gone {
		t.Errorf("%s lists %s, which is gone.\nTo do: go test -C tests ./house -update.", engineFile, line)
	}
}

// foundByInterface are methods that the engine finds on a value by an interface. They may name internal types.
var foundByInterface = []string{"Optional.Unwrap", "Patch.Open", "Set.ElementType", "Event.ServerSentEvent"}

// internalTypes finds exported declarations of public packages that name a type of an internal package: in a signature, an exported
// field, a constraint, the type of a variable or constant. Allowed are framework.go, the methods of foundByInterface, Apply
// of an interface (also ApplyRouter and ApplyRoute), and an alias of an internal type that is no struct with exported fields, or one with at most three fields, all
// of which the alias's comment names.
func internalTypes(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.public() {
			continue
		}
		for _, n := range names(p) {
			at := t.place(n.object.Pos())
			if o := n.object; o.Pkg() != p.types || path.Base(t.fset.Position(o.Pos()).Filename) == "framework.go" {
				continue // a member of an alias: the alias is judged
			}
			if m := t.namesInternal(p, n); len(m) > 0 {
				places = append(places, place{fmt.Sprintf("%s: %s %s names %s", p.path, n.kind, n.text, strings.Join(m, ", ")), at})
			}
		}
	}
	return places
}

// namesInternal returns the internal types that a declaration names.
func (t *tree) namesInternal(p *pkg, n name) []string {
	switch o := n.object.(type) {
	case *types.TypeName:
		if o.IsAlias() {
			return t.aliasNames(p, o)
		}
		var m mentions
		if named, ok := o.Type().(*types.Named); ok {
			m.params(named.TypeParams())
		}
		switch u := o.Type().Underlying().(type) {
		case *types.Struct: // its exported fields have lines of their own
			for f := range u.Fields() {
				if f.Embedded() && !f.Exported() {
					m.promoted(f.Type())
				}
			}
		case *types.Interface: // and so have its exported methods
			for e := range u.EmbeddedTypes() {
				m.add(e)
			}
		default:
			m.add(u)
		}
		return m
	case *types.Func:
		_, member, _ := strings.Cut(n.text, ".")
		sig := o.Signature()
		if slices.Contains(foundByInterface, n.text) || strings.HasPrefix(member, "Apply") && types.IsInterface(sig.Recv().Type()) {
			return nil
		}
		var m mentions
		m.params(sig.TypeParams())
		m.add(sig)
		return m
	default:
		var m mentions
		m.add(o.Type())
		return m
	}
}

// aliasNames returns the internal type behind an alias unless the alias is allowed.
func (t *tree) aliasNames(p *pkg, o *types.TypeName) []string {
	var right types.Type = types.Unalias(o.Type())
	if a, ok := o.Type().(*types.Alias); ok {
		right = a.Rhs()
	}
	var m mentions
	m.add(right)
	named, ok := right.(*types.Named)
	if len(m) == 0 || !ok {
		return m
	}
	s, ok := named.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	fields, comment := 0, commentOf(p, o)
	for f := range s.Fields() {
		if f.Exported() {
			fields++
			if !strings.Contains(comment, f.Name()) {
				return m
			}
		}
	}
	if fields > 3 {
		return m
	}
	return nil
}

// commentOf returns the doc comment of a type.
func commentOf(p *pkg, o *types.TypeName) string {
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				if s, ok := s.(*ast.TypeSpec); ok && p.info.Defs[s.Name] == o {
					return g.Doc.Text() + s.Doc.Text() + s.Comment.Text()
				}
			}
		}
	}
	return ""
}

// mentions are the internal types that a type names.
type mentions []string

func (m *mentions) note(o *types.TypeName) {
	if o.Pkg() == nil {
		return
	}
	path, ok := short(o.Pkg().Path())
	if text := path + "." + o.Name(); ok && internal(path) && !slices.Contains(*m, text) {
		*m = append(*m, text)
	}
}

func (m *mentions) params(list *types.TypeParamList) {
	for p := range list.TypeParams() {
		m.add(p.Constraint())
	}
}

func (m *mentions) tuple(vars *types.Tuple) {
	for v := range vars.Variables() {
		m.add(v.Type())
	}
}

// add notes the internal types in t. What stands behind a name of a public package is judged where that name is declared.
func (m *mentions) add(t types.Type) {
	switch t := t.(type) {
	case *types.Alias:
		m.note(t.Obj())
		for a := range t.TypeArgs().Types() {
			m.add(a)
		}
	case *types.Named:
		m.note(t.Obj())
		for a := range t.TypeArgs().Types() {
			m.add(a)
		}
	case *types.Pointer:
		m.add(t.Elem())
	case *types.Slice:
		m.add(t.Elem())
	case *types.Array:
		m.add(t.Elem())
	case *types.Chan:
		m.add(t.Elem())
	case *types.Map:
		m.add(t.Key())
		m.add(t.Elem())
	case *types.Signature:
		m.tuple(t.Params())
		m.tuple(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() || f.Embedded() {
				m.add(f.Type())
			}
		}
	case *types.Interface:
		for f := range t.ExplicitMethods() {
			m.add(f.Type())
		}
		for e := range t.EmbeddedTypes() {
			m.add(e)
		}
	case *types.Union:
		for term := range t.Terms() {
			m.add(term.Type())
		}
	}
}

// promoted notes what an embedded type, whose own name programs do not see, shows of itself: its exported fields and methods.
func (m *mentions) promoted(t types.Type) {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	m.add(t)
	set := types.NewMethodSet(types.NewPointer(t))
	for s := range set.Methods() {
		if s.Obj().Exported() {
			m.add(s.Type())
		}
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if f.Exported() {
				m.add(f.Type())
			}
		}
	}
}
