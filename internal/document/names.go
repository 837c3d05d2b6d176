package document

import (
	"fmt"
	"go/token"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// assignOperationIDs gives each operation its operationId: that of OperationID or OperationIDs, or the name of the route. Operations that
// share a name get method and path appended. Ids that are still shared get numbers, as for operations of one callback.
func assignOperationIDs(entries []*entry) {
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
			continue // the program decides; only a number may be added
		default:
			e.id = routeOperationID(e.info)
		}
		if called[e.id] == nil {
			called[e.id] = map[operation]bool{}
		}
		called[e.id][operation{e.Operation, e.info.Method}] = true
	}
	taken := map[string]bool{}
	for _, e := range all {
		if len(called[e.id]) > 1 {
			e.id = camelCase(append([]string{e.id, strings.ToLower(e.info.Method)}, splitWords(e.path)...))
		}
		for base, n := e.id, 2; taken[e.id]; n++ {
			e.id = fmt.Sprintf("%s%d", base, n)
		}
		taken[e.id] = true
	}
}

// routeOperationID returns the operationId of a route before clashes are resolved: its name or, for a function literal, the words of
// method and path.
func routeOperationID(info routing.RouteInfo) string {
	if isUnnamed(info) {
		return camelCase(append([]string{strings.ToLower(info.Method)}, splitWords(info.Path)...))
	}
	return info.Name
}

// isUnnamed reports whether the handler is a function literal and the route has no declared name.
func isUnnamed(info routing.RouteInfo) bool {
	return info.Function == "" && strings.Contains(info.Name, " /")
}

// camelCase joins words. Each but the first begins with a capital letter.
func camelCase(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			w = capitalize(w)
		}
		b.WriteString(w)
	}
	return b.String()
}

func capitalize(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// splitWords returns the words of a name: "getStrID" gives get, Str and ID; "read_item" gives read and item. A digit begins no word.
func splitWords(name string) (out []string) {
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

// Snake returns a Go name in Python's snake case: readItem gives read_item, getStrID gives get_str_id.
func Snake(name string) string { return strings.ToLower(strings.Join(splitWords(name), "_")) }

// FastAPIOperationID returns what FastAPI's generate_unique_id makes: read_item_items__item_id__get.
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

// pythonName is the name of a route as FastAPI has it: a name of Go in snake case, whether it is the handler's or that of the
// option Name. A name that is no identifier, as "List all items", stays as it is.
func pythonName(info routing.RouteInfo) string {
	if token.IsIdentifier(info.Name) || isUnnamed(info) {
		return Snake(info.Name)
	}
	return info.Name
}

// callbackName returns the key of a callback that has no declared name.
func (g *generator) callbackName(e *entry) string {
	if g.FastAPI {
		return pythonName(e.info)
	}
	return routeOperationID(e.info)
}

// title returns the summary of an operation that declares none: its name in words.
func (g *generator) title(e *entry) string {
	if g.FastAPI {
		return autoTitle(pythonName(e.info))
	}
	if strings.Contains(e.Settings.Name, " ") {
		return e.Settings.Name // a declared name is not split
	}
	list := splitWords(e.info.Name)
	if isUnnamed(e.info) {
		list = append([]string{strings.ToLower(e.info.Method)}, splitWords(e.info.Path)...)
	}
	for i, w := range list {
		list[i] = capitalize(w)
	}
	return strings.Join(list, " ")
}
