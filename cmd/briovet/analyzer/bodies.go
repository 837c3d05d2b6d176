package analyzer

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// This file judges what functions do with what they receive. Only the source shows it, so Check has no texts of these mistakes.

// The texts of the mistakes in bodies.
const (
	legalChange  = "change a Response before the function returns it"
	legalShared  = "build a Response of a variable once; for one answer make a Response of its own, or take a *brio.Response and set headers on that"
	legalKept    = "keep the values that another request needs, or a Response that a constructor of package response has made"
	legalContext = "pass the context of the request on; context.WithoutCancel(ctx) is for work that must go on when the client has gone"
)

// body judges the body of a handler or provider, once. passesContext is false for a handler of a WebSocket: its context ends with the
// connection, so what it does then has another one.
func (c *checker) body(e ast.Expr, passesContext bool) {
	var typ *ast.FuncType
	var body *ast.BlockStmt
	var receiver *ast.FieldList
	switch f := c.unwrapped(e).(type) {
	case *ast.FuncLit:
		typ, body = f.Type, f.Body
	default:
		decl := c.declarations[c.function(f)]
		if decl == nil {
			return
		}
		typ, body, receiver = decl.Type, decl.Body, decl.Recv
	}
	if body == nil || c.bodies[body] {
		return
	}
	c.bodies[body] = true
	f := bodyOf{checker: c, typ: typ, body: body, own: map[*types.Var]bool{}}
	if receiver != nil {
		f.receiver = c.variables(receiver)
	}
	for _, v := range c.variables(typ.Params) {
		switch {
		case !passesContext && !isPointerTo(v.Type(), responsePath, "Response"):
		case isPointerTo(v.Type(), responsePath, "Response"):
			f.own[v] = true
		case isNamed(v.Type(), "context", "Context"):
			f.context = v.Name()
		case isPointerTo(v.Type(), "net/http", "Request") && v.Name() != "" && v.Name() != "_" && f.context == "":
			f.context = v.Name() + ".Context()"
		}
	}
	f.judge()
}

// variables returns the variables of a list of fields, those without a name as well.
func (c *checker) variables(list *ast.FieldList) (all []*types.Var) {
	for _, field := range list.List {
		for _, name := range field.Names {
			if v, ok := c.TypesInfo.Defs[name].(*types.Var); ok {
				all = append(all, v)
			}
		}
		if t := c.TypesInfo.TypeOf(field.Type); len(field.Names) == 0 && t != nil {
			all = append(all, types.NewVar(field.Pos(), c.Pkg, "", t))
		}
	}
	return all
}

// bodyOf is the body of one handler or provider.
type bodyOf struct {
	*checker
	typ      *ast.FuncType
	body     *ast.BlockStmt
	receiver []*types.Var
	own      map[*types.Var]bool // its *brio.Response parameters
	context  string              // the context of the request as an expression; "": it takes none; "_" and "" alike have no fix
}

// judge looks through the body.
func (f *bodyOf) judge() {
	f.passesContext()
	f.keeps()
	f.changesShared()
	f.changesLater()
}

// passesContext reports calls that get a fresh context where the function has that of the request.
func (f *bodyOf) passesContext() {
	if f.context == "" {
		return
	}
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt:
			return false // it may outlive the request
		case *ast.CallExpr:
			if fn := f.callee(n); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "context" {
				return true // what is derived may be meant to outlive the request
			}
			for _, a := range n.Args {
				call, ok := ast.Unparen(a).(*ast.CallExpr)
				if !ok || !isFunc(f.callee(call), "context", "Background", "TODO") {
					continue
				}
				var fixes []analysis.SuggestedFix
				if f.context != "_" && f.seesContext(call.Pos()) {
					fixes = replace(call, "pass "+f.context, f.context)
				}
				f.report(contexts, call, fmt.Sprintf("context.%s() is passed on, and not the context of the request: the work goes on when the client has gone", f.callee(call).Name()), legalContext, fixes...)
			}
		}
		return true
	})
}

// seesContext reports whether the name of the context means the parameter at a position.
func (f *bodyOf) seesContext(pos token.Pos) bool {
	name := f.context
	for i := range name {
		if name[i] == '.' {
			name = name[:i]
			break
		}
	}
	scope := f.Pkg.Scope().Innermost(pos)
	if scope == nil {
		return false
	}
	_, obj := scope.LookupParent(name, pos)
	for _, v := range f.variables(f.typ.Params) {
		if v == obj {
			return true
		}
	}
	return false
}

// keeps reports the temporal Response where it is stored in what outlives the request.
func (f *bodyOf) keeps() {
	if len(f.own) == 0 {
		return
	}
	kept := func(n ast.Node) {
		f.report(responses, n, "the *brio.Response of a request is kept after it: it belongs to that request, and what is set on it later has no effect", legalKept)
	}
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) && f.isOwn(n.Rhs[i]) && f.outlives(to) {
					kept(n.Rhs[i])
				}
			}
		case *ast.SendStmt:
			if f.isOwn(n.Value) && f.outlives(n.Chan) {
				kept(n.Value)
			}
		case *ast.CallExpr:
			if fn := f.callee(n); fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "sync/atomic" || fn.Pkg().Path() == "sync") && fn.Signature().Recv() != nil {
				for _, a := range n.Args {
					if f.isOwn(a) && f.outlives(receiver(n)) {
						kept(a)
					}
				}
			}
		}
		return true
	})
}

// isOwn reports whether an expression is the temporal Response.
func (f *bodyOf) isOwn(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := f.TypesInfo.Uses[id].(*types.Var)
	return ok && f.own[v]
}

// outlives reports whether an expression is, or is inside of, a variable of a package or the receiver of the method.
func (f *bodyOf) outlives(e ast.Expr) bool {
	_, isPlain := ast.Unparen(e).(*ast.Ident)
	v := f.root(e)
	if v == nil {
		return false
	}
	if isPackageLevel(v) {
		return true
	}
	for _, r := range f.receiver {
		if r == v && !isPlain {
			_, isPointer := types.Unalias(v.Type()).(*types.Pointer)
			return isPointer
		}
	}
	return false
}

// isPackageLevel reports whether v is a variable of a package.
func isPackageLevel(v *types.Var) bool { return v.Pkg() != nil && v.Parent() == v.Pkg().Scope() }

// root returns the variable that an expression begins with.
func (c *checker) root(e ast.Expr) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			v, _ := c.TypesInfo.Uses[x].(*types.Var)
			return v
		case *ast.SelectorExpr:
			if v, ok := c.TypesInfo.Uses[x.Sel].(*types.Var); ok && isPackageLevel(v) {
				return v
			}
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// changes are the methods that change a Response.
var changes = map[string]bool{
	"Status": true, "SetHeader": true, "AddHeader": true, "SetCookie": true, "DeleteCookie": true, "MediaType": true, "Background": true,
	"SetETag": true, "SetLastModified": true,
}

// changed returns the variable whose Response a call changes, also at the begin of a chain of calls. It is nil for other calls.
func (c *checker) changed(call *ast.CallExpr) *types.Var {
	for {
		fn := c.callee(call)
		if fn == nil || !isMethod(fn, responsePath, "Response") || !changes[fn.Name()] {
			return nil
		}
		switch x := ast.Unparen(receiver(call)).(type) {
		case *ast.CallExpr:
			call = x
		case *ast.Ident:
			v, _ := c.TypesInfo.Uses[x].(*types.Var)
			return v
		case *ast.SelectorExpr:
			if v, ok := c.TypesInfo.Uses[x.Sel].(*types.Var); ok && isPackageLevel(v) {
				return v
			}
			return nil
		default:
			return nil
		}
	}
}

// changesShared reports changes of a Response of a variable of the package that the function returns: other requests read it.
func (f *bodyOf) changesShared() {
	returned := map[*types.Var]bool{}
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, e := range n.Results {
				if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
					if v := f.changed(call); v != nil {
						returned[v] = true
					}
				} else if v := f.root(e); v != nil {
					returned[v] = true
				}
			}
		}
		return true
	})
	ast.Inspect(f.body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if v := f.changed(call); v != nil && returned[v] && isPackageLevel(v) && isPointerTo(v.Type(), responsePath, "Response") {
				f.report(responses, call, fmt.Sprintf("the Response of the variable %s is changed by a request, while others may send it: the change is in all answers", v.Name()), legalShared)
				return false
			}
		}
		return true
	})
}

// changesLater reports changes of a Response in background tasks, and in goroutines that the function does not wait for.
func (f *bodyOf) changesLater() {
	waits := f.waits()
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok && !waits {
				f.later(lit, "in a goroutine that the function does not wait for: the answer may be sent before, or at the same time")
			}
		case *ast.CallExpr:
			fn := f.callee(n)
			if fn == nil || !(fn.Name() == "Add" && isMethod(fn, backgroundPath, "Tasks") || fn.Name() == "Background" && isMethod(fn, responsePath, "Response")) {
				return true
			}
			for _, a := range n.Args {
				if lit, ok := ast.Unparen(a).(*ast.FuncLit); ok {
					f.later(lit, "in a background task, which runs after the answer was sent: the change has no effect")
				}
			}
		}
		return true
	})
}

// later reports the changes that a function literal makes to a Response of the function around it.
func (f *bodyOf) later(lit *ast.FuncLit, when string) {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		v := f.changed(call)
		if v == nil || isPackageLevel(v) || v.Pos() >= lit.Pos() && v.Pos() < lit.End() || !(f.own[v] || f.returns(v)) {
			return true
		}
		f.report(responses, call, "the Response "+v.Name()+" is changed "+when, legalChange)
		return false
	})
}

// returns reports whether the function returns the variable.
func (f *bodyOf) returns(v *types.Var) (found bool) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, e := range n.Results {
				if id, ok := ast.Unparen(e).(*ast.Ident); ok && f.TypesInfo.Uses[id] == v {
					found = true
				}
			}
		}
		return true
	})
	return found
}

// waits reports whether the function may wait for a goroutine: it receives from a channel, or calls a method Wait.
func (f *bodyOf) waits() (found bool) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.SelectStmt:
			found = true
		case *ast.RangeStmt:
			_, isChan := f.TypesInfo.TypeOf(n.X).Underlying().(*types.Chan)
			found = found || isChan
		case *ast.SelectorExpr:
			found = found || n.Sel.Name == "Wait" || n.Sel.Name == "Lock"
		}
		return true
	})
	return found
}
