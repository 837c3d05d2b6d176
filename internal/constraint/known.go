package constraint

import (
	"maps"
	"slices"
)

// Kinds returns the types of the framework's errors, each with the names that its ctx may have. They are stable: programs and
// message catalogues depend on them.
func Kinds() map[string][]string {
	out := map[string][]string{}
	for _, f := range everyKind() {
		keys := append(slices.Collect(maps.Keys(f.Ctx)), out[f.Type]...)
		slices.Sort(keys)
		out[f.Type] = slices.Compact(keys)
	}
	return out
}

// everyKind returns a Failure of every constructor.
func everyKind() []*Failure {
	one := []string{"a"}
	return append(requestLimits(), []*Failure{
		JSONTooDeep(1), TooManyElements(1), ContentDigestMismatch(), ContentDigestInvalid(), PatchMissing(), PatchTest(), VersionMissing(one), VersionUnknown(one),
		Missing(), ExtraForbidden(), DuplicateKey("a"), FoldedKey("A", "a"), NoneRequired(), JSONInvalid("e"), JSONText("e"),
		ValueError("e"), AssertionError("e"), Email("e"), IntParsing(), IntParsingSize(), IntType(), IntFromFloat(),
		FloatParsing(), FloatType(), FiniteNumber(), DecimalParsing(), DecimalType(), BoolParsing(), BoolType(), StringType(),
		StringUnicode(), BytesType(), ListType(), SetType(), TupleType(), DictType(), ModelAttributesType(),
		UnionTagInvalid("a", "b", one), UnionTagNotFound("a"), UnionAmbiguous(one), UUIDType(), UUIDParsing("e"), UUIDVersion(4),
		URLType(), URLParsing("e"), URLScheme("http"), IPv4Address(), IPv6Address(), IPAnyAddress(), IPv4Network(), IPv6Network(), IPAnyNetwork(),
		GreaterThan(1), GreaterThanEqual(1), LessThan(1), LessThanEqual(1), MultipleOf(1), StringTooShort(1), StringTooLong(1),
		StringPatternMismatch("a"), BytesTooShort(1), BytesTooLong(1), TooShort("List", 1, 0), TooLong("List", 1, 2), Enum(one), LiteralError(one),
		DatetimeType(), DatetimeParsing("e"), DatetimeFromDateParsing("e"), DatetimePast(), DatetimeFuture(), DateType(), DateParsing("e"),
		DateFromDatetimeParsing("e"), DateFromDatetimeInexact(), DatePast(), DateFuture(), TimeType(), TimeParsing("e"), TimeDeltaType(),
		TimeDeltaParsing("e"), TimezoneNaive(), TimezoneAware(),
	}...)
}

// FormatNumber prints a number of a ctx as messages do: 3 for 3.0.
func FormatNumber(n any) string { return formatNumber(n) }
