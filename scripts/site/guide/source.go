package guide

import (
	"html"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// maxSource is how many bytes a file may have to be shown: longer ones are generated.
const maxSource = 200_000

var regionBegin = regexp.MustCompile(`(?m)^\s*(?://|#|--|<!--)\s*region (\S+)`)

// codeFiles opens the pages of the files that the blocks of a page show.
func (b *builder) codeFiles(p *page) {
	m := p.markdown
	if m == nil || !strings.HasPrefix(m.file, docsDir+"/") {
		return
	}
	ast.Walk(m.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		f, ok := n.(*ast.FencedCodeBlock)
		if !ok || !entering || f.Info == nil {
			return ast.WalkContinue, nil
		}
		language, argument, _ := strings.Cut(strings.TrimSpace(string(f.Info.Segment.Value(m.source))), " ")
		if argument == "" || language == "text" || language == "console" {
			return ast.WalkContinue, nil
		}
		name, region, _ := strings.Cut(argument, "#")
		file, info := b.find(m, name)
		if info == nil || info.IsDir() {
			b.fail(m.place(n), "there is no file %s", name)
			return ast.WalkContinue, nil
		}
		b.open(file)
		if region != "" && b.regionLine(file, region) == 0 {
			b.fail(m.place(n), "%s has no region %s", name, region)
		}
		return ast.WalkContinue, nil
	})
}

// regionLine returns the number of the first line of a region, 0 if there is none.
func (b *builder) regionLine(file, region string) int {
	if region == "" {
		return 0
	}
	content, err := b.readFile(file)
	if err != nil {
		return 0
	}
	for _, m := range regionBegin.FindAllSubmatchIndex(content, -1) {
		if string(content[m[2]:m[3]]) == region {
			return 2 + strings.Count(string(content[:m[2]]), "\n")
		}
	}
	return 0
}

// language returns the name of the language of a file.
func language(file string) string {
	base := path.Base(file)
	switch {
	case base == "Dockerfile":
		return "docker"
	case base == "Caddyfile":
		return "caddyfile"
	case base == "Makefile":
		return "make"
	case base == "go.mod":
		return "gomod"
	case base == "nginx.conf":
		return "nginx"
	}
	switch ext := strings.TrimPrefix(path.Ext(base), "."); ext {
	case "service", "socket":
		return "ini"
	case "mod", "sum", "txt", "":
		return "text"
	case "mjs":
		return "js"
	default:
		return ext
	}
}

// isShown reports whether a file has a page: it is a text of reasonable length.
func isShown(content []byte) bool { return len(content) <= maxSource && utf8.Valid(content) }

// readSource makes the page of a file: its lines, each with an anchor.
func (b *builder) readSource(p *page) {
	content, err := b.readFile(p.file)
	if err != nil {
		b.mistakes = append(b.mistakes, err)
		return
	}
	p.title = path.Base(p.file)
	if !isShown(content) {
		b.fail(p.file, "is linked to, and is no text that can be shown")
		return
	}
	code, lines := numbered(language(p.file), string(content))
	for i := 1; i <= lines; i++ {
		p.anchors["L"+strconv.Itoa(i)] = true
	}
	p.top = template.HTML(`<h1 class="path">` + html.EscapeString(p.title) + "</h1>\n")
	p.body = template.HTML(`<figure class="code"><figcaption>` + html.EscapeString(p.file) +
		`</figcaption><button type="button" class="copy">Copy</button><pre tabindex="0" class="numbered"><code>` + code + "</code></pre></figure>\n")
}

// isListed reports whether a file or folder stands in the list of its folder.
func isListed(name string) bool {
	return !strings.HasPrefix(name, ".") && name != "README.md" && name != "node_modules" && name != "go.sum" && name != "out"
}

// readFolder makes the page of a folder: its README.md and the list of its files.
func (b *builder) readFolder(p *page) {
	entries, err := fs.ReadDir(b.fsys, p.file)
	if err != nil {
		b.mistakes = append(b.mistakes, err)
		return
	}
	if info, err := fs.Stat(b.fsys, p.file); err == nil {
		b.read[p.file] = info.ModTime()
	}
	p.title = p.file
	p.top = template.HTML(`<h1 class="path">` + html.EscapeString(p.title) + "</h1>\n")
	readme := path.Join(p.file, "README.md")
	if _, err := fs.Stat(b.fsys, readme); err == nil {
		b.readMarkdown(p, readme)
	}
	var list strings.Builder
	list.WriteString(`<h2 id="files" class="files">Files</h2>` + "\n" + `<ul class="files">` + "\n")
	p.anchors["files"] = true
	for _, e := range entries {
		file := path.Join(p.file, e.Name())
		if !isListed(e.Name()) {
			continue
		}
		slash := ""
		if e.IsDir() {
			slash = "/"
		} else if content, err := b.readFile(file); err != nil || !isShown(content) || isPicture(file) {
			list.WriteString("<li>" + html.EscapeString(e.Name()) + "</li>\n")
			continue
		}
		to := b.open(file)
		list.WriteString(`<li><a href="` + html.EscapeString(p.linkTo(to.url)) + `">` + html.EscapeString(e.Name()+slash) + "</a></li>\n")
	}
	list.WriteString("</ul>\n")
	p.list = template.HTML(list.String())
}
