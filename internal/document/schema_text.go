package document

import (
	"reflect"
	"regexp"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/openapi/spec"
)

// textRuleSchema returns the keywords of a rule on a text; nil when there are none.
func textRuleSchema(r constraint.Rule) *spec.Schema {
	if loose := r.Loose(); loose != nil {
		return loose
	}
	if pattern, ok := ecmaScript(r.Pattern()); ok && pattern != "" {
		return &spec.Schema{Pattern: pattern}
	}
	if said := r.Schema(stringType); said != nil {
		return said
	}
	return lengthRuleSchema(r, func(s *spec.Schema) (least, most **int) { return &s.MinLength, &s.MaxLength })
}

var stringType = reflect.TypeFor[string]()

// ecmaScript converts a regular expression of Go to ECMA-262 with Unicode, the dialect of JSON Schema. ok is false when ECMA-262 does not
// have the syntax or gives it another meaning: flags, named classes, anchors of the text.
func ecmaScript(expr string) (_ string, ok bool) {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		rest := expr[i:]
		switch {
		case c == '\\':
			if i++; i == len(expr) {
				return "", false
			}
			switch next := rune(expr[i]); {
			case strings.ContainsRune(`dDwWsSbBnrtfv`, next) && !(inClass && (next == 'b' || next == 'B')):
				b.WriteString(rest[:2])
			case next == 'p' || next == 'P':
				category := categories.FindString(rest)
				if category == "" {
					return "", false
				}
				b.WriteString(category)
				i += len(category) - 2
			case next == 'x' && !strings.HasPrefix(rest, `\x{`):
				b.WriteString(rest[:2])
			case strings.ContainsRune(`^$\.*+?()[]{}|/`, next) || inClass && next == '-':
				b.WriteString(rest[:2])
			case next < 0x80 && !unicode.IsLetter(next) && !unicode.IsDigit(next):
				b.WriteByte(expr[i]) // drop the backslash: ECMAScript refuses escapes that are not needed
			default:
				return "", false
			}
			continue
		case inClass && strings.HasPrefix(rest, "[:"):
			return "", false
		case inClass:
			if inClass = c != ']'; c == '[' {
				b.WriteByte('\\')
			}
		case c == '[':
			inClass = true
			if strings.HasPrefix(rest, "[]") || strings.HasPrefix(rest, "[^]") {
				return "", false // in Go the first ] is a character
			}
		case c == '(' && strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:"):
			return "", false
		case c == '{' && !counted.MatchString(rest), c == ']', c == '}' && !countedBefore.MatchString(expr[:i+1]):
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

var (
	categories    = regexp.MustCompile(`^\\[pP]\{[A-Z][a-z]?\}`)
	counted       = regexp.MustCompile(`^\{[0-9]+(,[0-9]*)?\}`)
	countedBefore = regexp.MustCompile(`\{[0-9]+(,[0-9]*)?\}$`)
)
