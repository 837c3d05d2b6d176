package route

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/routing"
)

// Link builds the link of the route with a name. params are pairs of name and value for its wildcards, and those of its host.
//
// A name that the table does not have is looked for in the Apps that are mounted, in the order of declaration, as in Starlette's mounts
// without a name. A host that the mounted App limits the route to counts before that of the mount.
//
// Of the versions of a route, the one that documents begin with counts, and then the newest.
func (t *Table) Link(name string, params ...any) (origin.Link, error) {
	current := ""
	if t.names != nil {
		current = t.names.Current()
	}
	return t.linkIn(current, name, params...)
}

// linkIn is Link in a version, whose own routes count before others.
func (t *Table) linkIn(version, name string, params ...any) (origin.Link, error) {
	if len(params)%2 != 0 {
		return origin.Link{}, fmt.Errorf("brio: URL(%q): parameters are name, value pairs", name)
	}
	values := map[string]string{}
	for i := 0; i < len(params); i += 2 {
		key, ok := params[i].(string)
		if !ok {
			return origin.Link{}, fmt.Errorf("brio: URL(%q): parameter %d is a %T; names are strings", name, i+1, params[i])
		}
		values[key] = fmt.Sprint(params[i+1])
	}
	var found *endpoint
	for _, e := range t.endpoints {
		if e.name == name && (found == nil || t.names != nil && e.rank(version) > found.rank(version)) {
			found = e
		}
	}
	if found != nil {
		inName, inRest := t.refusedIn(found)
		path, err := found.path.Fill(values, inName, inRest)
		return origin.Link{Path: path, Host: found.hostPattern(), Values: values}, err
	}
	for _, e := range t.endpoints {
		if !e.isMount() || e.readRare().link == nil {
			continue
		}
		names := e.path.Names[:len(e.path.Names)-len(e.hostNames())]
		own, inner := map[string]string{names[len(names)-1]: ""}, []any{} // the path of the mount is empty
		for key, value := range values {
			if slices.Contains(names, key) {
				own[key] = value
			} else if !slices.Contains(e.hostNames(), key) {
				inner = append(inner, key, value)
			}
		}
		below, err := e.rare.link(name, inner...)
		if errors.Is(err, errUnknownName) {
			continue
		}
		if err != nil {
			return origin.Link{}, err
		}
		inName, inRest := t.refusedIn(e)
		prefix, err := e.path.Fill(own, inName, inRest)
		if err != nil {
			return origin.Link{}, err
		}
		below.Path = strings.TrimSuffix(prefix, "/") + below.Path
		if below.Host == "" {
			below.Host, below.Values = e.hostPattern(), values
		}
		return below, nil
	}
	return origin.Link{}, fmt.Errorf("brio: %w %q", errUnknownName, name)
}

// rank is how well the endpoint fits a link from a version: its own, then a route without version, then the newest.
func (e *endpoint) rank(wanted string) int {
	switch v := e.readRare().version; {
	case v == nil:
		return math.MaxInt - 1
	case v.name == wanted:
		return math.MaxInt
	default:
		return v.index
	}
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
