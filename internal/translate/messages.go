package translate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/response"
)

// Messages selects the catalogue for a request. It is immutable and safe for concurrent use.
type Messages struct {
	languages []compiledCatalogue // the default first
	matcher   language.Matcher
}

// compiledCatalogue is a Catalogue with its language tag and its parsed messages.
type compiledCatalogue struct {
	response.Catalogue
	tag   language.Tag
	kinds map[string][]piece
}

// piece is a part of a message: a text or a placeholder.
type piece struct {
	text  string
	name  string                 // of the placeholder
	forms map[plural.Form]string // nil: the value itself
}

// NewMessages compiles catalogues. declared has the error types of the program (ErrorKind), with the names in their ctx. The
// problems are the mistakes in the catalogues, for the report.
func NewMessages(catalogues []response.Catalogue, declared map[string][]string) (m *Messages, problems []string) {
	known := constraint.Kinds()
	maps.Copy(known, declared)
	m = &Messages{}
	seen := map[string]bool{}
	hasDefault := false
	for _, c := range catalogues {
		tag, err := language.Parse(c.Language)
		switch {
		case err != nil || tag.IsRoot():
			problems = append(problems, fmt.Sprintf("the language %q of a Catalogue is none (BCP 47: \"de\", \"pt-BR\")", c.Language))
			continue
		case seen[tag.String()]:
			problems = append(problems, fmt.Sprintf("two Catalogues of the language %s", tag))
			continue
		case c.Default && hasDefault:
			problems = append(problems, fmt.Sprintf("the Catalogue of %s is a second Default", tag))
		}
		seen[tag.String()], hasDefault = true, hasDefault || c.Default
		compiled := compiledCatalogue{Catalogue: c, tag: tag, kinds: map[string][]piece{}}
		for _, kind := range slices.Sorted(maps.Keys(c.Kinds)) {
			names, ok := known[kind]
			if !ok {
				problems = append(problems, fmt.Sprintf("the Catalogue of %s has the unknown kind %q%s; kinds of your own are declared by ErrorKind", tag, kind, nearest(kind, known)))
				continue
			}
			pieces, err := parseTemplate(c.Kinds[kind], append(slices.Clip(names), "message"))
			if err != nil {
				problems = append(problems, fmt.Sprintf("the Catalogue of %s, kind %q: %v", tag, kind, err))
			}
			compiled.kinds[kind] = pieces
		}
		if c.Default {
			m.languages = slices.Insert(m.languages, 0, compiled)
		} else {
			m.languages = append(m.languages, compiled)
		}
	}
	if !seen["en"] {
		at := 0
		if hasDefault {
			at = len(m.languages)
		}
		m.languages = slices.Insert(m.languages, at, compiledCatalogue{tag: language.English})
	} else if !hasDefault {
		at := slices.IndexFunc(m.languages, func(c compiledCatalogue) bool { return c.tag == language.English })
		if at > 0 { // English first, the others in their order
			english := m.languages[at]
			m.languages = slices.Insert(slices.Delete(m.languages, at, at+1), 0, english)
		}
	}
	tags := make([]language.Tag, len(m.languages))
	for i, l := range m.languages {
		tags[i] = l.tag
	}
	m.matcher = language.NewMatcher(tags)
	return m, problems
}

// nearest returns a hint for a misspelled kind, "" if no known one is close.
func nearest(kind string, known map[string][]string) string {
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if strings.ReplaceAll(k, "_", "") == strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(kind)) {
			return fmt.Sprintf(" (%q is meant)", k)
		}
	}
	return ""
}

// maxAcceptLanguage is the longest Accept-Language that is parsed, in bytes. Browsers send far less.
const maxAcceptLanguage = 1024

// Translate translates info into the language that matches the client's Accept-Language headers best, and sets info.Language.
// It copies info.Errors and does not change the caller's list.
func (m *Messages) Translate(info *response.ErrorInfo, accept []string) {
	line := strings.Join(accept, ",")
	at := 0
	if line != "" && len(line) <= maxAcceptLanguage {
		if wanted, _, err := language.ParseAcceptLanguage(line); err == nil && len(wanted) > 0 {
			_, at, _ = m.matcher.Match(wanted...)
		}
	}
	c := &m.languages[at]
	info.Language = c.tag.String()
	info.Title = c.detail(info.Title)
	if s, ok := info.Detail.(string); ok {
		info.Detail = c.detail(s)
	}
	if len(info.Errors) == 0 {
		return
	}
	info.Errors = slices.Clone(info.Errors)
	for i := range info.Errors {
		info.Errors[i].Msg = c.message(info.Errors[i])
	}
}

// detail translates a title or detail; a text without a translation stays English.
func (c *compiledCatalogue) detail(s string) string {
	if t, ok := c.Details[s]; ok {
		return t
	}
	return s
}

// message returns the message of an entry. It is the English one if the template uses a name that is missing in ctx.
func (c *compiledCatalogue) message(d response.ErrorDetail) string {
	if c.Message != nil {
		if s := c.Message(d); s != "" {
			return s
		}
	}
	english := d.Msg
	for _, prefix := range []string{"Value error, ", "Assertion failed, "} {
		english = strings.TrimPrefix(english, prefix)
	}
	pieces, ok := c.kinds[d.Type]
	if !ok {
		return d.Msg[:len(d.Msg)-len(english)] + c.detail(english)
	}
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.name == "":
			b.WriteString(p.text)
			continue
		case p.name == "message":
			b.WriteString(c.detail(english))
			continue
		}
		v, ok := d.Ctx[p.name]
		switch s := v.(type) {
		case string:
			b.WriteString(c.detail(s))
			continue
		case nil, map[string]any:
			ok = false
		}
		if !ok {
			return d.Msg
		}
		number := constraint.FormatNumber(v)
		if p.forms == nil {
			b.WriteString(number)
			continue
		}
		b.WriteString(strings.ReplaceAll(p.form(c.tag, number), "#", number))
	}
	return b.String()
}

// form returns the plural form of a number in a language.
func (p piece) form(tag language.Tag, number string) string {
	digits := strings.TrimPrefix(number, "-")
	if strings.Trim(digits, "0123456789.") != "" {
		return p.forms[plural.Other] // no number
	}
	integer, fraction, _ := strings.Cut(digits, ".")
	n := make([]byte, 0, len(digits))
	for _, c := range []byte(integer + fraction) {
		n = append(n, c-'0')
	}
	form, ok := p.forms[plural.Cardinal.MatchDigits(tag, n, len(integer), len(fraction))]
	if !ok {
		form = p.forms[plural.Other]
	}
	return form
}

// pluralForms has the names of CLDR for the plural forms.
var pluralForms = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other,
}

// parseTemplate parses a message. Its placeholders may use the given names only.
func parseTemplate(s string, names []string) (pieces []piece, err error) {
	text := ""
	for len(s) > 0 {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			text += s
			break
		}
		text += s[:i]
		if s = s[i:]; len(s) > 1 && s[1] == s[0] {
			text, s = text+s[:1], s[2:]
			continue
		}
		end := strings.IndexByte(s, '}')
		if s[0] == '}' || end < 0 {
			return nil, fmt.Errorf("a single brace in %q; write it twice", s)
		}
		p, err := parsePlaceholder(s[1:end], names)
		if err != nil {
			return nil, err
		}
		if text != "" {
			pieces = append(pieces, piece{text: text})
		}
		text, pieces, s = "", append(pieces, p), s[end+1:]
	}
	if text != "" {
		pieces = append(pieces, piece{text: text})
	}
	return pieces, nil
}

// parsePlaceholder parses the text between two braces: a name, or a name with plural forms.
func parsePlaceholder(s string, names []string) (piece, error) {
	name, forms, choose := strings.Cut(s, ":")
	p := piece{name: name}
	if !slices.Contains(names, name) {
		return p, fmt.Errorf("the placeholder {%s} is none of {%s}", name, strings.Join(names, "}, {"))
	}
	if !choose {
		return p, nil
	}
	p.forms = map[plural.Form]string{}
	list := strings.Split(forms, "|")
	for i, form := range list {
		key, text, named := strings.Cut(form, "=")
		if !named {
			key, text = []string{"one", "other"}[min(i, 1)], form
		}
		f, ok := pluralForms[key]
		if _, twice := p.forms[f]; !ok || twice || !named && len(list) != 2 {
			return p, fmt.Errorf("the forms of {%s} are two, for one and other, or each has a name, as in one=…|few=…|other=…", s)
		}
		p.forms[f] = text
	}
	if _, ok := p.forms[plural.Other]; !ok {
		return p, fmt.Errorf("the placeholder {%s} has no form for other", s)
	}
	return p, nil
}
