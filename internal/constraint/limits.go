package constraint

import (
	"fmt"
	"strings"
)

// JSONTooDeep is the failure for more than max levels of nested arrays and objects.
func JSONTooDeep(max int) *Failure {
	return limitFailure("json_too_deep", "max_depth", int64(max), fmt.Sprintf("JSON should have at most %d levels of arrays and objects", max))
}

// TooManyElements is the failure for a JSON document with more than max array elements and object members.
func TooManyElements(max int) *Failure {
	return limitFailure("too_many_elements", "max_elements", int64(max), fmt.Sprintf("JSON should have at most %d array elements and object members", max))
}

// limitFailure is a failure whose ctx names the limit that the request exceeds.
func limitFailure(kind, key string, max int64, msg string) *Failure {
	return &Failure{Type: kind, Msg: msg, Ctx: map[string]any{key: max}}
}

// requestLimits returns the failures of limits of the whole request, which internal/exchange checks.
func requestLimits() []*Failure {
	return []*Failure{
		limitFailure("body_too_large", "max_bytes", 1, "e"), limitFailure("too_many_pairs", "max_pairs", 1, "e"), limitFailure("too_many_fields", "max_fields", 1, "e"),
		limitFailure("too_many_files", "max_files", 1, "e"), limitFailure("part_too_large", "max_bytes", 1, "e"), limitFailure("part_headers_too_large", "max_bytes", 1, "e"),
	}
}

// ContentDigestMismatch is the failure for a body of which a Content-Digest is not that of its bytes.
func ContentDigestMismatch() *Failure {
	return fail("content_digest_mismatch", "The body does not match its Content-Digest")
}

// ContentDigestInvalid is the failure for a Content-Digest that is no dictionary of byte sequences.
func ContentDigestInvalid() *Failure {
	return fail("content_digest_invalid", "Content-Digest should be a dictionary of byte sequences, as in sha-256=:…:")
}

// PatchMissing is the failure for an operation of a JSON Patch whose path or from leads to no value.
func PatchMissing() *Failure {
	return fail("patch_missing", "The value to patch has no such place")
}

// PatchTest is the failure for a test of a JSON Patch whose value is another one.
func PatchTest() *Failure {
	return fail("patch_test", "The value to patch is not equal to the value of the test")
}

// VersionMissing is the failure for a request that says no version of the API, and needs one.
func VersionMissing(names []string) *Failure {
	return fail("version_missing", fmt.Sprintf("A version of the API is required: %s", strings.Join(names, ", ")))
}

// VersionUnknown is the failure for a request for a version that the API does not have.
func VersionUnknown(names []string) *Failure {
	return fail("version_unknown", fmt.Sprintf("The API has no such version; it has: %s", strings.Join(names, ", ")))
}
