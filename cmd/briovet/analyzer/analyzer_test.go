package analyzer_test

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/brio-go/brio/cmd/briovet/analyzer"
	"github.com/brio-go/brio/internal/testkit"
)

// finding is one report.
type finding struct {
	file string
	line int
	analysis.Diagnostic
	edits []edit
}

// edit is a change of a suggested fix, with offsets in the file.
type edit struct {
	from, to int
	text     string
}

// find analyses packages of the module in a folder, with their tests.
func find(t *testing.T, dir string, patterns ...string) (all []finding) {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax | packages.NeedModule, Dir: dir, Tests: true, BuildFlags: buildFlags, Env: append(os.Environ(), "GOWORK=off")}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatalf("%s: %v", p.ID, e)
		}
	}
	loaded = slices.DeleteFunc(loaded, func(p *packages.Package) bool { return strings.HasSuffix(p.ID, ".test") })
	graph, err := checker.Analyze([]*analysis.Analyzer{analyzer.Analyzer}, loaded, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatalf("%s: %v", act.Package.ID, act.Err)
		}
		for _, d := range act.Diagnostics {
			at := act.Package.Fset.Position(d.Pos)
			f := finding{file: at.Filename, line: at.Line, Diagnostic: d}
			for _, fix := range d.SuggestedFixes {
				for _, e := range fix.TextEdits {
					f.edits = append(f.edits, edit{act.Package.Fset.Position(e.Pos).Offset, act.Package.Fset.Position(e.End).Offset, string(e.NewText)})
				}
			}
			if key := fmt.Sprint(at, d.Message); !seen[key] { // a package and its tests have the same files
				seen[key] = true
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b finding) int {
		if a.file != b.file {
			return strings.Compare(a.file, b.file)
		}
		if a.line != b.line {
			return a.line - b.line
		}
		return strings.Compare(a.Message, b.Message)
	})
	return all
}

const planted = "testdata/planted"

// testPlaces are places in tests, whose lines move with every edit.
var testPlaces = regexp.MustCompile(`(\w+_test\.go):\d+`)

// Each planted mistake is found, in the words of the golden file, and nothing else.
func TestFindsPlantedMistakes(t *testing.T) {
	t.Parallel()
	found := find(t, ".", "./"+planted)
	var b strings.Builder
	kinds := map[string]int{}
	for _, f := range found {
		name := filepath.Base(f.file)
		if name == "legal.go" {
			t.Errorf("%s:%d: reported, and legal: %s", name, f.line, f.Message)
		}
		kinds[f.Category]++
		fmt.Fprintf(&b, "%s:%d: %s: %s\n", name, f.line, f.Category, f.Message)
	}
	if len(found) < 40 {
		t.Errorf("%d mistakes are found, want at least 40", len(found))
	}
	for _, k := range []string{"parameters", "functions", "scopes", "paths", "routes", "responses", "contexts"} {
		if kinds[k] == 0 {
			t.Errorf("no mistake of the kind %s is found", k)
		}
	}
	testkit.WantGolden(t, "testdata/planted.golden", b.String())
}

// The suggested fixes give a file that is formatted, and what they fix is not reported again.
func TestFixes(t *testing.T) {
	t.Parallel()
	byFile := map[string][]edit{}
	for _, f := range find(t, ".", "./"+planted) {
		byFile[f.file] = append(byFile[f.file], f.edits...)
	}
	var b strings.Builder
	for _, name := range []string{"apps.go", "bodies.go", "origins.go", "parameters.go"} {
		file, err := filepath.Abs(filepath.Join(planted, name))
		if err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		edits := byFile[file]
		slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
		fixed := bytes.Clone(source)
		for _, e := range slices.Compact(edits) {
			fixed = slices.Concat(fixed[:e.from], []byte(e.text), fixed[e.to:])
		}
		if _, err := format.Source(fixed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		before, after := strings.Split(string(source), "\n"), strings.Split(string(fixed), "\n")
		if len(before) != len(after) {
			t.Fatalf("%s: %d lines after the fixes, %d before", name, len(after), len(before))
		}
		for i := range before {
			if before[i] != after[i] {
				fmt.Fprintf(&b, "%s:%d\n-%s\n+%s\n", name, i+1, before[i], after[i])
			}
		}
	}
	testkit.WantGolden(t, "testdata/fixes.golden", b.String())
}
