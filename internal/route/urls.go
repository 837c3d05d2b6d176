package route

import (
	"cmp"
	"fmt"

	"github.com/brio-go/brio/routing"
)

// URL builds the path of the route with a name. params are pairs of name and value for its wildcards.
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
	return "", fmt.Errorf("brio: no route is called %q", name)
}

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
