package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// additions are command lines of add, whose files do not disturb one another.
var additions = []string{
	"resource order-lines",
	"resource people -singular person -path /staff",
	"route welcome",
	"route userAPI -method post -path /shops/{shop_id}/users/{user}",
	"route replace-it -method put",
	"route remove -method delete -path /things/{thing}",
	"dependency tenant",
}

// addMain is a program whose app tests can make.
const addMain = `package main

import "github.com/brio-go/brio"

func newApp() *brio.App {
	app := brio.New(
		brio.Title("shop"), // what clients see
	)
	app.Get("/", func() string { return "" }) // the first one
	return app
}

func main() { _ = newApp().Run(":0") }
`

// What add writes is a golden file: testdata/add/NAME.go.txt, and the program after all additions is main.go.txt.
func TestAddWrites(t *testing.T) {
	golden, err := filepath.Abs("testdata/add")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFile(t, "main.go", addMain)
	for _, args := range additions {
		code, stdout, stderr := brio(t, append([]string{"add"}, strings.Fields(args)...)...)
		if code != 0 || stderr != "" || !strings.Contains(stdout, "added to main.go:") || !strings.HasSuffix(stdout, "Next:\n\n  go test .\n") {
			t.Fatalf("brio add %s: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) != 1+2*len(additions) {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		testkit.WantGolden(t, filepath.Join(golden, name+".txt"), string(text))
	}
	if old, _ := filepath.Glob(filepath.Join(golden, "*")); len(old) != len(files) {
		t.Errorf("testdata/add has %d files, and add writes %d", len(old), len(files))
	}
}

// The line goes where routes are added already, whatever the form of the program. Where this is not certain the program stays.
func TestAddFindsPlace(t *testing.T) {
	const imports = "package shop\n\nimport \"github.com/brio-go/brio\"\n\n"
	for _, c := range []struct {
		name, args, program string
		want                string // in the program afterwards; "": it stays as it is
		says                string // on the standard output
	}{
		{"in main", "route tea", imports + "func main() {\n\tapp := brio.New()\n\tif err := app.Run(\":0\"); err != nil {\n\t\tpanic(err)\n\t}\n}\n",
			"\tapp := brio.New()\n\tapp.Get(\"/tea\", tea)\n\tif err", "shop.go:7: app.Get(\"/tea\", tea)"},
		{"a variable of another name", "route tea", imports + "func shop() *brio.App {\n\tvar a = brio.New()\n\treturn a\n}\n", "\tvar a = brio.New()\n\ta.Get(\"/tea\", tea)\n\treturn a", ""},
		{"Brio under another name", "resource teas", "package shop\n\nimport web \"github.com/brio-go/brio\"\n\nfunc shop() *web.App {\n\ta := web.New()\n\treturn a\n}\n",
			"\ta.Include(teaRoutes(), web.Prefix(\"/teas\"))\n", ""},
		{"a function that gets the app", "route tea", imports + "func shop() *brio.App {\n\tapp := brio.New()\n\troutes(app)\n\treturn app\n}\n\nfunc routes(app *brio.App) {\n\tapp.Get(\"/\", index)\n}\n\nfunc index() string { return \"\" }\n",
			"\tapp.Get(\"/\", index)\n\tapp.Get(\"/tea\", tea)\n}", "shop.go:13: "},
		{"a package variable", "route tea", imports + "var app = brio.New()\n\nfunc main() {\n\tapp.Get(\"/\", index)\n\t_ = app.Run(\":0\")\n}\n\nfunc index() string { return \"\" }\n",
			"\tapp.Get(\"/\", index)\n\tapp.Get(\"/tea\", tea)\n\t_ = app", ""},
		{"a comment behind the last route", "route tea", imports + "func shop(app *brio.App) {\n\tapp.Get(\"/\", index) // the first one\n}\n\nfunc index() string { return \"\" }\n\nfunc other() *brio.App { return brio.New() }\n",
			"\tapp.Get(\"/\", index) // the first one\n\tapp.Get(\"/tea\", tea)\n}", ""},
		{"an option of a returned app", "dependency tea", imports + "func shop() *brio.App { return brio.New() }\n", "return brio.New(brio.Provide(newTea)) }", "takes a parameter of the type Tea gets it"},
		{"an option behind another one", "dependency tea", imports + "var app = brio.New(brio.Title(\"shop\"))\n", "brio.New(brio.Title(\"shop\"), brio.Provide(newTea))", ""},
		{"options as a list", "dependency tea", imports + "func shop(opts ...brio.AppOption) *brio.App { return brio.New(opts...) }\n", "",
			"Add this line where the app is made, because the options of brio.New are a list:\n\n  brio.Provide(newTea)\n"},
		{"no variable", "route tea", imports + "func shop() *brio.App { return brio.New() }\n", "", "because no function has the app in a variable:\n\n  app.Get(\"/tea\", tea)\n"},
		{"several apps", "route tea", imports + "func a() {\n\tapp := brio.New()\n\tapp.Get(\"/\", index)\n}\n\nfunc b() {\n\tapp := brio.New()\n\tapp.Get(\"/\", index)\n}\n\nfunc index() string { return \"\" }\n", "",
			"there are several such places (a, b; -in chooses one)"},
		{"several apps and -in", "route tea -in b", imports + "func a() {\n\tapp := brio.New()\n\tapp.Get(\"/\", index)\n}\n\nfunc b() {\n\tapp := brio.New()\n\tapp.Get(\"/\", index)\n}\n\nfunc index() string { return \"\" }\n",
			"func b() {\n\tapp := brio.New()\n\tapp.Get(\"/\", index)\n\tapp.Get(\"/tea\", tea)\n}", ""},
		{"no such function", "route tea -in c", imports + "func a() {\n\tapp := brio.New()\n\t_ = app\n}\n", "", "the function c has no app in a variable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFile(t, "shop.go", c.program)
			code, stdout, stderr := brio(t, append([]string{"add"}, strings.Fields(c.args)...)...)
			text, err := os.ReadFile("shop.go")
			if code != 0 || err != nil || stderr != "" {
				t.Fatalf("exit code %d, %v\n%s%s", code, err, stdout, stderr)
			}
			if c.want == "" && string(text) != c.program || !strings.Contains(string(text), c.want) {
				t.Errorf("the program is\n%s\nwant in it\n%s", text, c.want)
			}
			if !strings.Contains(stdout, c.says) {
				t.Errorf("got\n%s\nwant in it\n%s", stdout, c.says)
			}
			if _, err := readSource("."); err != nil {
				t.Error(err)
			}
		})
	}
}

// A package below the current folder is found, and a module in it is not looked at.
func TestAddFindsPackage(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "go.mod", "module example.com/shop\n")
	writeFile(t, "shop.go", "package shop\n")
	writeFile(t, "cmd/shop/main.go", addMain)
	writeFile(t, "other/go.mod", "module example.com/other\n")
	writeFile(t, "other/main.go", addMain)
	code, stdout, stderr := brio(t, "add", "route", "tea")
	if code != 0 || !strings.Contains(stdout, "wrote cmd/shop/tea.go\n") || !strings.HasSuffix(stdout, "\n  go test ./cmd/shop\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	writeFile(t, "cmd/more/main.go", addMain)
	if code, _, stderr = brio(t, "add", "route", "ink"); code != 1 || !strings.Contains(stderr, "name one with -pkg\n\tlegal: ./cmd/more, ./cmd/shop") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if code, stdout, stderr = brio(t, "add", "-pkg", "./cmd/more", "route", "ink"); code != 0 || !strings.Contains(stdout, "added to cmd/more/main.go:10: ") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// What is refused leaves the folder as it was.
func TestAddRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "main.go", addMain)
	writeFile(t, "tea_test.go", "package main\n")
	writeFile(t, "ink.go", "package main\n\ntype CoffeeResult struct{}\n\nfunc createCup() {}\n")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 2, "add takes two arguments: route, dependency, resource, and a name"},
		{"song x", 2, `add "song": what is added is one of route, dependency, resource`},
		{"route a.b", 2, `the name is "a.b": a name is a word`},
		{"route range", 2, "range is a word of Go"},
		{"route brio", 2, "brio is a word of Go or of the files"},
		{"route tea", 1, "the file tea_test.go is there already"},
		{"route ink", 1, "the file ink.go is there already"},
		{"route coffee", 1, "the package main has CoffeeResult (ink.go:3) already"},
		{"resource cups", 1, "the package main has createCup (ink.go:5) already"},
		{"resource sheep", 2, "name one thing of it with -singular"},
		{"route cup -method trace", 2, `-method "trace" is none of GET, POST`},
		{"dependency cup -method get", 2, "-method is for a route"},
		{"dependency cup -path /cup", 2, "a dependency has no -path"},
		{"route cup -path cup", 2, "a path begins with a slash"},
		{"route cup -path /{a...}", 2, "a wildcard of a route is {name}"},
		{"route cup -path /{id}/{ID}", 2, "the wildcard {ID} needs another name"},
		{"resource cups -path /{shop}/cups", 2, "a resource has none"},
	} {
		if code, stdout, stderr := brio(t, append([]string{"add"}, strings.Fields(c.args)...)...); code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("brio add %s: exit code %d\n%s%s\nwant\n%s", c.args, code, stdout, stderr, c.want)
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) != 3 {
		t.Errorf("a command that was refused has left %v", entries)
	}
	if text, _ := os.ReadFile("main.go"); string(text) != addMain {
		t.Errorf("a command that was refused has changed the program:\n%s", text)
	}
	t.Chdir(t.TempDir())
	if code, _, stderr := brio(t, "add", "route", "cup"); code != 1 || !strings.Contains(stderr, "no package of the current folder and below it makes an app") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

func TestSingular(t *testing.T) {
	for plural, want := range map[string]string{"orders": "order", "categories": "category", "boxes": "box", "classes": "class", "branches": "branch", "dishes": "dish", "houses": "house", "status": "status", "glass": "glass", "sheep": "sheep", "berries": "berry"} {
		if got := singular(plural); got != want {
			t.Errorf("%s: got %s, want %s", plural, got, want)
		}
	}
}

// Projects of each template pass go vet and their tests, Explore among them, after all additions. So does a program whose app no test
// can make.
func TestAddedProjectPassesItsTests(t *testing.T) {
	needsCommand(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range append(templateNames, "") {
		t.Run(template, func(t *testing.T) {
			if template == "" {
				t.Chdir(newModule(t, map[string]string{"main.go": shop}))
			} else {
				t.Chdir(t.TempDir())
				if code, stdout, stderr := brio(t, "new", "-template", template, "-module", "example.com/acme/shop", "-checkout", root, "shop"); code != 0 {
					t.Fatal(stdout, stderr)
				}
				t.Chdir("shop")
			}
			for _, args := range additions {
				if code, stdout, stderr := brio(t, append([]string{"add"}, strings.Fields(args)...)...); code != 0 || !strings.Contains(stdout, "added to ") {
					t.Fatalf("brio add %s: exit code %d\n%s%s", args, code, stdout, stderr)
				}
			}
			for _, args := range [][]string{{"gofmt", "-l", "."}, {"go", "vet", "./..."}, {"go", "test", "-vet=off", "./..."}} {
				if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil || args[0] == "gofmt" && len(out) > 0 {
					t.Errorf("%s: %v\n%s", args, err, out)
				}
			}
		})
	}
}
