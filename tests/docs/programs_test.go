package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// withoutProgram are pages about the repository itself, which no program shows.
var withoutProgram = map[string]bool{"architecture.md": true}

var (
	goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")
	title   = regexp.MustCompile(`\A# [^\n]+\n\n[^\n#|]`)
)

// TestPagesBeginWithProgram: a reader can copy the first Go code of a page, run it, and then read what it does. Before it the page
// says in a sentence what it is for.
func TestPagesBeginWithProgram(t *testing.T) {
	for name, text := range pages(t) {
		if !title.MatchString(text) {
			t.Errorf("%s: want a title and then a sentence that says what the page is for", name)
		}
		if withoutProgram[name] {
			continue
		}
		first := goBlock.FindStringSubmatchIndex(text)
		if first == nil || !isProgram(text[first[2]:first[3]]) {
			t.Errorf("%s: the first Go code is no complete program", name)
			continue
		}
		if strings.Contains(text[:first[0]], "\n## ") {
			t.Errorf("%s: the first program stands below a second heading", name)
		}
	}
}

// TestProgramsCompile runs go vet on every complete program of the pages, in a module of its own that uses this one.
func TestProgramsCompile(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod := strings.Replace(read(t, filepath.Join(root, "go.mod")), "module github.com/brio-go/brio\n", "module example.com/docs\n", 1)
	mod += "\nrequire github.com/brio-go/brio v0.0.0\n\nreplace github.com/brio-go/brio => " + root + "\n"
	write(t, filepath.Join(dir, "go.mod"), mod)
	write(t, filepath.Join(dir, "go.sum"), read(t, filepath.Join(root, "go.sum")))
	programs := 0
	for name, text := range pages(t) {
		for i, block := range goBlock.FindAllStringSubmatch(text, -1) {
			if !isProgram(block[1]) {
				continue
			}
			programs++
			file := "main.go"
			if strings.Contains(block[1], `"testing"`) {
				file = "main_test.go"
			}
			write(t, filepath.Join(dir, strings.TrimSuffix(name, ".md"), string(rune('a'+i)), file), block[1])
		}
	}
	if programs < 20 {
		t.Errorf("only %d programs: the pages have another form than this test expects", programs)
	}
	vet := exec.Command("go", "vet", "-mod=mod", "./...")
	vet.Dir = dir
	vet.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}

// isProgram reports whether a block is a complete file, and not the part of one.
func isProgram(block string) bool {
	return strings.HasPrefix(block, "package ") && strings.HasSuffix(block, "\n}\n") && (strings.Contains(block, "\nfunc main() {") || strings.Contains(block, "\nfunc Test"))
}

// pages returns the pages of docs/ by name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	all := map[string]string{}
	for _, file := range files {
		all[filepath.Base(file)] = read(t, file)
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
