package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// dataFile is the default of a flag that names a file of data.
var dataFile = regexp.MustCompile(`flag\.String\("file", "([^"]+)"`)

// TestDataOfExamplesIsIgnored: a program that is started in its folder leaves the checkout clean.
func TestDataOfExamplesIsIgnored(t *testing.T) {
	t.Parallel()
	if err := exec.Command("git", "rev-parse", "--git-dir").Run(); err != nil {
		t.Skip("this is no checkout")
	}
	programs, err := filepath.Glob("../../examples/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, program := range programs {
		text, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range dataFile.FindAllStringSubmatch(string(text), -1) {
			for _, suffix := range []string{"", "-wal", "-shm"} {
				found++
				if err := exec.Command("git", "check-ignore", "-q", filepath.Join(filepath.Dir(program), m[1]+suffix)).Run(); err != nil {
					t.Errorf("%s writes %s, which .gitignore does not list", program, m[1]+suffix)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no program has a file of data")
	}
}
