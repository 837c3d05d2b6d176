package route

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/trace"
)

// debugSection is a part of the answer to an unhandled error under Debug.
type debugSection struct{ title, text string }

// debugPage makes the answer to an unhandled error under Debug: the errors that it wraps, the stack of a panic with source lines, the
// request without its secrets, and what the route runs, with what has run and for how long. A browser gets HTML, in which all texts are escaped and scripts are not allowed.
// Other clients get plain text.
func (e *endpoint) debugPage(out *answer.Answer, x *exchange.Exchange, err error) {
	sections := []debugSection{{"", debugErrors(err)}}
	if p := panics.PanicOf(err); p != nil {
		sections = append(sections, debugSection{"Stack", withSource(string(p.Stack))})
	}
	sections = append(sections, debugSection{"Request", debugRequest(x)})
	if e.plan != nil {
		explanation := e.explanation()
		sections = append(sections, debugSection{"What the route runs", explanationText(&explanation, x.Method(), e.whatRan(trace.Of(x.Context()), explanation.Plan))})
	}
	const note = "This page is here because of brio.Debug(true). It is for development alone."
	title := x.Method() + " " + x.URL().Path
	var b strings.Builder
	if !strings.Contains(strings.Join(x.Headers()["Accept"], ","), "text/html") {
		fmt.Fprintf(&b, "Internal Server Error\n\n%s\n", title)
		for _, s := range sections {
			if s.title != "" {
				fmt.Fprintf(&b, "\n%s\n", s.title)
			}
			fmt.Fprintf(&b, "\n%s\n", strings.TrimRight(s.text, "\n"))
		}
		b.WriteString("\n" + note + "\n")
		out.Fill(http.StatusInternalServerError, exchange.ContentTypeOf("text/plain; charset=utf-8"), []byte(b.String()), false)
		return
	}
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'">
<title>Internal Server Error</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
pre{overflow:auto;padding:1rem;border:1px solid #8886;border-radius:.4rem}</style>
<h1>Internal Server Error</h1>
<p>%s</p>
`, html.EscapeString(title))
	for _, s := range sections {
		if s.title != "" {
			fmt.Fprintf(&b, "<h2>%s</h2>\n", s.title)
		}
		fmt.Fprintf(&b, "<pre>%s</pre>\n", html.EscapeString(strings.TrimRight(s.text, "\n")))
	}
	b.WriteString("<p>" + note + "</p>\n")
	out.Fill(http.StatusInternalServerError, exchange.ContentTypeOf("text/html; charset=utf-8"), []byte(b.String()), false)
}

// debugErrors is the text of an error and of the errors that it wraps, each with its type.
func debugErrors(err error) string {
	var b strings.Builder
	fmt.Fprintln(&b, errorText(err))
	for depth, inner := 1, errors.Unwrap(err); depth < 20 && inner != nil; depth, inner = depth+1, errors.Unwrap(inner) {
		fmt.Fprintf(&b, "%s%T: %s\n", strings.Repeat("  ", depth), inner, errorText(inner))
	}
	return b.String()
}

// secretName is part of the names of headers and parameters whose values are secrets.
var secretName = regexp.MustCompile(`(?i)auth|cookie|token|key|secret|passw|session|signature|credential|code`)

// mask returns the value of a header or a parameter, or how long it is if its name says that it is a secret.
func mask(name, value string) string {
	if secretName.MatchString(name) {
		return fmt.Sprintf("(masked, %d bytes)", len(value))
	}
	return value
}

// debugRequest is the request: the path, the query and the headers, without secrets. The body is not in it.
func debugRequest(x *exchange.Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\nHost: %s\n", x.Method(), x.URL().EscapedPath(), x.Host())
	writeMasked(&b, "?%s=%s\n", x.URL().Query())
	writeMasked(&b, "%s: %s\n", url.Values(x.Headers()))
	return b.String()
}

// writeMasked writes names with their values in alphabetical order.
func writeMasked(b *strings.Builder, format string, values url.Values) {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range values[name] {
			fmt.Fprintf(b, format, name, mask(name, value))
		}
	}
}

// stackPlace is the line of a stack with a file of the source.
var stackPlace = regexp.MustCompile(`^\t(.+\.go):(\d+)`)

// maxSourceLines is how many lines of a stack get the line of the source that they name. Each reads a file.
const maxSourceLines = 40

// withSource adds the source line to each place of a stack whose file this machine has.
func withSource(stack string) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(stack) {
		b.WriteString(line)
		if m := stackPlace.FindStringSubmatch(line); m != nil && n < maxSourceLines {
			n++
			text, err := os.ReadFile(m[1])
			lines := bytes.Split(text, []byte("\n"))
			if i, wrong := strconv.Atoi(m[2]); err == nil && wrong == nil && i >= 1 && i <= len(lines) {
				fmt.Fprintf(&b, "\t\t> %s\n", bytes.TrimSpace(lines[i-1]))
			}
		}
	}
	return b.String()
}
