package guide

import (
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// writeCode writes a block of code with its caption and a button that copies it. The button needs a script; style.css hides it
// without.
func writeCode(w io.StringWriter, language, caption, link, body string) {
	body = strings.TrimRight(body, "\n") + "\n"
	w.WriteString(`<figure class="code">`)
	w.WriteString(`<figcaption>`)
	switch {
	case link != "":
		w.WriteString(`<a href="` + html.EscapeString(link) + `">` + html.EscapeString(caption) + `</a>`)
	case caption != "":
		w.WriteString(html.EscapeString(caption))
	default:
		w.WriteString(html.EscapeString(languageName(language)))
	}
	w.WriteString(`</figcaption><button type="button" class="copy">Copy</button>`)
	w.WriteString(`<pre tabindex="0"><code>`)
	if language == "console" {
		w.WriteString(console(body))
	} else {
		w.WriteString(highlight(language, body))
	}
	w.WriteString("</code></pre></figure>\n")
}

func languageName(language string) string {
	switch language {
	case "go":
		return "Go"
	case "json", "yaml", "ini", "sql", "html", "css", "xml":
		return strings.ToUpper(language)
	case "":
		return "Code"
	}
	return strings.ToUpper(language[:1]) + language[1:]
}

// console marks the commands among the lines of a terminal: they begin with "$ " and end with the first line without a backslash.
func console(body string) string {
	var out strings.Builder
	continues := false
	for line := range strings.Lines(body) {
		text := strings.TrimSuffix(line, "\n")
		command, begins := strings.CutPrefix(text, "$ ")
		switch {
		case begins && !continues:
			out.WriteString(`<span class="prompt">$ </span><span class="command">` + html.EscapeString(command) + "</span>\n")
		case continues:
			out.WriteString(`<span class="command">` + html.EscapeString(text) + "</span>\n")
		default:
			out.WriteString(html.EscapeString(text) + "\n")
		}
		continues = (begins || continues) && strings.HasSuffix(text, `\`)
	}
	return out.String()
}

// class returns the class of style.css for a token, "" for a token in the colour of the text.
func class(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "c"
	case t == chroma.KeywordType || t == chroma.NameBuiltin || t == chroma.NameBuiltinPseudo || t == chroma.KeywordConstant:
		return "t"
	case t.InCategory(chroma.Keyword) || t == chroma.NameTag:
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber):
		return "n"
	case t == chroma.NameFunction || t == chroma.NameAttribute || t == chroma.NameProperty:
		return "f"
	}
	return ""
}

// lexerNames are the lexers of languages that have another name there.
var lexerNames = map[string]string{"sh": "bash", "caddy": "caddyfile", "dockerfile": "docker", "jsonc": "json"}

// tokens splits code into tokens, without the ends of its last lines. Code in an unknown language is one token.
func tokens(language, body string) []chroma.Token {
	body = strings.TrimRight(body, "\n")
	if name := lexerNames[language]; name != "" {
		language = name
	}
	lexer := lexers.Get(language)
	if lexer != nil && language != "" && language != "text" {
		if all, err := chroma.Tokenise(lexer, nil, body); err == nil && len(all) > 0 {
			last := &all[len(all)-1] // lexers add a line
			last.Value = strings.TrimRight(last.Value, "\n")
			return all
		}
	}
	return []chroma.Token{{Type: chroma.Text, Value: body}}
}

// highlight writes code with a span around each run of tokens of one class.
func highlight(language, body string) string {
	var out, run strings.Builder
	current := ""
	flush := func() {
		if current == "" {
			out.WriteString(html.EscapeString(run.String()))
		} else {
			out.WriteString(`<span class="` + current + `">` + html.EscapeString(run.String()) + `</span>`)
		}
		run.Reset()
	}
	for _, token := range tokens(language, body) {
		if c := class(token.Type); c != current && strings.TrimSpace(token.Value) != "" {
			flush()
			current = c
		}
		run.WriteString(token.Value)
	}
	flush()
	return out.String() + "\n"
}

// numbered writes code with an anchor for each line. A token of several lines is closed and opened again at their ends.
func numbered(language, body string) (code string, lines int) {
	var out strings.Builder
	open := func() {
		lines++
		out.WriteString(`<span class="line" id="L` + strconv.Itoa(lines) + `">`)
	}
	open()
	for _, token := range tokens(language, body) {
		for i, text := range strings.Split(token.Value, "\n") {
			if i > 0 {
				out.WriteString("</span>\n")
				open()
			}
			if c := class(token.Type); c != "" && text != "" {
				out.WriteString(`<span class="` + c + `">` + html.EscapeString(text) + `</span>`)
			} else {
				out.WriteString(html.EscapeString(text))
			}
		}
	}
	out.WriteString("</span>\n")
	return out.String(), lines
}
