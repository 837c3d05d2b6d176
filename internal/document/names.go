package document

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// identify gives every operation its operationId: what OperationID or OperationIDs say, else the name of its route. Where
// several have one, method and path are added; where that is not enough, as for a callback of several operations, they
// are numbered.
func identify(entries []*entry) {
	var all []*entry
	var walk func(entries []*entry)
	walk = func(entries []*entry) {
		for _, e := range entries {
			all = append(all, e)
			for _, c := range e.callbacks {
				walk(c.entries)
			}
		}
	}
	walk(entries)
	type operation struct {
		*route.Operation
		method string
	}
	called := map[string]map[operation]bool{} // by id
	for _, e := range all {
		switch {
		case e.Settings.OperationID != "":
			e.id = e.Settings.OperationID
		case e.Settings.OperationIDs.IsSet():
			e.id = e.Settings.OperationIDs.Value()(declare.Info(e.info))
			continue // used as it is; only numbers are added
		default:
			e.id = identifier(e.info)
		}
		if called[e.id] == nil {
			called[e.id] = map[operation]bool{}
		}
		called[e.id][operation{e.Operation, e.info.Method}] = true
	}
	taken := map[string]bool{}
	for _, e := range all {
		if len(called[e.id]) > 1 {
			e.id = camel(append([]string{e.id, strings.ToLower(e.info.Method)}, words(e.path)...))
		}
		for base, n := e.id, 2; taken[e.id]; n++ {
			e.id = fmt.Sprintf("%s%d", base, n)
		}
		taken[e.id] = true
	}
}

// identifier is a route's name as an operationId: the name, or the words of the method and path after which a function
// literal is called.
func identifier(info routing.RouteInfo) string {
	if unnamed(info) {
		return camel(append([]string{strings.ToLower(info.Method)}, words(info.Path)...))
	}
	return info.Name
}

// unnamed reports a route whose handler is a function literal and that was given no name.
func unnamed(info routing.RouteInfo) bool {
	return info.Function == "" && strings.Contains(info.Name, " /")
}

// camel writes words as one, each but the first with a capital.
func camel(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			w = capital(w)
		}
		b.WriteString(w)
	}
	return b.String()
}

func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// words are the words of a name: "getStrID" is get, Str and ID, "read_item" read and item. Digits begin none.
func words(name string) (out []string) {
	runes := []rune(name)
	start := 0
	cut := func(end int) {
		if end > start {
			out = append(out, string(runes[start:end]))
		}
		start = end
	}
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			cut(i)
			start = i + 1
			continue
		}
		if i == start || !unicode.IsUpper(r) {
			continue
		}
		next := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if !unicode.IsUpper(runes[i-1]) || next {
			cut(i)
		}
	}
	cut(len(runes))
	return out
}

// Snake is a Go name as Python writes it: readItem is read_item, getStrID get_str_id.
func Snake(name string) string { return strings.ToLower(strings.Join(words(name), "_")) }

// FastAPIOperationID is FastAPI's generate_unique_id: read_item_items__item_id__get.
func FastAPIOperationID(info routing.RouteInfo) string {
	id := pythonName(info) + strings.ReplaceAll(info.Path, "...}", "}")
	id = strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, id)
	return id + "_" + strings.ToLower(info.Method)
}

// pythonName is the name of a route as FastAPI has it: the function's in snake case, unless it was given one.
func pythonName(info routing.RouteInfo) string {
	if info.Name == info.Function || unnamed(info) {
		return Snake(info.Name)
	}
	return info.Name
}

// callName is the key of a callback without a name.
func (g *generator) callName(e *entry) string {
	if g.FastAPI {
		return pythonName(e.info)
	}
	return identifier(e.info)
}

// title is the summary of an operation that says none: its name in words.
func (g *generator) title(e *entry) string {
	if g.FastAPI {
		return autoTitle(pythonName(e.info))
	}
	if strings.Contains(e.Settings.Name, " ") {
		return e.Settings.Name // words already
	}
	list := words(e.info.Name)
	if unnamed(e.info) {
		list = append([]string{strings.ToLower(e.info.Method)}, words(e.info.Path)...)
	}
	for i, w := range list {
		list[i] = capital(w)
	}
	return strings.Join(list, " ")
}
