package comments

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSummary is how long a sentence may be, in bytes, to be a summary: lists of operations show it in one line.
const maxSummary = 120

// Text is what a document says of something that has a comment. It is Markdown, which a comment may be.
type Text struct {
	Summary     string // one line, without the stop at the end
	Description string
	Deprecated  bool // a paragraph begins with "Deprecated:"
}

// Operation reads the comment of the handler called name. Go's begin with the name, which readers of an API do not know,
// so it is left out: "createItem adds an item. It is for administrators." has the summary "Adds an item" and the rest for
// a description. A first sentence that is too long for a summary stands in the description.
func Operation(text, name string) Text {
	t := Describe(text)
	body := t.Description
	if rest, ok := strings.CutPrefix(body, name+" "); ok && name != "" {
		body = capitalized(strings.TrimLeft(rest, " "))
	}
	end := sentence(body)
	if end == 0 || end > maxSummary || strings.HasPrefix(body, deprecated) {
		t.Description = body
		return t
	}
	t.Summary = strings.ReplaceAll(strings.TrimSuffix(body[:end], "."), "\n", " ")
	t.Description = strings.TrimSpace(body[end:])
	return t
}

const deprecated = "Deprecated:"

// Describe reads the comment of a type or field. The lines of a paragraph become one, for some pages show the end of a
// line as such; lists, headings, tables and code stay. Links to Go names, [Item], lose their brackets. What stands behind a
// form feed is for developers, as with FastAPI. gofmt deletes a form feed that is alone on a line; the two characters \f may
// stand there instead.
func Describe(text string) Text {
	text = public(text)
	var t Text
	var paragraphs []string
	var block []string // lines that go on
	fence := ""        // that is open
	end := func() {
		if len(block) > 0 {
			paragraphs = append(paragraphs, paragraph(block))
			block = nil
		}
	}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\r\n \t")
		mark := strings.TrimLeft(line, " ")
		switch {
		case fence != "":
			block = append(block, line)
			if strings.HasPrefix(mark, fence) {
				fence = ""
			}
			continue
		case strings.HasPrefix(mark, "```"), strings.HasPrefix(mark, "~~~"):
			fence = mark[:3]
		case line == "":
			end()
			continue
		}
		block = append(block, line)
		t.Deprecated = t.Deprecated || len(block) == 1 && strings.HasPrefix(line, deprecated)
	}
	end()
	t.Description = strings.Join(paragraphs, "\n\n")
	return t
}

// public is the text before a form feed, or before a line of the two characters \f.
func public(text string) string {
	text, _, _ = strings.Cut(text, "\f")
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == `\f` {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// paragraph joins the lines of plain text; anything else keeps them.
func paragraph(lines []string) string {
	for _, l := range lines {
		if blockMark.MatchString(l) {
			return strings.Join(lines, "\n")
		}
	}
	return goLink.ReplaceAllString(strings.Join(lines, " "), "$1$2$3")
}

var (
	// blockMark is how lines begin that stand for themselves in Markdown: code, headings, quotes, tables, lists, fences.
	blockMark = regexp.MustCompile("^(\\s|#|>|\\||[-*+]\\s|[0-9]+[.)]\\s|```|~~~)")
	// goLink is a link to a declaration, [Item] or [*routing.Route.Name], that is none of Markdown's.
	goLink = regexp.MustCompile(`(^|[\s("'])\[\*?((?:\w+\.)*[A-Z]\w*(?:\.[A-Z]\w*)*)\]($|[^(\[:])`)
)

// sentence is where the first sentence of the first paragraph ends. A stop within it is followed by a small letter, as in
// "e.g. this", or by no space. It is 0 when the paragraph is no plain text.
func sentence(text string) int {
	first, _, _ := strings.Cut(text, "\n\n")
	if blockMark.MatchString(first) || strings.Contains(first, "\n") {
		return 0
	}
	for i, r := range first {
		if !strings.ContainsRune(".!?。", r) {
			continue
		}
		end := i + utf8.RuneLen(r)
		next := strings.TrimLeft(first[end:], " ")
		after, _ := utf8.DecodeRuneInString(next)
		if next == "" || r == '。' || len(next) < len(first)-end && !unicode.IsLower(after) {
			return end
		}
	}
	return len(first)
}

func capitalized(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
