package origin

import (
	"fmt"
	"strings"
)

// Base is the beginning of links, as the client of a request sees it.
type Base struct{ Scheme, Host, RootPath string }

// Link is where clients find a route.
type Link struct {
	Path   string
	Host   string            // the pattern of the route's host; "" for every host
	Values map[string]string // of the wildcards in Host
}

// LinkFunc builds the Link of a named route. params are name, value pairs for its wildcards.
type LinkFunc = func(name string, params ...any) (Link, error)

// URL returns the URL of a link. Without a host, as outside of requests, it is the path alone. A route of a host has that host, with the
// port of the base. A wildcard of the host that the link has no value for has that of the base, if the base is one of those hosts.
func (b *Base) URL(l Link) (string, error) {
	if b.Host == "" {
		return l.Path, nil
	}
	host := b.Host
	if l.Host != "" {
		var err error
		if host, err = l.host(b.Host); err != nil {
			return "", err
		}
	}
	return b.Scheme + "://" + host + b.RootPath + l.Path, nil
}

// host returns the host of a link for a request to the host base.
func (l *Link) host(base string) (string, error) {
	current, port, _ := SplitHost(base)
	labels, now := strings.Split(strings.TrimSuffix(l.Host, "."), "."), strings.Split(current, ".")
	isHere := len(labels) == len(now)
	for i, label := range labels {
		isHere = isHere && (strings.HasPrefix(label, "{") || strings.EqualFold(label, now[i]))
	}
	for i, label := range labels {
		name, isWildcard := strings.CutPrefix(strings.TrimSuffix(label, "}"), "{")
		value, isGiven := l.Values[name]
		switch {
		case !isWildcard:
			labels[i] = strings.ToLower(label)
		case isGiven && (!isHostName(value) || strings.Contains(value, ".")):
			return "", fmt.Errorf("brio: host %q: the value %q of {%s} is no label of a host: letters, digits, - and _", l.Host, value, name)
		case isGiven:
			labels[i] = strings.ToLower(value)
		case isHere:
			labels[i] = now[i]
		default:
			return "", fmt.Errorf("brio: host %q: no value for {%s}, and the host of the request, %q, is another one", l.Host, name, base)
		}
	}
	host := strings.Join(labels, ".")
	if port != "" {
		host += ":" + port
	}
	return host, nil
}
