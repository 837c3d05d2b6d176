package constraint

import (
	"fmt"
	"strings"
)

// The kinds of failure, with pydantic's exact words. The bounds of rules are in bounds.go.

// Missing: the value was not sent.
func Missing() *Failure { return fail("missing", "Field required") }

// ExtraForbidden: a key that the model does not have.
func ExtraForbidden() *Failure { return fail("extra_forbidden", "Extra inputs are not permitted") }

// DuplicateKey is ours, Python's json keeps the last one in silence: the object has a key twice.
func DuplicateKey(name string) *Failure {
	return failWith("duplicate_key", fmt.Sprintf("Key '%s' appears more than once", name), "key", name)
}

// FoldedKey is ours: the key differs from a known field only in case, and Go's decoders would take it for that field.
func FoldedKey(key, field string) *Failure {
	return &Failure{
		Type: "ambiguous_key",
		Msg:  fmt.Sprintf("Key '%s' differs from '%s' only in case", key, field),
		Ctx:  map[string]any{"key": key, "field": field},
	}
}

// NoneRequired: only null is allowed.
func NoneRequired() *Failure { return fail("none_required", "Input should be None") }

// JSONInvalid: the body is not JSON; err is in the words of Python's json, for example "Expecting value".
func JSONInvalid(err string) *Failure {
	return failWith("json_invalid", "JSON decode error", "error", err)
}

// JSONText: a parameter that should hold JSON text does not.
func JSONText(err string) *Failure {
	return failWith("json_invalid", "Invalid JSON: "+err, "error", err)
}

// ValueError: a rule of the application's, in its own words.
func ValueError(text string) *Failure {
	return failWith("value_error", "Value error, "+text, "error", map[string]any{})
}

// AssertionError is pydantic's for a failed assert.
func AssertionError(text string) *Failure {
	return failWith("assertion_error", "Assertion failed, "+text, "error", map[string]any{})
}

// Email carries a value_error without the usual prefix, as email-validator does under pydantic.
func Email(reason string) *Failure {
	return failWith("value_error", "value is not a valid email address: "+reason, "reason", reason)
}

// IntParsing: a text that is no integer.
func IntParsing() *Failure {
	return fail("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
}

// IntParsingSize: an integer that does not fit.
func IntParsingSize() *Failure {
	return fail("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
}

// IntType: neither an integer nor a text.
func IntType() *Failure { return fail("int_type", "Input should be a valid integer") }

// IntFromFloat: 3.5 for an integer.
func IntFromFloat() *Failure {
	return fail("int_from_float", "Input should be a valid integer, got a number with a fractional part")
}

// FloatParsing: a text that is no number.
func FloatParsing() *Failure {
	return fail("float_parsing", "Input should be a valid number, unable to parse string as a number")
}

// FloatType: neither a number nor a text.
func FloatType() *Failure { return fail("float_type", "Input should be a valid number") }

// FiniteNumber: NaN or an infinity.
func FiniteNumber() *Failure { return fail("finite_number", "Input should be a finite number") }

// DecimalParsing: a text that is no decimal.
func DecimalParsing() *Failure { return fail("decimal_parsing", "Input should be a valid decimal") }

// DecimalType: neither a number nor a text.
func DecimalType() *Failure {
	return fail("decimal_type", "Decimal input should be an integer, float, string or Decimal object")
}

// BoolParsing: a text or number that is no boolean.
func BoolParsing() *Failure {
	return fail("bool_parsing", "Input should be a valid boolean, unable to interpret input")
}

// BoolType: neither a boolean nor something that could mean one.
func BoolType() *Failure { return fail("bool_type", "Input should be a valid boolean") }

// StringType: not a text.
func StringType() *Failure { return fail("string_type", "Input should be a valid string") }

// StringUnicode: a text that is not UTF-8.
func StringUnicode() *Failure {
	return fail("string_unicode", "Input should be a valid string, unable to parse raw data as a unicode string")
}

// BytesType: neither bytes nor a text.
func BytesType() *Failure { return fail("bytes_type", "Input should be a valid bytes") }

// ListType: not a list.
func ListType() *Failure { return fail("list_type", "Input should be a valid list") }

// SetType: not a list for a set.
func SetType() *Failure { return fail("set_type", "Input should be a valid set") }

// TupleType: not a list for an array of fixed length.
func TupleType() *Failure { return fail("tuple_type", "Input should be a valid tuple") }

// DictType: not an object for a map.
func DictType() *Failure { return fail("dict_type", "Input should be a valid dictionary") }

// ModelAttributesType: not an object for a model.
func ModelAttributesType() *Failure {
	return fail("model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
}

// UnionTagInvalid: the discriminator has a value that names no variant. name is the JSON name of the discriminator.
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

// UnionTagNotFound: the discriminator was not sent.
func UnionTagNotFound(name string) *Failure {
	return failWith("union_tag_not_found", fmt.Sprintf("Unable to extract tag using discriminator '%s'", name),
		"discriminator", "'"+name+"'")
}

// UnionAmbiguous is ours: more than one variant fits, where exactly one may.
func UnionAmbiguous(names []string) *Failure {
	list := strings.Replace(expected(anys(names)), " or ", " and ", 1)
	return failWith("union_ambiguous", "Input should match exactly one variant, and matches "+list, "matches", list)
}

// UUIDType: not a text for a UUID.
func UUIDType() *Failure {
	return fail("uuid_type", "UUID input should be a string, bytes or UUID object")
}

// UUIDParsing: a text that is no UUID; err for example "invalid character: found `z` at 1".
func UUIDParsing(err string) *Failure {
	return failWith("uuid_parsing", "Input should be a valid UUID, "+err, "error", err)
}

// UUIDVersion: a UUID of another version.
func UUIDVersion(version int) *Failure {
	return failWith("uuid_version", fmt.Sprintf("UUID version %d expected", version), "expected_version", version)
}

// URLType: not a text for a URL.
func URLType() *Failure { return fail("url_type", "URL input should be a string or URL") }

// URLParsing: a text that is no URL; err for example "relative URL without a base".
func URLParsing(err string) *Failure {
	return failWith("url_parsing", "Input should be a valid URL, "+err, "error", err)
}

// URLScheme: a URL of another scheme.
func URLScheme(schemes ...string) *Failure {
	list := expected(anys(schemes))
	return failWith("url_scheme", "URL scheme should be "+list, "expected_schemes", list)
}

// IPv4Address: no IPv4 address.
func IPv4Address() *Failure { return fail("ip_v4_address", "Input is not a valid IPv4 address") }

// IPv6Address: no IPv6 address.
func IPv6Address() *Failure { return fail("ip_v6_address", "Input is not a valid IPv6 address") }

// IPAnyAddress: no address of either kind.
func IPAnyAddress() *Failure {
	return fail("ip_any_address", "value is not a valid IPv4 or IPv6 address")
}

// IPv4Network: no IPv4 network in CIDR notation.
func IPv4Network() *Failure { return fail("ip_v4_network", "Input is not a valid IPv4 network") }

// IPv6Network: no IPv6 network in CIDR notation.
func IPv6Network() *Failure { return fail("ip_v6_network", "Input is not a valid IPv6 network") }

// IPAnyNetwork: no network of either kind.
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
