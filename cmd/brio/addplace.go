package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// source is the package that add changes.
type source struct {
	dir, name string
	fset      *token.FileSet
	files     []*sourceFile
}

// sourceFile is one file of it.
type sourceFile struct {
	path   string
	text   []byte
	tree   *ast.File
	isTest bool
	brio   string // the name of Brio's package in the file; "": it is not imported under a name
}

// place is where the line goes.
type place struct {
	*sourceFile
	function *ast.FuncDecl
	app      string        // the variable of the app
	count    int           // of routes and routers that the function adds to it
	after    ast.Node      // the statement that the line follows; nil: the line is an argument of made
	made     *ast.CallExpr // the call of brio.New, nil: the function gets the app
	line     int           // in the new text
	changed  []byte        // the new text
}

// readSource parses the Go files of a folder.
func readSource(dir string) (*source, error) {
	s := &source{dir: dir, fset: token.NewFileSet()}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		tree, err := parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("the program cannot be read: %w", err)
		}
		f := &sourceFile{path: name, text: text, tree: tree, isTest: strings.HasSuffix(name, "_test.go"), brio: importName(tree)}
		if !f.isTest {
			s.name = cmp.Or(s.name, tree.Name.Name)
		}
		s.files = append(s.files, f)
	}
	if s.name == "" {
		return nil, fmt.Errorf("the folder %s has no Go package", shortPath(dir))
	}
	return s, nil
}

// importName returns the name under which a file imports Brio.
func importName(f *ast.File) string {
	for _, i := range f.Imports {
		if path, _ := strconv.Unquote(i.Path.Value); path != module {
			continue
		}
		if i.Name == nil {
			return "brio"
		}
		if i.Name.Name != "." && i.Name.Name != "_" {
			return i.Name.Name
		}
	}
	return ""
}

// makesApp reports whether a package calls brio.New outside of its tests.
func makesApp(dir string) bool {
	s, err := readSource(dir)
	return err == nil && len(s.apps()) > 0
}

// apps returns the calls of brio.New.
func (s *source) apps() (calls []*ast.CallExpr) {
	for _, f := range s.files {
		if f.isTest {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && f.isNew(call) {
				calls = append(calls, call)
			}
			return true
		})
	}
	return calls
}

// isNew reports whether an expression is a call of brio.New.
func (f *sourceFile) isNew(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || f.brio == "" {
		return false
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	return ok && fun.Sel.Name == "New" && isName(fun.X, f.brio)
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// isApp reports whether a type is *brio.App.
func (f *sourceFile) isApp(e ast.Expr) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok || f.brio == "" {
		return false
	}
	t, ok := star.X.(*ast.SelectorExpr)
	return ok && t.Sel.Name == "App" && isName(t.X, f.brio)
}

// place finds the place of a line: an argument of brio.New for an option, otherwise a statement of the function that adds routes to the
// app. reason says why there is none that is certain.
func (s *source) place(isOption bool, in string) (p *place, reason string) {
	var found []*place
	for _, f := range s.files {
		if f.isTest {
			continue
		}
		for _, d := range f.tree.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && (in == "" || d.Name.Name == in) {
				found = append(found, s.placesIn(f, d, isOption)...)
			}
		}
		if isOption && in == "" {
			found = append(found, f.variables()...)
		}
	}
	if busy := slices.DeleteFunc(slices.Clone(found), func(p *place) bool { return p.count == 0 }); len(busy) > 0 && !isOption {
		found = busy
	}
	switch {
	case len(found) == 1:
		return found[0], ""
	case len(found) == 0 && in != "":
		return nil, fmt.Sprintf("the function %s has no app in a variable", in)
	case len(found) == 0:
		return nil, "no function has the app in a variable"
	}
	var names []string
	for _, p := range found {
		names = append(names, p.name())
	}
	return nil, fmt.Sprintf("there are several such places (%s; -in chooses one)", strings.Join(names, ", "))
}

// name is the function of a place.
func (p *place) name() string {
	if p.function == nil {
		return p.app
	}
	return p.function.Name.Name
}

// variables returns the calls of brio.New that are the values of package variables.
func (f *sourceFile) variables() (found []*place) {
	for _, d := range f.tree.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			for i, value := range v.Values {
				if f.isNew(value) && len(v.Names) == len(v.Values) {
					found = append(found, &place{sourceFile: f, app: v.Names[i].Name, made: value.(*ast.CallExpr)})
				}
			}
		}
	}
	return found
}

// placesIn returns the places of a function: one for each call of brio.New for an option, at most one for a statement.
func (s *source) placesIn(f *sourceFile, d *ast.FuncDecl, isOption bool) (found []*place) {
	if isOption {
		ast.Inspect(d.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && f.isNew(call) {
				found = append(found, &place{sourceFile: f, function: d, made: call})
			}
			return true
		})
		return found
	}
	apps := map[string]*place{}
	for _, field := range d.Type.Params.List {
		for _, name := range field.Names {
			if f.isApp(field.Type) {
				apps[name.Name] = &place{app: name.Name}
			}
		}
	}
	for _, file := range s.files {
		for _, v := range file.variables() {
			if !file.isTest && apps[v.app] == nil {
				apps[v.app] = &place{app: v.app}
			}
		}
	}
	for _, statement := range d.Body.List {
		if name, call := f.assigned(statement); call != nil {
			apps[name] = &place{app: name, after: statement, made: call}
			continue
		}
		if p := apps[registers(statement)]; p != nil {
			p.after = statement
			p.count++
		}
	}
	for _, p := range apps {
		if p.after != nil {
			p.sourceFile, p.function = f, d
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *place) int { return cmp.Compare(a.after.Pos(), b.after.Pos()) })
	return found
}

// assigned returns the variable and the call of a statement that makes an app: app := brio.New().
func (f *sourceFile) assigned(s ast.Stmt) (name string, call *ast.CallExpr) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if id, ok := s.Lhs[0].(*ast.Ident); ok && len(s.Lhs) == 1 && len(s.Rhs) == 1 && f.isNew(s.Rhs[0]) {
			return id.Name, s.Rhs[0].(*ast.CallExpr)
		}
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR && len(d.Specs) == 1 {
			if v := d.Specs[0].(*ast.ValueSpec); len(v.Names) == 1 && len(v.Values) == 1 && f.isNew(v.Values[0]) {
				return v.Names[0].Name, v.Values[0].(*ast.CallExpr)
			}
		}
	}
	return "", nil
}

// registering are the methods of an App after which a route may be added.
var registering = []string{"Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "Trace", "Handle", "Include", "Mount", "Host", "Static", "Frontend", "Use", "WebSocket"}

// registers returns the variable that a statement adds a route or a router to: app.Get(…).
func registers(s ast.Stmt) string {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return ""
	}
	call, ok := e.X.(*ast.CallExpr)
	if !ok {
		return ""
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(registering, fun.Sel.Name) {
		return ""
	}
	if id, ok := fun.X.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// makesApp returns the function of the place if tests can call it for an app: it takes nothing and returns a *brio.App alone. Guards of
// the app would refuse the requests of a test, so then it returns "".
func (p *place) makesApp(s *source) string {
	d := p.function
	if d == nil || d.Recv != nil || d.Type.TypeParams != nil || d.Type.Params.NumFields() != 0 || d.Type.Results.NumFields() != 1 || !p.isApp(d.Type.Results.List[0].Type) {
		return ""
	}
	isGuarded := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
				isGuarded = isGuarded || slices.Contains([]string{"Depends", "Security"}, fun.Sel.Name) && p.guardsApp(call)
			}
		}
		return true
	})
	if isGuarded {
		return ""
	}
	return d.Name.Name
}

// guardsApp reports whether an option is an argument of the brio.New of the place.
func (p *place) guardsApp(option *ast.CallExpr) bool {
	return p.made != nil && slices.Contains(p.made.Args, ast.Expr(option))
}

// insert makes the text of the file with the line in it. reason says why it cannot.
func (p *place) insert(s *source, line string) (reason string, err error) {
	if bytes.Contains(p.text, []byte(line)) {
		return "the file has it already in another place", nil
	}
	var at int
	text := line
	if p.after != nil {
		at = s.fset.Position(p.after.End()).Offset
		rest, _, _ := bytes.Cut(p.text[at:], []byte("\n"))
		if trimmed := bytes.TrimSpace(rest); len(trimmed) == 0 || bytes.HasPrefix(trimmed, []byte("//")) {
			at += len(rest) // behind the comment of the statement
		}
		text = "\n" + line
	} else {
		if p.made.Ellipsis.IsValid() {
			return "the options of brio.New are a list", nil
		}
		at = s.fset.Position(p.made.Rparen).Offset
		switch before := bytes.TrimSpace(p.text[:at]); {
		case bytes.HasSuffix(before, []byte(",")) || len(p.made.Args) > 0 && s.fset.Position(p.made.Args[len(p.made.Args)-1].End()).Line != s.fset.Position(p.made.Rparen).Line:
			text = line + ",\n" // each option has a line
		case len(p.made.Args) > 0:
			text = ", " + line
		}
	}
	changed := slices.Concat(p.text[:at], []byte(text), p.text[at:])
	if p.changed, err = format.Source(changed); err != nil {
		return "", fmt.Errorf("%s cannot be written with the line %s: %w", shortPath(p.path), line, err)
	}
	before, _, _ := bytes.Cut(p.changed, []byte(line))
	p.line = 1 + bytes.Count(before, []byte("\n"))
	return "", nil
}

// write writes the file with the line.
func (p *place) write() error { return os.WriteFile(p.path, p.changed, 0o666) }

// refuseNames refuses a new file whose declarations the package has already.
func (s *source) refuseNames(name string, text []byte) error {
	tree, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	has := map[string]token.Pos{}
	for _, f := range s.files {
		if f.tree.Name.Name == s.name {
			declared(f.tree, func(name string, at token.Pos) { has[name] = at })
		}
	}
	var taken []string
	declared(tree, func(name string, _ token.Pos) {
		if at, ok := has[name]; ok {
			p := s.fset.Position(at)
			taken = append(taken, fmt.Sprintf("%s (%s:%d)", name, shortPath(p.Filename), p.Line))
		}
	})
	if len(taken) > 0 {
		return fmt.Errorf("the package %s has %s already\n\tlegal: a name whose types and functions are new", s.name, strings.Join(taken, ", "))
	}
	return nil
}

// declared calls f for each name that a file declares in its package.
func declared(tree *ast.File, f func(name string, at token.Pos)) {
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" && d.Name.Name != "_" {
				f(d.Name.Name, d.Pos())
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					f(spec.Name.Name, spec.Pos())
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						f(name.Name, name.Pos())
					}
				}
			}
		}
	}
}
