package constraint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A rule needs nothing but its row: no function decides by the name of a rule.
func TestRulesAreKnownByRowAlone(t *testing.T) {
	for _, dir := range []string{".", "../model", "../bind", "../document", "../translate"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				for _, e := range comparedWithName(n) {
					if name, _ := strconv.Unquote(e.Value); builtin[name].on != 0 || builtin[name].arg != none {
						t.Errorf("%s: %q is the name of a rule; read its row in place of it", fset.Position(e.Pos()), name)
					}
				}
				return true
			})
		}
	}
}

// comparedWithName returns the texts that n compares with a field Name, as rules have it.
func comparedWithName(n ast.Node) (texts []*ast.BasicLit) {
	isName := func(e ast.Expr) bool {
		s, ok := e.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Name"
	}
	add := func(e ast.Expr) {
		if text, ok := e.(*ast.BasicLit); ok && text.Kind == token.STRING {
			texts = append(texts, text)
		}
	}
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if isName(n.X) {
			add(n.Y)
		}
	case *ast.SwitchStmt:
		if n.Tag == nil || !isName(n.Tag) {
			break
		}
		for _, clause := range n.Body.List {
			for _, e := range clause.(*ast.CaseClause).List {
				add(e)
			}
		}
	}
	return texts
}

// The rules of structs that order themselves are listed in the guide and in an error.
func TestRulesOfOrderedStructsAreDocumented(t *testing.T) {
	var want []string
	for name, row := range builtin {
		if row.on&selfOrdered != 0 {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	guide, err := os.ReadFile("../../docs/parameters.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("ordered.go")
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"docs/parameters.md": regexp.MustCompile(`refused\. (.*) also judge structs`).FindString(string(guide)),
		"ordered.go":         regexp.MustCompile("it takes (.*)\",").FindString(string(source)),
	} {
		var got []string
		for _, name := range regexp.MustCompile("[a-z]+").FindAllString(text, -1) {
			if _, ok := builtin[name]; ok {
				got = append(got, name)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s lists %q, the rows are %q", what, got, want)
		}
	}
}

// Rows say one thing once: a column that another one hides has no effect.
func TestRowsHaveNoHiddenColumn(t *testing.T) {
	for name, row := range builtin {
		direct := 0
		for _, has := range []bool{row.is != nil, row.direct != nil, row.compares != NoComparison} {
			if has {
				direct++
			}
		}
		switch {
		case direct > 1:
			t.Errorf("%s has more than one direct check of strings", name)
		case (row.is != nil || row.direct != nil || row.isNot != nil || row.slow != 0 || row.loose != "" || row.format != "" || row.pattern != nil) && row.on&text == 0:
			t.Errorf("%s has columns of strings and takes none", name)
		case row.schema != nil && (row.loose != "" || row.format != "" || row.pattern != nil):
			t.Errorf("%s has a schema, which its other keywords for texts hide", name)
		case row.report != nil && row.pattern != nil:
			t.Errorf("%s has a report, which hides the pattern", name)
		case row.viaString && row.on&stringer == 0:
			t.Errorf("%s is checked by String() and does not take it", name)
		case row.arg.isCross() && row.on != 0:
			t.Errorf("%s is about other fields, so it is for values of any type", name)
		}
	}
}
