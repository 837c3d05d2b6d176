package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A new project is formatted, builds, and passes its tests, Explore among them.
func TestNewProjectPassesItsTests(t *testing.T) {
	needsCommand(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range templateNames {
		t.Run(template, func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, stdout, stderr := brio(t, "new", "-template", template, "-module", "example.com/acme/shop", "-checkout", root, "shop")
			if code != 0 || !strings.Contains(stdout, "shop has the module example.com/acme/shop. Next:\n\n  cd shop\n") {
				t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
			}
			for _, args := range [][]string{{"gofmt", "-l", "."}, {"go", "vet", "."}, {"go", "test", "-vet=off", "."}} {
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Dir = "shop"
				if out, err := cmd.CombinedOutput(); err != nil || args[0] == "gofmt" && len(out) > 0 {
					t.Errorf("%s: %v\n%s", args, err, out)
				}
			}
			text, err := os.ReadFile("shop/main.go")
			if err != nil || !strings.HasPrefix(string(text), "// Command shop ") || !strings.Contains(string(text), `brio.Title("shop")`) {
				t.Errorf("main.go: %v\n%s", err, text)
			}
			if ignored, err := os.ReadFile("shop/.gitignore"); err != nil || string(ignored) != "/shop\n.env\n" {
				t.Errorf(".gitignore: %v\n%s", err, ignored)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "full/file", "")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"new", 2, "new takes one argument: the folder"},
		{"new -template huge shop", 2, `-template "huge" is none of api, minimal`},
		{"new -module a//b shop", 2, `the path of the module is "a//b"`},
		{"new full", 1, "the folder full is not empty"},
	} {
		if code, stdout, stderr := brio(t, strings.Fields(c.args)...); code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("brio %s: exit code %d\n%s%s\nwant\n%s", c.args, code, stdout, stderr, c.want)
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) != 1 {
		t.Errorf("a command that was refused has left %v", entries)
	}
}

// needsCommand skips a test that builds programs for half a minute, unless make command runs it.
func needsCommand(t *testing.T) {
	t.Helper()
	if os.Getenv("BRIO_COMMAND") == "" {
		t.Skip("make command runs it")
	}
}
