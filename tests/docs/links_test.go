package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link       = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading    = regexp.MustCompile(`^#{1,6} (.+)$`)
	codeSpan   = regexp.MustCompile("`[^`]*`")
	notInSlugs = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// TestLinksLead: each link of a page leads to a file of the repository, and to a heading if it has a fragment.
func TestLinksLead(t *testing.T) {
	anchors := map[string]map[string]bool{}
	pages := readPages(t)
	for _, p := range pages {
		anchors[p.file] = p.anchors()
	}
	links := 0
	for _, p := range pages {
		for i, line := range p.prose() {
			for _, m := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, ""), -1) {
				target := m[1]
				if strings.Contains(target, ":") { // http:, https:, mailto:
					continue
				}
				links++
				place := fmt.Sprintf("%s:%d", p.file, i+1)
				name, fragment, hasFragment := strings.Cut(target, "#")
				file := p.file
				if name != "" {
					file = filepath.ToSlash(filepath.Join(filepath.Dir(p.file), name))
				}
				info, err := os.Stat(filepath.Join(root, file))
				if err != nil {
					t.Errorf("%s: the link %s leads to no file", place, target)
					continue
				}
				if strings.HasSuffix(name, "/") != (info.IsDir() && strings.HasSuffix(name, "/")) {
					t.Errorf("%s: the link %s ends with a slash and leads to a file", place, target)
				}
				if info.IsDir() {
					file += "/README.md"
				}
				if hasFragment && anchors[file] != nil && !anchors[file][fragment] {
					t.Errorf("%s: %s has no heading #%s", place, file, fragment)
				}
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links: the pages have another form than this test expects", links)
	}
}

// anchors returns the fragments of the headings of a page, as GitHub and the site make them.
func (p *page) anchors() map[string]bool {
	all := map[string]bool{}
	for _, line := range p.prose() {
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		slug := strings.ReplaceAll(strings.ToLower(notInSlugs.ReplaceAllString(m[1], "")), " ", "-")
		for n, unique := 1, slug; ; n++ {
			if !all[unique] {
				all[unique] = true
				break
			}
			unique = fmt.Sprintf("%s-%d", slug, n)
		}
	}
	return all
}
