package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// withoutProgram are lists, and the page about the repository itself, which no program shows.
var withoutProgram = map[string]bool{"docs/architecture.md": true, "docs/README.md": true, "docs/fastapi-features.md": true, "docs/options.md": true}

// maxFragments is how many blocks of Go in the pages directly in docs/ are no files and no regions. The number only falls: new code
// stands in a file.
const maxFragments = 100

var title = regexp.MustCompile(`\A# [^\n]+\n\n[^\n#|]`)

// isProgram reports whether a block is a complete file, and not the part of one.
func isProgram(body string) bool {
	return strings.HasPrefix(body, "package ") && strings.HasSuffix(body, "\n}") && (strings.Contains(body, "\nfunc main() {") || strings.Contains(body, "\nfunc Test"))
}

// inDocs reports whether a page stands directly in docs/.
func (p *page) inDocs() bool { return filepath.Dir(p.file) == "docs" }

// TestPagesBeginWithProgram: a reader can copy the first Go code of a page, run it, and then read what it does. Before it the page
// says in a sentence what it is for.
func TestPagesBeginWithProgram(t *testing.T) {
	for _, p := range readPages(t) {
		text := strings.Join(p.lines, "\n")
		if !title.MatchString(text) {
			t.Errorf("%s: want a title and then a sentence that says what the page is for", p.file)
		}
		if !p.inDocs() || withoutProgram[p.file] {
			continue
		}
		for _, b := range p.blocks() {
			if b.lang != "go" {
				continue
			}
			if !isProgram(b.body()) {
				t.Errorf("%s:%d: the first Go code is no complete program", p.file, b.line)
			}
			if strings.Contains(strings.Join(p.lines[:b.line], "\n"), "\n## ") {
				t.Errorf("%s:%d: the first program stands below a second heading", p.file, b.line)
			}
			break
		}
	}
}

// TestCodeIsThatOfFiles: the pages show the files and regions that their blocks name. With -update a complete program without a file
// becomes one, so that a page can be written in one piece.
func TestCodeIsThatOfFiles(t *testing.T) {
	shown, fragments := 0, 0
	for _, p := range readPages(t) {
		if !strings.HasPrefix(p.file, "docs/") {
			continue
		}
		bodies := map[*block]string{}
		for _, b := range p.blocks() {
			if b.lang == "go" && b.arg == "" && isProgram(b.body()) {
				moveToFile(t, b, bodies)
			}
			if b.lang == "go" && b.arg == "" {
				fragments++
				if !p.inDocs() {
					t.Errorf("%s:%d: the code is no file and no region of one: write ```go main.go#name", p.file, b.line)
				}
			}
			if b.lang == "console" || b.lang == "text" || b.arg == "" {
				continue
			}
			shown++
			want, ok := include(b.dir(), b.arg)
			switch {
			case !ok:
				t.Errorf("%s:%d: there is no file or region %s", p.file, b.line, b.arg)
			case want == b.body():
			case *update:
				bodies[b] = want
			default:
				t.Errorf("%s:%d: the page does not show %s as it is: `make docs-update` copies it", p.file, b.line, b.arg)
			}
		}
		if len(bodies) > 0 {
			p.rewrite(t, bodies)
		}
	}
	if fragments > maxFragments {
		t.Errorf("%d blocks of Go in docs/*.md are no files and no regions, at most %d may be", fragments, maxFragments)
	}
	if shown < 20 {
		t.Errorf("only %d blocks: the pages have another form than this test expects", shown)
	}
}

// moveToFile writes a program that stands in a page alone to a file in a folder with the page's name.
func moveToFile(t *testing.T, b *block, bodies map[*block]string) {
	t.Helper()
	file := "main.go"
	if strings.Contains(b.body(), `"testing"`) {
		file = "main_test.go"
	}
	folder := strings.TrimSuffix(filepath.Base(b.page.file), ".md")
	for taken := folder; ; folder += "x" {
		if _, err := os.Stat(filepath.Join(b.dir(), taken)); err != nil {
			break
		}
		taken = folder + "x"
	}
	if !*update {
		t.Errorf("%s:%d: the program is no file: `make docs-update` writes %s/%s", b.page.file, b.line, folder, file)
		return
	}
	if err := os.MkdirAll(filepath.Join(b.dir(), folder), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.dir(), folder, file), []byte(b.body()+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.arg = folder + "/" + file
	b.page.lines[b.line-1] += " " + b.arg
	bodies[b] = b.body()
}

// TestProgramsCompile: go vet passes for the module of the programs.
func TestProgramsCompile(t *testing.T) {
	vet := exec.Command("go", "vet", "./...")
	vet.Dir = docs
	vet.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0")
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}
