package main

import (
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A new project is formatted, builds, and passes its tests, Explore among them.
func TestNewProjectPassesItsTests(t *testing.T) {
	needsCommand(t)
	for _, template := range templateNames {
		t.Run(template, func(t *testing.T) {
			newProject(t, template)
			for _, args := range [][]string{{"gofmt", "-l", "."}, {"go", "vet", "./..."}, {"go", "test", "-vet=off", "./..."}} {
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Dir = "shop"
				if out, err := cmd.CombinedOutput(); err != nil || args[0] == "gofmt" && len(out) > 0 {
					t.Errorf("%s: %v\n%s", args, err, out)
				}
			}
		})
	}
}

// newProject makes the project shop in a temporary folder, which is then the current one.
func newProject(t *testing.T, template string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	code, stdout, stderr := brio(t, "new", "-template", template, "-module", "example.com/acme/shop", "-checkout", root, "shop")
	if code != 0 || !strings.Contains(stdout, "shop has the module example.com/acme/shop. Next:\n\n  cd shop\n") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// The files of the templates are those of a project with its name, and import what the project requires. This test builds nothing: CI
// runs it, and make command the one above.
func TestTemplateFiles(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range templateNames {
		t.Run(template, func(t *testing.T) {
			t.Chdir(t.TempDir())
			o := &newOptions{template: template, module: "example.com/acme/shop"}
			if err := o.write("shop", "shop"); err != nil {
				t.Fatal(err)
			}
			required, err := fs.ReadFile(templates, "_templates/"+template+"/"+requirements)
			if err != nil && template == "full" {
				t.Fatal(err)
			}
			var source strings.Builder
			for file, text := range goFiles(t, "shop") {
				source.WriteString(text)
				formatted, err := format.Source([]byte(text))
				if err != nil || string(formatted) != text {
					t.Errorf("%s is not gofmt-ed: %v", file, err)
				}
				parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range parsed.Imports {
					if imported, _ := strconv.Unquote(i.Path.Value); !reaches(root, imported, string(required)) {
						t.Errorf("%s imports %s, which the project does not have", file, imported)
					}
				}
			}
			for _, want := range []string{"// Command shop ", `brio.Title("shop")`} {
				if !strings.Contains(source.String(), want) {
					t.Errorf("no file has %s", want)
				}
			}
			if ignored, err := os.ReadFile("shop/.gitignore"); err != nil || !strings.HasPrefix(string(ignored), "/shop\n.env\n") {
				t.Errorf(".gitignore: %v\n%s", err, ignored)
			}
			if unit, err := os.ReadFile("shop/deploy/shop.service"); template == "full" && (err != nil || !strings.Contains(string(unit), "ExecStart=/usr/local/bin/shop ")) {
				t.Errorf("the unit of systemd: %v\n%s", err, unit)
			}
		})
	}
}

// goFiles returns the texts of the Go files in a folder and below.
func goFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" {
			return err
		}
		text, err := os.ReadFile(file)
		files[file] = string(text)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d Go files: %v", len(files), err)
	}
	return files
}

// reaches reports whether a package is of the standard library, of the project shop, of Brio, or of a required module.
func reaches(root, imported, required string) bool {
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case !strings.Contains(first, "."):
		return true
	case strings.HasPrefix(imported, "example.com/"):
		rest, ours := strings.CutPrefix(imported, "example.com/acme/")
		return ours && isFolder(rest)
	case imported == module || strings.HasPrefix(imported, module+"/"):
		return isFolder(filepath.Join(root, strings.TrimPrefix(imported, module)))
	}
	for line := range strings.Lines(required) {
		if path, _, ok := strings.Cut(strings.TrimSpace(line), " "); ok && (imported == path || strings.HasPrefix(imported, path+"/")) {
			return true
		}
	}
	return false
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
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
		{"new -template huge shop", 2, `-template "huge" is none of api, full, minimal`},
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
