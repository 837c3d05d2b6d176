package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/model"
)

// placement is one place of a router in an app: what is declared around its routes.
type placement struct {
	levels []declared    // from the app inwards
	isOpen bool          // more may be declared than is seen
	app    *declared     // the options of the app; nil: they are not seen
	judge  *model.Reader // with the rules and tags of the app; nil: the one of the package
}

// prefix is the path before those of the routes.
func (p *placement) prefix() (out string) {
	for i := range p.levels {
		out += mistakes.MendedPrefix(p.levels[i].prefix)
	}
	return out
}

// inside returns the placement inside of a level.
func (p placement) inside(d declared) placement {
	p.levels = append(slices.Clip(p.levels), d)
	p.isOpen = p.isOpen || d.isOpen
	return p
}

// placements returns the places of the router that an expression is, all of which are in this package. ok is false if it may have others.
func (c *checker) placements(e ast.Expr) (all []placement, ok bool) {
	return c.placementsOf(e, 8)
}

// placementsOf is placements; depth ends routers that include themselves.
func (c *checker) placementsOf(e ast.Expr, depth int) (all []placement, ok bool) {
	if depth == 0 || e == nil {
		return nil, false
	}
	id, _ := ast.Unparen(e).(*ast.Ident)
	made, isCall := c.definition(e).(*ast.CallExpr)
	if !isCall {
		return nil, false
	}
	fn := c.callee(made)
	switch {
	case isFunc(fn, brioPath, "New"):
		d := c.options(made.Args, made.Ellipsis.IsValid())
		p := placement{app: &d, judge: c.readerOf(&d), isOpen: d.isOpen, levels: []declared{d}}
		if d.isOpen {
			p.app = nil
		}
		return []placement{p}, true
	case !isFunc(fn, brioPath, "NewRouter") && !isFunc(fn, routingPath, "NewRouter") || id == nil:
		return nil, false
	}
	v, _ := c.TypesInfo.Uses[id].(*types.Var)
	own := c.options(made.Args, made.Ellipsis.IsValid())
	for _, use := range c.uses[v] {
		includes, ok := c.includes(use, depth)
		if !ok {
			return nil, false
		}
		for _, outer := range includes {
			all = append(all, outer.inside(own))
		}
	}
	return all, true
}

// includes returns the placements of the level around a router that a use of it makes. ok is false if the use may make others.
func (c *checker) includes(use inspector.Cursor, depth int) (all []placement, ok bool) {
	parent := use.Parent()
	switch n := parent.Node().(type) {
	case *ast.SelectorExpr: // a method of the router
		_, isCall := parent.Parent().Node().(*ast.CallExpr)
		return nil, isCall && n.X == use.Node()
	case *ast.CallExpr:
		fn := c.callee(n)
		if fn == nil || !isMethod(fn, routingPath, "Router") || fn.Name() != "Include" || n.Args[0] != use.Node() {
			return nil, false
		}
		outer, ok := c.placementsOf(receiver(n), depth-1)
		if !ok {
			return nil, false
		}
		d := c.options(n.Args[1:], n.Ellipsis.IsValid())
		for _, p := range outer {
			all = append(all, p.inside(d))
		}
		return all, true
	case *ast.ReturnStmt:
		return c.includesOfResult(parent, depth)
	case *ast.AssignStmt:
		return nil, n.Tok == token.DEFINE && !slices.Contains(n.Rhs, use.Node().(ast.Expr))
	}
	return nil, false
}

// includesOfResult is includes for the router that a function of the package returns: its calls are the uses.
func (c *checker) includesOfResult(ret inspector.Cursor, depth int) (all []placement, ok bool) {
	for cur := range ret.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		decl, isDecl := cur.Node().(*ast.FuncDecl)
		if !isDecl || len(ret.Node().(*ast.ReturnStmt).Results) != 1 {
			return nil, false
		}
		fn, _ := c.TypesInfo.Defs[decl.Name].(*types.Func)
		if fn == nil || decl.Recv != nil || fn.Exported() && c.Pkg.Name() != "main" {
			return nil, false
		}
		for _, use := range c.functionUses[fn] {
			call, isCall := use.Parent().Node().(*ast.CallExpr)
			if !isCall || call.Fun != use.Node() {
				return nil, false
			}
			outer, ok := c.includes(use.Parent(), depth-1)
			if !ok {
				return nil, false
			}
			all = append(all, outer...)
		}
		return all, len(c.functionUses[fn]) > 0
	}
	return nil, false
}

// readUses notes where routers and functions are used.
func (c *checker) readUses() {
	c.uses, c.functionUses = map[*types.Var][]inspector.Cursor{}, map[*types.Func][]inspector.Cursor{}
	for cur := range c.inspector.Root().Preorder((*ast.Ident)(nil)) {
		switch obj := c.TypesInfo.Uses[cur.Node().(*ast.Ident)].(type) {
		case *types.Var:
			if isNamed(deref(obj.Type()), routingPath, "Router") {
				c.uses[obj] = append(c.uses[obj], cur)
			}
		case *types.Func:
			if obj.Pkg() == c.Pkg {
				c.functionUses[obj] = append(c.functionUses[obj], cur)
			}
		}
	}
}
