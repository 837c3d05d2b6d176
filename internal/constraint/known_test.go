package constraint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Whoever adds a constructor adds it to everyKind: catalogues of messages are checked against them.
func TestKindsHasEveryConstructor(t *testing.T) {
	listed, err := os.ReadFile("known.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := Kinds()
	literal := regexp.MustCompile(`^"[a-z0-9]+(_[a-z0-9]+)*"$`)
	for _, file := range []string{"kinds.go", "kinds_time.go", "bounds.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() {
				continue
			}
			if !strings.Contains(string(listed), " "+fn.Name.Name+"(") && !strings.Contains(string(listed), "\t"+fn.Name.Name+"(") {
				t.Errorf("%s is not in everyKind", fn.Name.Name)
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
					if name, ok := call.Fun.(*ast.Ident); ok && strings.HasPrefix(name.Name, "fail") {
						if kind, ok := call.Args[0].(*ast.BasicLit); ok && literal.MatchString(kind.Value) {
							if _, known := kinds[strings.Trim(kind.Value, `"`)]; !known {
								t.Errorf("the kind %s of %s is not known", kind.Value, fn.Name.Name)
							}
						}
					}
				}
				return true
			})
		}
	}
}
