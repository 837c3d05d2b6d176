package constraint

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/openapi/spec"
)

// What JSON Schema says of rules: the columns format, loose, pattern and schema of the table. Keywords of comparisons are not here,
// because a length has another keyword in each type of JSON.

// Compares returns the comparison with the bound that the rule is; NoComparison for other rules.
func (r Rule) Compares() Operator { return builtin[r.Name].compares }

// Literals returns the strings that the rule accepts, when it is a list of them: those of oneof and eq.
func (r Rule) Literals() []string {
	switch row := builtin[r.Name]; {
	case !row.literal:
	case row.compares == NoComparison:
		return r.Values
	case row.compares == Equal:
		return []string{r.Param}
	}
	return nil
}

// ViaString reports whether the rule checks the texts of types that are no strings.
func (r Rule) ViaString() bool { return builtin[r.Name].viaString }

// Pattern returns a regular expression (RE2) for the strings that the rule accepts; "" when there is none.
func (r Rule) Pattern() string {
	if r.Name == patternTag {
		return r.Param
	}
	if f := builtin[r.Name].pattern; f != nil {
		return f(r.Param)
	}
	return ""
}

// Loose returns a schema for strings that accepts more than the rule; nil for rules without one.
func (r Rule) Loose() *spec.Schema {
	row := builtin[r.Name]
	if row.format == "" && row.loose == "" {
		return nil
	}
	return &spec.Schema{Format: row.format, Pattern: row.loose}
}

// Schema returns the keywords that say the same as the rule on values of type t; nil when only Compares, Pattern or Loose say
// something. Its patterns are Go's.
func (r Rule) Schema(t reflect.Type) *spec.Schema {
	if f := builtin[r.Name].schema; f != nil {
		return f(r, subjectOf(t))
	}
	return nil
}

// The patterns.

// exactly is the pattern of rules without a param.
func exactly(expr string) func(string) string { return func(string) string { return expr } }

// quoted is the pattern of the param as it is, between two expressions.
func quoted(before, behind string) func(string) string {
	return func(param string) string { return before + regexp.QuoteMeta(param) + behind }
}

func anyOfCharacters(param string) string  { return characterClass("", param) }
func noneOfCharacters(param string) string { return "^" + characterClass("^", param) + "*$" }

// firstCharacter is a pattern of the first character of the param.
func firstCharacter(pattern func(string) string) func(string) string {
	return func(param string) string {
		_, n := utf8.DecodeRuneInString(param)
		return pattern(param[:n])
	}
}

// characterClass returns a bracket expression of the characters of a text. not is "^" or "".
func characterClass(not, chars string) string {
	var b strings.Builder
	b.WriteString("[" + not)
	for _, c := range chars {
		if c < utf8.RuneSelf && byteSets[c]&alphanumeric == 0 {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	b.WriteByte(']')
	return b.String()
}

// NetworkText matches an IP address and a number of bits.
const NetworkText = "^[0-9a-fA-F:.]+/[0-9]{1,3}$"

// MACText matches a MAC address in the forms of net.ParseMAC. It accepts more lengths than their 6, 8 and 20 bytes.
const MACText = `^([0-9a-fA-F]{2}[:-]){5,19}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\.){2,9}[0-9a-fA-F]{4}$`

func hexadecimals(n int) string { return fmt.Sprintf("^[0-9a-f]{%d}$", n) }

func base64Text(digits string) string {
	return fmt.Sprintf("^([%[1]s]{4})*([%[1]s]{2}==|[%[1]s]{3}=|[%[1]s]{4})$", digits)
}

func uuidText(version, variant, more string) string {
	x := "[0-9a-f" + more + "]"
	return fmt.Sprintf("^%[1]s{8}-%[1]s{4}-%[2]s%[1]s{3}-[%[3]s]%[1]s{3}-%[1]s{12}$", x, version, variant)
}

// The schemas.

// not negates a schema.
func not(schema func(Rule, subject) *spec.Schema) func(Rule, subject) *spec.Schema {
	return func(r Rule, on subject) *spec.Schema {
		if s := schema(r, on); s != nil {
			return &spec.Schema{Not: s}
		}
		return nil
	}
}

// matches is the schema of strings that match a pattern.
func matches(pattern func(param string) string) func(Rule, subject) *spec.Schema {
	return func(r Rule, on subject) *spec.Schema {
		if on&text == 0 {
			return nil
		}
		return &spec.Schema{Pattern: pattern(r.Param)}
	}
}

// inAnyCase is the schema of the words or the param, as strings.EqualFold compares.
func inAnyCase(r Rule, _ subject) *spec.Schema {
	words := r.Values
	if words == nil {
		words = []string{r.Param}
	}
	return &spec.Schema{Pattern: anyCase(words)}
}

// anyCase returns a pattern that matches one of the words in upper or lower case.
func anyCase(words []string) string {
	var b strings.Builder
	b.WriteString("^(")
	for i, word := range words {
		if i > 0 {
			b.WriteByte('|')
		}
		for _, r := range word {
			if r == unicode.SimpleFold(r) {
				b.WriteString(regexp.QuoteMeta(string(r)))
				continue
			}
			b.WriteByte('[')
			b.WriteRune(r)
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				b.WriteRune(f)
			}
			b.WriteByte(']')
		}
	}
	return b.String() + ")$"
}

// wordsOf is the schema of oneof.
func wordsOf(r Rule, on subject) *spec.Schema {
	var words []any
	for _, word := range r.Values {
		if on&text != 0 {
			words = append(words, word)
		} else {
			words = append(words, json.Number(word))
		}
	}
	if len(words) == 1 {
		return &spec.Schema{Const: words[0]}
	}
	return &spec.Schema{Enum: words}
}

// equalTo is the schema of eq on strings and booleans.
func equalTo(r Rule, on subject) *spec.Schema {
	switch b, err := strconv.ParseBool(r.Param); {
	case on&text != 0:
		return &spec.Schema{Const: r.Param}
	case on&boolean != 0 && err == nil:
		return &spec.Schema{Const: b}
	}
	return nil
}

// notEqualTo is the schema of ne on strings and booleans.
func notEqualTo(r Rule, on subject) *spec.Schema {
	if b, err := strconv.ParseBool(r.Param); on&boolean != 0 && err == nil {
		return &spec.Schema{Const: !b}
	}
	return not(equalTo)(r, on)
}

// zeroValue is the schema of isdefault.
func zeroValue(_ Rule, on subject) *spec.Schema {
	switch {
	case on&text != 0:
		return &spec.Schema{Const: ""}
	case on&number != 0:
		return &spec.Schema{Const: json.Number("0")}
	case on&boolean != 0:
		return &spec.Schema{Const: false}
	}
	return nil
}

// between is the schema of numbers within bounds. The rules also check texts, which have none.
func between(least, most json.Number) func(Rule, subject) *spec.Schema {
	return func(_ Rule, on subject) *spec.Schema {
		if on&number == 0 {
			return nil
		}
		return &spec.Schema{Minimum: least, Maximum: most}
	}
}

// uniqueItems is the schema of unique, for lists whose elements are equal in Go exactly when they are equal in JSON.
func uniqueItems(r Rule, on subject) *spec.Schema {
	if r.Param != "" || on&list == 0 {
		return nil
	}
	return &spec.Schema{UniqueItems: true}
}

// datetimeFormat is the schema of layouts that a format of JSON Schema describes.
func datetimeFormat(r Rule, _ subject) *spec.Schema {
	switch r.Param {
	case "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.999999999Z07:00":
		return &spec.Schema{Format: "date-time"}
	case "2006-01-02":
		return &spec.Schema{Format: "date"}
	}
	return nil
}

func jsonText(Rule, subject) *spec.Schema { return &spec.Schema{ContentMediaType: "application/json"} }

func ipv4OrIPv6(Rule, subject) *spec.Schema {
	return &spec.Schema{AnyOf: []*spec.Schema{{Format: "ipv4"}, {Format: "ipv6"}}}
}
