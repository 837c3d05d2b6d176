package pathtree

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Pattern is a path pattern with the rules of net/http.ServeMux, without method and host:
//
//	/items            this path only
//	/items/           this path only; a trailing slash is no subtree, unlike net/http ("/items/{$}" is the same)
//	/items/{id}       one segment, not empty
//	/files/{rest...}  everything after "/files/", also nothing at all
//
// Patterns are written decoded: "/café" matches a request for /caf%C3%A9.
type Pattern struct {
	Template
	segments []segment // at least one
}

// A Template is the part of a pattern that writes paths and outlives the start of the app.
type Template struct {
	Text  string   // as written, without "{$}"
	Names []string // the wildcards, from left to right
}

// A segment is the part of a pattern between two slashes. A trailing slash is a last literal with empty text,
// so "/" is one such literal.
type segment struct {
	text string // the literal, decoded, or the wildcard's name
	kind segmentKind
}

// segmentKind is the kind of a segment. Later kinds match more.
type segmentKind uint8

const (
	literal segmentKind = iota
	single              // {name}
	multi               // {name...}, always the last segment
)

// Parse reads a pattern. An error is one sentence that says what was found and what is legal.
func Parse(s string) (Pattern, error) {
	if err := checkText(s); err != nil {
		return Pattern{}, err
	}
	text := s
	if trimmed, ok := strings.CutSuffix(s, "/{$}"); ok {
		text = trimmed + "/"
	}
	p := Pattern{Template{Text: text}, make([]segment, 0, strings.Count(text, "/"))}
	if n := strings.Count(text, "{"); n > 0 {
		p.Names = make([]string, 0, n)
	}
	for rest, more := text[1:], true; more; {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		seg, problem := parseSegment(part, !more)
		if problem == "" && seg.kind != literal {
			for _, name := range p.Names {
				if name == seg.text {
					problem = fmt.Sprintf("wildcard name %q occurs twice; give each wildcard its own name", name)
				}
			}
			p.Names = append(p.Names, seg.text)
		}
		if problem != "" {
			return Pattern{}, fmt.Errorf("path pattern %q: %s", s, problem)
		}
		p.segments = append(p.segments, seg)
	}
	return p, nil
}

// checkText checks what concerns the whole text, before it is cut into segments.
func checkText(s string) error {
	switch {
	case s == "":
		return fmt.Errorf(`path pattern is empty; a path begins with "/", and the root is "/"`)
	case s[0] != '/':
		return fmt.Errorf(`path pattern %q does not begin with "/"; write the path only, without method or host`, s)
	case !utf8.ValidString(s):
		return fmt.Errorf("path pattern %q is not valid UTF-8; write it decoded, as UTF-8 text", s)
	}
	if i := strings.IndexFunc(s, unicode.IsControl); i >= 0 {
		return fmt.Errorf("path pattern %q contains a control character at byte %d; write printable text", s, i)
	}
	return nil
}

// parseSegment reads the text between two slashes. It returns a problem, in words, or "".
func parseSegment(s string, last bool) (_ segment, problem string) {
	end, balanced := braces(s)
	switch {
	case s == "" && last:
		return segment{}, "" // trailing slash
	case s == "":
		return segment{}, `empty segment "//"; write a single slash`
	case s[0] == '{' && end == len(s)-1: // not "{a}{b}"; "{id:[0-9]{3}}" gets an error of its own
		return parseWildcard(s, last)
	case s == "." || s == "..":
		return segment{}, fmt.Sprintf("segment %q can never match, for clients resolve it; leave it out", s)
	case s[0] == ':':
		return segment{}, fmt.Sprintf("%q is another framework's wildcard; write {%s}", s, nameOr(s[1:], "name"))
	case s[0] == '*':
		return segment{}, fmt.Sprintf("%q is another framework's wildcard; write {%s...}", s, nameOr(s[1:], "rest"))
	}
	if strings.Contains(s, `\`) {
		return segment{}, fmt.Sprintf("%q has a backslash, with which no request matches; write a slash, which divides a path", s)
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return segment{}, fmt.Sprintf("%q in %q; a pattern is a path only, query parameters are declared in the parameter struct", s[i:i+1], s)
	}
	if !balanced {
		return segment{}, fmt.Sprintf("unbalanced brace in %q; a wildcard is a whole segment, {name} or {name...}", s)
	}
	if strings.Contains(s, "{") {
		return segment{}, fmt.Sprintf("wildcard and text are mixed in %q; a wildcard is a whole segment, as in /{name}/", s)
	}
	if i := escapeAt(s); i >= 0 {
		return segment{}, fmt.Sprintf("percent-encoding %q in %q; patterns are written decoded", s[i:i+3], s)
	}
	return segment{text: s}, ""
}

// parseWildcard reads "{...}", braces included.
func parseWildcard(s string, last bool) (_ segment, problem string) {
	inside := s[1 : len(s)-1]
	if name, kind, ok := strings.Cut(inside, ":"); ok {
		name = nameOr(name, "name")
		if kind == "path" || kind == ".*" || kind == ".+" {
			return segment{}, fmt.Sprintf("%q is another framework's wildcard; write {%s...}", s, name)
		}
		return segment{}, fmt.Sprintf("%q declares a type in the path; write {%s} and declare the type in the parameter struct", s, name)
	}
	if strings.HasPrefix(inside, "*") {
		return segment{}, fmt.Sprintf("%q is another framework's wildcard; write {%s...}", s, nameOr(inside[1:], "rest"))
	}
	if inside == "$" { // Parse removed a legal one
		return segment{}, `"{$}" is not at the end; it stands for a trailing slash and is legal only after the last "/"`
	}
	name, isRest := strings.CutSuffix(inside, "...")
	switch {
	case name == "":
		return segment{}, fmt.Sprintf("wildcard %q has no name; write {name} or {name...}", s)
	case !isName(name):
		return segment{}, fmt.Sprintf("wildcard name %q is not a Go identifier; use letters, digits and underscores, no digit first", name)
	case isRest && !last:
		return segment{}, fmt.Sprintf("%q is not at the end; a wildcard with ... takes the rest of the path, so it is the last segment", s)
	case isRest:
		return segment{text: name, kind: multi}, ""
	}
	return segment{text: name, kind: single}, ""
}

// braces reads the braces of s. end is the index at which the first brace is closed, -1 if that happens nowhere; balanced is true when each
// brace has its partner.
func braces(s string) (end int, balanced bool) {
	end = -1
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return end, false
			}
			if depth == 0 && end < 0 {
				end = i
			}
		}
	}
	return end, depth == 0
}

// escapeAt returns the index of the first percent-escape in s, or -1. A lone '%' is a literal character.
func escapeAt(s string) int {
	for i := 0; i+2 < len(s); i++ {
		if _, ok := unescapeByte(s[i:]); ok {
			return i
		}
	}
	return -1
}

// unescapeByte decodes the escape "%XX" at the beginning of s.
func unescapeByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	var b byte
	for _, c := range []byte(s[1:3]) {
		b <<= 4
		switch {
		case '0' <= c && c <= '9':
			b |= c - '0'
		case 'a' <= c && c <= 'f':
			b |= c - 'a' + 10
		case 'A' <= c && c <= 'F':
			b |= c - 'A' + 10
		default:
			return 0, false
		}
	}
	return b, true
}

func isName(s string) bool {
	for i, c := range s {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return s != ""
}

// nameOr returns s if it can be advised as a wildcard's name, otherwise the placeholder.
func nameOr(s, placeholder string) string {
	if isName(s) {
		return s
	}
	return placeholder
}

// HasRest reports whether the last wildcard is a {name...}.
func (p *Template) HasRest() bool { return strings.HasSuffix(p.Text, "...}") }

// String returns the pattern as written, with "/{$}" normalised to "/".
func (p Template) String() string { return p.Text }

// Fill returns the path that the pattern matches with these values, percent-encoded. It refuses values with which
// a client would ask for another path: an empty or dot segment, and a leading slash in a {name...} value
// ("/{rest...}" with "/evil.example" would be a URL of another host), and values with characters that the router refuses:
// inName are those of a {name}, inRest those of a {name...}.
func (p Template) Fill(values map[string]string, inName, inRest string) (string, error) {
	var b strings.Builder
	for part := range strings.SplitSeq(p.Text[1:], "/") {
		b.WriteByte('/')
		if !strings.HasPrefix(part, "{") {
			b.WriteString(url.PathEscape(part))
			continue
		}
		seg, _ := parseWildcard(part, true)
		value, ok := values[seg.text]
		if !ok {
			return "", fmt.Errorf("path pattern %q: no value for {%s}", p.Text, seg.text)
		}
		if seg.kind == single {
			if value == "" {
				return "", fmt.Errorf("path pattern %q: the value of {%s} is empty; a segment needs at least one character", p.Text, seg.text)
			}
			if value == "." || value == ".." {
				return "", p.dotSegment(seg, value)
			}
			if strings.ContainsAny(value, inName) {
				return "", fmt.Errorf("path pattern %q: the value %q of {%s} has a slash or backslash, which the route does not admit; allow it with EncodedSlashes, or use other text", p.Text, value, seg.text)
			}
			b.WriteString(url.PathEscape(value))
			continue
		}
		if strings.ContainsAny(value, inRest) {
			return "", fmt.Errorf("path pattern %q: the value %q of {%s...} has a backslash, which matches no route; use a slash", p.Text, value, seg.text)
		}
		if strings.HasPrefix(value, "/") {
			return "", fmt.Errorf("path pattern %q: the value %q of {%s...} begins with a slash; the pattern already has it", p.Text, value, seg.text)
		}
		for i, part := range strings.Split(value, "/") {
			if part == "." || part == ".." {
				return "", p.dotSegment(seg, value)
			}
			if i > 0 {
				b.WriteByte('/')
			}
			b.WriteString(url.PathEscape(part))
		}
	}
	if err := p.checkNames(values); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (p Template) dotSegment(seg segment, value string) error {
	return fmt.Errorf("path pattern %q: the value %q of {%s} has a dot segment, which clients resolve; use other text", p.Text, value, seg.text)
}

// checkNames refuses values of wildcards that the pattern does not have. The smallest name is reported, so that the
// message does not depend on the map's order.
func (p Template) checkNames(values map[string]string) error {
	if len(values) == len(p.Names) {
		return nil // fill found every name, so there are no others
	}
	known := make(map[string]bool, len(p.Names))
	for _, name := range p.Names {
		known[name] = true
	}
	unknown, found := "", false
	for name := range values {
		if !known[name] && (!found || name < unknown) {
			unknown, found = name, true
		}
	}
	if found {
		return fmt.Errorf("path pattern %q has no wildcard %q; leave the value out", p.Text, unknown)
	}
	return nil
}
