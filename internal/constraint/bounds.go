package constraint

import "fmt"

// The failures of bounds, lengths, choices and patterns. A bound in ctx has the type of the field, as in pydantic: {"gt": 3} for an
// int, {"gt": 3.0} for a float. The message prints 3 for both.

// GreaterThan is the failure for a value that is not greater than n.
func GreaterThan(n any) *Failure {
	return failWith("greater_than", "Input should be greater than "+formatNumber(n), "gt", n)
}

// GreaterThanEqual is the failure for a value that is less than n.
func GreaterThanEqual(n any) *Failure {
	return failWith("greater_than_equal", "Input should be greater than or equal to "+formatNumber(n), "ge", n)
}

// LessThan is the failure for a value that is not less than n.
func LessThan(n any) *Failure {
	return failWith("less_than", "Input should be less than "+formatNumber(n), "lt", n)
}

// LessThanEqual is the failure for a value that is greater than n.
func LessThanEqual(n any) *Failure {
	return failWith("less_than_equal", "Input should be less than or equal to "+formatNumber(n), "le", n)
}

// MultipleOf is the failure for a value that is not a multiple of n.
func MultipleOf(n any) *Failure {
	return failWith("multiple_of", "Input should be a multiple of "+formatNumber(n), "multiple_of", n)
}

// StringTooShort is the failure for fewer than n characters (code points).
func StringTooShort(n int) *Failure {
	return failWith("string_too_short", fmt.Sprintf("String should have at least %d character%s", n, plural(n)), "min_length", n)
}

// StringTooLong is the failure for more than n characters (code points).
func StringTooLong(n int) *Failure {
	return failWith("string_too_long", fmt.Sprintf("String should have at most %d character%s", n, plural(n)), "max_length", n)
}

// StringPatternMismatch is the failure when the text does not match the regular expression.
func StringPatternMismatch(pattern string) *Failure {
	return failWith("string_pattern_mismatch", fmt.Sprintf("String should match pattern '%s'", pattern), "pattern", pattern)
}

// BytesTooShort is the failure for fewer than n bytes.
func BytesTooShort(n int) *Failure {
	return failWith("bytes_too_short", fmt.Sprintf("Data should have at least %d byte%s", n, plural(n)), "min_length", n)
}

// BytesTooLong is the failure for more than n bytes.
func BytesTooLong(n int) *Failure {
	return failWith("bytes_too_long", fmt.Sprintf("Data should have at most %d byte%s", n, plural(n)), "max_length", n)
}

// TooShort is the failure for fewer than min items. fieldType is List, Set, Tuple or Dictionary.
func TooShort(fieldType string, min, actual int) *Failure {
	return &Failure{
		Type: "too_short",
		Msg:  fmt.Sprintf("%s should have at least %d item%s after validation, not %d", fieldType, min, plural(min), actual),
		Ctx:  map[string]any{"field_type": fieldType, "min_length": min, "actual_length": actual},
	}
}

// TooLong is the failure for more than max items. A negative actual means that the items were not counted; the ctx has null then, and the message "more".
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

// Enum is the failure for a value that is none of the values of an enum type. Texts are quoted in the message, numbers are not.
func Enum[T any](values []T) *Failure {
	list := expected(anys(values))
	return failWith("enum", "Input should be "+list, "expected", list)
}

// LiteralError is the failure for a value that is none of the values listed in a tag. Texts are quoted in the message, numbers are not.
func LiteralError[T any](values []T) *Failure {
	list := expected(anys(values))
	return failWith("literal_error", "Input should be "+list, "expected", list)
}
