package constraint

import (
	"reflect"
	"regexp"
	"time"
)

// reporter returns the failure of a value of type t that breaks a rule. With unread the value is a text that was too long to be
// checked, so the message must be true for any long text.
type reporter = func(v reflect.Value, unread bool) *Failure

// fixedReport is the reporter of kinds that do not depend on the value. It makes the failure once.
func fixedReport(f func() *Failure) reporter {
	words := f()
	return func(reflect.Value, bool) *Failure { return words }
}

// reporter returns the reporter of a rule on values of type t.
func (e *Engine) reporter(t reflect.Type, r Rule) reporter {
	mustSatisfy := fixedReport(func() *Failure { return ValueError("must satisfy " + r.String()) })
	if _, custom := e.custom[r.Name]; custom || r.Any != nil {
		return mustSatisfy
	}
	if r.Name == "ne" || r.Name == "noneof" {
		return mustSatisfy
	}
	if o, ok := operatorOf(r.Name); ok {
		if f := reportBound(t, r, o); f != nil {
			return f
		}
		return mustSatisfy
	}
	if f := e.reportFormat(r); f != nil {
		return f
	}
	if expr := Pattern(r); expr != "" && t.Kind() == reflect.String {
		return fixedReport(func() *Failure { return StringPatternMismatch(expr) })
	}
	return mustSatisfy
}

// reportFormat returns the reporter of rules with a kind of their own, or nil.
func (e *Engine) reportFormat(r Rule) reporter {
	switch r.Name {
	case "oneof", "oneofci":
		return reportWords(r)
	case "unique":
		words := "items must be unique"
		if r.Param != "" {
			words += " by " + r.Param
		}
		return fixedReport(func() *Failure { return ValueError(words) })
	case "email":
		words := map[string]*Failure{} // one for each of the few reasons
		for _, reason := range emailReasons {
			words[reason] = Email(reason)
		}
		return func(v reflect.Value, unread bool) *Failure {
			reason := e.emailReason(v.String(), unread)
			if f := words[reason]; f != nil {
				return f
			}
			return Email(reason)
		}
	case "url", "uri", "http_url", "https_url":
		return func(v reflect.Value, unread bool) *Failure {
			s, _ := textOf(v)
			return urlFailure(r.Name, s, unread)
		}
	case "ipv4":
		return fixedReport(IPv4Address)
	case "ipv6":
		return fixedReport(IPv6Address)
	case "ip":
		return fixedReport(IPAnyAddress)
	case "cidrv4":
		return fixedReport(IPv4Network)
	case "cidrv6":
		return fixedReport(IPv6Network)
	case "cidr":
		return fixedReport(IPAnyNetwork)
	case "datetime":
		return fixedReport(func() *Failure { return DatetimeParsing("expected the form " + r.Param) })
	}
	if version, lowerOnly, ok := uuidRule(r.Name); ok {
		return func(v reflect.Value, unread bool) *Failure { return uuidFailure(v, version, lowerOnly) }
	}
	return nil
}

// reportWords returns the reporter of oneof. Numbers are not quoted.
func reportWords(r Rule) reporter {
	return func(v reflect.Value, _ bool) *Failure {
		if v.Kind() == reflect.String {
			return LiteralError(r.Values)
		}
		return LiteralError(numbers(r.Values))
	}
}

// numbers returns words that print without quotes.
func numbers(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = unquoted(w)
	}
	return out
}

// unquoted is a word that expected does not quote.
type unquoted string

// reportBound returns the reporter of a comparison.
func reportBound(t reflect.Type, r Rule, o operator) reporter {
	b, err := parseBound(t, r)
	if err != nil {
		return nil
	}
	switch b := b.(type) {
	case string, bool:
		return fixedReport(func() *Failure { return LiteralError([]any{b}) })
	case int:
		return reportLength(t, o, b)
	case time.Duration: // as in the tag: pydantic has no nanoseconds
		return reportNumber(o, b.String())
	case float64: // parsed with the size of the type, so that 0.1 stays 0.1 for a float32
		return reportNumber(o, decimal(r.Param, b))
	case nil:
		if o == less || o == lessEqual {
			return fixedReport(DatetimePast)
		}
		return fixedReport(DatetimeFuture)
	}
	return reportNumber(o, b)
}

// reportNumber returns the reporter of a comparison with a number.
func reportNumber(o operator, n any) reporter {
	switch o {
	case less:
		return fixedReport(func() *Failure { return LessThan(n) })
	case lessEqual:
		return fixedReport(func() *Failure { return LessThanEqual(n) })
	case greater:
		return fixedReport(func() *Failure { return GreaterThan(n) })
	case greaterEqual:
		return fixedReport(func() *Failure { return GreaterThanEqual(n) })
	}
	return fixedReport(func() *Failure { return LiteralError([]any{unquoted(formatNumber(n))}) })
}

// reportLength returns the reporter of a comparison of a length. Each becomes a least or a greatest length: gt=2 is at least 3.
func reportLength(t reflect.Type, o operator, n int) reporter {
	least, most := n, n
	switch o {
	case greater:
		least++
	case less:
		most--
	}
	switch {
	case t.Kind() == reflect.String:
		short, long := StringTooShort(least), StringTooLong(most)
		return func(v reflect.Value, _ bool) *Failure {
			if o == greater || o == greaterEqual || o == equal && runes(v) < n {
				return short
			}
			return long
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return func(v reflect.Value, _ bool) *Failure {
			if v.Len() < least && o != less && o != lessEqual {
				return BytesTooShort(least)
			}
			return BytesTooLong(most)
		}
	}
	name := "List"
	if t.Kind() == reflect.Map {
		name = "Dictionary"
	}
	if isSet(t) {
		name = "Set"
	}
	return func(v reflect.Value, _ bool) *Failure {
		if v.Len() < least && o != less && o != lessEqual {
			return TooShort(name, least, v.Len())
		}
		if name == "Set" {
			return TooLong(name, most, -1) // pydantic stops counting there
		}
		return TooLong(name, most, v.Len())
	}
}

// Pattern returns a regular expression (RE2) for the texts that a rule accepts, "" when there is none.
func Pattern(r Rule) string {
	quoted := regexp.QuoteMeta(r.Param)
	switch r.Name {
	case "alpha":
		return `^[a-zA-Z]+$`
	case "alphaspace":
		return `^[a-zA-Z ]+$`
	case "alphanum":
		return `^[a-zA-Z0-9]+$`
	case "alphanumspace":
		return `^[a-zA-Z0-9 ]+$`
	case "alphaunicode":
		return `^[\p{L}]+$`
	case "alphanumunicode":
		return `^[\p{L}\p{N}]+$`
	case "numeric":
		return `^[-+]?[0-9]+(?:\.[0-9]+)?$`
	case "number":
		return `^[0-9]+$`
	case "hexadecimal":
		return `^(0[xX])?[0-9a-fA-F]+$`
	case "ascii":
		return `^[\x00-\x7F]*$`
	case "printascii":
		return `^[\x20-\x7E]*$`
	case "multibyte":
		return `[^\x00-\x7F]`
	case "lowercase": // comparing with strings.ToLower means this, except for letters without a counterpart
		return `^[^\p{Lu}\p{Lt}]+$`
	case "uppercase":
		return `^[^\p{Ll}\p{Lt}]+$`
	case "contains":
		return quoted
	case "startswith":
		return "^" + quoted
	case "endswith":
		return quoted + "$"
	case "containsany":
		return characterClass("", r.Param)
	case "excludesall":
		return "^" + characterClass("^", r.Param) + "*$"
	case "containsrune":
		return characterClass("", firstRune(r.Param))
	case "excludesrune":
		return "^" + characterClass("^", firstRune(r.Param)) + "*$"
	}
	return ""
}
