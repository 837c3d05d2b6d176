package analyzer

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/pathtree"
)

// call judges a call of a function of Brio that declares something.
func (c *checker) call(call *ast.CallExpr, fn *types.Func) {
	switch {
	case isMethod(fn, routingPath, "Router"):
		at, ok := routeMethods[fn.Name()]
		switch {
		case ok && len(call.Args) > at+1:
			c.route(call, fn.Name(), at)
		case fn.Name() == "Include" && len(call.Args) > 0:
			if c.TypesInfo.Types[call.Args[0]].IsNil() {
				found, legal := mistakes.IncludeNil()
				c.report(routes, call.Args[0], found, legal)
			}
			c.optionList(call.Args[1:])
		}
	case isFunc(fn, brioPath, "New", "NewRouter"), isFunc(fn, routingPath, "NewRouter"):
		c.optionList(call.Args)
		d := c.options(call.Args, call.Ellipsis.IsValid())
		c.level(d.providers)
	case isFunc(fn, brioPath, "Provide", "Depends", "Security", "Supply"):
		c.dependencies(call, fn.Name())
	case isFunc(fn, brioPath, "Status") && len(call.Args) == 1:
		if n, ok := c.number(call.Args[0]); ok && n != 0 && (n < 200 || n > 599) {
			found, legal := mistakes.IllegalStatus(n)
			c.report(routes, call.Args[0], found, legal)
		}
	}
}

// optionList judges the options of an app, router, include or route.
func (c *checker) optionList(list []ast.Expr) {
	var prefixes []ast.Expr
	for i, e := range list {
		if c.TypesInfo.Types[e].IsNil() {
			nothing := declare.NilOption(i, "")
			c.report(routes, e, nothing.Found, nothing.Legal)
		}
		if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && isFunc(c.callee(call), brioPath, "Prefix") && len(call.Args) == 1 {
			prefixes = append(prefixes, call.Args[0])
		}
	}
	if len(prefixes) != 1 { // several are one prefix, of which each may be a part
		return
	}
	prefix, ok := c.text(prefixes[0])
	if !ok {
		return
	}
	mended := mistakes.MendedPrefix(prefix)
	if mended != prefix {
		found, legal := mistakes.IllegalPrefix(prefix)
		var fixes []analysis.SuggestedFix
		if mended != "" {
			fixes = replace(prefixes[0], "write "+strconv.Quote(mended), strconv.Quote(mended))
		}
		c.report(paths, prefixes[0], found, legal, fixes...)
	} else if prefix != "" {
		if _, err := pathtree.Parse(prefix); err != nil {
			c.report(paths, prefixes[0], err.Error(), mistakes.LegalPattern)
		}
	}
}

// replace is a suggested fix that writes another text in the place of a node.
func replace(n ast.Node, message, text string) []analysis.SuggestedFix {
	return []analysis.SuggestedFix{{Message: message, TextEdits: []analysis.TextEdit{{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}}}}
}

// callee returns the function or method that a call names, nil for others.
func (c *checker) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(c.TypesInfo, call).(*types.Func)
	return fn
}

// route judges the registration of a handler. The path is the argument with an index, and the handler follows it.
func (c *checker) route(call *ast.CallExpr, method string, at int) {
	path, handler, rest := call.Args[at], call.Args[at+1], call.Args[at+2:]
	isApp := isNamed(deref(c.TypesInfo.TypeOf(receiver(call))), brioPath, "App")
	names, isKnown := c.path(path, isApp)
	if method == "Handle" {
		c.methods(call.Args[0])
	}
	c.optionList(rest)
	own := c.options(rest, call.Ellipsis.IsValid())
	c.level(own.providers)
	sig := c.handler(handler, method == "WebSocket")
	c.routeOptions(handler, sig, rest)
	all, ok := c.placements(receiver(call))
	if !ok {
		all = []placement{{isOpen: true}}
	}
	for _, p := range all {
		r := resolution{checker: c, placement: p.inside(own), path: names, isPathKnown: isKnown, isSocket: method == "WebSocket", seen: map[*provider]bool{}}
		if !isApp && !r.isOpen {
			r.path, r.isPathKnown = c.fullPath(r.prefix(), path)
		}
		r.route(handler, sig)
		if sig != nil && r.isSocket && !r.takesSocket && !r.isOpen && handlerResult(sig) == nil {
			found, legal := mistakes.NoConnectionTaken()
			c.report(functions, handler, found, legal)
		}
	}
}

// fullPath returns the wildcards of a path below a prefix.
func (c *checker) fullPath(prefix string, e ast.Expr) (names []string, isKnown bool) {
	path, ok := c.text(e)
	if !ok {
		return nil, false
	}
	p, err := pathtree.Parse(prefix + path)
	if err != nil { // Check reports it
		return nil, false
	}
	return p.Names, true
}

// number returns the value of a constant number.
func (c *checker) number(e ast.Expr) (int, bool) {
	if v := c.TypesInfo.Types[e].Value; v != nil && v.Kind() == constant.Int {
		n, ok := constant.Int64Val(v)
		return int(n), ok
	}
	return 0, false
}

// routeOptions judges options that do not fit the result of a handler.
func (c *checker) routeOptions(handler ast.Expr, sig *types.Signature, list []ast.Expr) {
	if sig == nil {
		return
	}
	result := handlerResult(sig)
	for _, e := range list {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok {
			continue
		}
		switch fn := c.callee(call); {
		case isFunc(fn, brioPath, "ResponseModel") && result == nil:
			if t := c.typeArgument(call); t != nil {
				found, legal := mistakes.ModelWithoutResult(c.plainName(t))
				c.report(routes, call, found, legal)
			}
		case isFunc(fn, brioPath, "Status") && len(call.Args) == 1 && result != nil && !types.IsInterface(result) && !isPointerTo(result, responsePath, "Response"):
			if n, ok := c.number(call.Args[0]); ok && (n == 204 || n == 304) {
				found, legal := mistakes.BodilessStatus(n, c.plainName(result))
				c.report(routes, call, found, legal)
			}
		}
	}
}

// plainName returns a type as reflect names it.
func (c *checker) plainName(t types.Type) string { return types.TypeString(t, (*types.Package).Name) }

// handlerResult returns the type of the result of a handler, nil for none.
func handlerResult(sig *types.Signature) types.Type {
	results := sig.Results()
	n := results.Len()
	if n > 0 && isError(results.At(n-1).Type()) {
		n--
	}
	if n == 0 {
		return nil
	}
	return results.At(n - 1).Type()
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
			var fixes []analysis.SuggestedFix
			if _, err := pathtree.Parse("/" + path); err == nil && !strings.Contains(path, " ") {
				fixes = replace(e, "begin with a slash", strconv.Quote("/"+path))
			}
			c.report(paths, e, found, legal, fixes...)
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

// handler judges the handler of a route. It returns the signature of a function whose parameters are resolved, nil for others.
func (c *checker) handler(e ast.Expr, isSocket bool) *types.Signature {
	t := c.TypesInfo.TypeOf(e)
	if t == nil || c.isHTTP(e) {
		return nil
	}
	sig := c.signature(e)
	switch {
	case c.TypesInfo.Types[e].IsNil():
		found, legal := mistakes.HandlerIs("nil")
		c.report(functions, e, found, legal)
		return nil
	case sig == nil && !types.IsInterface(t):
		found, legal := mistakes.HandlerIs("a " + c.plainName(types.Default(t)))
		c.report(functions, e, found, legal)
		return nil
	case sig == nil:
		return nil
	case sig.Variadic():
		found, legal := mistakes.Variadic()
		c.report(functions, e, found, legal)
		return nil
	}
	c.results(e, sig, isSocket)
	c.body(e, !isSocket)
	return sig
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
