package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// readByShell has a shell read a script, if it is installed.
func readByShell(t *testing.T, shell, script string) {
	t.Helper()
	path, err := exec.LookPath(shell)
	if err != nil {
		return
	}
	cmd := exec.Command(path, "-n")
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s -n: %v\n%s", shell, err, out)
	}
}

const shop = `package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/websocket"
)

var greeting = flag.String("greeting", "hello", "what to say")

// hello greets.
func hello() string { return *greeting }

func echo(*websocket.Conn[string, string]) error { return nil }

func main() {
	flag.Parse()
	fmt.Println("the program prints what it likes")
	app := brio.New(brio.Title("Shop"))
	app.Get("/", hello)
	app.WebSocket("/echo", echo)
	if err := app.Run("127.0.0.1:1"); err != nil {
		log.Fatal(err)
	}
}
`

// A module outside of the repository is asked as it is, from another folder than that of its program.
func TestProgramOutsideIsAsked(t *testing.T) {
	t.Chdir(newModule(t, map[string]string{"cmd/shop/main.go": shop, "shop.go": "package shop\n"}))
	code, stdout, stderr := brio(t, "openapi", "-o", "openapi.json")
	text, err := os.ReadFile("openapi.json")
	if code != 0 || stdout != "" || err != nil || !strings.Contains(string(text), `"title": "Shop"`) {
		t.Errorf("openapi: exit code %d, %v\n%s\n%s", code, err, stderr, text)
	}
	code, stdout, _ = brio(t, "call", "GET", "/", "--body", "--header=X-A: 1", "--header", "X-B: 2", "--", "-greeting", "good morning")
	if code != 0 || stdout != `"good morning"` {
		t.Errorf("call: exit code %d\n%s", code, stdout)
	}
	for _, c := range []struct{ args, want string }{
		{"routes", "GET     /echo  echo   echo"},
		{"routes -json", `"path": "/echo"`},
		{"check", "no mistakes in the declarations of 2 routes"},
		{"asyncapi", `"address": "/echo"`},
		{"bench -time 10ms /", "GET /: "},
		{"explain GET /", "hello"},
	} {
		if code, stdout, stderr = brio(t, strings.Fields(c.args)...); code != 0 || !strings.Contains(stdout, c.want) {
			t.Errorf("%s: exit code %d\n%s%s\nwant %s", c.args, code, stdout, stderr, c.want)
		}
	}
	if code, stdout, stderr = brio(t, "explain", "-pkg", "./cmd/shop", "GET", "/nothing"); code != 1 || stdout != "" || !strings.Contains(stderr, "legal: GET /") {
		t.Errorf("explain: exit code %d\n%s%s", code, stdout, stderr)
	}
}

// brio docs works in the folder of a program outside of the repository. It says when a comment has changed since.
func TestDocsOfProgramOutside(t *testing.T) {
	t.Chdir(filepath.Join(newModule(t, map[string]string{"cmd/shop/main.go": shop}), "cmd", "shop"))
	if code, _, stderr := brio(t, "docs"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	text, err := os.ReadFile("brio_docs.go")
	if err != nil || !strings.Contains(string(text), `"example.com/shop/cmd/shop.hello()": "hello greets."`) {
		t.Errorf("%v\n%s", err, text)
	}
	if code, _, stderr := brio(t, "docs", "-check"); code != 0 {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	writeFile(t, "main.go", strings.Replace(shop, "// hello greets.", "// hello says good morning.", 1))
	if code, _, stderr := brio(t, "docs", "-check"); code != 1 || !strings.Contains(stderr, "brio_docs.go is not up to date") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

func TestProgramsThatAnswerNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		args  string
		want  string
	}{
		{"compile error", map[string]string{"main.go": "package main\n\nfunc main() { sing() }\n"}, "check", "the program does not compile\n\n# example.com/shop\n./main.go:3:15: undefined: sing"},
		{"no Run", map[string]string{"main.go": "package main\n\nfunc main() {}\n"}, "check", "the program ended before it came to app.Run or app.Serve"},
		{"panic", map[string]string{"main.go": "package main\n\nfunc main() { panic(1) }\n"}, "check", "which answer: exit status 2"},
		{"no program", map[string]string{"shop.go": "package shop\n"}, "check", "there is no program in the current folder and below it"},
		{"two programs", map[string]string{"a/main.go": "package main\n", "b/main.go": "package main\n"}, "check", "there are 2 programs below the current folder: name one with -pkg, or as the argument of dev\n\tlegal: example.com/shop/a, example.com/shop/b"},
		{"a library", map[string]string{"lib/lib.go": "package lib\n"}, "check -pkg ./lib", "./lib is no program"},
		{"no folder", nil, "check -pkg ./lib", "./lib is no program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/shop\n\ngo 1.26\n")
			for name, text := range c.files {
				writeFile(t, filepath.Join(dir, name), text)
			}
			t.Chdir(dir)
			if code, stdout, stderr := brio(t, strings.Fields(c.args)...); code != 1 || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit code %d\n%s%s\nwant\n%s", code, stdout, stderr, c.want)
			}
		})
	}
}
