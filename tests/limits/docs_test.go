package limits_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLimitsAreDocumented: docs/limits.md has each limit of package brio, and no other option.
func TestLimitsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllSubmatch(page, -1) {
		documented[string(m[1])] = true
	}
	declared := map[string]bool{}
	files, err := filepath.Glob("../../*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.IsExported() {
				declared[f.Name.Name] = true
			}
		}
	}
	for name := range documented {
		if !declared[name] {
			t.Errorf("docs/limits.md has %s, which brio does not", name)
		}
	}
	limit := regexp.MustCompile(`^(Max|Min)[A-Z]|Timeout$|Delay$|Limits$`)
	for name := range declared {
		if limit.MatchString(name) && !documented[name] && name != "PlainLimits" {
			t.Errorf("%s is not in docs/limits.md", name)
		}
	}
	if len(documented) < 10 {
		t.Errorf("only %d options are documented", len(documented))
	}
}
