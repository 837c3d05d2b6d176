package constraint

import (
	"fmt"
	"strings"
)

// The failures with pydantic's types and messages. Those of bounds are in bounds.go.

// Missing is the failure when the value was not sent.
func Missing() *Failure { return fail("missing", "Field required") }

// ExtraForbidden is the failure for a key that the model does not have.
func ExtraForbidden() *Failure { return fail("extra_forbidden", "Extra inputs are not permitted") }

// DuplicateKey is the failure for an object with a key twice. It is Brio's: Python's json keeps the last one without an error.
func DuplicateKey(name string) *Failure {
	return failWith("duplicate_key", fmt.Sprintf("Key '%s' appears more than once", name), "key", name)
}

// FoldedKey is the failure for a key that differs from a field's name in case only. It is Brio's: Go's decoders would take the key
// for the field.
func FoldedKey(key, field string) *Failure {
	return &Failure{
		Type: "ambiguous_key",
		Msg:  fmt.Sprintf("Key '%s' differs from '%s' only in case", key, field),
		Ctx:  map[string]any{"key": key, "field": field},
	}
}

// NoneRequired is the failure for a value other than null where only null is allowed.
func NoneRequired() *Failure { return fail("none_required", "Input should be None") }

// JSONInvalid is the failure for a body that is not JSON. err is a message of Python's json module, such as "Expecting value".
func JSONInvalid(err string) *Failure {
	return failWith("json_invalid", "JSON decode error", "error", err)
}

// JSONText is the failure for the text of a parameter that should be JSON and is not.
func JSONText(err string) *Failure {
	return failWith("json_invalid", "Invalid JSON: "+err, "error", err)
}

// ValueError is the failure for a broken rule of the application, with the application's text.
func ValueError(text string) *Failure {
	return failWith("value_error", "Value error, "+text, "error", map[string]any{})
}

// AssertionError is pydantic's failure for a failed assert.
func AssertionError(text string) *Failure {
	return failWith("assertion_error", "Assertion failed, "+text, "error", map[string]any{})
}

// Email is a value_error without the prefix "Value error, ", as email-validator's under pydantic.
func Email(reason string) *Failure {
	return failWith("value_error", "value is not a valid email address: "+reason, "reason", reason)
}

// IntParsing is the failure for a text that is no integer.
func IntParsing() *Failure {
	return fail("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
}

// IntParsingSize is the failure for an integer that does not fit.
func IntParsingSize() *Failure {
	return fail("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
}

// IntType is the failure for a value that is neither an integer nor a text.
func IntType() *Failure { return fail("int_type", "Input should be a valid integer") }

// IntFromFloat is the failure for a number with a fraction, such as 3.5, for an integer.
func IntFromFloat() *Failure {
	return fail("int_from_float", "Input should be a valid integer, got a number with a fractional part")
}

// FloatParsing is the failure for a text that is no number.
func FloatParsing() *Failure {
	return fail("float_parsing", "Input should be a valid number, unable to parse string as a number")
}

// FloatType is the failure for a value that is neither a number nor a text.
func FloatType() *Failure { return fail("float_type", "Input should be a valid number") }

// FiniteNumber is the failure for NaN or an infinity.
func FiniteNumber() *Failure { return fail("finite_number", "Input should be a finite number") }

// DecimalParsing is the failure for a text that is no decimal.
func DecimalParsing() *Failure { return fail("decimal_parsing", "Input should be a valid decimal") }

// DecimalType is the failure for a value that is neither a number nor a text.
func DecimalType() *Failure {
	return fail("decimal_type", "Decimal input should be an integer, float, string or Decimal object")
}

// BoolParsing is the failure for a text or number that is no boolean.
func BoolParsing() *Failure {
	return fail("bool_parsing", "Input should be a valid boolean, unable to interpret input")
}

// BoolType is the failure for a value that is neither a boolean nor a value that may mean one.
func BoolType() *Failure { return fail("bool_type", "Input should be a valid boolean") }

// StringType is the failure for a value that is not a text.
func StringType() *Failure { return fail("string_type", "Input should be a valid string") }

// StringUnicode is the failure for a text that is not UTF-8.
func StringUnicode() *Failure {
	return fail("string_unicode", "Input should be a valid string, unable to parse raw data as a unicode string")
}

// BytesType is the failure for a value that is neither bytes nor a text.
func BytesType() *Failure { return fail("bytes_type", "Input should be a valid bytes") }

// ListType is the failure for a value that is not a list.
func ListType() *Failure { return fail("list_type", "Input should be a valid list") }

// SetType is the failure for a value that is not a list, for a set.
func SetType() *Failure { return fail("set_type", "Input should be a valid set") }

// TupleType is the failure for a value that is not a list, for an array of fixed length.
func TupleType() *Failure { return fail("tuple_type", "Input should be a valid tuple") }

// DictType is the failure for a value that is not an object, for a map.
func DictType() *Failure { return fail("dict_type", "Input should be a valid dictionary") }

// ModelAttributesType is the failure for a value that is not an object, for a model.
func ModelAttributesType() *Failure {
	return fail("model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
}

// UnionTagInvalid is the failure for a discriminator whose value chooses no variant. name is the JSON name of the discriminator.
func UnionTagInvalid(name, tag string, tags []string) *Failure {
	quoted := make([]string, len(tags))
	for i, t := range tags {
		quoted[i] = "'" + t + "'"
	}
	list := strings.Join(quoted, ", ")
	return &Failure{
		Type: "union_tag_invalid",
		Msg:  fmt.Sprintf("Input tag '%s' found using '%s' does not match any of the expected tags: %s", tag, name, list),
		Ctx:  map[string]any{"discriminator": "'" + name + "'", "tag": tag, "expected_tags": list},
	}
}

// UnionTagNotFound is the failure when the discriminator was not sent.
func UnionTagNotFound(name string) *Failure {
	return failWith("union_tag_not_found", fmt.Sprintf("Unable to extract tag using discriminator '%s'", name),
		"discriminator", "'"+name+"'")
}

// UnionAmbiguous is the failure for a value that fits more than one variant of a OneOf. It is Brio's.
func UnionAmbiguous(names []string) *Failure {
	list := strings.Replace(expected(anys(names)), " or ", " and ", 1)
	return failWith("union_ambiguous", "Input should match exactly one variant, and matches "+list, "matches", list)
}

// UUIDType is the failure for a value that is not a text, for a UUID.
func UUIDType() *Failure {
	return fail("uuid_type", "UUID input should be a string, bytes or UUID object")
}

// UUIDParsing is the failure for a text that is no UUID. err is a text such as "invalid character: found `z` at 1".
func UUIDParsing(err string) *Failure {
	return failWith("uuid_parsing", "Input should be a valid UUID, "+err, "error", err)
}

// UUIDVersion is the failure for a UUID of another version.
func UUIDVersion(version int) *Failure {
	return failWith("uuid_version", fmt.Sprintf("UUID version %d expected", version), "expected_version", version)
}

// URLType is the failure for a value that is not a text, for a URL.
func URLType() *Failure { return fail("url_type", "URL input should be a string or URL") }

// URLParsing is the failure for a text that is no URL. err is a text such as "relative URL without a base".
func URLParsing(err string) *Failure {
	return failWith("url_parsing", "Input should be a valid URL, "+err, "error", err)
}

// URLScheme is the failure for a URL of another scheme.
func URLScheme(schemes ...string) *Failure {
	list := expected(anys(schemes))
	return failWith("url_scheme", "URL scheme should be "+list, "expected_schemes", list)
}

// IPv4Address is the failure for a value that is no IPv4 address.
func IPv4Address() *Failure { return fail("ip_v4_address", "Input is not a valid IPv4 address") }

// IPv6Address is the failure for a value that is no IPv6 address.
func IPv6Address() *Failure { return fail("ip_v6_address", "Input is not a valid IPv6 address") }

// IPAnyAddress is the failure for a value that is no address of either kind.
func IPAnyAddress() *Failure {
	return fail("ip_any_address", "value is not a valid IPv4 or IPv6 address")
}

// IPv4Network is the failure for a value that is no IPv4 network in CIDR notation.
func IPv4Network() *Failure { return fail("ip_v4_network", "Input is not a valid IPv4 network") }

// IPv6Network is the failure for a value that is no IPv6 network in CIDR notation.
func IPv6Network() *Failure { return fail("ip_v6_network", "Input is not a valid IPv6 network") }

// IPAnyNetwork is the failure for a value that is no network of either kind.
func IPAnyNetwork() *Failure {
	return fail("ip_any_network", "value is not a valid IPv4 or IPv6 network")
}

func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
