package house_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"
)

// claim is what a package comment says of imports.
type claim struct {
	says string // the comment's package, and what it says
	// Only the packages in only may import one of imports. Or, when only is empty, the package of may not.
	imports []string
	only    []string
	not     string
}

// claims are those of the package comments, and of the table in the second section of the architecture: what a package must not
// know. An import ending in "/…" stands for all packages of the module.
var claims = []claim{
	{says: "internal/json: no other package imports goccy/go-json", imports: []string{"github.com/goccy/go-json"}, only: []string{"internal/json"}},
	{says: "internal/json: encoding/json is for text that the program has made, and for the name RawMessage in params", imports: []string{"encoding/json"},
		only: []string{"internal/json", "params", "internal/ask", "internal/contract", "internal/explore", "internal/published", "briotest", "internal/document", "internal/document/pages", "openapi/spec", "middleware", "cmd/brio"}},
	{says: "internal/constraint: the only importer of validator", imports: []string{"github.com/go-playground/validator/v10"},
		only: []string{"internal/constraint"}},
	{says: "internal/constraint: knows neither requests nor models", not: "internal/constraint",
		imports: []string{"net/http", module + "/internal/exchange", module + "/internal/model"}},
	{says: "internal/encode: knows nothing of HTTP", not: "internal/encode",
		imports: []string{"net/http", module + "/internal/exchange", module + "/response", module + "/params", module + "/responsemodel"}},
	{says: "internal/exchange: knows nothing of models, routes or validation", not: "internal/exchange",
		imports: []string{module + "/internal/model", module + "/internal/constraint", module + "/params", module + "/internal/encode", module + "/responsemodel", module + "/routing"}},
	{says: "internal/finite: knows nothing of the rest of the framework", not: "internal/finite", imports: []string{module + "/…"}},
	{says: "internal/funcname: knows nothing of the rest of the framework", not: "internal/funcname", imports: []string{module + "/…"}},
	{says: "dependencies: knows nothing of HTTP", not: "dependencies",
		imports: []string{"net/http", module + "/internal/exchange", module + "/response", module + "/routing", module + "/params"}},
	{says: "internal/inject: knows no framework type, router or route", not: "internal/inject",
		imports: []string{"net/http", "log/slog", module, module + "/background", module + "/response", module + "/internal/injectables", module + "/routing", module + "/internal/route", module + "/dependencies", module + "/security"}},
	{says: "internal/panics: imports only internal/finite", not: "internal/panics", imports: []string{module + "/… but internal/finite"}},
	{says: "internal/httptext: imports nothing of Brio", not: "internal/httptext", imports: []string{module + "/…"}},
	{says: "internal/invoke: imports only internal/memory", not: "internal/invoke", imports: []string{module + "/… but internal/memory"}},
	{says: "internal/memory: imports nothing of Brio", not: "internal/memory", imports: []string{module + "/…"}},
	{says: "internal/httpwriter: imports nothing of Brio", not: "internal/httpwriter", imports: []string{module + "/…"}},
	{says: "internal/iterate: imports nothing of Brio", not: "internal/iterate", imports: []string{module + "/…"}},
	{says: "internal/json: imports only internal/memory and internal/swar", not: "internal/json", imports: []string{module + "/… but internal/memory internal/swar"}},
	{says: "internal/pathtree: imports only internal/swar", not: "internal/pathtree", imports: []string{module + "/… but internal/swar", "net/http"}},
	{says: "internal/sse: knows nothing of models or connections", not: "internal/sse",
		imports: []string{"net", "net/http", module + "/internal/model", module + "/internal/exchange"}},
	{says: "internal/origin: knows nothing of routes", not: "internal/origin",
		imports: []string{module, module + "/routing", module + "/internal/route", module + "/internal/declare"}},
	{says: "internal/swar: imports nothing of Brio", not: "internal/swar", imports: []string{module + "/…"}},
	{says: "internal/model: imports only internal/json, internal/constraint, internal/finite, internal/memory and openapi/spec", not: "internal/model",
		imports: []string{module + "/… but internal/json internal/constraint internal/finite internal/memory openapi/spec"}},
	{says: "internal/model: knows nothing of HTTP", not: "internal/model", imports: []string{"net/http", module + "/internal/exchange"}},
	{says: "internal/declare: knows neither compiling nor serving", not: "internal/declare",
		imports: []string{module + "/routing", module + "/internal/route", module + "/internal/inject", module + "/openapi"}},
	{says: "internal/answer: does not know handlers, error formats, models or files", not: "internal/answer",
		imports: []string{"io/fs", "os", module + "/response", module + "/params", module + "/internal/model", module + "/internal/encode", module + "/internal/inject"}},
	{says: "internal/translate: does not read requests", not: "internal/translate", imports: []string{"net/http", module + "/internal/exchange"}},
	{says: "internal/app: knows neither options nor signals nor listeners", not: "internal/app", imports: []string{module, "net", "os/signal"}},
	{says: "internal/route: knows nothing of OpenAPI documents", not: "internal/route", imports: []string{module, module + "/openapi"}},
	{says: "routing: does not know how routes are matched or run", not: "routing",
		imports: []string{module + "/internal/route", module + "/internal/pathtree"}},
	{says: "middleware: knows nothing of routes", not: "middleware",
		imports: []string{module, module + "/routing", module + "/internal/route", module + "/dependencies", module + "/params", module + "/response"}},
	{says: "openapi/spec: imports nothing of Brio", not: "openapi/spec", imports: []string{module + "/…"}},
	{says: "response: knows nothing of routes and models", not: "response",
		imports: []string{module + "/internal/model", module + "/params", module + "/internal/encode", module + "/responsemodel", module + "/routing"}},
	{says: "responsemodel: knows nothing of HTTP", not: "responsemodel",
		imports: []string{"net/http", module + "/internal/exchange", module + "/response", module + "/routing"}},
	{says: "security: knows nothing of routes and documents", not: "security",
		imports: []string{module + "/routing", module + "/internal/document", module + "/openapi/spec"}},
}

// refuses reports whether the claim is broken when a package imports a path.
func (c *claim) refuses(p *pkg, importPath string) bool {
	if len(c.only) > 0 && slices.Contains(c.only, p.path) || c.not != "" && c.not != p.path {
		return false
	}
	return slices.ContainsFunc(c.imports, func(i string) bool {
		all, but, _ := strings.Cut(i, "/…")
		if all == i {
			return i == importPath
		}
		path, ok := short(importPath)
		return ok && !slices.Contains(strings.Fields(but), path)
	})
}

// brokenClaims finds the files whose imports break a claim.
func brokenClaims(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.core() {
			continue
		}
		for _, f := range p.files {
			for _, i := range importsOf(f.ast) {
				for _, c := range claims {
					if c.refuses(p, i) {
						places = append(places, place{fmt.Sprintf("%s imports %s (%s)", f.name, strings.TrimPrefix(i, module+"/"), c.says), f.name})
					}
				}
			}
		}
	}
	return places
}

// unsafeFiles finds the files that import unsafe, those of other builds too.
func unsafeFiles(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		for _, f := range p.files {
			if p.core() && slices.Contains(importsOf(f.ast), "unsafe") {
				places = append(places, place{f.name, f.name})
			}
		}
	}
	return places
}

func unsafePackages(t *tree) []place {
	places := unsafeFiles(t)
	for i := range places {
		places[i].key = packageOf(places[i].key)
	}
	return unique(places)
}

// packageOf returns the path of the package that a file is in.
func packageOf(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return "brio"
}

// handed are the members of *http.Request that hand it on and read nothing of what the client sent.
var handed = []string{"Context", "WithContext", "Clone", "Pattern"}

// writing are the functions of net/http that write to a ResponseWriter.
var writing = []string{"Error", "NotFound", "Redirect", "ServeContent", "ServeFile", "ServeFileFS", "SetCookie", "NewResponseController"}

// requestReaders finds the files that select a field or a method of *http.Request, without those that hand it on. In internal/exchange
// one file may. The client of package briotest makes requests and does not count.
func requestReaders(t *tree) []place {
	readers := t.selectors("reads the request", "internal/exchange/request.go", func(s *types.Selection, _ types.Object) bool {
		return s != nil && isHTTP(s.Recv(), "Request") && !slices.Contains(handed, s.Obj().Name())
	})
	return slices.DeleteFunc(readers, func(p place) bool { // clients: their requests are those that they send
		return strings.HasPrefix(p.key, "briotest/") || strings.HasPrefix(p.key, "internal/explore/")
	})
}

// responseWriters finds the files outside of internal/exchange that call a method of http.ResponseWriter, or a function of net/http
// that does.
func responseWriters(t *tree) []place {
	return t.selectors("writes the response", "internal/exchange/", func(s *types.Selection, o types.Object) bool {
		if s != nil {
			return isHTTP(s.Recv(), "ResponseWriter")
		}
		f, ok := o.(*types.Func)
		return ok && f.Pkg() != nil && f.Pkg().Path() == "net/http" && f.Signature().Recv() == nil && slices.Contains(writing, f.Name())
	})
}

// requestCallers finds the functions outside of internal/exchange that call Exchange.Request.
func requestCallers(t *tree) []place {
	return t.selectorsIn(functions, "calls Exchange.Request", "internal/exchange/", func(s *types.Selection, o types.Object) bool {
		f, ok := o.(*types.Func)
		return ok && s != nil && f.FullName() == "(*"+module+"/internal/exchange.Exchange).Request"
	})
}

// responseWrappers finds the types outside of internal/httpwriter that are an http.ResponseWriter around another one: they have its
// methods, and a field that has them too.
func responseWrappers(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.core() || p.path == "internal/httpwriter" {
			continue
		}
		for _, name := range p.types.Scope().Names() {
			o, ok := p.types.Scope().Lookup(name).(*types.TypeName)
			if !ok || o.IsAlias() {
				continue
			}
			s, ok := o.Type().Underlying().(*types.Struct)
			if ok && isResponseWriter(o.Type()) && hasField(s, isResponseWriter) {
				places = append(places, place{p.path + ": " + name + " wraps http.ResponseWriter", t.place(o.Pos())})
			}
		}
	}
	return places
}

// isResponseWriter reports whether t, or a pointer to it, has the methods of an http.ResponseWriter.
func isResponseWriter(t types.Type) bool {
	if _, pointer := t.Underlying().(*types.Pointer); !pointer && !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	set := types.NewMethodSet(t)
	for _, name := range []string{"Header", "Write", "WriteHeader"} {
		if set.Lookup(nil, name) == nil {
			return false
		}
	}
	return true
}

func hasField(s *types.Struct, is func(types.Type) bool) bool {
	for f := range s.Fields() {
		if is(f.Type()) {
			return true
		}
	}
	return false
}

// isHTTP reports whether t is net/http's type of that name, or a pointer to it.
func isHTTP(t types.Type, name string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http"
}

// selectors finds the files that have a selector expression x.y of a kind, in packages of the core, without those whose name begins
// with but.
func (t *tree) selectors(what, but string, is func(*types.Selection, types.Object) bool) []place {
	return t.selectorsIn(func(f *file) map[string]ast.Node { return map[string]ast.Node{f.name: f.ast} }, what, but, is)
}

// selectorsIn does so for parts of files.
func (t *tree) selectorsIn(parts func(*file) map[string]ast.Node, what, but string, is func(*types.Selection, types.Object) bool) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.core() || p.path == "briotest" {
			continue
		}
		for _, f := range p.files {
			if strings.HasPrefix(f.name, but) {
				continue
			}
			for name, part := range parts(f) {
				var first ast.Node
				ast.Inspect(part, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok && first == nil && is(p.info.Selections[s], p.info.Uses[s.Sel]) {
						first = n
					}
					return first == nil
				})
				if first != nil {
					places = append(places, place{name + " " + what, t.place(first.Pos())})
				}
			}
		}
	}
	return places
}

// functions returns the functions of a file by "file: (*T).Method".
func functions(f *file) map[string]ast.Node {
	all := map[string]ast.Node{}
	for _, d := range f.ast.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			name := d.Name.Name
			if d.Recv != nil {
				name = "(" + types.ExprString(d.Recv.List[0].Type) + ")." + name
			}
			all[f.name+": "+name] = d
		}
	}
	return all
}

// rootFiles finds the files in the root, without hidden ones and those that git ignores.
func rootFiles(t *tree) []place { return counted(t.root) }

func rootTests(t *tree) []place {
	return slices.DeleteFunc(rootFiles(t), func(p place) bool { return !strings.HasSuffix(p.key, "_test.go") })
}
