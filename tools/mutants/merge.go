package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// variable is the environment variable that chooses one of the mutants of a merged package by its number; 0 is the package as it is.
const variable = "MUTANT"

// chooser is the source of a file that each merged package gets.
func chooser(name string) []byte {
	return []byte("package " + name + `

import (
	"os"
	"strconv"
)

var mutantChosen, _ = strconv.Atoi(os.Getenv("` + variable + `"))
`)
}

// merge returns the source of a file in which the functions of several mutants exist beside the functions as they are: each changed body
// stands at the beginning of its function, and runs in place of the rest when its number is chosen. The directives keep the lines of the
// source. The mutants have the numbers of the map.
func merge(path string, source []byte, mutants map[int]site) (merged []byte, name string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, "", err
	}
	numbers := make([]int, 0, len(mutants))
	for n := range mutants {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	kept := 0 // the source up to here is in merged
	for i, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		first, last := fset.Position(fn.Body.Lbrace), fset.Position(fn.Body.Rbrace)
		begun := false
		for _, n := range numbers {
			m := mutants[n]
			if m.start <= first.Offset || m.start >= last.Offset {
				continue
			}
			body, err := changedBody(path, m.apply(source), i, n)
			if err != nil {
				return nil, "", err
			}
			if !begun {
				merged = append(merged, source[kept:first.Offset+1]...)
				kept, begun = first.Offset+1, true
			}
			end := ""
			if fn.Type.Results.NumFields() == 0 {
				end = "return\n"
			}
			merged = fmt.Appendf(merged, "\nif mutantChosen == %d {\n/*line %s:%d:%d*/%s\n%s}", n, path, first.Line, first.Column+1, body, end)
		}
		if begun {
			merged = fmt.Appendf(merged, "\n/*line %s:%d:%d*/", path, first.Line, first.Column+1)
		}
	}
	return append(merged, source[kept:]...), file.Name.Name, nil
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
