package comments

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/funcname"
)

// Source reads comments from the source files that the program was built from, if they exist. It returns no errors: without source
// files there are no comments. It finds a package by the file of one of its functions, or as a neighbour of such a package in the
// same module. Each package is parsed once, when it is first needed. A Source is safe for concurrent use.
type Source struct {
	mu     sync.Mutex
	table  Table
	known  map[string]string // a file of each package, by import path
	roots  []module          // the modules of known packages
	parsed map[string]bool   // by import path
}

var _ Comments = (*Source)(nil)

// module is a folder with a go.mod, and the import path of the module.
type module struct{ dir, path string }

// NewSource returns a Source that knows the packages of the functions, and of the calls whose program counters are given, as
// runtime.Callers returns them. The calls are needed because the runtime does not tell the file of a method value.
func NewSource(functions []reflect.Value, calls ...uintptr) *Source {
	s := &Source{table: Table{}, known: map[string]string{}, parsed: map[string]bool{}}
	for _, fn := range functions {
		s.addPackageOf(fn)
	}
	if len(calls) > 0 {
		frames := runtime.CallersFrames(calls)
		for more := true; more; {
			var f runtime.Frame
			f, more = frames.Next()
			s.addFile(funcname.Parse(f.Function).Package, f.File)
		}
	}
	return s
}

// addPackageOf adds the package of a function.
func (s *Source) addPackageOf(fn reflect.Value) {
	if n := funcname.Of(fn); n.Package != "" {
		file, _ := runtime.FuncForPC(fn.Pointer()).FileLine(fn.Pointer())
		s.addFile(n.Package, file)
	}
}

// addFile adds the file of a package, and its module. Programs built with -trimpath have no such files.
func (s *Source) addFile(path, file string) {
	if s.known[path] != "" || !filepath.IsAbs(file) || !strings.HasSuffix(file, ".go") || packageClause(file) == "" {
		return
	}
	s.known[path] = file
	if m, ok := findModule(filepath.Dir(file)); ok && !slices.Contains(s.roots, m) {
		s.roots = append(s.roots, m)
	}
}

// Func implements Comments.
func (s *Source) Func(fn reflect.Value) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := funcname.Of(fn); n.Func != "" {
		s.addPackageOf(fn)
		s.parse(n.Package)
	}
	return s.table.Func(fn)
}

// Type implements Comments.
func (s *Source) Type(t reflect.Type) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := deref(t); t != nil {
		s.parse(t.PkgPath())
	}
	return s.table.Type(t)
}

// Field implements Comments.
func (s *Source) Field(owner reflect.Type, goName string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if declaring, _ := declaringField(owner, goName); declaring != nil {
		s.parse(declaring.PkgPath())
	}
	return s.table.Field(owner, goName)
}

// parse adds the comments of a package to the table, once.
func (s *Source) parse(path string) {
	if path == "" || s.parsed[path] {
		return
	}
	if file, ok := s.known[path]; ok {
		s.parsed[path] = true
		parseFolder(filepath.Dir(file), packageClause(file), true).addTo(s.table, path, nil)
		return
	}
	for _, m := range s.roots {
		rest, ok := strings.CutPrefix(path+"/", m.path+"/")
		if !ok {
			continue
		}
		dir := filepath.Join(m.dir, filepath.FromSlash(rest))
		if clause := folderClause(dir); clause != "" {
			s.parsed[path] = true
			parseFolder(dir, clause, false).addTo(s.table, path, nil)
			return
		}
	}
}

// findModule returns the module that a folder belongs to.
func findModule(dir string) (module, bool) {
	for {
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			for line := range strings.Lines(string(data)) {
				if path, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
					path, _, _ = strings.Cut(path, "//")
					return module{dir, strings.Trim(strings.TrimSpace(path), "\"`")}, true
				}
			}
			return module{}, false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return module{}, false
		}
		dir = parent
	}
}

// packageClause returns the name in a file's package clause, "" when the file cannot be read.
func packageClause(file string) string {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return f.Name.Name
}

// folderClause returns the name of the package that is imported from a folder.
func folderClause(dir string) string {
	for _, file := range goFiles(dir, false) {
		if clause := packageClause(file); clause != "" && clause != "main" {
			return clause
		}
	}
	return ""
}

// goFiles returns the Go files of a folder in the order of their names.
func goFiles(dir string, tests bool) []string {
	entries, _ := os.ReadDir(dir) // none without source
	var files []string
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && (tests || !strings.HasSuffix(name, "_test.go")) && !e.IsDir() {
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files
}
