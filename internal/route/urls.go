package route

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/brio-go/brio/routing"
)

// URL builds the path of the route with a name. params are pairs of name and value for its wildcards.
//
// A name that the table does not have is looked for in the Apps that are mounted, in the order of declaration, as in Starlette's mounts
// without a name.
//
// The values of the wildcards of a host are left out: a link has the host of its request.
func (t *Table) URL(name string, params ...any) (string, error) {
	if len(params)%2 != 0 {
		return "", fmt.Errorf("brio: URL(%q): parameters are name, value pairs", name)
	}
	values := map[string]string{}
	for i := 0; i < len(params); i += 2 {
		key, ok := params[i].(string)
		if !ok {
			return "", fmt.Errorf("brio: URL(%q): parameter %d is a %T; names are strings", name, i+1, params[i])
		}
		values[key] = fmt.Sprint(params[i+1])
	}
	for _, e := range t.endpoints {
		if e.name == name {
			inName, inRest := t.refusedIn(e)
			return e.path.Fill(values, inName, inRest)
		}
	}
	for _, e := range t.endpoints {
		if !e.isMount() || e.readRare().url == nil {
			continue
		}
		names := e.path.Names[:len(e.path.Names)-len(e.hostNames())]
		own, inner := map[string]string{names[len(names)-1]: ""}, []any{} // the path of the mount is empty
		for key, value := range values {
			if slices.Contains(names, key) {
				own[key] = value
			} else {
				inner = append(inner, key, value)
			}
		}
		below, err := e.rare.url(name, inner...)
		if errors.Is(err, errUnknownName) {
			continue
		}
		if err != nil {
			return "", err
		}
		inName, inRest := t.refusedIn(e)
		prefix, err := e.path.Fill(own, inName, inRest)
		if err != nil {
			return "", err
		}
		return strings.TrimSuffix(prefix, "/") + below, nil
	}
	return "", fmt.Errorf("brio: %w %q", errUnknownName, name)
}

var errUnknownName = errors.New("no route is called")

// Routes returns one RouteInfo for each method of each route, with the full path, in the order of registration.
func (t *Table) Routes() []routing.RouteInfo {
	var out []routing.RouteInfo
	for _, e := range t.endpoints {
		tags := e.settings().Tags
		for _, m := range e.route.Methods {
			info := e.info(tags)
			info.Method = m
			out = append(out, info)
		}
		if e.isMount() {
			out = append(out, e.info(tags))
			for _, info := range e.readRare().routes {
				info.Path = prefixOf(e.path.Text) + info.Path
				info.Host = cmp.Or(info.Host, e.hostPattern())
				out = append(out, info)
			}
		}
	}
	return out
}
