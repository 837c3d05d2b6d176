package house_test

import (
	"go/ast"
	"go/doc"
	"go/types"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The rule of examples: each exported function and type of a public package is shown. A name is shown when an Example with an output has
// its name or uses it, in any public package: the Example itself, or a declaration of its test package that it uses. An alias is shown when an Example uses
// the type under any of its names. testdata/unshown.txt lists the exceptions, each with its reason. Names of framework.go are the
// engine's, and need no example.

// shownBy returns the names that the examples of a package use, as "params: Optional".
func shownBy(p *pkg) map[string]bool {
	shown := map[string]bool{}
	declared := map[string][]ast.Node{} // by name; the methods of a type stand with it
	imports := map[string]string{}      // by the name in the file; no two test files of a package import two packages under one name
	var files []*ast.File
	for _, f := range p.tests {
		files = append(files, f.ast)
		for _, i := range f.ast.Imports {
			importPath, _ := strconv.Unquote(i.Path.Value)
			if of, ok := short(importPath); ok {
				name := path.Base(importPath)
				if i.Name != nil {
					name = i.Name.Name
				}
				imports[name] = of
			}
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name, _, _ = strings.Cut(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*"), "[")
				}
				declared[name] = append(declared[name], d)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						declared[s.Name.Name] = append(declared[s.Name.Name], s)
					case *ast.ValueSpec:
						for _, n := range s.Names {
							declared[n.Name] = append(declared[n.Name], s)
						}
					}
				}
			}
		}
	}
	visited := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if visited[name] {
			return
		}
		visited[name] = true
		for _, d := range declared[name] {
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && imports[x.Name] != "" {
						shown[imports[x.Name]+": "+n.Sel.Name] = true
					}
				case *ast.Ident:
					visit(n.Name)
				}
				return true
			})
		}
	}
	for _, e := range doc.Examples(files...) {
		if e.Output != "" || e.EmptyOutput {
			visit("Example" + e.Name)
			name, _, _ := strings.Cut(e.Name, "_")
			shown[p.path+": "+name] = true
		}
	}
	return shown
}

// identity returns one text for all names of a type.
func identity(o types.Object) string {
	if n, ok := types.Unalias(o.Type()).(*types.Named); ok && o.Pkg() != nil {
		if _, isType := o.(*types.TypeName); isType && n.Obj().Pkg() != nil {
			return n.Obj().Pkg().Path() + "." + n.Obj().Name()
		}
	}
	return o.Pkg().Path() + "." + o.Name()
}

// unshown finds the exported functions and types that no example shows.
func unshown(t *tree) []place {
	shown := map[string]bool{}
	for _, p := range t.pkgs {
		if !p.public() {
			continue
		}
		for name := range shownBy(p) {
			of, id, _ := strings.Cut(name, ": ")
			if q := t.pkg(of); q != nil && q.types.Scope().Lookup(id) != nil {
				shown[identity(q.types.Scope().Lookup(id))] = true
			}
		}
	}
	var places []place
	for _, p := range t.pkgs {
		if !p.public() {
			continue
		}
		for _, n := range names(p) {
			isMember := strings.Contains(n.text, ".")
			if n.kind != "func" && n.kind != "type" || isMember || shown[identity(n.object)] {
				continue
			}
			if path.Base(t.fset.Position(n.object.Pos()).Filename) == "framework.go" {
				continue
			}
			places = append(places, place{p.path + ": " + n.text, t.place(n.object.Pos())})
		}
	}
	return places
}

const unshownFile = "testdata/unshown.txt"

// readUnshown returns the exceptions with their reasons. A line without a space at its beginning is a reason, for the names below it.
func readUnshown(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(unshownFile)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	reason := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch name, isName := strings.CutPrefix(line, "\t"); {
		case line == "" || strings.HasPrefix(line, "#"):
		case !isName:
			reason = line
		case reason == "":
			t.Errorf("%s: %s has no reason above it", unshownFile, name)
		default:
			reasons[name] = reason
		}
	}
	return reasons
}

// TestNamesAreShown: each function and type that users meet has an example that runs. The exceptions have reasons.
func TestNamesAreShown(t *testing.T) {
	reasons := readUnshown(t)
	for _, p := range unshown(loadHouse(t)) {
		if reasons[p.key] == "" {
			t.Errorf("%s: no example with an output uses %s.\nTo do: write one, or name it in %s below a reason.", p.at, p.key, unshownFile)
		}
		delete(reasons, p.key)
	}
	for name := range reasons {
		t.Errorf("%s has %s, which an example shows, or which is gone.\nTo do: take the line out.", unshownFile, name)
	}
}

// namedByOpenAPI is the package whose fields have the names that the OpenAPI specification explains. "without comment" still judges its
// types and functions.
const namedByOpenAPI = "openapi/spec"

// undocumented finds exported names of public packages without a doc comment: functions, types, methods, fields, constants and
// variables. The comment of a group of constants or variables, or of fields that stand together, is that of each.
func undocumented(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.public() || p.path == namedByOpenAPI {
			continue
		}
		for _, f := range p.files {
			note := func(name string, n ast.Node) {
				places = append(places, place{p.path + ": " + name, t.place(n.Pos())})
			}
			for _, d := range f.ast.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					owner := ""
					if d.Recv != nil {
						owner, _, _ = strings.Cut(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*"), "[")
					}
					if d.Name.IsExported() && d.Doc == nil && (owner == "" || ast.IsExported(owner)) {
						note(strings.TrimPrefix(owner+"."+d.Name.Name, "."), d)
					}
				case *ast.GenDecl:
					for _, s := range d.Specs {
						switch s := s.(type) {
						case *ast.ValueSpec:
							for _, n := range s.Names {
								if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
									note(n.Name, n)
								}
							}
						case *ast.TypeSpec:
							if s.Name.IsExported() {
								if d.Doc == nil && s.Doc == nil && s.Comment == nil {
									note(s.Name.Name, s)
								}
								undocumentedMembers(t, d.Doc.Text()+s.Doc.Text(), s, note)
							}
						}
					}
				}
			}
		}
	}
	return places
}

// undocumentedMembers notes exported fields, and methods of an interface, without a comment. A comment of the type that names a field is
// the field's too, and so is that of an interface with one method. The tag doc is a comment: clients read it in the document. A line without a comment that follows another one at once belongs to
// the comment above: a group.
func undocumentedMembers(t *tree, typeComment string, s *ast.TypeSpec, note func(name string, n ast.Node)) {
	var list *ast.FieldList
	switch u := s.Type.(type) {
	case *ast.StructType:
		list = u.Fields
	case *ast.InterfaceType:
		if list = u.Methods; len(list.List) == 1 {
			return
		}
	default:
		return
	}
	isDocumented, last := false, 0
	for _, f := range list.List {
		next := t.fset.Position(f.Pos()).Line == last+1
		isDocumented = f.Doc != nil || next && isDocumented && f.Comment == nil
		last = t.fset.Position(f.End()).Line
		if isDocumented || f.Comment != nil || f.Tag != nil && strings.Contains(f.Tag.Value, ` doc:"`) {
			continue
		}
		for _, n := range f.Names {
			if n.IsExported() && !regexp.MustCompile(`\b`+n.Name+`\b`).MatchString(typeComment) {
				note(s.Name.Name+"."+n.Name, f)
			}
		}
	}
}

// TestNamesAreDocumented: each exported name of a public package has a doc comment.
func TestNamesAreDocumented(t *testing.T) {
	for _, p := range undocumented(loadHouse(t)) {
		t.Errorf("%s: %s has no comment.\nTo do: say what it is, with type, unit, errors, concurrency and cost where they matter.", p.at, p.key)
	}
}
