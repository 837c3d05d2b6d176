package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEachExampleHasAReadme: it has the command that starts the program, and leads to the page of the guide or to the code. tests/docs follows
// the links.
func TestEachExampleHasAReadme(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob("../../examples/*/main.go")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, program := range programs {
		dir := filepath.Dir(program)
		text, err := os.ReadFile(filepath.Join(dir, "README.md"))
		if err != nil {
			t.Error(err)
			continue
		}
		name, readme := filepath.Base(dir), string(text)
		if !strings.HasPrefix(readme, "# "+name+"\n") {
			t.Errorf("examples/%s/README.md does not begin with the name of the program", name)
		}
		if !strings.Contains(readme, "\n    go run ") && !strings.Contains(readme, "\n    make "+name) && !strings.Contains(readme, " go run . ") {
			t.Errorf("examples/%s/README.md has no command that starts the program", name)
		}
		if !strings.Contains(readme, "](../../docs/") && !strings.Contains(readme, "](main.go)") {
			t.Errorf("examples/%s/README.md does not say where to read on", name)
		}
	}
}
