package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var heldBy = regexp.MustCompile("`([a-z0-9/]+)/(Test\\w+)`")

// TestThreatsAreHeld: each threat of docs/security-model.md names tests, and each of them exists in its folder.
func TestThreatsAreHeld(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docs, "security-model.md"))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	threats, isThreat := 0, false
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		switch {
		case !strings.HasPrefix(line, "|"):
			isThreat = false
			continue
		case cells[0] == "| threat":
			isThreat = true
			continue
		case !isThreat || strings.HasPrefix(line, "|-"):
			continue
		}
		threats++
		names := heldBy.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(cells) != 4 || len(names) == 0 {
			t.Errorf("%q has %d cells and %d tests, want 4 cells and a test", strings.TrimPrefix(cells[0], "| "), len(cells), len(names))
		}
		for _, name := range names {
			folder := name[1]
			if _, read := sources[folder]; !read {
				sources[folder] = testSources(t, folder)
			}
			if !strings.Contains(sources[folder], "\nfunc "+name[2]+"(t *testing.T)") {
				t.Errorf("%q: the folder %s has no %s", strings.TrimPrefix(cells[0], "| "), folder, name[2])
			}
		}
	}
	if threats < 40 {
		t.Errorf("only %d threats: the page has another form than this test expects", threats)
	}
}

// testSources returns all test files of a folder of the repository.
func testSources(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
