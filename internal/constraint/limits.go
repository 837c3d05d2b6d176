package constraint

import "fmt"

// JSONTooDeep: arrays and objects stand inside each other at more than max levels.
func JSONTooDeep(max int) *Failure {
	return limit("json_too_deep", "max_depth", int64(max), fmt.Sprintf("JSON should have at most %d levels of arrays and objects", max))
}

// TooManyElements: a JSON document has more than max array elements and object members.
func TooManyElements(max int) *Failure {
	return limit("too_many_elements", "max_elements", int64(max), fmt.Sprintf("JSON should have at most %d array elements and object members", max))
}

// limit is a Failure whose ctx says which limit the request has exceeded.
func limit(kind, key string, max int64, msg string) *Failure {
	return &Failure{Type: kind, Msg: msg, Ctx: map[string]any{key: max}}
}

// requestLimits are limits of a whole request, which internal/exchange finds.
func requestLimits() []*Failure {
	return []*Failure{
		limit("body_too_large", "max_bytes", 1, "e"), limit("too_many_pairs", "max_pairs", 1, "e"), limit("too_many_fields", "max_fields", 1, "e"),
		limit("too_many_files", "max_files", 1, "e"), limit("part_too_large", "max_bytes", 1, "e"), limit("part_headers_too_large", "max_bytes", 1, "e"),
	}
}
