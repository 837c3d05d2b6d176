package steps_test

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var showTrace = flag.String("called", "", "print the functions that this `kind` of request calls, in order")

// mark begins the line that an instrumented function prints when it is called.
const mark = "CALLED "

// allSteps are the steps of a request, and fail.
const allSteps = "match begin solve call encode merge commit write close"

// stepsOf are the steps that a kind of request runs, in the order in which they begin, where they are not allSteps.
var stepsOf = map[string]string{
	"refused":   "match begin solve fail merge write close",
	"no path":   "match begin solve call encode fail merge write close",
	"no method": "match begin solve call encode fail merge write close",
	"panic":     "match begin solve call close fail merge write", // close recovers the panic
}

// TestRequestsRunSameSteps holds each kind of request to the steps of package route. It builds the program with a line of output in
// each function. It also holds the walk of docs/architecture.md to what a request with a bad body calls.
func TestRequestsRunSameSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a program")
	}
	p, printed := startTraced(t)
	for _, k := range kinds {
		called := p.trace(t, k, printed)
		if k.name == *showTrace {
			t.Logf("%s calls\n%s", k.name, strings.Join(called, "\n"))
		}
		want := stepsOf[k.name]
		if want == "" {
			want = allSteps
		}
		if got := stepsIn(called); got != want {
			t.Errorf("%s: the request ran the steps\n%s, want\n%s\nRule: every request takes the same steps.", k.name, got, want)
		}
		if k.name == "refused" {
			checkWalk(t, called)
		}
	}
}

// stepsIn returns the steps among the functions called, each at its first call.
func stepsIn(called []string) string {
	var steps []string
	for _, name := range called {
		file, function, _ := strings.Cut(name, ": ")
		_, method, _ := strings.Cut(function, ").")
		if filepath.Dir(file) == "internal/route" && slices.Contains(strings.Fields(allSteps+" fail"), method) && !slices.Contains(steps, method) {
			steps = append(steps, method)
		}
	}
	return strings.Join(steps, " ")
}

// walkLine is a row of the table of the walk: file and function.
var walkLine = regexp.MustCompile("(?m)^\\| `([^`]+\\.go)` \\| `([^`]+)` \\|")

// checkWalk compares the functions that the walk of docs/architecture.md names with the ones that a request with a bad body calls.
func checkWalk(t *testing.T, called []string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := walkLine.FindAllStringSubmatch(string(page), -1)
	if len(rows) < 10 {
		t.Fatalf("docs/architecture.md has a walk of %d functions, want at least 10", len(rows))
	}
	rest := called
	for _, row := range rows {
		name := row[1] + ": " + row[2]
		i := slices.Index(rest, name)
		if i < 0 {
			t.Errorf("docs/architecture.md names %s, which the request does not call, or calls before the function of the row above", name)
			continue
		}
		rest = rest[i+1:]
	}
}

// startTraced builds the program so that each function of the engine prints its name when it is called, and starts it. printed is
// the file that has the output.
func startTraced(t *testing.T) (p *program, printed *os.File) {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	base, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(base, "internal"), func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && (name == "invoke" || name == "memory" || name == "testdata" || name == "testkit"): // called from generated or unsafe code
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := filepath.Rel(base, path)
		if err != nil {
			return err
		}
		made := filepath.Join(dir, strings.ReplaceAll(filepath.ToSlash(file), "/", "_"))
		replace[path] = made
		return os.WriteFile(made, instrument(t, path, filepath.ToSlash(file)), 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(overlay, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	if printed, err = os.Create(filepath.Join(dir, "printed")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { printed.Close() })
	return start(t, printed, "-overlay="+overlay), printed
}

// instrument returns the source of a file in which each function prints mark and its name first.
func instrument(t *testing.T, path, file string) []byte {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	done := 0
	for _, d := range f.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok || d.Body == nil {
			continue
		}
		name := d.Name.Name
		if d.Recv != nil {
			name = "(" + types.ExprString(d.Recv.List[0].Type) + ")." + name
		}
		at := fset.Position(d.Body.Lbrace).Offset + 1
		out = append(append(out, source[done:at]...), " println(\""+mark+file+": "+name+"\");"...)
		done = at
	}
	return append(out, source[done:]...)
}

// trace sends a request and returns the functions that it called, in order.
func (p *program) trace(t *testing.T, k kind, printed *os.File) (called []string) {
	t.Helper()
	p.connect(t, k, func(send func()) {
		send()
		send()
		p.do(t, "wait")
		if err := printed.Truncate(0); err != nil {
			t.Fatal(err)
		}
		send()
		p.do(t, "wait")
	})
	text, err := os.ReadFile(printed.Name())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\x00", "")) {
		if name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), mark); ok {
			called = append(called, name)
		}
	}
	return called
}
