package constraint

import (
	"reflect"
	"regexp"
	"time"
)

// reporter gives the words for a broken rule on values of type t. It is called for values that break the rule only;
// unread says that a text was too long to be looked at, so the words must be true without looking.
type reporter = func(v reflect.Value, unread bool) *Failure

// always is for the kinds that do not depend on the value. Their words are put together once.
func always(f func() *Failure) reporter {
	words := f()
	return func(reflect.Value, bool) *Failure { return words }
}

func (e *Engine) reporter(t reflect.Type, r Rule) reporter {
	mustSatisfy := always(func() *Failure { return ValueError("must satisfy " + r.String()) })
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
		return always(func() *Failure { return StringPatternMismatch(expr) })
	}
	return mustSatisfy
}

// reportFormat has the rules with kinds of their own.
func (e *Engine) reportFormat(r Rule) reporter {
	switch r.Name {
	case "oneof", "oneofci":
		return reportWords(r)
	case "unique":
		words := "items must be unique"
		if r.Param != "" {
			words += " by " + r.Param
		}
		return always(func() *Failure { return ValueError(words) })
	case "email":
		words := map[string]*Failure{} // there are few reasons
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
		return always(IPv4Address)
	case "ipv6":
		return always(IPv6Address)
	case "ip":
		return always(IPAnyAddress)
	case "cidrv4":
		return always(IPv4Network)
	case "cidrv6":
		return always(IPv6Network)
	case "cidr":
		return always(IPAnyNetwork)
	case "datetime":
		return always(func() *Failure { return DatetimeParsing("expected the form " + r.Param) })
	}
	if version, lowerOnly, ok := uuidRule(r.Name); ok {
		return func(v reflect.Value, unread bool) *Failure { return uuidFailure(v, version, lowerOnly) }
	}
	return nil
}

// reportWords keeps numbers without quotes, as the field has them.
func reportWords(r Rule) reporter {
	return func(v reflect.Value, _ bool) *Failure {
		if v.Kind() == reflect.String {
			return LiteralError(r.Values)
		}
		return LiteralError(numbers(r.Values))
	}
}

// numbers are words that print without quotes.
func numbers(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = bare(w)
	}
	return out
}

type bare string

func reportBound(t reflect.Type, r Rule, o operator) reporter {
	b, err := parseBound(t, r)
	if err != nil {
		return nil
	}
	switch b := b.(type) {
	case string, bool:
		return always(func() *Failure { return LiteralError([]any{b}) })
	case int:
		return reportLength(t, o, b)
	case time.Duration: // as the tag has it: nanoseconds would say nothing to a reader
		return reportNumber(o, b.String())
	case float64: // the shortest number of that size, so 0.1 stays 0.1 in a float32
		return reportNumber(o, decimal(r.Param, b))
	case nil:
		if o == less || o == lessEqual {
			return always(DatetimePast)
		}
		return always(DatetimeFuture)
	}
	return reportNumber(o, b)
}

func reportNumber(o operator, n any) reporter {
	switch o {
	case less:
		return always(func() *Failure { return LessThan(n) })
	case lessEqual:
		return always(func() *Failure { return LessThanEqual(n) })
	case greater:
		return always(func() *Failure { return GreaterThan(n) })
	case greaterEqual:
		return always(func() *Failure { return GreaterThanEqual(n) })
	}
	return always(func() *Failure { return LiteralError([]any{bare(numeral(n))}) })
}

// reportLength turns every comparison into a least or a greatest length: gt=2 is at least 3.
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
			return TooLong(name, most, -1) // pydantic stops reading there
		}
		return TooLong(name, most, v.Len())
	}
}

// Pattern gives the regular expression, RE2, that a rule on text amounts to; "" when it has none.
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
	case "lowercase": // letters without a counterpart aside, that is what comparing with ToLower means
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
		return class("", r.Param)
	case "excludesall":
		return "^" + class("^", r.Param) + "*$"
	case "containsrune":
		return class("", firstRune(r.Param))
	case "excludesrune":
		return "^" + class("^", firstRune(r.Param)) + "*$"
	}
	return ""
}
