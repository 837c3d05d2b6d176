package httptext

import (
	"iter"
	"strings"
)

// IsEntityTag reports whether s is an entity tag (RFC 9110, 8.8.3): "x" or W/"x", with its quotes.
func IsEntityTag(s string) bool {
	_, rest, ok := CutEntityTag(s)
	return ok && rest == ""
}

// CutEntityTag cuts an entity tag off the front of s. ok is false if s does
// not begin with one.
func CutEntityTag(s string) (tag, rest string, ok bool) {
	start := strings.TrimPrefix(s, "W/")
	if start == "" || start[0] != '"' {
		return "", s, false
	}
	for i := 1; i < len(start); i++ {
		switch c := start[i]; {
		case c == '"':
			n := len(s) - len(start) + i + 1
			return s[:n], s[n:], true
		case c <= ' ' || c == 0x7f:
			return "", s, false
		}
	}
	return "", s, false
}

// MatchEntityTag reports whether a list of entity tags, as If-Match and If-None-Match have it, contains tag. The strong
// comparison matches no weak tags (RFC 9110, 8.8.3.2). exists means that the resource exists: "*" then matches, also when tag
// is "", which stands for no tag. After the first malformed tag the rest of a line is ignored.
func MatchEntityTag(lines []string, tag string, strong, exists bool) bool {
	for listed := range entityTags(lines) {
		switch {
		case listed == "*":
			if exists || tag != "" {
				return true
			}
		case tag != "" && strings.TrimPrefix(listed, "W/") == strings.TrimPrefix(tag, "W/") && (!strong || listed[0] == '"' && tag[0] == '"'):
			return true
		}
	}
	return false
}

// EntityTags returns the value of If-Match or If-None-Match as MatchEntityTag reads it, in one line without anything malformed: "*", a list
// of tags, or "," for a header without a tag. Other readers, such as http.ServeContent, then read the same.
func EntityTags(lines []string) string {
	var list []string
	for tag := range entityTags(lines) {
		if tag == "*" {
			return tag
		}
		list = append(list, tag)
	}
	if len(list) == 0 {
		return ","
	}
	return strings.Join(list, ", ")
}

// entityTags yields the tags of the lines of a header, and "*" for a line that has nothing else (RFC 9110, 13.1.1 and 13.1.2). It ignores the
// rest of a line from the first malformed tag on.
func entityTags(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range lines {
			list := strings.Trim(line, " \t")
			if list == "*" && !yield(list) {
				return
			}
			for list != "" {
				if list[0] == ',' || list[0] == ' ' || list[0] == '\t' {
					list = list[1:]
					continue
				}
				tag, rest, ok := CutEntityTag(list)
				if !ok {
					break
				}
				if !yield(tag) {
					return
				}
				list = rest
			}
		}
	}
}

// WeakEntityTag returns the weak form of a strong entity tag. A weak one, and a text that is none, stay unchanged.
func WeakEntityTag(tag string) string {
	if strings.HasPrefix(tag, `"`) {
		return "W/" + tag
	}
	return tag
}
