package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	// variable is the environment variable that chooses one of the mutants of a merged package by its number; 0 is the package as it is.
	variable = "MUTANT"
	// reachedVariable has the path of a file. The package as it is appends the numbers of the mutants whose places it reaches.
	reachedVariable = "MUTANTS_REACHED"
)

// chooser is the source of a file that each merged package gets. Numbers are below the count.
func chooser(name string, count int) []byte {
	return fmt.Appendf(nil, `package %s

import (
	"os"
	"strconv"
	"sync/atomic"
)

var (
	mutantChosen, _ = strconv.Atoi(os.Getenv(%q))
	mutantsReached  [%d]atomic.Bool
)

func mutantReached(n int) {
	if mutantChosen == 0 && !mutantsReached[n].Load() {
		mutantNote(n)
	}
}

func mutantNote(n int) {
	if mutantsReached[n].Swap(true) {
		return
	}
	if file, err := os.OpenFile(os.Getenv(%q), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
		file.WriteString(strconv.Itoa(n) + "\n")
		file.Close()
	}
}
`, name, variable, count, reachedVariable)
}

// insertion is text that stands before a byte of the source.
type insertion struct {
	offset int
	text   string
}

// merge returns the source of a file in which the functions of several mutants exist beside the functions as they are: each changed body
// stands at the beginning of its function, and runs in place of the rest when its number is chosen. The rest notes where it reaches the
// statements of mutants. The directives keep the lines of the source. The mutants have the numbers of the map.
func merge(path string, source []byte, mutants map[int]site) (merged []byte, name string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, "", err
	}
	numbers := slices.Sorted(maps.Keys(mutants))
	var insertions []insertion
	for i, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		first, last := fset.Position(fn.Body.Lbrace), fset.Position(fn.Body.Rbrace)
		line := fmt.Sprintf("/*line %s:%d:%d*/", path, first.Line, first.Column+1)
		bodies := ""
		for _, n := range numbers {
			m := mutants[n]
			if m.start <= first.Offset || m.start >= last.Offset {
				continue
			}
			body, err := changedBody(path, m.apply(source), i, n)
			if err != nil {
				return nil, "", err
			}
			end := ""
			if fn.Type.Results.NumFields() == 0 {
				end = "return\n"
			}
			bodies += fmt.Sprintf("\nif mutantChosen == %d {\n%s%s\n%s}", n, line, body, end)
			insertions = append(insertions, insertion{statementAt(fset, fn.Body, m), fmt.Sprintf("mutantReached(%d); ", n)})
		}
		if bodies != "" {
			insertions = append(insertions, insertion{first.Offset + 1, bodies + "\n" + line})
		}
	}
	slices.SortStableFunc(insertions, func(a, b insertion) int { return a.offset - b.offset })
	kept := 0 // the source up to here is in merged
	for _, in := range insertions {
		merged = append(append(merged, source[kept:in.offset]...), in.text...)
		kept = in.offset
	}
	return append(merged, source[kept:]...), file.Name.Name, nil
}

// statementAt returns where the innermost statement of a list begins that has the site: what runs the site runs this statement first.
// That of a condition of a case is the switch: what stands before a case is the end of the case above it, which does not run.
func statementAt(fset *token.FileSet, body *ast.BlockStmt, m site) int {
	at := -1
	ast.Inspect(body, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for _, s := range list {
			switch s.(type) {
			case *ast.CaseClause, *ast.CommClause:
				continue
			}
			if begins := fset.Position(s.Pos()).Offset; begins <= m.start && m.end <= fset.Position(s.End()).Offset {
				at = begins // Inspect visits what is outside first
			}
		}
		return true
	})
	return at
}

// changedBody returns what stands between the braces of a function, the declaration i of the source. Its labels get the number of the
// mutant, since a function may have a label once only.
func changedBody(path string, source []byte, i, n int) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	body := file.Decls[i].(*ast.FuncDecl).Body
	var labels []int // where they end
	ast.Inspect(body, func(node ast.Node) bool {
		var label *ast.Ident
		switch node := node.(type) {
		case *ast.LabeledStmt:
			label = node.Label
		case *ast.BranchStmt:
			label = node.Label
		}
		if label != nil {
			labels = append(labels, fset.Position(label.End()).Offset)
		}
		return true
	})
	slices.Sort(labels)
	var text strings.Builder
	from := fset.Position(body.Lbrace).Offset + 1
	for _, end := range labels {
		text.Write(source[from:end])
		text.WriteString("Mutant" + strconv.Itoa(n))
		from = end
	}
	text.Write(source[from:fset.Position(body.Rbrace).Offset])
	return text.String(), nil
}
