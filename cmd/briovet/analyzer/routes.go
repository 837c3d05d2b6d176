package analyzer

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/pathtree"
)

// call judges a call of a function of Brio that declares something.
func (c *checker) call(call *ast.CallExpr, fn *types.Func) {
	switch {
	case isMethod(fn, routingPath, "Router"):
		if at, ok := routeMethods[fn.Name()]; ok && len(call.Args) > at+1 {
			c.route(call, fn.Name(), at)
		}
	}
}

// route judges the registration of a handler. The path is the argument with an index, and the handler follows it.
func (c *checker) route(call *ast.CallExpr, method string, at int) {
	path, handler := call.Args[at], call.Args[at+1]
	isApp := isNamed(deref(c.TypesInfo.TypeOf(receiver(call))), brioPath, "App")
	names, isKnown := c.path(path, isApp)
	if method == "Handle" {
		c.methods(call.Args[0])
	}
	c.handler(handler, names, isKnown, method == "WebSocket")
}

// text returns the value of a constant text.
func (c *checker) text(e ast.Expr) (string, bool) {
	if v := c.TypesInfo.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v), true
	}
	return "", false
}

// path judges the path of a route, and returns its wildcards. isKnown is false if a router, or an Include, may add others.
func (c *checker) path(e ast.Expr, isApp bool) (names []string, isKnown bool) {
	path, ok := c.text(e)
	if !ok {
		return nil, false
	}
	switch {
	case path == "" && isApp:
		found, legal := mistakes.EmptyPath()
		c.report(paths, e, found, legal)
		return nil, false
	case path == "":
		return nil, false
	case path[0] != '/':
		if isApp { // a router may be one of webhooks, whose paths are names
			found, legal := mistakes.RelativePath(path)
			c.report(paths, e, found, legal)
		}
		return nil, false
	case !isApp && strings.Contains(path, "$"): // an expression of a callback
		return nil, false
	}
	p, err := pathtree.Parse(path)
	if err != nil {
		c.report(paths, e, err.Error(), mistakes.LegalPattern)
		return nil, false
	}
	return p.Names, isApp
}

// methods judges the methods of a call of Handle.
func (c *checker) methods(e ast.Expr) {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	switch {
	case ok && len(lit.Elts) == 0 || c.TypesInfo.Types[e].IsNil():
		found, legal := mistakes.NoMethod()
		c.report(routes, e, found, legal)
	case ok:
		for _, m := range lit.Elts {
			method, ok := c.text(m)
			if !ok {
				continue
			}
			switch method = strings.ToUpper(method); {
			case !httptext.IsUpperToken(method):
				found, legal := mistakes.NotMethod(method)
				c.report(routes, m, found, legal)
			case method == "CONNECT":
				found, legal := mistakes.MethodConnect()
				c.report(routes, m, found, legal)
			}
		}
	}
}

// signature returns the signature of a function, nil for other expressions.
func (c *checker) signature(e ast.Expr) *types.Signature {
	t := c.TypesInfo.TypeOf(e)
	if t == nil {
		return nil
	}
	s, _ := t.Underlying().(*types.Signature)
	return s
}

// handler judges the handler of a route.
func (c *checker) handler(e ast.Expr, path []string, isKnown, isSocket bool) {
	sig := c.signature(e)
	if sig == nil || c.isHTTP(e) {
		return
	}
	if sig.Variadic() {
		found, legal := mistakes.Variadic()
		c.report(functions, e, found, legal)
		return
	}
	c.results(e, sig, isSocket)
	for p := range sig.Params().Variables() {
		if c.isParams(p.Type()) {
			c.params(p.Type(), path, isKnown, e)
		}
	}
}

// results judges the results of a handler.
func (c *checker) results(e ast.Expr, sig *types.Signature, isSocket bool) {
	results := sig.Results()
	n := results.Len()
	var result types.Type
	if n > 0 && isError(results.At(n-1).Type()) {
		n--
	}
	if n > 0 {
		n--
		result = results.At(n).Type()
	}
	switch {
	case n > 0 || result != nil && isError(result):
		found, legal := mistakes.HandlerResults(resultList(sig))
		c.report(functions, e, found, legal)
	case result == nil:
	case isNamed(result, responsePath, "Response"):
		found, legal := mistakes.ResponseByValue()
		c.report(functions, e, found, legal)
	case isSocket:
		found, legal := mistakes.SocketResult(types.TypeString(result, (*types.Package).Name))
		c.report(functions, e, found, legal)
	}
}

// isError reports whether t is the type error.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// resultList returns the result types of a function as Check writes them.
func resultList(sig *types.Signature) string {
	var out []string
	for r := range sig.Results().Variables() {
		out = append(out, types.TypeString(r.Type(), (*types.Package).Name))
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// isHTTP reports whether an expression is a handler of net/http.
func (c *checker) isHTTP(e ast.Expr) bool {
	t := c.TypesInfo.TypeOf(e)
	if t == nil {
		return false
	}
	if set := types.NewMethodSet(t); set.Lookup(nil, "ServeHTTP") != nil {
		return true
	}
	s, ok := t.Underlying().(*types.Signature)
	return ok && s.Params().Len() == 2 && s.Results().Len() == 0 && !s.Variadic() && isNamed(s.Params().At(0).Type(), "net/http", "ResponseWriter") &&
		isPointerTo(s.Params().At(1).Type(), "net/http", "Request")
}

// isPointerTo reports whether t is a pointer to the type of a package with a name.
func isPointerTo(t types.Type, path, name string) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(p.Elem(), path, name)
}
