package security_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// TestComparisonsHaveNoShortCut reads the functions that compare secrets: none of them stops at the first difference. A measurement of time
// would depend on the machine.
func TestComparisonsHaveNoShortCut(t *testing.T) {
	t.Parallel()
	found := 0
	for _, name := range []string{"equal.go", "credentials.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != "Equal" && f.Name.Name != "EqualAny" && f.Name.Name != "Matches" {
				continue
			}
			found++
			constant := false
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.RangeStmt:
					ast.Inspect(n.Body, func(n ast.Node) bool {
						switch n.(type) {
						case *ast.ReturnStmt, *ast.BranchStmt, *ast.IfStmt:
							t.Errorf("%s leaves its loop early", f.Name)
						}
						return true
					})
				case *ast.BinaryExpr:
					_, isNumber := n.Y.(*ast.BasicLit)
					_, isKnown := n.Y.(*ast.Ident) // the comparisons have run already
					if (n.Op == token.LAND || n.Op == token.LOR) && !isKnown || (n.Op == token.EQL || n.Op == token.NEQ) && !isNumber {
						t.Errorf("%s has the operator %s, which may stop at a difference", f.Name, n.Op)
					}
				case *ast.SelectorExpr:
					constant = constant || n.Sel.Name == "ConstantTimeCompare"
				case *ast.Ident:
					constant = constant || n.Name == "Equal"
				}
				return true
			})
			if !constant {
				t.Errorf("%s compares without ConstantTimeCompare", f.Name)
			}
		}
	}
	if found != 3 {
		t.Errorf("functions that compare: got %d, want 3", found)
	}
}
