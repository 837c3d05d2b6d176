package analyzer

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/brio-go/brio/cmd/briovet/internal/mirror"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/model"
)

// page is where the documentation lists what the analyzer finds.
const page = "https://github.com/brio-go/brio/blob/main/docs/reference/briovet.md"

// Analyzer is the analyzer briovet.
var Analyzer = &analysis.Analyzer{
	Name:     "briovet",
	Doc:      "find mistakes in the routes, parameters and dependencies of Brio apps before they start",
	URL:      page,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

// kind is the sort of a mistake: the category of its diagnostic, and the heading of the page that describes it.
type kind string

const (
	parameters kind = "parameters" // the fields of a parameter struct
	functions  kind = "functions"  // the parameters and results of a function
	scopes     kind = "scopes"     // OAuth scopes that are asked for
	paths      kind = "paths"      // paths and prefixes
	responses  kind = "responses"  // Responses that are kept or changed too late
	contexts   kind = "contexts"   // contexts that are not passed on
	routes     kind = "routes"     // methods, statuses and other options
)

// checker judges one package.
type checker struct {
	*analysis.Pass
	inspector *inspector.Inspector
	mirror    *mirror.Mirror
	reader    *model.Reader
	rows      []inject.Row

	values       map[*types.Var]*value // of the package
	uses         map[*types.Var][]inspector.Cursor
	functionUses map[*types.Func][]inspector.Cursor
	declarations map[*types.Func]*ast.FuncDecl
	tags         map[token.Pos]*ast.BasicLit // by the places of fields

	bodies map[*ast.BlockStmt]bool // of functions that are judged
	judged map[string]bool         // what has been reported, so that a struct of two handlers is reported once
}

func run(pass *analysis.Pass) (any, error) {
	if !usesBrio(pass.Pkg) {
		return nil, nil
	}
	c := &checker{
		Pass: pass, inspector: pass.ResultOf[inspect.Analyzer].(*inspector.Inspector), mirror: mirror.New(),
		reader: model.NewReader(constraint.New()), judged: map[string]bool{}, bodies: map[*ast.BlockStmt]bool{}, rows: frameworkRows(),
		declarations: map[*types.Func]*ast.FuncDecl{},
	}
	c.readValues()
	c.readUses()
	c.readTags()
	for n := range c.inspector.PreorderSeq((*ast.FuncDecl)(nil)) {
		decl := n.(*ast.FuncDecl)
		if fn, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func); ok {
			c.declarations[fn] = decl
		}
	}
	c.reader.DocumentTags = document.Tags()
	for n := range c.inspector.PreorderSeq((*ast.CallExpr)(nil)) {
		call := n.(*ast.CallExpr)
		if fn := c.callee(call); fn != nil {
			c.call(call, fn)
		}
	}
	return nil, nil
}

// usesBrio reports whether a package imports Brio, so that it may declare routes.
func usesBrio(p *types.Package) bool {
	for _, in := range p.Imports() {
		if isBrio(in.Path()) {
			return true
		}
	}
	return false
}

// report reports a mistake once for a place.
func (c *checker) report(k kind, at ast.Node, found, legal string, fixes ...analysis.SuggestedFix) {
	c.reportAt(k, at.Pos(), at.End(), found, legal, fixes...)
}

// reportAt is report for a place without a node.
func (c *checker) reportAt(k kind, pos, end token.Pos, found, legal string, fixes ...analysis.SuggestedFix) {
	text := found
	if legal != "" {
		text += "; legal: " + legal
	}
	key := fmt.Sprint(pos, text)
	if c.judged[key] {
		return
	}
	c.judged[key] = true
	c.Report(analysis.Diagnostic{Pos: pos, End: end, Category: string(k), Message: text, URL: page + "#" + string(k), SuggestedFixes: fixes})
}
