package analyzer

import (
	"go/ast"
	"go/types"

	"github.com/brio-go/brio/internal/mistakes"
)

// dependencies judges the arguments of Provide, Depends, Security and Supply.
func (c *checker) dependencies(call *ast.CallExpr, option string) {
	if call.Ellipsis.IsValid() && option != "Security" {
		return
	}
	args := call.Args
	if option == "Security" {
		args = args[:min(1, len(args))]
	}
	for _, e := range args {
		if option == "Supply" {
			c.supplied(e)
			continue
		}
		c.provided(e, call, option == "Provide")
	}
}

// supplied judges a value of Supply.
func (c *checker) supplied(e ast.Expr) {
	t := c.TypesInfo.TypeOf(e)
	switch {
	case c.TypesInfo.Types[e].IsNil():
		found, legal := mistakes.SuppliesNil()
		c.report(functions, e, found, legal)
	case t != nil && !types.IsInterface(t):
		c.ownType(e, types.Default(t))
	}
}

// ownType reports a provider of a type that comes from elsewhere.
func (c *checker) ownType(e ast.Expr, t types.Type) {
	from := ""
	switch {
	case c.row(t) != nil:
		from = mistakes.FromFramework
	case c.isParams(t):
		from = mistakes.FromRequest
	default:
		return
	}
	found, legal := mistakes.ProvidesOwn(c.typeName(t), from)
	c.report(functions, e, found, legal)
}

// provided judges a provider.
func (c *checker) provided(e ast.Expr, option *ast.CallExpr, isProvided bool) {
	if c.TypesInfo.Types[e].IsNil() {
		found, legal := mistakes.ProviderIs("nil")
		c.report(functions, e, found, legal)
		return
	}
	p := c.provider(e, option, !isProvided)
	if p == nil {
		if t := c.TypesInfo.TypeOf(e); t != nil && !types.IsInterface(t) && types.NewMethodSet(t).Lookup(nil, "ProviderFunc") == nil {
			found, legal := mistakes.ProviderIs("a " + c.plainName(types.Default(t)))
			c.report(functions, e, found, legal)
		}
		return
	}
	if p.fn != nil {
		c.body(e, true)
	}
	switch {
	case p.fn == nil:
	case !p.legal && p.fn.Variadic():
		found, legal := mistakes.Variadic()
		c.report(functions, e, found, legal)
	case !p.legal:
		found, legal := mistakes.ProviderResults(resultList(p.fn))
		c.report(functions, e, found, legal)
	case isProvided && p.result == nil:
		found, legal := mistakes.ProvidesNothing()
		c.report(functions, e, found, legal)
	case isProvided:
		c.ownType(e, p.result)
	}
}

// level reports a provider of a type that another one of the level provides.
func (c *checker) level(list []*provider) {
	for i, p := range list {
		if !p.legal || p.result == nil || c.row(p.result) != nil || c.isParams(p.result) {
			continue
		}
		for _, first := range list[:i] {
			if !first.legal || first.result == nil || !types.Identical(first.result, p.result) || c.isSame(first, p) {
				continue
			}
			found, legal := mistakes.SecondProvider(c.plainName(p.result), first.name, first.place)
			c.report(functions, p.at, found, legal)
			break
		}
	}
}

// isSame reports whether two declarations may be of one function or scheme, which runs once.
func (c *checker) isSame(a, b *provider) bool {
	if a.fn == nil && b.fn == nil && a.isValue && b.isValue { // two values are two providers; two uses of a scheme may be one
		return types.IsInterface(c.TypesInfo.TypeOf(a.at)) || types.IsInterface(c.TypesInfo.TypeOf(b.at))
	}
	one, other := c.unwrapped(a.at), c.unwrapped(b.at)
	if x, y := c.function(one), c.function(other); x != nil && y != nil {
		return x == y
	}
	_, isLiteral := one.(*ast.FuncLit)
	_, isOther := other.(*ast.FuncLit)
	return one == other || !isLiteral && !isOther
}

// unwrapped returns the function inside of the wrappers of a provider.
func (c *checker) unwrapped(e ast.Expr) ast.Expr {
	for {
		e = c.definition(e)
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return e
		}
		if fn := c.callee(call); !isFunc(fn, brioPath, wrappers...) && !isFunc(fn, dependenciesPath, wrappers...) {
			return e
		}
		e = call.Args[0]
	}
}
