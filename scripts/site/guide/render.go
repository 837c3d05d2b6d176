package guide

import (
	"bytes"
	"html"
	"html/template"
	"path"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// render writes the HTML of a page: p.top has the title and the first paragraph, p.body the rest.
func (b *builder) render(p *page) {
	m := p.markdown
	if m == nil {
		return
	}
	top := ast.NewDocument()
	title := m.root.FirstChild()
	if title == nil {
		return
	}
	lead, hasLead := title.NextSibling().(*ast.Paragraph)
	top.AppendChild(top, title) // takes it out of m.root
	if hasLead {
		top.AppendChild(top, lead)
	}
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(&nodes{b, p}, 100), // above goldmark's own
		util.Prioritized(ghtml.NewRenderer(), 1000),
	))
	write := func(n ast.Node) template.HTML {
		var out bytes.Buffer
		if err := r.Render(&out, m.source, n); err != nil {
			b.fail(m.file, "%v", err)
		}
		return template.HTML(out.String())
	}
	p.top, p.body = write(top), write(m.root)
}

// nodes writes the nodes of a page that look otherwise than goldmark's.
type nodes struct {
	b *builder
	p *page
}

// RegisterFuncs implements renderer.NodeRenderer.
func (r *nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, r.heading)
	reg.Register(ast.KindFencedCodeBlock, r.fenced)
	reg.Register(ast.KindCodeBlock, r.indented)
	reg.Register(ast.KindHTMLBlock, skip)
	reg.Register(ast.KindRawHTML, skip)
	reg.Register(extast.KindTable, r.table)
	reg.Register(extast.KindTableHeader, r.tableHeader)
	reg.Register(extast.KindTableRow, tag("tr"))
	reg.Register(extast.KindTableCell, r.cell)
	reg.Register(extast.KindStrikethrough, tag("del"))
}

// skip leaves a comment out; other raw HTML is a mistake.
func skip(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

// tag writes an element without attributes.
func tag(name string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString("<" + name + ">")
		} else {
			w.WriteString("</" + name + ">\n")
		}
		return ast.WalkContinue, nil
	}
}

// heading puts a link to the heading beside it, not inside: it is no part of the heading's name.
func (r *nodes) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	name := "h" + strconv.Itoa(h.Level)
	id, _ := h.AttributeString("id")
	anchor := html.EscapeString(string(id.([]byte)))
	switch {
	case h.Level == 1 && entering:
		w.WriteString(`<h1 id="` + anchor + `">`)
	case h.Level == 1:
		w.WriteString("</h1>\n")
	case entering:
		w.WriteString(`<div class="heading"><` + name + ` id="` + anchor + `">`)
	default:
		w.WriteString("</" + name + `><a class="anchor" href="#` + anchor + `" aria-label="Link to ` + html.EscapeString(r.p.markdown.text(n)) + `">#</a></div>` + "\n")
	}
	return ast.WalkContinue, nil
}

// fenced writes a fenced block. Its first line says the language, and the file or region that it shows.
func (r *nodes) fenced(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	f := n.(*ast.FencedCodeBlock)
	info := ""
	if f.Info != nil {
		info = string(f.Info.Segment.Value(source))
	}
	language, argument, _ := strings.Cut(strings.TrimSpace(info), " ")
	body := string(f.Lines().Value(source))
	m := r.p.markdown
	switch {
	case language == "console":
		writeCode(w, "console", "Terminal", "", body)
	case argument == "" || language == "text":
		writeCode(w, language, strings.ToUpper(argument[:min(1, len(argument))])+argument[min(1, len(argument)):], "", body)
	default:
		name, region, _ := strings.Cut(argument, "#")
		file := path.Join(path.Dir(m.file), name)
		to := r.b.pages[urlOf(file)]
		if to == nil { // foundFiles has reported it
			return ast.WalkSkipChildren, nil
		}
		link := r.p.linkTo(to.url)
		if line := r.b.regionLine(file, region); line > 0 {
			link += "#L" + strconv.Itoa(line)
		}
		writeCode(w, language, name, link, body)
	}
	return ast.WalkSkipChildren, nil
}

// indented writes an indented block: commands of a terminal, if it begins with one.
func (r *nodes) indented(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		body := string(n.Lines().Value(source))
		if strings.HasPrefix(body, "$ ") {
			writeCode(w, "console", "Terminal", "", body)
		} else {
			writeCode(w, "", "", "", body)
		}
	}
	return ast.WalkSkipChildren, nil
}

// table writes a table in a box that scrolls by itself, with the keyboard too.
func (r *nodes) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString(`<div class="table" tabindex="0"><table>` + "\n")
	} else {
		w.WriteString("</tbody></table></div>\n")
	}
	return ast.WalkContinue, nil
}

// tableHeader leaves out a header whose cells are all empty.
func (r *nodes) tableHeader(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if r.p.markdown.text(n) == "" {
		if entering {
			w.WriteString("<tbody>")
		}
		return ast.WalkSkipChildren, nil
	}
	if entering {
		w.WriteString("<thead><tr>")
	} else {
		w.WriteString("</tr></thead><tbody>\n")
	}
	return ast.WalkContinue, nil
}

func (r *nodes) cell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	name := "td"
	if n.Parent().Kind() == extast.KindTableHeader && n.HasChildren() {
		name = "th"
	}
	if !entering {
		w.WriteString("</" + name + ">")
		return ast.WalkContinue, nil
	}
	w.WriteString("<" + name)
	if name == "th" {
		w.WriteString(` scope="col"`)
	}
	if a := n.(*extast.TableCell).Alignment; a == extast.AlignRight || a == extast.AlignCenter {
		w.WriteString(` class="` + a.String() + `"`)
	}
	w.WriteString(">")
	return ast.WalkContinue, nil
}
