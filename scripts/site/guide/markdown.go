package guide

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // the formats of pictures
	_ "image/png"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// markdown is a page's source and its tree.
type markdown struct {
	file   string
	source []byte
	root   ast.Node
}

// flavour is GitHub's, as far as the pages use it.
var flavour = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
)

// anchors makes the IDs of a page's headings as GitHub does.
type anchors map[string]bool

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{M}\p{N}_ -]`)

func slug(text string) string {
	return strings.ReplaceAll(strings.ToLower(notInAnchors.ReplaceAllString(text, "")), " ", "-")
}

// take returns the anchor of a heading. A second heading with the same text has -1 behind it, the next -2.
func (a anchors) take(text string) string {
	base := slug(text)
	id := base
	for n := 1; a[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	a[id] = true
	return id
}

// Generate implements parser.IDs. The IDs are set when the tree is complete, from the text of the headings.
func (anchors) Generate([]byte, ast.NodeKind) []byte { return nil }

// Put implements parser.IDs.
func (anchors) Put([]byte) {}

// line returns the number of the line on which a node stands, or the block around it.
func (m *markdown) line(n ast.Node) int {
	offset := n.Pos()
	for ; n != nil && offset < 0; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			offset = n.Lines().At(0).Start
		}
	}
	return 1 + bytes.Count(m.source[:max(0, min(offset, len(m.source)))], []byte("\n"))
}

func (m *markdown) place(n ast.Node) string { return fmt.Sprintf("%s:%d", m.file, m.line(n)) }

// text returns what a reader sees of a node.
func (m *markdown) text(n ast.Node) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Value(m.source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(m.source))
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// readMarkdown reads a file in Markdown as the text of a page.
func (b *builder) readMarkdown(p *page, file string) {
	source, err := b.readFile(file)
	if err != nil {
		b.mistakes = append(b.mistakes, err)
		return
	}
	m := &markdown{file: file, source: source}
	m.root = flavour.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(anchors{}))))
	p.markdown = m

	title, ok := m.root.FirstChild().(*ast.Heading)
	if !ok || title.Level != 1 {
		b.fail(file+":1", "want a title: # …")
		return
	}
	p.title = m.text(title)
	if first, ok := title.NextSibling().(*ast.Paragraph); ok {
		p.lead = m.text(first)
	}
	ast.Walk(m.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			id := anchors(p.anchors).take(m.text(n))
			n.SetAttributeString("id", []byte(id))
			if n.Level == 1 && n != title {
				b.fail(m.place(n), "a second title")
			}
			if n.Level > 1 {
				p.headings = append(p.headings, heading{n.Level, id, m.text(n)})
			}
		case *ast.Link:
			n.Destination = []byte(b.follow(p, m, n, string(n.Destination)))
		case *ast.Image:
			n.Destination = []byte(b.picture(p, m, n))
		case *ast.HTMLBlock, *ast.RawHTML:
			if raw := m.raw(n); !isComment(raw) {
				b.fail(m.place(n), "raw HTML is not shown: %s", raw)
			}
		}
		return ast.WalkContinue, nil
	})
	p.parts = m.split(p)
}

// raw returns the text of raw HTML.
func (m *markdown) raw(n ast.Node) string {
	if inline, ok := n.(*ast.RawHTML); ok {
		return string(inline.Segments.Value(m.source))
	}
	block := n.(*ast.HTMLBlock)
	raw := string(block.Lines().Value(m.source))
	if block.HasClosure() {
		raw += string(block.ClosureLine.Value(m.source))
	}
	return strings.TrimSpace(raw)
}

func isComment(raw string) bool {
	return strings.HasPrefix(raw, "<!--") && strings.HasSuffix(raw, "-->")
}

// isOutside reports whether a link leads out of the repository: it has a scheme.
func isOutside(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme != ""
}

// follow returns the link for the site to what a link of the repository leads to. The page of its target is read later.
func (b *builder) follow(p *page, m *markdown, n ast.Node, target string) string {
	if isOutside(target) {
		return target
	}
	name, fragment, hasFragment := strings.Cut(target, "#")
	place := m.place(n)
	to := p
	if name != "" {
		file, info := b.find(m, name)
		if info == nil {
			b.fail(place, "the link %s leads to no file", target)
			return target
		}
		if strings.HasSuffix(name, "/") && !info.IsDir() {
			b.fail(place, "the link %s ends with a slash and leads to a file", target)
			return target
		}
		if info.IsDir() {
			if _, err := fs.Stat(b.fsys, path.Join(file, "README.md")); err == nil {
				file = path.Join(file, "README.md")
			}
		}
		if isPicture(file) {
			return b.asset(p, file)
		}
		to = b.open(file)
		if path.Base(m.file) == "README.md" && path.Dir(file) == path.Dir(m.file) && to != p && !contains(p.listedBelow, to) {
			p.listedBelow = append(p.listedBelow, to)
		}
	}
	if !hasFragment {
		return p.linkTo(to.url)
	}
	b.uses = append(b.uses, anchorUse{place, fragment, to})
	if to == p {
		return "#" + fragment
	}
	return p.linkTo(to.url) + "#" + fragment
}

func contains(pages []*page, p *page) bool {
	for _, q := range pages {
		if p == q {
			return true
		}
	}
	return false
}

// find returns the file that a name means in a page, or no info.
func (b *builder) find(m *markdown, name string) (file string, info fs.FileInfo) {
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = unescaped
	}
	file = path.Join(path.Dir(m.file), name)
	if !fs.ValidPath(file) || strings.HasPrefix(path.Base(file), ".") && file != "." {
		return file, nil
	}
	info, _ = fs.Stat(b.fsys, file)
	return file, info
}

// picture returns the link to a picture, which becomes a file of the site.
func (b *builder) picture(p *page, m *markdown, n *ast.Image) string {
	target := string(n.Destination)
	file, info := b.find(m, target)
	switch {
	case isOutside(target):
		b.fail(m.place(n), "the picture %s is on another host", target)
	case info == nil || info.IsDir():
		b.fail(m.place(n), "the picture %s is no file", target)
	case m.text(n) == "":
		b.fail(m.place(n), "the picture %s has no alternative text", target)
	default:
		to := b.asset(p, file)
		if width, height, ok := sizeOf(b.assets[file]); ok { // so that the text below does not move when the picture comes
			n.SetAttributeString("width", []byte(strconv.Itoa(width)))
			n.SetAttributeString("height", []byte(strconv.Itoa(height)))
		} else {
			b.fail(m.place(n), "the picture %s does not say its width and height", target)
		}
		return to
	}
	return target
}

var svgSize = regexp.MustCompile(`\A(?:<\?[^>]*>\s*)?<svg[^>]*\sviewBox="[\d.]+ [\d.]+ ([\d]+)[\d.]* ([\d]+)[\d.]*"`)

// sizeOf returns the width and height of a picture.
func sizeOf(content []byte) (width, height int, ok bool) {
	if m := svgSize.FindSubmatch(content); m != nil {
		width, _ = strconv.Atoi(string(m[1]))
		height, _ = strconv.Atoi(string(m[2]))
		return width, height, width > 0 && height > 0
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	return config.Width, config.Height, err == nil
}

func isPicture(file string) bool {
	switch path.Ext(file) {
	case ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico":
		return true
	}
	return false
}

// asset makes a file of the repository a file of the site and returns the link to it.
func (b *builder) asset(p *page, file string) string {
	content, err := b.readFile(file)
	if err != nil {
		b.mistakes = append(b.mistakes, err)
	}
	b.assets[file] = content
	return p.linkTo(file)
}

// root returns the link from a page to the root of the site: "../../".
func (p *page) root() string {
	if p.url == "" {
		return "./"
	}
	return strings.Repeat("../", strings.Count(p.url, "/"))
}

// linkTo returns the link from a page to a URL.
func (p *page) linkTo(url string) string { return p.root() + url }

// listed returns the sections of a list of pages.
func (b *builder) listed(list *page) []*section {
	m := list.markdown
	var sections []*section
	for n := m.root.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level > 1 {
				sections = append(sections, &section{name: m.text(n)})
			}
		case *ast.List:
			ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
				if item, ok := n.(*ast.ListItem); ok && entering {
					if len(sections) == 0 {
						b.fail(m.place(n), "a list above the first heading")
						return ast.WalkStop, nil
					}
					if p := b.firstLink(list, item); p != nil {
						s := sections[len(sections)-1]
						s.pages = append(s.pages, p)
					}
				}
				return ast.WalkContinue, nil
			})
		}
	}
	return sections
}

// firstLink returns the page that the first link of an item leads to, nil if the item begins with something else.
func (b *builder) firstLink(list *page, item ast.Node) *page {
	if item.FirstChild() == nil {
		return nil
	}
	link, ok := item.FirstChild().FirstChild().(*ast.Link)
	if !ok {
		return nil
	}
	return b.pages[strings.TrimPrefix(string(link.Destination), list.root())]
}

// split divides the text of a page by its headings, for the search. Of code it keeps the names, each once.
func (m *markdown) split(p *page) []part {
	parts := make([]part, 1, len(p.headings)+1)
	names := map[string]bool{}
	add := func(n ast.Node) {
		current := &parts[len(parts)-1]
		if t := m.text(n); t != "" {
			if current.text.Len() > 0 {
				current.text.WriteByte(' ')
			}
			current.text.WriteString(t)
		}
		ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if entering && (n.Kind() == ast.KindFencedCodeBlock || n.Kind() == ast.KindCodeBlock) {
				for _, name := range strings.FieldsFunc(string(n.Lines().Value(m.source)), isNoName) {
					if name = strings.Trim(name, ".-/"); len(name) > 2 && !names[name] {
						names[name] = true
						current.code.WriteString(name + " ")
					}
				}
			}
			return ast.WalkContinue, nil
		})
	}
	for n := m.root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			if h.Level > 1 {
				id, _ := h.AttributeString("id")
				parts = append(parts, part{id: string(id.([]byte)), heading: m.text(h)})
				clear(names)
			}
			continue
		}
		add(n)
	}
	return parts
}

func isNoName(c rune) bool {
	return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' && c != '.' && c != '-' && c != '/'
}
