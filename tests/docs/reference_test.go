package docs_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/constraint"
)

// legal says where options of a type may stand.
var legal = map[string]string{
	"AppOption":      "app",
	"DocumentOption": "app, `Document`",
	"LifespanOption": "app, router, include",
	"Option":         "app, router, include, route",
	"RouteOption":    "route",
	"RouterOption":   "router, include",
	"RunOption":      "`Run`, `Serve`",
	"StaticOption":   "`Static`, `Frontend`",
	"TextOption":     "document, route",
}

const begin, end = "<!-- generated: `make docs-update` writes what follows -->\n", "\n<!-- end -->"

// TestReferenceIsGenerated: docs/options.md has the tables that the code gives. With -update it is written.
func TestReferenceIsGenerated(t *testing.T) {
	file := filepath.Join(docs, "options.md")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for _, table := range []string{optionTable(t), kindTable()} {
		from := strings.Index(text, begin)
		if from < 0 {
			t.Fatal("docs/options.md lacks the marks of a table")
		}
		from += len(begin)
		to := from + strings.Index(text[from:], end)
		if text[from:to] != table && !*update {
			t.Errorf("docs/options.md has another table than the code: `make docs-update` writes it; want\n%s", table)
		}
		text = text[:from] + table + text[to:]
		// The next table stands behind this one.
		text = strings.Replace(text, begin, "<!-- done -->\n", 1)
	}
	text = strings.ReplaceAll(text, "<!-- done -->\n", begin)
	if *update && text != string(content) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// optionTable has a row for each function of package brio that returns an option: where it is legal, and the first sentence of its
// comment.
func optionTable(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	pkg, err := doc.NewFromFiles(fset, parsed, "github.com/brio-go/brio")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	funcs := slices.Clone(pkg.Funcs)
	for _, typ := range pkg.Types {
		funcs = append(funcs, typ.Funcs...)
	}
	for _, f := range funcs {
		results := f.Decl.Type.Results
		if results == nil || len(results.List) != 1 {
			continue
		}
		result, ok := results.List[0].Type.(*ast.Ident)
		if !ok || legal[result.Name] == "" {
			continue
		}
		synopsis := strings.ReplaceAll(strings.ReplaceAll(pkg.Synopsis(f.Doc), "|", `\|`), "*", `\*`)
		rows[f.Name] = fmt.Sprintf("| `%s` | %s | %s |\n", f.Name, legal[result.Name], strings.TrimPrefix(synopsis, f.Name+" "))
	}
	if len(rows) < 80 {
		t.Errorf("only %d options: the package has another form than this test expects", len(rows))
	}
	table := "\n| option | legal on | what it does |\n|---|---|---|\n"
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		table += rows[name]
	}
	return table
}

// kindTable has a row for each type of error in a 422 and in the answers to exceeded limits.
func kindTable() string {
	kinds := constraint.Kinds()
	table := "\n| type | members of ctx |\n|---|---|\n"
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		names := "–"
		if len(kinds[kind]) > 0 {
			names = "`" + strings.Join(kinds[kind], "`, `") + "`"
		}
		table += fmt.Sprintf("| `%s` | %s |\n", kind, names)
	}
	return table
}
