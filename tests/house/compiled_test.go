package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The functions of other packages that the compiler compiles with a program that declares an app: generic ones, those of generic types
// that it can reach, and closures of functions that are inlined.
const maxCompiledWithProgram = 140

// TestProgramsCompileLittleOfBrio: a package that declares routes does not compile the generic types of Brio's settings anew, which took
// 500 functions and half a second. declare.Target says how. The program uses each kind of option and each generic function.
func TestProgramsCompileLittleOfBrio(t *testing.T) {
	t.Parallel()
	program := `package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/brio-go/brio"
)

type config struct{ Size int }

func main() {
	app := brio.New(
		brio.Title("x"), brio.Tags("a"), brio.MaxBody(1), brio.Debug(), brio.Settings[config](), brio.Raises[*brio.HTTPError](), brio.Supply(1),
		brio.OnError(func(*http.Request, *brio.HTTPError) *brio.Response { return nil }),
		brio.SupplyFunc(func(ctx context.Context) (string, func(context.Context) error, error) {
			c, err := brio.Supplied[config](ctx)
			return "", nil, errors.Join(err, errors.New(string(rune(c.Size))))
		}),
	)
	app.Use(func(h http.Handler) http.Handler { return h })
	r := brio.NewRouter(brio.Prefix("/items"), brio.Provide(func() int { return 1 }))
	r.Get("/", func() int { return 1 }, brio.ResponseModel[int](), brio.Responds[string](404, ""), brio.Status(201), brio.Summary(""))
	app.Include(r)
	brio.SchemaOf[config]()
	brio.Validate[config](nil)
	brio.Defaults[config]()
	app.Run("", brio.Development())
}
`
	folder := t.TempDir()
	path := filepath.Join(folder, "main.go")
	if err := os.WriteFile(path, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-gcflags=-S", "-o", filepath.Join(folder, "program"), path)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := regexp.MustCompile(`(?m)^(\S+) .*STEXT`).FindAllStringSubmatch(string(out), -1)
	var names []string
	for _, f := range found {
		if !strings.HasPrefix(f[1], "main.") {
			names = append(names, f[1])
		}
	}
	if len(names) == 0 || len(names) > maxCompiledWithProgram {
		t.Errorf("%d functions of other packages, at most %d are expected:\n%s", len(names), maxCompiledWithProgram, strings.Join(names, "\n"))
	}
	t.Logf("%d functions", len(names))
}

// TestOptionsAreNotInlined: a function that makes an option is not inlined, since its closure has the settings' types. A generic one
// calls a function that is not generic, and the test above holds it to that.
func TestOptionsAreNotInlined(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../*.go")
	if err != nil {
		t.Fatal(err)
	}
	options := 0
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || fn.Type.TypeParams != nil || fn.Type.Results.NumFields() != 1 {
				continue
			}
			if result, ok := fn.Type.Results.List[0].Type.(*ast.Ident); !ok || !strings.HasSuffix(result.Name, "Option") {
				continue
			}
			options++
			inlined := true
			for _, c := range fn.Doc.List {
				inlined = inlined && c.Text != "//go:noinline"
			}
			if inlined {
				t.Errorf("%s: %s has no line //go:noinline at the end of its comment", filepath.Base(name), fn.Name)
			}
		}
	}
	if options < 100 {
		t.Errorf("only %d functions that make options were found", options)
	}
}
