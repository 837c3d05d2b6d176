package constraint

import (
	"reflect"
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
	row := builtin[r.Name]
	switch {
	case row.compares == NotEqual:
	case row.compares != NoComparison:
		if f := reportBound(t, r, row.compares); f != nil {
			return f
		}
	case row.report != nil:
		return row.report(e, r)
	case row.pattern != nil && t.Kind() == reflect.String:
		expr := row.pattern(r.Param)
		return fixedReport(func() *Failure { return StringPatternMismatch(expr) })
	}
	return mustSatisfy
}

// always is the report of rules whose failure depends on nothing.
func always(f func() *Failure) func(*Engine, Rule) reporter {
	return func(*Engine, Rule) reporter { return fixedReport(f) }
}

// reportUnique is the report of unique.
func reportUnique(_ *Engine, r Rule) reporter {
	words := "items must be unique"
	if r.Param != "" {
		words += " by " + r.Param
	}
	return fixedReport(func() *Failure { return ValueError(words) })
}

// reportDatetime is the report of datetime, which names the layout.
func reportDatetime(_ *Engine, r Rule) reporter {
	return fixedReport(func() *Failure { return DatetimeParsing("expected the form " + r.Param) })
}

// reportWords returns the reporter of oneof. Numbers are not quoted.
func reportWords(_ *Engine, r Rule) reporter {
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
func reportBound(t reflect.Type, r Rule, o Operator) reporter {
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
		if o == Less || o == LessEqual {
			return fixedReport(DatetimePast)
		}
		return fixedReport(DatetimeFuture)
	}
	return reportNumber(o, b)
}

// reportNumber returns the reporter of a comparison with a number.
func reportNumber(o Operator, n any) reporter {
	switch o {
	case Less:
		return fixedReport(func() *Failure { return LessThan(n) })
	case LessEqual:
		return fixedReport(func() *Failure { return LessThanEqual(n) })
	case Greater:
		return fixedReport(func() *Failure { return GreaterThan(n) })
	case GreaterEqual:
		return fixedReport(func() *Failure { return GreaterThanEqual(n) })
	}
	return fixedReport(func() *Failure { return LiteralError([]any{unquoted(formatNumber(n))}) })
}

// reportLength returns the reporter of a comparison of a length. Each becomes a least or a greatest length: gt=2 is at least 3.
func reportLength(t reflect.Type, o Operator, n int) reporter {
	least, most := n, n
	switch o {
	case Greater:
		least++
	case Less:
		most--
	}
	switch {
	case t.Kind() == reflect.String:
		short, long := StringTooShort(least), StringTooLong(most)
		return func(v reflect.Value, _ bool) *Failure {
			if o == Greater || o == GreaterEqual || o == Equal && runes(v) < n {
				return short
			}
			return long
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return func(v reflect.Value, _ bool) *Failure {
			if v.Len() < least && o != Less && o != LessEqual {
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
		if v.Len() < least && o != Less && o != LessEqual {
			return TooShort(name, least, v.Len())
		}
		if name == "Set" {
			return TooLong(name, most, -1) // pydantic stops counting there
		}
		return TooLong(name, most, v.Len())
	}
}
