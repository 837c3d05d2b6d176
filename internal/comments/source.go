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

// Source reads comments from the source that the program was built from, if it is there: nothing is an error, and without
// source there are no comments. A package is found by the file of a function known in it, or as a neighbour of such a
// package, in the same module. Each is parsed once, when it is first asked for. A Source may be used concurrently.
type Source struct {
	mu     sync.Mutex
	table  Table
	known  map[string]string // import paths to a file of the package, by its functions
	roots  []module          // of the packages known
	parsed map[string]bool   // import paths
}

var _ Comments = (*Source)(nil)

// module is a folder with a go.mod and the import path that it gives to it.
type module struct{ dir, path string }

// NewSource returns a Source that starts where the functions stand, and the calls whose program counters are given, as
// runtime.Callers has them. Functions alone would not do: of a method value the runtime does not tell the file.
func NewSource(functions []reflect.Value, calls ...uintptr) *Source {
	s := &Source{table: Table{}, known: map[string]string{}, parsed: map[string]bool{}}
	for _, fn := range functions {
		s.know(fn)
	}
	if len(calls) > 0 {
		frames := runtime.CallersFrames(calls)
		for more := true; more; {
			var f runtime.Frame
			f, more = frames.Next()
			s.standsIn(funcname.Parse(f.Function).Package, f.File)
		}
	}
	return s
}

// know notes where the package of a function is.
func (s *Source) know(fn reflect.Value) {
	if n := funcname.Of(fn); n.Package != "" {
		file, _ := runtime.FuncForPC(fn.Pointer()).FileLine(fn.Pointer())
		s.standsIn(n.Package, file)
	}
}

// standsIn notes a file of a package, and its module. What was built with -trimpath has no such files.
func (s *Source) standsIn(path, file string) {
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
		s.know(fn)
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
	if declaring, _ := locate(owner, goName); declaring != nil {
		s.parse(declaring.PkgPath())
	}
	return s.table.Field(owner, goName)
}

// parse adds the comments of a package to the table, the first time it is found.
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

// findModule is the module that a folder belongs to.
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

// packageClause is the name that a file gives to its package; "" when it cannot be read.
func packageClause(file string) string {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return f.Name.Name
}

// folderClause is the name of the package that is imported from a folder.
func folderClause(dir string) string {
	for _, file := range goFiles(dir, false) {
		if clause := packageClause(file); clause != "" && clause != "main" {
			return clause
		}
	}
	return ""
}

// goFiles lists the Go files of a folder in the order of their names.
func goFiles(dir string, tests bool) []string {
	entries, _ := os.ReadDir(dir) // none, where there is no source
	var files []string
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && (tests || !strings.HasSuffix(name, "_test.go")) && !e.IsDir() {
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files
}
