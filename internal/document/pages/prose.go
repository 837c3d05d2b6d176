package pages

import (
	"go/doc/comment"
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// prose converts a description to HTML. It knows paragraphs, lists, headings and code, which Go comments and Markdown write alike, and
// inline code, **strong** and links of Markdown. It shows all other text unchanged, and escapes HTML.
func prose(text string) template.HTML {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	var p comment.Parser
	printer := comment.Printer{HeadingLevel: 5, HeadingID: func(*comment.Heading) string { return "" }}
	html := string(printer.HTML(p.Parse(indentFences(text)))) // escaped
	html = codeMark.ReplaceAllString(html, "<code>$1</code>")
	html = strongMark.ReplaceAllString(html, "<strong>$1</strong>")
	html = linkMark.ReplaceAllString(html, `<a href="$2" rel="noreferrer">$1</a>`)
	return template.HTML(html) //nolint:gosec // the printer has escaped all text
}

var (
	codeMark   = regexp.MustCompile("`([^`\n<>]+)`")
	strongMark = regexp.MustCompile(`\*\*([^*\n<>]+)\*\*`)
	// linkMark matches [text](https://…). The printer has made a link of the URL already.
	linkMark = regexp.MustCompile(`\[([^\]\n<>]+)\]\(<a href="(https?://[^"<>\s]+)">[^<]*</a>\)`)
)

// indentFences indents fenced code, because comments of Go mark code by indentation.
func indentFences(text string) string {
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		mark := strings.TrimLeft(line, " ")
		switch {
		case fence == "" && (strings.HasPrefix(mark, "```") || strings.HasPrefix(mark, "~~~")):
			fence = mark[:3]
			b.WriteString("\n")
		case fence != "" && strings.HasPrefix(mark, fence):
			fence = ""
			b.WriteString("\n")
		case fence != "":
			b.WriteString("\t" + line)
		default:
			b.WriteString(line)
		}
	}
	return b.String()
}

// anchor returns a name in the form of a URL fragment.
func anchor(name string) string { return url.PathEscape(name) }
