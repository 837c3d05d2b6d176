package constraint

import (
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Some of validator's rules cost up to 150 ns a byte: 149 ms for an e-mail address of 1 MiB, which is within the usual limit of a
// body. No real address is longer than 254 bytes. So these rules refuse a long text unread, with their usual failure. A max, len,
// eq or oneof on the same level, anywhere in the tag, replaces the limit: a text with more bytes than that many characters can have
// breaks that rule in any case. The limits are in bytes.
const (
	longText  = 4096
	longEmail = 320 // 64 + @ + 255, by an erratum of RFC 3696
)

// slowLimit returns the number of bytes above which the rule refuses a text unread, -1 for none.
func slowLimit(t reflect.Type, it item, items []item) int {
	if t.Kind() != reflect.String {
		return -1
	}
	rules := it.Any
	if rules == nil {
		rules = []Rule{it.Rule}
	}
	if !slices.ContainsFunc(rules, func(r Rule) bool { return builtin[r.Name].slow > 0 }) {
		return -1
	}
	if n := explicitMax(items); n >= 0 {
		return n * utf8.UTFMax
	}
	if it.Any == nil {
		return builtin[it.Name].slow
	}
	return longText
}

// explicitMax returns the most characters that the other rules of a text allow, -1 for no limit.
func explicitMax(items []item) int {
	most := -1
	for _, it := range items {
		n := -1
		switch row := builtin[it.Name]; {
		case row.literal:
			for _, w := range it.Literals() {
				n = max(n, utf8.RuneCountInString(w))
			}
		case row.compares == Equal, row.compares == Less, row.compares == LessEqual:
			if v, err := strconv.ParseInt(it.Param, 0, 64); err == nil {
				n = int(min(max(v, 0), maxLength))
			}
		}
		if n >= 0 && (most < 0 || n < most) {
			most = n
		}
	}
	return most
}
