package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// brio runs a command line in this process.
func brio(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = run(&streams{strings.NewReader(""), &out, &errs}, args)
	return code, out.String(), errs.String()
}

// The help of each command is a golden file: testdata/help/COMMAND.txt.
func TestHelp(t *testing.T) {
	list := append(commandNames(commands()), "")
	for _, name := range list {
		args, file := []string{name, "--help"}, name
		if name == "" {
			args, file = []string{"help"}, "brio"
		}
		code, got, stderr := brio(t, args...)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		testkit.WantGolden(t, filepath.Join("testdata", "help", file+".txt"), got)
		if name != "" {
			if _, same, _ := brio(t, "help", name); same != got {
				t.Errorf("brio help %s says\n%s", name, same)
			}
		}
	}
	if files, _ := filepath.Glob("testdata/help/*.txt"); len(files) != len(list) {
		t.Errorf("testdata/help has %d files, and there are %d commands", len(files), len(list)-1)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "usage: brio command"},
		{"sing", `there is no command "sing"; brio help lists the commands`},
		{"explain GET", "explain takes the arguments METHOD PATH"},
		{"check -loud", "flag provided but not defined: -loud"},
		{"call", "usage: brio call [flags] [METHOD] PATH"},
		{"completion tcsh", "the shell is one of bash, fish, zsh"},
		{"version 1", "version takes no arguments"},
	} {
		code, stdout, stderr := brio(t, strings.Fields(c.args)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("brio %s: exit code %d\n%s\nwant\n%s", c.args, code, stderr, c.want)
		}
	}
}

// Each script has all commands. The shells that are installed read it.
func TestCompletion(t *testing.T) {
	for shell := range shells {
		code, script, stderr := brio(t, "completion", shell)
		if code != 0 {
			t.Fatal(stderr)
		}
		for _, c := range commands() {
			if !strings.Contains(script, c.name) {
				t.Errorf("%s does not complete %s", shell, c.name)
			}
		}
		readByShell(t, shell, script)
	}
}

// newModule makes a module of a program outside of the repository, which uses the checkout. It needs no network.
func newModule(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module "+module+"\n", "module example.com/shop\n", 1)
	text += fmt.Sprintf("\nrequire %s v0.0.0-00010101000000-000000000000\n\nreplace %[1]s => %s\n", module, root)
	all := map[string]string{"go.mod": text, "go.sum": string(sum)}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		writeFile(t, filepath.Join(dir, name), content)
	}
	return dir
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}
