package house_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// initFunctions finds init functions of the core, those of other builds too.
func initFunctions(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.core() {
			continue
		}
		for _, f := range p.files {
			for _, d := range f.ast.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
					places = append(places, place{f.name + " has an init function", t.place(d.Pos())})
				}
			}
		}
	}
	return places
}

// mutableVariables finds package-level variables of the core that
//   - a function assigns to, counts up, takes the address of, or changes by a method of a pointer,
//   - hold a lock, an atomic value or a sync.Map,
//   - or are exported by a public package and no error: programs can assign to them.
//
// A sync.Pool and a sync.Once may change, because no result depends on what they hold. A change through a copy of a pointer, a
// slice or a map is not found.
func mutableVariables(t *tree) []place {
	why := map[*types.Var]string{}
	for _, p := range t.pkgs {
		if p.types == nil {
			continue
		}
		for _, f := range p.files {
			for _, d := range f.ast.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
					ast.Inspect(d.Body, func(n ast.Node) bool { p.changes(n, why); return true })
				}
			}
		}
	}
	var places []place
	for _, p := range t.pkgs {
		if !p.core() {
			continue
		}
		scope := p.types.Scope()
		for _, id := range scope.Names() {
			v, ok := scope.Lookup(id).(*types.Var)
			if !ok || changesFreely(v.Type()) {
				continue
			}
			reason := why[v]
			switch {
			case reason != "":
			case holdsState(v.Type(), 0):
				reason = "holds state"
			case p.public() && v.Exported() && !types.Implements(v.Type(), types.Universe.Lookup("error").Type().Underlying().(*types.Interface)):
				reason = "can be assigned to by programs"
			default:
				continue
			}
			places = append(places, place{fmt.Sprintf("%s: %s %s", p.path, id, reason), t.place(v.Pos())})
		}
	}
	return places
}

// changes notes the package-level variables that a node changes.
func (p *pkg) changes(n ast.Node, why map[*types.Var]string) {
	note := func(e ast.Expr, reason string) {
		if v := p.variable(e); v != nil && why[v] == "" {
			why[v] = reason
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, e := range n.Lhs {
				note(e, "is assigned to")
			}
		}
	case *ast.IncDecStmt:
		note(n.X, "is assigned to")
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			note(n.Key, "is assigned to")
			note(n.Value, "is assigned to")
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			note(n.X, "has its address taken")
		}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 {
			if b, ok := p.info.Uses[id].(*types.Builtin); ok && slices.Contains([]string{"delete", "clear", "copy"}, b.Name()) {
				note(n.Args[0], "is assigned to")
			}
		}
		if s, ok := n.Fun.(*ast.SelectorExpr); ok {
			if sel := p.info.Selections[s]; sel != nil && sel.Kind() == types.MethodVal && !isPointer(sel.Recv()) {
				if recv := sel.Obj().(*types.Func).Signature().Recv(); recv != nil && isPointer(recv.Type()) {
					note(s.X, "is changed by a method")
				}
			}
		}
	}
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// variable returns the package-level variable that an expression is a part of: x, x.f, x[i], pkg.x. It returns nil for any other
// expression.
func (p *pkg) variable(e ast.Expr) *types.Var {
	for {
		var id *ast.Ident
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
			continue
		case *ast.StarExpr:
			e = x.X
			continue
		case *ast.IndexExpr:
			e = x.X
			continue
		case *ast.SliceExpr:
			e = x.X
			continue
		case *ast.SelectorExpr:
			if p.info.Selections[x] != nil {
				e = x.X
				continue
			}
			id = x.Sel
		case *ast.Ident:
			id = x
		default:
			return nil
		}
		v, ok := p.info.Uses[id].(*types.Var)
		if !ok || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
			return nil
		}
		return v
	}
}

// changesFreely reports whether t is a type of package sync whose content no result depends on.
func changesFreely(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "sync" && slices.Contains([]string{"Pool", "Once"}, n.Obj().Name())
}

// holdsState reports whether a value of type t has a lock, an atomic value or a sync.Map in it.
func holdsState(t types.Type, depth int) bool {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		if path := n.Obj().Pkg().Path(); strings.HasPrefix(path, "sync") {
			_, isStruct := n.Underlying().(*types.Struct)
			return isStruct
		}
	}
	if depth > 4 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if holdsState(f.Type(), depth+1) {
				return true
			}
		}
	case *types.Array:
		return holdsState(u.Elem(), depth+1)
	}
	return false
}
