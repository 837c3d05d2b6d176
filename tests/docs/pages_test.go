package docs_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the code and the answers in the pages")

// root is the folder of the repository, and docs the one of its pages.
const (
	root = "../.."
	docs = root + "/docs"
)

// page is one page in Markdown.
type page struct {
	file  string // relative to root, with slashes
	lines []string
}

// block is a fenced block of a page.
type block struct {
	page        *page
	line        int    // the number of its first fence, from 1
	lang        string // "go"
	arg         string // "main.go#region"; empty if the fence has one word
	first, last int    // the lines of the body are page.lines[first:last]
}

func (b *block) body() string { return strings.Join(b.page.lines[b.first:b.last], "\n") }

// dir returns the folder that the files of the block are relative to.
func (b *block) dir() string { return filepath.Join(root, filepath.Dir(b.page.file)) }

// readPages returns all pages of docs/, and those of the root that users read.
func readPages(t *testing.T) []*page {
	t.Helper()
	var pages []*page
	add := func(file string) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, &page{file: file, lines: strings.Split(string(text), "\n")})
	}
	for _, file := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} {
		add(file)
	}
	err := fs.WalkDir(os.DirFS(root), "docs", func(file string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(file, ".md") {
			add(file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// blocks returns the fenced blocks of a page.
func (p *page) blocks() []*block {
	var all []*block
	var open *block
	for i, line := range p.lines {
		switch {
		case !strings.HasPrefix(line, "```"):
		case open == nil:
			lang, arg, _ := strings.Cut(strings.TrimLeft(line, "`"), " ")
			open = &block{page: p, line: i + 1, lang: lang, arg: arg, first: i + 1}
		default:
			open.last = i
			all = append(all, open)
			open = nil
		}
	}
	return all
}

// prose returns the lines of a page, with those of fenced blocks empty.
func (p *page) prose() []string {
	lines := slices.Clone(p.lines)
	for _, b := range p.blocks() {
		clear(lines[b.first-1 : b.last+1])
	}
	return lines
}

// rewrite replaces the bodies of blocks, the last block first so that line numbers stay true, and writes the page.
func (p *page) rewrite(t *testing.T, bodies map[*block]string) {
	t.Helper()
	blocks := make([]*block, 0, len(bodies))
	for b := range bodies {
		blocks = append(blocks, b)
	}
	slices.SortFunc(blocks, func(a, b *block) int { return b.first - a.first })
	for _, b := range blocks {
		p.lines = slices.Replace(p.lines, b.first, b.last, strings.Split(bodies[b], "\n")...)
	}
	if err := os.WriteFile(filepath.Join(root, p.file), []byte(strings.Join(p.lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	regionBegin = regexp.MustCompile(`^\s*(?://|#|--|<!--)\s*region (\S+)`)
	regionEnd   = regexp.MustCompile(`^\s*(?://|#|--|<!--)\s*endregion\b`)
)

// include returns the text of a file without the marks of regions, or the text of one region without its indentation. ok is false if
// there is no such file or region, or if the region is empty.
func include(dir, arg string) (text string, ok bool) {
	name, region, _ := strings.Cut(arg, "#")
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "", false
	}
	var lines []string
	inside := region == ""
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\n")
		if m := regionBegin.FindStringSubmatch(line); m != nil {
			inside = inside || m[1] == region
			continue
		}
		if regionEnd.MatchString(line) {
			inside = region == ""
			continue
		}
		if line == "" && len(lines) > 0 && lines[len(lines)-1] == "" { // a mark stood between two empty lines
			continue
		}
		if inside {
			lines = append(lines, line)
		}
	}
	if region != "" {
		unindent(lines)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n"), len(lines) > 0
}

// unindent removes the white space that all lines begin with.
func unindent(lines []string) {
	for len(lines) > 0 {
		var prefix byte
		for _, line := range lines {
			if line == "" {
				continue
			}
			if line[0] != '\t' && line[0] != ' ' || prefix != 0 && line[0] != prefix {
				return
			}
			prefix = line[0]
		}
		if prefix == 0 {
			return
		}
		for i, line := range lines {
			lines[i] = strings.TrimPrefix(line, string(prefix))
		}
	}
}
