package house_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var targetLine = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)

// TestMakeHelpListsTargets: each target of the Makefile is phony, and help says in one line what it does.
func TestMakeHelpListsTargets(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	phony := strings.Fields(regexp.MustCompile(`(?m)^\.PHONY:(.*)$`).FindString(string(text)))
	var targets []string
	for _, m := range targetLine.FindAllStringSubmatch(string(text), -1) {
		targets = append(targets, m[1])
		if !slices.Contains(phony, m[1]) {
			t.Errorf("Makefile: target %s is not in .PHONY", m[1])
		}
	}
	if !strings.Contains(string(text), "\n.DEFAULT_GOAL := check\n") {
		t.Error("Makefile: make alone does not check")
	}
	cmd := exec.Command("make", "--no-print-directory", "help")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("make help: %v", err)
	}
	var listed []string
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || len(line) > 120 {
			t.Errorf("make help prints %q; the comment above the target begins with its name, and its first sentence is short", line)
			continue
		}
		listed = append(listed, fields[0])
	}
	if !slices.Equal(listed, targets) {
		t.Errorf("make help lists %q, the Makefile has %q", listed, targets)
	}
}
