package constraint

import (
	"fmt"
	"regexp"
	"strings"
)

// The grammar of a tag, which is parsed once, at start-up:
//
//	tag   = level
//	level = [ item { "," item } ] [ "dive" [ "keys" level "endkeys" ] level ]
//	item  = presence word | rule { "|" rule }
//	rule  = name [ "=" param ]
//
// validator parses the text of each rule again. This parser exists for two reasons: the framework walks lists and maps itself, so
// that the loc of an error is right; and validator reports a mistake by a panic that does not name the field.

// Rule is one rule of a tag as it is written, for the document.
type Rule struct {
	Name   string   // "min", "oneof", …; patternTag for the pattern tag; "" when Any is set
	Param  string   // the text after =, with 0x2C and 0x7C unescaped
	Values []string // the words of oneof, oneofci, noneof and noneofci, without quotes
	Any    []Rule   // the alternatives of a|b
}

// patternTag is the Name of the rule of a pattern tag. No rule of a validate tag is called so.
const patternTag = "pattern"

// String returns the rule as in the tag, unescaped.
func (r Rule) String() string {
	if r.Any != nil {
		parts := make([]string, len(r.Any))
		for i, a := range r.Any {
			parts[i] = a.String()
		}
		return strings.Join(parts, "|")
	}
	if r.Param == "" {
		return r.Name
	}
	return r.Name + "=" + r.Param
}

// item is a rule with its text for validator.
type item struct {
	Rule
	raw string
}

// level has the rules of one level of a value: of the value itself, of its elements, or of its keys.
type level struct {
	required, omitEmpty bool
	items               []item
	dive                bool
	elem, keys          *level
}

// TagError is a mistake in a tag, with what would be legal. The caller adds the type and the field.
type TagError struct {
	Tag    string // the struct tag: validate or pattern
	Text   string // the wrong part of the tag
	Reason string
}

// Error returns a text such as: validate:"min=abc": "abc" is not a number
func (e *TagError) Error() string { return fmt.Sprintf("%s:\"%s\": %s", e.Tag, e.Text, e.Reason) }

func badTag(text, format string, args ...any) error {
	return &TagError{Tag: "validate", Text: text, Reason: fmt.Sprintf(format, args...)}
}

func parse(tag string) (*level, error) {
	if tag == "" || tag == "-" {
		return &level{}, nil
	}
	return parseLevel(strings.Split(tag, ","), tag)
}

// parseLevel parses the rules of one level, and with dive those of the levels inside.
func parseLevel(segments []string, tag string) (*level, error) {
	out := &level{}
	for i := 0; i < len(segments); i++ {
		text := segments[i]
		switch text {
		case "required":
			out.required = true
		case "omitempty", "omitnil", "omitzero":
			out.omitEmpty = true
		case "dive":
			out.dive = true
			return out, out.parseDive(segments[i+1:], tag)
		case "keys":
			return nil, badTag(tag, "keys must directly follow dive")
		case "endkeys":
			return nil, badTag(tag, "endkeys without keys")
		case "structonly", "nostructlevel":
			return nil, badTag(text, "not supported: a nested struct is always checked by its own tags")
		default:
			one, err := parseItem(text, tag)
			if err != nil {
				return nil, err
			}
			out.items = append(out.items, one)
		}
	}
	return out, nil
}

// parseDive parses what follows dive.
func (l *level) parseDive(rest []string, tag string) (err error) {
	if len(rest) > 0 && rest[0] == "keys" {
		end := 1
		for end < len(rest) && rest[end] != "endkeys" {
			end++
		}
		if end == len(rest) {
			return badTag(tag, "keys without endkeys")
		}
		if l.keys, err = parseLevel(rest[1:end], tag); err != nil {
			return err
		}
		rest = rest[end+1:]
	}
	l.elem, err = parseLevel(rest, tag)
	return err
}

// parseItem parses one rule, or alternatives.
func parseItem(text, tag string) (item, error) {
	if text == "" {
		return item{}, badTag(tag, "an empty rule: two commas in a row, or one at an end")
	}
	if strings.TrimLeft(text, " \t") != text {
		return item{}, badTag(text, "a space before the rule: rules are separated by a comma alone")
	}
	var rules []Rule
	for _, alternative := range strings.Split(text, "|") {
		name, param, _ := strings.Cut(alternative, "=")
		if name == "" {
			return item{}, badTag(text, "an empty alternative")
		}
		param = unescape(param)
		r := Rule{Name: name, Param: param}
		if builtin[name].arg == wordList {
			r.Values = splitWords(param)
		}
		rules = append(rules, r)
	}
	if len(rules) == 1 {
		return item{Rule: rules[0], raw: text}, nil
	}
	return item{Rule: Rule{Any: rules}, raw: text}, nil
}

// unescape replaces validator's escapes of the comma and the pipe, which separate rules.
func unescape(param string) string {
	return strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")
}

// splitWords splits at spaces outside of single quotes, by validator's regular expression.
func splitWords(param string) []string {
	out := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(param, -1)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "'", "")
	}
	return out
}
