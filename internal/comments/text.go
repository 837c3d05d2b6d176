package comments

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSummary is the length of the longest summary, in bytes. Pages list operations by their summaries, one line each.
const maxSummary = 120

// Text is the text of a comment for a document, in Markdown.
type Text struct {
	Summary     string // one line, without a full stop
	Description string
	Deprecated  bool // a paragraph begins with "Deprecated:"
}

// Operation returns the text for the handler called name. Go comments begin with the name, which readers of an API do not know, so
// it is removed: "createItem adds an item. It is for administrators." has the summary "Adds an item" and the description "It is for
// administrators." A first sentence that is too long for a summary stays in the description.
func Operation(text, name string) Text {
	t := Describe(text)
	body := t.Description
	if rest, ok := strings.CutPrefix(body, name+" "); ok && name != "" {
		body = capitalized(strings.TrimLeft(rest, " "))
	}
	end := sentenceEnd(body)
	if end == 0 || end > maxSummary || strings.HasPrefix(body, deprecated) {
		t.Description = body
		return t
	}
	t.Summary = strings.ReplaceAll(strings.TrimSuffix(body[:end], "."), "\n", " ")
	t.Description = strings.TrimSpace(body[end:])
	return t
}

const deprecated = "Deprecated:"

// Describe returns the text for a type or field. The lines of a paragraph are joined, because some pages show line breaks; lists,
// headings, tables and code keep theirs. Links to Go names, [Item], lose their brackets. As in FastAPI the text after a form feed
// is for developers. gofmt deletes a form feed that is alone on a line; the two characters \f stand for it there.
func Describe(text string) Text {
	text = cutDeveloperText(text)
	var t Text
	var paragraphs []string
	var block []string // the lines of the current paragraph
	fence := ""        // the mark of an open code block
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

// cutDeveloperText returns the text before a form feed, or before a line of the two characters \f.
func cutDeveloperText(text string) string {
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

// paragraph joins the lines of a paragraph of words, and keeps the line breaks of others.
func paragraph(lines []string) string {
	for _, l := range lines {
		if blockMark.MatchString(l) {
			return strings.Join(lines, "\n")
		}
	}
	return goLink.ReplaceAllString(strings.Join(lines, " "), "$1$2$3")
}

var (
	// blockMark matches the beginning of lines that Markdown does not join: code, headings, quotes, tables, lists, fences.
	blockMark = regexp.MustCompile("^(\\s|#|>|\\||[-*+]\\s|[0-9]+[.)]\\s|```|~~~)")
	// goLink matches a link to a declaration, [Item] or [*routing.Route.Name], that is no Markdown link.
	goLink = regexp.MustCompile(`(^|[\s("'])\[\*?((?:\w+\.)*[A-Z]\w*(?:\.[A-Z]\w*)*)\]($|[^(\[:])`)
)

// sentenceEnd returns the end of the first sentence of the first paragraph, 0 when the paragraph is not one of words. A full stop
// before a lower-case letter, as in "e.g. this", or without a space after it ends no sentence.
func sentenceEnd(text string) int {
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
