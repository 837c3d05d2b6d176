package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEachProgramExplores: each program has a test by which it holds itself to its document, bounded in time.
func TestEachProgramExplores(t *testing.T) {
	programs, err := filepath.Glob("../../examples/*/main.go")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, program := range programs {
		dir := filepath.Dir(program)
		text, err := os.ReadFile(filepath.Join(dir, "explore_test.go"))
		if err != nil || !strings.Contains(string(text), "briotest.Explore(t, ") || !strings.Contains(string(text), "briotest.For(") {
			t.Errorf("%s has no explore_test.go with briotest.Explore and briotest.For: %v", filepath.Base(dir), err)
		}
	}
}
