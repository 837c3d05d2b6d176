package document

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/openapi/spec"
)

// textFormats maps rules on strings to formats of JSON Schema.
var textFormats = map[string]string{
	"email": "email", "url": "uri", "uri": "uri", "http_url": "uri", "https_url": "uri",
	"ipv4": "ipv4", "ipv6": "ipv6", "hostname": "hostname", "hostname_rfc1123": "hostname", "fqdn": "hostname",
	"uuid": "uuid", "uuid3": "uuid", "uuid4": "uuid", "uuid5": "uuid", "uuid7": "uuid",
	"uuid_rfc4122": "uuid", "uuid3_rfc4122": "uuid", "uuid4_rfc4122": "uuid", "uuid5_rfc4122": "uuid",
}

// textPatterns maps rules on strings to patterns, in addition to those of constraint.Pattern.
var textPatterns = map[string]string{
	// Unicode has more letters with case. The schema accepts them although the rule refuses some.
	"lowercase": "^[^A-Z]+$", "uppercase": "^[^a-z]+$",

	"http_url": "^[hH][tT][tT][pP][sS]?:", "https_url": "^[hH][tT][tT][pP][sS]:",

	"boolean":  "^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$",
	"hexcolor": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$",
	"md4":      hexadecimals(32), "md5": hexadecimals(32), "sha256": hexadecimals(64), "sha384": hexadecimals(96), "sha512": hexadecimals(128),
	"ripemd128": hexadecimals(32), "ripemd160": hexadecimals(40), "tiger128": hexadecimals(32), "tiger160": hexadecimals(40), "tiger192": hexadecimals(48),
	"mongodb": hexadecimals(24), "eth_addr": "^0x[0-9a-fA-F]{40}$",
	"base64": base64Text("A-Za-z0-9+/"), "base64url": base64Text("A-Za-z0-9_-"), "base64rawurl": "^[A-Za-z0-9_-]{2,}$",
	"jwt":  `^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`,
	"ulid": "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$",
	"e164": `^\+?[1-9][0-9]{7,14}$`, "ein": "^[0-9]{2}-[0-9]{7}$",
	"semver": `^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`,
	"cidr":   prefixText, "cidrv4": `^[0-9.]+/[0-9]{1,2}$`, "cidrv6": prefixText,
	"mac": `^([0-9a-fA-F]{2}[:-]){5,19}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\.){2,9}[0-9a-fA-F]{4}$`,

	"hostname":         "^[a-zA-Z]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$",
	"hostname_rfc1123": "^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$",
	"fqdn":             `^[a-zA-Z0-9][a-zA-Z0-9.-]*\.[a-zA-Z][a-zA-Z0-9-]*\.?$`,

	"uuid3": uuidText("3", "0-9a-f", ""), "uuid4": uuidText("4", "89ab", ""), "uuid5": uuidText("5", "89ab", ""), "uuid7": uuidText("7", "89ab", ""),
	"uuid3_rfc4122": uuidText("3", "0-9a-fA-F", "A-F"), "uuid4_rfc4122": uuidText("4", "89abAB", "A-F"), "uuid5_rfc4122": uuidText("5", "89abAB", "A-F"),

	"country_code": "^[A-Z]{2,3}$|^[0-9]{3}$", "iso3166_1_alpha2": "^[A-Z]{2}$", "iso3166_1_alpha3": "^[A-Z]{3}$", "iso4217": "^[A-Z]{3}$",
}

// prefixText matches an IP address and a number of bits.
const prefixText = "^[0-9a-fA-F:.]+/[0-9]{1,3}$"

func hexadecimals(n int) string { return fmt.Sprintf("^[0-9a-f]{%d}$", n) }

func base64Text(digits string) string {
	return fmt.Sprintf("^([%[1]s]{4})*([%[1]s]{2}==|[%[1]s]{3}=|[%[1]s]{4})$", digits)
}

func uuidText(version, variant, more string) string {
	x := "[0-9a-f" + more + "]"
	return fmt.Sprintf("^%[1]s{8}-%[1]s{4}-%[2]s%[1]s{3}-[%[3]s]%[1]s{3}-%[1]s{12}$", x, version, variant)
}

// layouts maps layouts of package time to formats.
var layouts = map[string]string{
	"2006-01-02T15:04:05Z07:00": "date-time", "2006-01-02T15:04:05.999999999Z07:00": "date-time", "2006-01-02": "date",
}

// textRuleSchema returns the keywords of a rule on a text: a format or a pattern. It is nil when there are none.
func textRuleSchema(r constraint.Rule) *spec.Schema {
	said := &spec.Schema{Format: textFormats[r.Name], Pattern: textPatterns[r.Name]}
	if !said.IsAny() {
		return said
	}
	if pattern, ok := ecmaScript(constraint.Pattern(r)); ok && pattern != "" {
		return &spec.Schema{Pattern: pattern}
	}
	param := regexp.QuoteMeta(r.Param)
	switch r.Name {
	case "eq":
		return &spec.Schema{Const: r.Param}
	case "ne":
		return &spec.Schema{Not: &spec.Schema{Const: r.Param}}
	case "oneof", "noneof":
		return oneOfRuleSchema(r, func(word string) any { return word })
	case "eq_ignore_case":
		return &spec.Schema{Pattern: anyCase(r.Param)}
	case "ne_ignore_case":
		return &spec.Schema{Not: &spec.Schema{Pattern: anyCase(r.Param)}}
	case "oneofci":
		return &spec.Schema{Pattern: anyCase(r.Values...)}
	case "noneofci":
		return &spec.Schema{Not: &spec.Schema{Pattern: anyCase(r.Values...)}}
	case "isdefault":
		return &spec.Schema{Const: ""}
	case "pattern":
		if pattern, ok := ecmaScript(r.Param); ok {
			return &spec.Schema{Pattern: pattern}
		}
	case "startsnotwith":
		return &spec.Schema{Not: &spec.Schema{Pattern: "^" + param}}
	case "endsnotwith":
		return &spec.Schema{Not: &spec.Schema{Pattern: param + "$"}}
	case "excludes":
		return &spec.Schema{Not: &spec.Schema{Pattern: param}}
	case "ip":
		return ipAddress()
	case "datetime":
		if format := layouts[r.Param]; format != "" {
			return &spec.Schema{Format: format}
		}
	case "json":
		return &spec.Schema{ContentMediaType: "application/json"}
	}
	return lengthRuleSchema(r, func(s *spec.Schema) (least, most **int) { return &s.MinLength, &s.MaxLength })
}

func ipAddress() *spec.Schema {
	return &spec.Schema{AnyOf: []*spec.Schema{{Format: "ipv4"}, {Format: "ipv6"}}}
}

// anyCase returns a pattern that matches one of the words in upper or lower case, as strings.EqualFold compares.
func anyCase(words ...string) string {
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
