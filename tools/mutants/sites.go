package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// site is one possible change: the bytes of a file from start to end become text.
type site struct {
	file       string // relative to the root, with slashes
	line       int
	start, end int
	kind       string
	before     string // the bytes that are replaced, on one line
	text       string
}

// id names the change by what it does and not by where it stands, so that it stays the same while the code around it changes. The number
// tells equal changes of one file apart.
func (s site) id(n int) string {
	id := s.file + ": " + s.kind + ": " + s.before
	if s.text != "" {
		id += " => " + oneLine(s.text)
	}
	if n > 0 {
		id += fmt.Sprintf(" #%d", n+1)
	}
	return id
}

// oneLine shortens source text for an id.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 90 {
		text = text[:90] + "…"
	}
	return text
}

// sitesOf returns the sites of the Go files of a package folder that are built on this machine, without tests.
func sitesOf(root, folder string, files []string) ([]site, error) {
	var sites []site
	for _, name := range files {
		path := filepath.Join(root, folder, name)
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		found, err := sitesOfFile(folder+"/"+name, source)
		if err != nil {
			return nil, err
		}
		sites = append(sites, found...)
	}
	return sites, nil
}

// sitesOfFile returns the sites of one file in the order of the source.
func sitesOfFile(name string, source []byte) ([]site, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, 0)
	if err != nil {
		return nil, err
	}
	f := &finder{fset: fset, name: name, source: source}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
			ast.Inspect(fn.Body, f.visit)
		}
	}
	sort.SliceStable(f.sites, func(i, j int) bool { return f.sites[i].start < f.sites[j].start })
	return f.sites, nil
}

// finder collects the sites of one file.
type finder struct {
	fset   *token.FileSet
	name   string
	source []byte
	sites  []site
}

// add notes a change of the bytes of a node's range.
func (f *finder) add(kind string, from, to token.Pos, text string) {
	start, end := f.fset.Position(from).Offset, f.fset.Position(to).Offset
	f.sites = append(f.sites, site{file: f.name, line: f.fset.Position(from).Line, start: start, end: end, kind: kind,
		before: oneLine(string(f.source[start:end])), text: text})
}

// source text of a node.
func (f *finder) text(n ast.Node) string {
	return string(f.source[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset])
}

// neighbours are the comparisons that a comparison is confused with: the one that differs at the bound, and the opposite of equality.
var neighbours = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR, token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.ADD: token.SUB, token.SUB: token.ADD,
}

// visit is the visitor of ast.Inspect.
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		f.add("invert if", n.Cond.Pos(), n.Cond.End(), "!("+f.text(n.Cond)+")")
		if n.Else == nil && n.Init == nil {
			f.add("never if", n.Cond.Pos(), n.Cond.End(), "false && ("+f.text(n.Cond)+")")
		}
	case *ast.BinaryExpr:
		switch n.Op {
		case token.LAND, token.LOR:
			f.add("only left", n.Pos(), n.End(), f.text(n.X))
			f.add("only right", n.Pos(), n.End(), f.text(n.Y))
		case token.ADD:
			if lit, ok := n.Y.(*ast.BasicLit); !ok || lit.Kind != token.INT {
				break // it may join texts
			}
			fallthrough
		default:
			if other, ok := neighbours[n.Op]; ok {
				f.add("operator", n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), other.String())
			}
		}
	case *ast.ExprStmt:
		if call, ok := n.X.(*ast.CallExpr); ok && !isPanic(call) {
			f.add("no call", n.Pos(), n.End(), "")
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE && !isBlank(n) {
			f.add("no assignment", n.Pos(), n.End(), "")
		}
	case *ast.IncDecStmt:
		f.add("no "+n.Tok.String(), n.Pos(), n.End(), "")
	case *ast.DeferStmt:
		f.add("no defer", n.Pos(), n.End(), "")
	case *ast.BranchStmt:
		if n.Tok == token.CONTINUE || n.Tok == token.BREAK {
			f.add("no "+n.Tok.String(), n.Pos(), n.End(), "")
		}
	case *ast.ReturnStmt:
		f.results(n)
	}
	return true
}

// results adds what a return statement may give instead: the other truth, no error.
func (f *finder) results(n *ast.ReturnStmt) {
	for i, r := range n.Results {
		name, ok := r.(*ast.Ident)
		switch {
		case !ok:
		case name.Name == "true":
			f.add("result", r.Pos(), r.End(), "false")
		case name.Name == "false":
			f.add("result", r.Pos(), r.End(), "true")
		case name.Name == "err" && i == len(n.Results)-1:
			f.add("result", r.Pos(), r.End(), "nil")
		}
	}
}

// isPanic reports whether the call is panic, whose removal is mostly a missing return.
func isPanic(call *ast.CallExpr) bool {
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "panic"
}

// isBlank reports whether everything is assigned to _, which does nothing.
func isBlank(n *ast.AssignStmt) bool {
	for _, left := range n.Lhs {
		if name, ok := left.(*ast.Ident); !ok || name.Name != "_" {
			return false
		}
	}
	return true
}

// apply returns the source with the change.
func (s site) apply(source []byte) []byte {
	return bytes.Join([][]byte{source[:s.start], []byte(s.text), source[s.end:]}, nil)
}
