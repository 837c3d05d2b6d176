package openapi

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/openapi/spec"
)

// textFormats are the rules on text that have a name of their own among the formats of JSON Schema.
var textFormats = map[string]string{
	"email": "email", "url": "uri", "uri": "uri", "http_url": "uri", "https_url": "uri",
	"ipv4": "ipv4", "ipv6": "ipv6", "hostname": "hostname", "hostname_rfc1123": "hostname", "fqdn": "hostname",
	"uuid": "uuid", "uuid3": "uuid", "uuid4": "uuid", "uuid5": "uuid", "uuid7": "uuid",
	"uuid_rfc4122": "uuid", "uuid3_rfc4122": "uuid", "uuid4_rfc4122": "uuid", "uuid5_rfc4122": "uuid",
	"ip": "ip", "cidr": "cidr", "cidrv4": "cidr", "cidrv6": "cidr", "mac": "mac", "e164": "e164", "jwt": "jwt",
	"semver": "semver", "ulid": "ulid", "credit_card": "credit-card", "isbn": "isbn", "isbn10": "isbn", "isbn13": "isbn",
	"bcp47_language_tag": "bcp47", "timezone": "timezone", "country_code": "country-code", "iso4217": "currency",
	"iso3166_1_alpha2": "country-code", "iso3166_1_alpha3": "country-code", "html": "html", "cron": "cron", "datauri": "data-uri",
}

// textPatterns are the rules on text that are an expression, in the words that Go and ECMAScript share.
var textPatterns = map[string]string{
	"alpha": "^[a-zA-Z]+$", "alphaspace": "^[a-zA-Z ]+$", "alphanum": "^[a-zA-Z0-9]+$", "alphanumspace": "^[a-zA-Z0-9 ]+$",
	"numeric": `^[-+]?[0-9]+(\.[0-9]+)?$`, "number": "^[0-9]+$", "hexadecimal": "^(0[xX])?[0-9a-fA-F]+$",
	"ascii": `^[\x00-\x7f]*$`, "printascii": `^[\x20-\x7e]*$`,
	"lowercase": "^[^A-Z]+$", "uppercase": "^[^a-z]+$", "boolean": "^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$",
	"hexcolor": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$",
	"md5":      "^[0-9a-f]{32}$", "sha256": "^[0-9a-f]{64}$", "sha384": "^[0-9a-f]{96}$", "sha512": "^[0-9a-f]{128}$",
}

// layouts are those of package time that are formats.
var layouts = map[string]string{
	"2006-01-02T15:04:05Z07:00": "date-time", "2006-01-02T15:04:05.999999999Z07:00": "date-time", "2006-01-02": "date",
}

func sayText(r constraint.Rule) *spec.Schema {
	if format := textFormats[r.Name]; format != "" {
		return &spec.Schema{Format: format}
	}
	if pattern := textPatterns[r.Name]; pattern != "" {
		return &spec.Schema{Pattern: pattern}
	}
	param := regexp.QuoteMeta(r.Param)
	switch r.Name {
	case "eq":
		return &spec.Schema{Const: r.Param}
	case "ne":
		return &spec.Schema{Not: &spec.Schema{Const: r.Param}}
	case "oneof", "noneof":
		return sayOneOf(r, func(word string) any { return word })
	case "pattern":
		if pattern, ok := ecmaScript(r.Param); ok {
			return &spec.Schema{Pattern: pattern}
		}
	case "startswith":
		return &spec.Schema{Pattern: "^" + param}
	case "endswith":
		return &spec.Schema{Pattern: param + "$"}
	case "contains", "containsrune":
		return &spec.Schema{Pattern: param}
	case "startsnotwith":
		return &spec.Schema{Not: &spec.Schema{Pattern: "^" + param}}
	case "endsnotwith":
		return &spec.Schema{Not: &spec.Schema{Pattern: param + "$"}}
	case "excludes", "excludesrune":
		return &spec.Schema{Not: &spec.Schema{Pattern: param}}
	case "containsany":
		return &spec.Schema{Pattern: "[" + class(r.Param) + "]"}
	case "excludesall":
		return &spec.Schema{Pattern: "^[^" + class(r.Param) + "]*$"}
	case "datetime":
		if format := layouts[r.Param]; format != "" {
			return &spec.Schema{Format: format}
		}
	case "base64":
		return &spec.Schema{ContentEncoding: "base64"}
	case "base64url", "base64rawurl":
		return &spec.Schema{ContentEncoding: "base64url"}
	case "json":
		return &spec.Schema{ContentMediaType: "application/json"}
	}
	return sayLength(r, func(s *spec.Schema) (least, most **int) { return &s.MinLength, &s.MaxLength })
}

// class is the inside of a character class that has the characters.
func class(characters string) string {
	return regexp.MustCompile(`[\\\]^-]`).ReplaceAllString(characters, `\$0`)
}

// ecmaScript is an expression of Go's as JSON Schema takes them: ECMA-262, with Unicode. It is not ok where the two mean
// different things by it, or the second does not know it: flags, classes by name, ends of the text.
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
			case next == 'x' && !strings.HasPrefix(rest, `\x{`):
				b.WriteString(rest[:2])
			case strings.ContainsRune(`^$\.*+?()[]{}|/`, next) || inClass && next == '-':
				b.WriteString(rest[:2])
			case next < 0x80 && !unicode.IsLetter(next) && !unicode.IsDigit(next):
				b.WriteByte(expr[i]) // an escape that is not needed, and that ECMAScript refuses
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
				return "", false // the first ] is a character in Go
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
	counted       = regexp.MustCompile(`^\{[0-9]+(,[0-9]*)?\}`)
	countedBefore = regexp.MustCompile(`\{[0-9]+(,[0-9]*)?\}$`)
)
