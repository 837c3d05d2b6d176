package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var listed = regexp.MustCompile(`^(?:1\.|-) \[[^\]]+\]\(([^)]+)\)`)

// TestGuideListsPages: docs/README.md lists each page of docs/ once. The decisions have a list of their own.
func TestGuideListsPages(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docs, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	index := map[string]int{}
	var order []string
	for line := range strings.Lines(string(text)) {
		if m := listed.FindStringSubmatch(line); m != nil {
			index["docs/"+m[1]]++
			order = append(order, "docs/"+m[1])
		}
	}
	for _, p := range readPages(t) {
		if !strings.HasPrefix(p.file, "docs/") || p.file == "docs/README.md" || strings.HasPrefix(p.file, "docs/adr/0") {
			continue
		}
		if n := index[p.file]; n != 1 {
			t.Errorf("docs/README.md lists %s %d times, want once: add it where a reader looks for it", p.file, n)
		}
	}
	checkNext(t, order)
}

// checkNext: a chapter of the tutorial leads to the one that the guide lists behind it.
func checkNext(t *testing.T, order []string) {
	t.Helper()
	for i, file := range order[:len(order)-1] {
		next := order[i+1]
		if !strings.HasPrefix(file, "docs/tutorial/") || !strings.HasPrefix(next, "docs/tutorial/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Error(err)
			continue
		}
		if want := "](../" + strings.TrimPrefix(next, "docs/tutorial/") + ")"; !strings.Contains(string(text), "\nNext: [") || !strings.Contains(string(text), want) {
			t.Errorf("%s: want a line \"Next: […%s\"", file, want)
		}
	}
}
