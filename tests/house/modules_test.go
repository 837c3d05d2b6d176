package house_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// coreModules are the modules that the core may bring into a program: the two that Brio is built on, with what they need, the codec
// of signed cookies, the readers of environment variables, and the files of Swagger UI.
var coreModules = []string{
	"github.com/brio-go/brio",
	"github.com/goccy/go-json",
	"github.com/go-playground/validator/v10",
	"github.com/go-playground/locales", "github.com/go-playground/universal-translator", // validator's
	"github.com/gabriel-vasile/mimetype", "github.com/leodido/go-urn", // validator's
	"golang.org/x/crypto", "golang.org/x/text", "golang.org/x/sys", // validator's
	"github.com/gorilla/securecookie",
	"github.com/caarlos0/env/v11", "github.com/joho/godotenv", // Settings; both import nothing
	"github.com/coder/websocket", // WebSockets; it imports nothing
	"github.com/swaggest/swgui",  // the files of Swagger UI, which import nothing
}

// A program that imports brio gets no module beside coreModules.
func TestCoreImportsFewModules(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "github.com/brio-go/brio").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := strings.Fields(string(out))
	for _, p := range packages {
		ok := false
		for _, m := range coreModules {
			ok = ok || p == m || strings.HasPrefix(p, m+"/")
		}
		if !ok {
			t.Errorf("the core imports %s", p)
		}
	}
	if len(packages) < 10 {
		t.Errorf("packages of the core: got only %q", packages)
	}
}

// requiredModules are the modules that go.mod may require beside coreModules. Tools have a module of their own, tools/go.mod; modules
// that judge Brio from outside are required by tests/go.mod and by the modules in contrib.
var requiredModules = map[string]string{
	"github.com/fsnotify/fsnotify":  "cmd/brio, for brio dev: it imports golang.org/x/sys alone, and go install takes no module with a replace",
	"github.com/klauspost/compress": "middleware.Compress",
}

// A program's module graph has what the core's go.mod requires, so that file requires few modules and no tool.
func TestCoreRequiresFewModules(t *testing.T) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go mod edit: %v", err)
	}
	var file struct {
		Require []struct{ Path string }
		Tool    []struct{ Path string }
	}
	if err := json.Unmarshal(out, &file); err != nil {
		t.Fatal(err)
	}
	for _, tool := range file.Tool {
		t.Errorf("go.mod has the tool %s, which belongs into tools/go.mod", tool.Path)
	}
	required := map[string]bool{}
	for _, r := range file.Require {
		required[r.Path] = true
		if !slices.Contains(coreModules, r.Path) && requiredModules[r.Path] == "" {
			t.Errorf("go.mod requires %s, which is neither in coreModules nor in requiredModules", r.Path)
		}
	}
	for path := range requiredModules {
		if !required[path] {
			t.Errorf("go.mod does not require %s: delete it from requiredModules", path)
		}
	}
}

// The package comment of internal/route lists the steps of a request, nine in four files. Each step is a function of that name in
// that file.
func TestRequestHasNineSteps(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "../../internal/route/doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	steps := regexp.MustCompile(`(?m)^\t(\w+) +\((\w+\.go)\)`).FindAllStringSubmatch(file.Doc.Text(), -1)
	if len(steps) != 9 {
		t.Errorf("steps in the package comment: got %d, want 9", len(steps))
	}
	files := map[string]bool{}
	for _, step := range steps {
		files[step[2]] = true
		source, err := parser.ParseFile(fset, filepath.Join("../../internal/route", step[2]), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, d := range source.Decls {
			f, ok := d.(*ast.FuncDecl)
			found = found || ok && f.Name.Name == step[1]
		}
		if !found {
			t.Errorf("internal/route/%s has no function %s", step[2], step[1])
		}
	}
	if len(files) > 4 {
		t.Errorf("files of the steps: got %d, want at most 4", len(files))
	}
}
