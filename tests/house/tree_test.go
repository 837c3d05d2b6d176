package house_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/brio-go/brio"

// tree is a source tree: the packages of the core's module and of the module tests, and what else the measures read.
type tree struct {
	fset *token.FileSet
	pkgs []*pkg  // a package comes after those that it imports
	rest []*file // files of other modules in the repository, and of testdata folders: no tests
	root []string
	docs map[string]string // the pages of docs/ by their path
}

// pkg is one package. Its path is relative to the core's module: "params", "internal/json", "tests/house", "brio" for the root.
type pkg struct {
	path    string
	name    string
	files   []*file // no tests, build constraints or not
	tests   []*file
	imports []string // of the module, as paths of packages
	types   *types.Package
	info    *types.Info
}

// file is one file of Go. Its name is relative to the root of the repository.
type file struct {
	name        string
	ast         *ast.File
	constrained bool // a build constraint leaves it out of this build
}

// place returns where a node is, for people.
func (t *tree) place(pos token.Pos) string {
	p := t.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

func (t *tree) pkg(path string) *pkg {
	for _, p := range t.pkgs {
		if p.path == path {
			return p
		}
	}
	return nil
}

// helpers are packages that only tests import.
var helpers = []string{"internal/comments/commentstest", "internal/testkit"}

// core reports whether the package is part of the framework: no example, no test, no helper of tests.
func (p *pkg) core() bool {
	return !strings.HasPrefix(p.path, "examples/") && !strings.HasPrefix(p.path, "tests/") &&
		!slices.ContainsFunc(helpers, func(h string) bool { return p.path == h || strings.HasPrefix(p.path, h+"/") })
}

// public reports whether programs can import the package.
func (p *pkg) public() bool {
	return p.core() && !strings.HasPrefix(p.path, "cmd/") && !internal(p.path)
}

func internal(path string) bool { return slices.Contains(strings.Split(path, "/"), "internal") }

// short turns an import path of the module into the path of a package. ok is false for packages of other modules.
func short(importPath string) (path string, ok bool) {
	if importPath == module {
		return "brio", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

func long(path string) string {
	if path == "brio" {
		return module
	}
	return module + "/" + path
}

// house is the tree of this repository, read once.
var house = sync.OnceValues(func() (*tree, error) { return load(filepath.Join("..", "..")) })

func loadHouse(t *testing.T) *tree {
	t.Helper()
	h, err := house()
	if err != nil {
		t.Fatalf("the source tree cannot be read: %v", err)
	}
	return h
}

// goList runs go list and decodes its JSON values.
func goList[T any](dir string, args ...string) ([]T, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	var list []T
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var v T
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

// load reads the core's module in dir and the module tests in it. Their packages are type-checked from source; all others come from the
// export data that the build has left in its cache.
func load(dir string) (*tree, error) {
	type listed struct {
		Dir, ImportPath                                          string
		GoFiles, IgnoredGoFiles, TestGoFiles, XTestGoFiles, Deps []string
	}
	tests := filepath.Join(dir, "tests")
	var list []listed
	for _, module := range []string{dir, tests} {
		packages, err := goList[listed](module, "-json=Dir,ImportPath,GoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles,Deps", "./...")
		if err != nil {
			return nil, err
		}
		list = append(list, packages...)
	}
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	t := &tree{fset: token.NewFileSet(), docs: map[string]string{}}
	seen := map[string]bool{}
	for _, l := range list {
		path, _ := short(l.ImportPath)
		p := &pkg{path: path}
		for _, name := range slices.Concat(l.GoFiles, l.IgnoredGoFiles, l.TestGoFiles, l.XTestGoFiles) {
			abs := filepath.Join(l.Dir, name)
			source, err := os.ReadFile(abs)
			if err != nil {
				return nil, err
			}
			rel, err := filepath.Rel(root, abs)
			if err != nil {
				return nil, err
			}
			seen[filepath.ToSlash(rel)] = true
			if err := t.add(p, filepath.ToSlash(rel), source, slices.Contains(l.IgnoredGoFiles, name)); err != nil {
				return nil, err
			}
		}
		t.pkgs = append(t.pkgs, p)
	}
	if err := t.readOthers(root, seen); err != nil {
		return nil, err
	}
	exports, err := exportsOf(tests, t.outside()) // which requires what the core does
	if err != nil {
		return nil, err
	}
	return t, t.check(exports, true)
}

// add parses one file of a package. Of tests only those with examples are parsed, which saves more than half of the time.
func (t *tree) add(p *pkg, name string, source []byte, constrained bool) error {
	test := strings.HasSuffix(name, "_test.go")
	if test && !bytes.Contains(source, []byte("\nfunc Example")) {
		return nil
	}
	f, err := parser.ParseFile(t.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if test {
		p.tests = append(p.tests, &file{name, f, constrained})
		return nil
	}
	p.name = f.Name.Name
	p.files = append(p.files, &file{name, f, constrained})
	for _, path := range importsOf(f) {
		if path, ok := short(path); ok && !slices.Contains(p.imports, path) {
			p.imports = append(p.imports, path)
		}
	}
	return nil
}

func importsOf(f *ast.File) []string {
	var list []string
	for _, i := range f.Imports {
		list = append(list, strings.Trim(i.Path.Value, "`\""))
	}
	return list
}

// outside returns what the packages of the tree import from elsewhere.
func (t *tree) outside() []string {
	all := map[string]bool{}
	for _, p := range t.pkgs {
		for _, f := range p.files {
			for _, path := range importsOf(f.ast) {
				if _, ok := short(path); !ok && path != "unsafe" && path != "C" && !f.constrained {
					all[path] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// exportsOf returns the files with the export data of packages and of what they import.
func exportsOf(dir string, paths []string) (map[string]string, error) {
	type exported struct{ ImportPath, Export string }
	args := []string{"-export", "-deps", "-json=ImportPath,Export"}
	if raceEnabled {
		args = append(args, "-race")
	}
	list, err := goList[exported](dir, append(append(args, "--"), paths...)...)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, l := range list {
		files[l.ImportPath] = l.Export
	}
	return files, nil
}

// readOthers reads the names of files in the root, the pages of docs/, and the files of Go that are in no package of the module.
func (t *tree) readOthers(root string, seen map[string]bool) error {
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		return err
	}
	skip := strings.Fields(string(ignored))
	return filepath.WalkDir(root, func(abs string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, abs)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if name == "." {
			return nil
		}
		base, slash := path.Base(name), ""
		if d.IsDir() {
			slash = "/"
		}
		hidden := base[0] == '.' || slices.ContainsFunc(skip, func(pattern string) bool {
			match, _ := path.Match(pattern, base)
			return match || pattern == "/"+name+slash
		})
		switch {
		case d.IsDir() && (hidden || base == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || hidden:
			return nil
		}
		if !strings.Contains(name, "/") {
			t.root = append(t.root, name)
		}
		page := strings.HasPrefix(name, "docs/") && strings.HasSuffix(name, ".md")
		code := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !seen[name]
		if !page && !code {
			return nil
		}
		text, err := os.ReadFile(abs)
		if err != nil {
			return err
		}
		if page {
			t.docs[name] = string(text)
			return nil
		}
		// Files of testdata may be broken on purpose. What can be parsed of them is read.
		f, _ := parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if f != nil {
			t.rest = append(t.rest, &file{name: name, ast: f})
		}
		return nil
	})
}

// check sorts the packages and finds their types. A strict check fails at the first type error; made-up trees have some.
func (t *tree) check(exports map[string]string, strict bool) error {
	t.sort()
	known := map[string]*types.Package{}
	others := importer.ForCompiler(t.fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(exports[path])
	})
	for _, p := range t.pkgs {
		conf := types.Config{
			Sizes: types.SizesFor("gc", runtime.GOARCH),
			Importer: importerFunc(func(path string) (*types.Package, error) {
				if path == "unsafe" {
					return types.Unsafe, nil
				}
				if known[path] != nil {
					return known[path], nil
				}
				return others.Import(path)
			}),
		}
		if !strict {
			conf.Error = func(error) {}
		}
		p.info = &types.Info{
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
		var files []*ast.File
		for _, f := range p.files {
			if !f.constrained {
				files = append(files, f.ast)
			}
		}
		checked, err := conf.Check(long(p.path), t.fset, files, p.info)
		if err != nil && strict {
			return err
		}
		p.types = checked
		known[long(p.path)] = checked
	}
	return nil
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// sort puts each package behind those that it imports.
func (t *tree) sort() {
	var sorted []*pkg
	done := map[*pkg]bool{}
	var visit func(p *pkg)
	visit = func(p *pkg) {
		if p == nil || done[p] {
			return
		}
		done[p] = true
		for _, path := range p.imports {
			visit(t.pkg(path))
		}
		sorted = append(sorted, p)
	}
	slices.SortFunc(t.pkgs, func(a, b *pkg) int { return strings.Compare(a.path, b.path) })
	for _, p := range t.pkgs {
		visit(p)
	}
	t.pkgs = sorted
}

// newTree makes a tree of made-up source. The keys of files are names as in the repository: "params/params.go", "docs/x.md". A
// file of the root that is no Go has no source.
func newTree(t *testing.T, files map[string]string) *tree {
	t.Helper()
	h := &tree{fset: token.NewFileSet(), docs: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		source, dir := files[name], path.Dir(name)
		if dir == "." {
			dir = "brio"
			h.root = append(h.root, name)
		}
		switch {
		case strings.HasSuffix(name, ".md"):
			h.docs[name] = source
		case strings.HasSuffix(name, ".go"):
			p := h.pkg(dir)
			if p == nil {
				p = &pkg{path: dir}
				h.pkgs = append(h.pkgs, p)
			}
			if err := h.add(p, name, []byte(source), constrained(source)); err != nil {
				t.Fatal(err)
			}
		}
	}
	exports, err := madeUpExports()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.check(exports, false); err != nil {
		t.Fatal(err)
	}
	return h
}

// madeUpExports is the export data of what made-up source imports.
var madeUpExports = sync.OnceValues(func() (map[string]string, error) {
	return exportsOf(".", []string{"net/http", "sync", "sync/atomic", "errors"})
})

// constrained reports whether a line //go:build names a tag that no build has.
func constrained(source string) bool {
	line, _, _ := strings.Cut(source, "\n")
	if !constraint.IsGoBuild(line) {
		return false
	}
	expr, err := constraint.Parse(line)
	return err == nil && !expr.Eval(func(string) bool { return false })
}
