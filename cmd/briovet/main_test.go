package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// go vet runs the program as its tool: the mistakes are in its output, and it fails.
func TestIsToolOfGoVet(t *testing.T) {
	t.Parallel()
	tool := filepath.Join(t.TempDir(), "briovet")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	vet := func(pattern string) (string, error) {
		cmd := exec.Command("go", "vet", "-vettool="+tool, pattern)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := vet("./analyzer/testdata/planted")
	if err == nil {
		t.Error("go vet has found nothing in a package with mistakes")
	}
	for _, want := range []string{"parameters.go:30:2: planted.list: field Two has 2 sources, query and header", "origins.go:34:16: the handler is nil; legal: a handler is a function or an http.Handler"} {
		if !strings.Contains(out, want) {
			t.Errorf("go vet does not say %q:\n%s", want, out)
		}
	}
	if out, err := vet("./plugin"); err != nil {
		t.Errorf("a package without mistakes: %v\n%s", err, out)
	}
}
