package explore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// kind says what a request is by the document.
type kind int

const (
	valid   kind = iota // each rule holds
	invalid             // one rule is broken
	unknown             // odd: no more is asked than that the app stays whole
)

// exchange is a request that was sent, with its answer.
type exchange struct {
	*Request          // as it was sent
	base     *Request // without the breach
	kind     kind
	breach   breach
	accepted bool // a valid request, without the breach, was not refused
	answer   contract.Answer
	trouble  string // a panic, or no answer
}

// check is what holds for each exchange. says returns what is wrong, "" for nothing.
type check struct {
	name string
	says func(run *Run, x *exchange) string
}

// Names are the names of all checks, those of probes and sequences too.
func Names() (out []string) {
	for _, c := range checks {
		out = append(out, c.name)
	}
	for _, p := range probes {
		out = append(out, p.name)
	}
	return append(out, authName, orderName, foundName, goneName, locationName)
}

// checks is the table of what holds for each exchange.
var checks = []check{
	{"whole", func(_ *Run, x *exchange) string { return x.trouble }},
	{"no 5xx", func(_ *Run, x *exchange) string {
		if x.answer.Status >= 500 {
			return fmt.Sprintf("the answer is a %d", x.answer.Status)
		}
		return ""
	}},
	{"documented", func(run *Run, x *exchange) string {
		if x.answer.Status >= 500 || x.trouble != "" || slices.Contains(run.AllowedStatuses, x.answer.Status) {
			return ""
		}
		return strings.Join(x.Op.Problems(x.answer, run.AllowedHeaders), "; ")
	}},
	{"valid accepted", func(run *Run, x *exchange) string {
		if x.kind != valid || !slices.Contains([]int{400, 413, 415, 422}, x.answer.Status) || run.unsaid(x) {
			return ""
		}
		return fmt.Sprintf("the request is valid by the document, and is refused with %d", x.answer.Status)
	}},
	{"invalid refused", func(_ *Run, x *exchange) string {
		if x.kind != invalid || x.answer.Status >= 400 || x.trouble != "" {
			return ""
		}
		return fmt.Sprintf("the request is invalid by the document (%s), and is answered with %d", x.broken(), x.answer.Status)
	}},
	{"location", location},
	{"no secret", func(run *Run, x *exchange) string {
		for _, secret := range slices.Sorted(maps.Keys(run.gen.secrets)) {
			if bytes.Contains(x.answer.Body, []byte(secret)) {
				return fmt.Sprintf("the answer has %q, which was sent as the value of a secret member", secret)
			}
		}
		return ""
	}},
	{"no canary", func(run *Run, x *exchange) string {
		for _, canary := range canaries.FindAllString(string(x.answer.Body), -1) {
			if owner := run.canaries[canary]; owner != nil && canary != x.canary && !run.stored[canary] {
				return fmt.Sprintf("the answer has %q, a text of %s %s, which stores nothing", canary, owner.Method, owner.Path)
			}
		}
		return ""
	}},
	{"limit", func(_ *Run, x *exchange) string {
		for i, p := range x.Op.Parameters {
			if n, ok := contract.Int(x.Values[i]); ok && p.In == "query" && slices.Contains(limits, p.Name) && x.answer.Status == http.StatusOK {
				if found := longest(x.answer.Body); found > n {
					return fmt.Sprintf("%s is %d, and the answer is a list of %d", p.Name, n, found)
				}
			}
		}
		return ""
	}},
	{"entity tag", func(run *Run, x *exchange) string {
		tag := x.answer.Header.Get("Etag")
		if tag == "" || x.answer.Status != http.StatusOK || x.Op.Method != http.MethodGet || strings.HasPrefix(tag, "W/") {
			return ""
		}
		key := x.Curl() + "\n" + tag
		old, known := run.tags[key]
		run.tags[key] = string(x.answer.Body)
		if known && old != string(x.answer.Body) {
			return fmt.Sprintf("the ETag %s is that of two bodies:\n%s\n%s", tag, short(old), short(string(x.answer.Body)))
		}
		return ""
	}},
}

// canaries finds the texts of newCanary.
var canaries = regexp.MustCompile(`cnry[0-9a-f]+q[0-9]+q`)

// limits are the names of parameters that bound a list.
var limits = []string{"limit", "page_size", "pageSize", "per_page", "perPage", "size", "first", "top"}

// longest returns the length of a list that a JSON text is, or has as a member.
func longest(body []byte) (n int) {
	v, err := contract.Decode(body)
	if err != nil {
		return 0
	}
	if l, ok := v.([]any); ok {
		return len(l)
	}
	for _, member := range objectOf(v) {
		n = max(n, len(listOf(member)))
	}
	return n
}

// broken is the broken rule and its place in words.
func (x *exchange) broken() string {
	if x.breach.loc == nil {
		return x.breach.rule
	}
	return fmt.Sprintf("%s: %s", locText(x.breach.loc), x.breach.rule)
}

func locText(loc []any) string {
	var parts []string
	for _, step := range loc {
		parts = append(parts, fmt.Sprint(step))
	}
	return strings.Join(parts, ".")
}

// entry is one validation error of an answer.
type entry struct {
	Type string
	Loc  []any
}

// entries returns the validation errors of an answer, in FastAPI's format or that of RFC 9457.
func entries(body []byte) []entry {
	var answer struct{ Detail, Errors json.RawMessage }
	if json.Unmarshal(body, &answer) != nil {
		return nil
	}
	for _, text := range []json.RawMessage{answer.Detail, answer.Errors} {
		var out []entry
		if json.Unmarshal(text, &out) == nil && len(out) > 0 {
			return out
		}
	}
	return nil
}

// unsaidTypes are the types of errors that no schema foresees; the page on schemas lists them.
var unsaidTypes = []string{
	"value_error", "assertion_error", "duplicate_key", "ambiguous_key", "int_parsing_size", "finite_number", "int_from_float", "string_unicode",
	"time_delta_parsing",
}

// unsaid reports whether a refused request broke only rules that a schema cannot say: those of Validate methods, and of types with a
// text form of their own.
func (run *Run) unsaid(x *exchange) bool {
	found := entries(x.answer.Body)
	if x.answer.Status != http.StatusUnprocessableEntity || len(found) == 0 {
		return false
	}
	if x.Media == "application/json-patch+json" && patchesBadly(found) {
		return true
	}
	places := run.gen.places(x.Request)
	return !slices.ContainsFunc(found, func(e entry) bool {
		if slices.ContainsFunc(unsaidTypes, func(t string) bool { return e.Type == t || strings.HasPrefix(e.Type, t+".") }) {
			return false
		}
		return !slices.ContainsFunc(places, func(p place) bool {
			text, _ := p.schema["description"].(string)
			return strings.Contains(text, "Must satisfy") && within(p.loc, e.Loc)
		})
	})
}

// patchesBadly reports whether each error is of the value that a JSON Patch makes, and not of an operation: its schema says nothing of
// the result.
func patchesBadly(found []entry) bool {
	return !slices.ContainsFunc(found, func(e entry) bool {
		if len(e.Loc) < 2 {
			return false
		}
		_, isIndex := contract.Int(e.Loc[1])
		return isIndex
	})
}

// location asks that a refusal names the place that was broken.
func location(_ *Run, x *exchange) string {
	if x.kind != invalid || !x.accepted || x.breach.loc == nil || x.answer.Status != http.StatusUnprocessableEntity {
		return ""
	}
	found := entries(x.answer.Body)
	if len(found) == 0 || slices.ContainsFunc(found, func(e entry) bool {
		want := x.breach.loc
		if strings.HasPrefix(e.Type, "union_tag_") {
			want = want[:len(want)-1] // the place of the union, of which a member chooses the variant
		}
		return within(want, e.Loc)
	}) {
		return ""
	}
	return fmt.Sprintf("the broken place is %s, and the answer names %s", x.broken(), locText(found[0].Loc))
}

// within reports whether a location has the steps of a place, in their order: it may have the names of variants between them. Names of
// headers have no case.
func within(want, loc []any) bool {
	i := 0
	for _, step := range loc {
		if i < len(want) && strings.EqualFold(strings.ReplaceAll(fmt.Sprint(step), "_", "-"), strings.ReplaceAll(fmt.Sprint(want[i]), "_", "-")) {
			i++
		}
	}
	return i == len(want)
}

// short is a text, cut after some bytes.
func short(s string) string {
	if len(s) > 600 {
		return s[:600] + fmt.Sprintf("… (%d bytes)", len(s))
	}
	return s
}
