package pages

import (
	"go/doc/comment"
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// prose shows a description: paragraphs, lists, headings and code, as Go's comments and Markdown have them alike, and of
// Markdown's marks within a line those for code, emphasis and links. Everything else is shown as it was written, and no
// HTML gets through.
func prose(text string) template.HTML {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	var p comment.Parser
	printer := comment.Printer{HeadingLevel: 5, HeadingID: func(*comment.Heading) string { return "" }}
	html := string(printer.HTML(p.Parse(fences(text)))) // escaped
	html = codeMark.ReplaceAllString(html, "<code>$1</code>")
	html = strongMark.ReplaceAllString(html, "<strong>$1</strong>")
	html = linkMark.ReplaceAllString(html, `<a href="$2" rel="noreferrer">$1</a>`)
	return template.HTML(html) //nolint:gosec // see above
}

var (
	codeMark   = regexp.MustCompile("`([^`\n<>]+)`")
	strongMark = regexp.MustCompile(`\*\*([^*\n<>]+)\*\*`)
	// linkMark is [text](https://…); what is printed links URLs by itself, so the URL is one already.
	linkMark = regexp.MustCompile(`\[([^\]\n<>]+)\]\(<a href="(https?://[^"<>\s]+)">[^<]*</a>\)`)
)

// fences indents fenced code, which is how Go marks it.
func fences(text string) string {
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

// anchor is a name as part of a fragment.
func anchor(name string) string { return url.PathEscape(name) }
