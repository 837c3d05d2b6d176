package constraint

import "fmt"

// The kinds that rules give: bounds, lengths, choices, patterns. A bound in ctx has the type of the field, as pydantic's
// has: {"gt": 3} for an int, {"gt": 3.0} for a float. The message prints 3 for both.

// GreaterThan: n is exclusive.
func GreaterThan(n any) *Failure {
	return failWith("greater_than", "Input should be greater than "+numeral(n), "gt", n)
}

// GreaterThanEqual: n is inclusive.
func GreaterThanEqual(n any) *Failure {
	return failWith("greater_than_equal", "Input should be greater than or equal to "+numeral(n), "ge", n)
}

// LessThan: n is exclusive.
func LessThan(n any) *Failure {
	return failWith("less_than", "Input should be less than "+numeral(n), "lt", n)
}

// LessThanEqual: n is inclusive.
func LessThanEqual(n any) *Failure {
	return failWith("less_than_equal", "Input should be less than or equal to "+numeral(n), "le", n)
}

// MultipleOf: not a multiple of n.
func MultipleOf(n any) *Failure {
	return failWith("multiple_of", "Input should be a multiple of "+numeral(n), "multiple_of", n)
}

// StringTooShort: fewer than n characters (code points).
func StringTooShort(n int) *Failure {
	return failWith("string_too_short", fmt.Sprintf("String should have at least %d character%s", n, plural(n)), "min_length", n)
}

// StringTooLong: more than n characters (code points).
func StringTooLong(n int) *Failure {
	return failWith("string_too_long", fmt.Sprintf("String should have at most %d character%s", n, plural(n)), "max_length", n)
}

// StringPatternMismatch: the text does not match the regular expression.
func StringPatternMismatch(pattern string) *Failure {
	return failWith("string_pattern_mismatch", fmt.Sprintf("String should match pattern '%s'", pattern), "pattern", pattern)
}

// BytesTooShort: fewer than n bytes.
func BytesTooShort(n int) *Failure {
	return failWith("bytes_too_short", fmt.Sprintf("Data should have at least %d byte%s", n, plural(n)), "min_length", n)
}

// BytesTooLong: more than n bytes.
func BytesTooLong(n int) *Failure {
	return failWith("bytes_too_long", fmt.Sprintf("Data should have at most %d byte%s", n, plural(n)), "max_length", n)
}

// TooShort: fewer than min items. fieldType is List, Set, Tuple or Dictionary.
func TooShort(fieldType string, min, actual int) *Failure {
	return &Failure{
		Type: "too_short",
		Msg:  fmt.Sprintf("%s should have at least %d item%s after validation, not %d", fieldType, min, plural(min), actual),
		Ctx:  map[string]any{"field_type": fieldType, "min_length": min, "actual_length": actual},
	}
}

// TooLong: more than max items. A negative actual says that the items were not counted: "not more", null.
func TooLong(fieldType string, max, actual int) *Failure {
	count, length := "more", any(nil)
	if actual >= 0 {
		count, length = fmt.Sprint(actual), actual
	}
	return &Failure{
		Type: "too_long",
		Msg:  fmt.Sprintf("%s should have at most %d item%s after validation, not %s", fieldType, max, plural(max), count),
		Ctx:  map[string]any{"field_type": fieldType, "max_length": max, "actual_length": length},
	}
}

// Enum: none of the values of an enum type. Texts are quoted in the message, numbers are not.
func Enum[T any](values []T) *Failure {
	list := expected(anys(values))
	return failWith("enum", "Input should be "+list, "expected", list)
}

// LiteralError: none of the values listed in a tag. Texts are quoted in the message, numbers are not.
func LiteralError[T any](values []T) *Failure {
	list := expected(anys(values))
	return failWith("literal_error", "Input should be "+list, "expected", list)
}
