package contract

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// parameters compares what the request says in its path, query, headers and cookies with the parameters of the operation.
// A text fits when one of the values that it can stand for is valid.
func (x *exchange) parameters(at []string, op map[string]any, path string) (out []string) {
	list, _ := op["parameters"].([]any)
	for i, p := range list {
		param := x.resolve(p)
		name, _ := param["name"].(string)
		in, _ := param["in"].(string)
		if param["content"] != nil || param["style"] == "deepObject" {
			continue
		}
		given := x.given(in, name, path)
		if len(given) == 0 {
			if param["required"] == true {
				out = append(out, fmt.Sprintf("the %s parameter %s is required in the document, and was not sent", in, name))
			}
			continue
		}
		if param["explode"] == false || in == "header" && len(given) == 1 && strings.Contains(given[0], ",") {
			given = append(given, strings.Split(given[0], ",")...)[1:]
		}
		if err := x.fits(append(slices.Clip(at), "parameters", fmt.Sprint(i), "schema"), given); err != nil {
			out = append(out, fmt.Sprintf("the %s parameter %s=%q was accepted and is not valid: %v", in, name, given, err))
		}
	}
	return out
}

// fits tries what the texts can stand for: text, numbers, booleans; one value or a list.
func (x *exchange) fits(schema []string, given []string) (err error) {
	for _, read := range []func(string) any{asText, asJSON, asBool} {
		values := make([]any, len(given))
		for i, s := range given {
			values[i] = read(s)
		}
		for _, v := range []any{values[0], values[len(values)-1], values} {
			failed := x.validValue(schema, v, false)
			if failed == nil || repeats(failed) {
				return nil
			}
			if err == nil {
				err = failed
			}
		}
	}
	return err
}

func asText(s string) any { return s }

func asJSON(s string) any {
	var n json.Number
	if json.Unmarshal([]byte(strings.TrimPrefix(s, "+")), &n) == nil {
		return n
	}
	return s
}

func asBool(s string) any {
	switch strings.ToLower(s) {
	case "1", "true", "t", "yes", "y", "on":
		return true
	case "0", "false", "f", "no", "n", "off":
		return false
	}
	return s
}

// given are the texts of a parameter.
func (x *exchange) given(in, name, path string) []string {
	switch in {
	case "query":
		return x.r.URL.Query()[name]
	case "header":
		return x.r.Header.Values(name)
	case "cookie":
		for _, c := range slices.Backward(x.r.CookiesNamed(name)) {
			return []string{c.Value}
		}
	case "path":
		return wildcard(path, x.r.Pattern, x.r.URL.EscapedPath(), name)
	}
	return nil
}

func unescaped(segment string) []string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return nil
	}
	return []string{text}
}

// wildcard is the segment of an escaped path, or what is left of it, that stands for {name}.
func wildcard(template, pattern, path, name string) []string {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	for i, segment := range want {
		if i >= len(have) {
			break
		}
		if segment == "{"+name+"}" {
			if strings.Contains(pattern, "{"+name+"...}") {
				return unescaped(strings.Join(have[i:], "/"))
			}
			return unescaped(have[i])
		}
	}
	return nil
}
