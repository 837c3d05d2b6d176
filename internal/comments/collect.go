package comments

import (
	"go/ast"
	"strings"
)

// Package names a package whose comments are collected.
type Package struct {
	Path string // the import path
	Dir  string
	Name string
}

// Collect returns a Table of the comments that a document of the packages may need. These are the comments of functions that are
// named without a call, as handlers and dependencies are where they are registered, and of the types in the signatures of these and
// of function literals, and in type arguments, at any depth. Collect compares names only, so it may take more than needed. It skips
// tests.
func Collect(packages ...Package) Table {
	t, use := Table{}, &uses{values: map[string]bool{}, types: map[string]bool{}}
	parsed := make([]*pkg, len(packages))
	for i, p := range packages {
		parsed[i] = parseFolder(p.Dir, p.Name, false)
	}
	use.find(parsed)
	for i, p := range packages {
		parsed[i].addTo(t, p.Path, use)
		if p.Name == "main" {
			t[programKey] = p.Path
		}
	}
	return t
}

// uses has the names that a program may pass to an app. A nil *uses has all names.
type uses struct {
	values map[string]bool // functions and methods, by their last names
	types  map[string]bool
}

// function reports whether the function or method is used.
func (u *uses) function(name string) bool {
	return u == nil || u.values[name[strings.LastIndexByte(name, '.')+1:]]
}

func (u *uses) typ(name string) bool { return u == nil || u.types[name] }

// find reads all files. It collects the names of used functions, then the types in their signatures, then the types inside of
// these.
func (u *uses) find(packages []*pkg) {
	specs := map[string][]ast.Expr{} // the declarations of each type name
	var functions []*ast.FuncDecl
	for _, p := range packages {
		for _, f := range p.files {
			called := map[ast.Node]bool{f.Name: true}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					called[n.Name] = true // a declaration is no use
					functions = append(functions, n)
				case *ast.Field:
					for _, name := range n.Names {
						called[name] = true
					}
				case *ast.TypeSpec:
					specs[n.Name.Name] = append(specs[n.Name.Name], n.Type)
				case *ast.CallExpr:
					fn := unwrap(n.Fun)
					if sel, ok := fn.(*ast.SelectorExpr); ok {
						fn = sel.Sel
					}
					called[fn] = true
				case *ast.FuncLit:
					u.addTypes(n.Type)
				case *ast.IndexExpr:
					u.addTypes(n.Index)
				case *ast.IndexListExpr:
					for _, x := range n.Indices {
						u.addTypes(x)
					}
				case *ast.Ident:
					if !called[n] {
						u.values[n.Name] = true
					}
				}
				return true
			})
		}
	}
	for _, f := range functions {
		if u.values[f.Name.Name] {
			u.addTypes(f.Type)
		}
	}
	for grown := true; grown; {
		before := len(u.types)
		for name := range u.types {
			for _, x := range specs[name] {
				u.addTypes(x)
			}
		}
		grown = len(u.types) > before
	}
}

// addTypes adds the names in a type or expression to u.types.
func (u *uses) addTypes(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			u.types[id.Name] = true
		}
		return true
	})
}
