package route

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// twins are the functions that have a twin with a Trace: the file of the function and the file of the twin, whose name ends in Traced.
var twins = []struct{ file, name, traced string }{
	{"table.go", "ServeHTTP", "traced.go"},
	{"version.go", "serveChosen", "traced.go"},
	{"pipeline.go", "serve", "traced.go"},
	{"pipeline.go", "afterMiddleware", "traced.go"},
	{"pipeline.go", "produce", "traced.go"},
	{"../inject/frame.go", "solve", "../inject/traced.go"},
}

// A request that is traced takes the same steps as another one. The functions differ in the calls of the Trace and in the names of
// further twins.
func TestTracedTwins(t *testing.T) {
	for _, c := range twins {
		want := bodyOf(t, c.file, c.name)
		got := bodyOf(t, c.traced, strings.ToLower(c.name[:1])+c.name[1:]+"Traced")
		if got != want {
			t.Errorf("%s of %s and its twin in %s differ:\n%s\n%s", c.name, c.file, c.traced, want, got)
		}
	}
}

// bodyOf returns the body of a function without what a twin has more.
func bodyOf(t *testing.T, file, name string) string {
	t.Helper()
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, filepath.FromSlash(file), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range tree.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok || d.Name.Name != name {
			continue
		}
		ast.Inspect(d.Body, func(n ast.Node) bool {
			if block, ok := n.(*ast.BlockStmt); ok {
				block.List = withoutTrace(block.List)
			}
			return true
		})
		var b bytes.Buffer
		if err := (&printer.Config{Mode: printer.RawFormat}).Fprint(&b, token.NewFileSet(), d.Body); err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer("serveHTTPTraced", "ServeHTTP", "Traced", "").Replace(b.String())
	}
	t.Fatalf("%s has no function %s", file, name)
	return ""
}

// withoutTrace leaves out the statements that call the Trace, which is in the variable steps.
func withoutTrace(list []ast.Stmt) (rest []ast.Stmt) {
	for _, s := range list {
		var e ast.Expr
		switch s := s.(type) {
		case *ast.ExprStmt:
			e = s.X
		case *ast.DeferStmt:
			e = s.Call
		case *ast.AssignStmt:
			e = s.Lhs[0]
		}
		if call, ok := e.(*ast.CallExpr); ok {
			if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
				e = fun.X
			}
		}
		if id, ok := e.(*ast.Ident); !ok || id.Name != "steps" {
			rest = append(rest, s)
		}
	}
	return rest
}
