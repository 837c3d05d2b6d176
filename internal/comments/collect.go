package comments

import (
	"go/ast"
	"strings"
)

// Package is one whose comments are collected.
type Package struct {
	Path string // by which it is imported
	Dir  string
	Name string
}

// Collect makes a Table of the comments that a document of the packages may ask for, tests left out: those of functions
// that are named without being called, as handlers and dependencies are where they are registered, and of the types that
// these, function literals and type arguments speak of, at any depth. It goes by the names alone, so it may take more.
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

// uses are the names that a program may hand to an app. nil stands for all.
type uses struct {
	values map[string]bool // functions and methods, by their last names
	types  map[string]bool
}

func (u *uses) function(name string) bool {
	return u == nil || u.values[name[strings.LastIndexByte(name, '.')+1:]]
}

func (u *uses) typ(name string) bool { return u == nil || u.types[name] }

// find reads all files: first which functions are named, then from their signatures on, which types.
func (u *uses) find(packages []*pkg) {
	specs := map[string][]ast.Expr{} // type names to what they are declared as
	var functions []*ast.FuncDecl
	for _, p := range packages {
		for _, f := range p.files {
			called := map[ast.Node]bool{f.Name: true}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					called[n.Name] = true // it is declared, which is no use
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
					u.mention(n.Type)
				case *ast.IndexExpr:
					u.mention(n.Index)
				case *ast.IndexListExpr:
					for _, x := range n.Indices {
						u.mention(x)
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
			u.mention(f.Type)
		}
	}
	for grown := true; grown; {
		before := len(u.types)
		for name := range u.types {
			for _, x := range specs[name] {
				u.mention(x)
			}
		}
		grown = len(u.types) > before
	}
}

// mention notes every name in a type or expression.
func (u *uses) mention(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			u.types[id.Name] = true
		}
		return true
	})
}
