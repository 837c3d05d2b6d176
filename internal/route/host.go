package route

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/routing"
)

// hosts has a table for each host that routes are limited to. The labels of a host are the segments of a path, from the last one on:
// {tenant}.example.com is /com/example/{tenant}. So the tree of paths decides which pattern is the most specific.
type hosts struct {
	tree   pathtree.Tree[*hostTable]
	tables []*hostTable
}

// hostTable has the routes of one host. Its state is that of the app's table.
type hostTable struct {
	*Table
	pattern string
	names   []string // of the wildcards, from the right
	place   string
}

// host compiles the routes of a host into a table of their own.
func (c *compiler) host(in *declare.Include, s *scope) {
	h, fail := in.Host, func(found, legal string) { c.add(routing.Mistake{Place: in.Place, Found: found, Legal: legal}) }
	const legal = "a name in ASCII, without port, in which a wildcard stands for a whole label: api.example.com, {tenant}.example.com"
	p, err := pathtree.Parse(hostPath(h.Pattern))
	switch {
	case in.Router == nil:
		fail(fmt.Sprintf("Host(%q) with a %T", h.Pattern, h.Given), "a *brio.Router that is not nil, or an http.Handler, such as another App")
		return
	case c.describes:
		fail("a host on a router of webhooks or callbacks", "routes: documents describe these requests, and the app does not answer them")
		return
	case c.hostNames != nil:
		fail(fmt.Sprintf("Host(%q) inside of another host", h.Pattern), "a request has one host: declare both on the app")
		return
	case err != nil || !isHostPattern(h.Pattern) || p.HasRest():
		fail(fmt.Sprintf("Host(%q)", h.Pattern), legal)
		return
	}
	t := &hostTable{c.innerTable(), h.Pattern, append([]string{}, p.Names...), in.Place}
	shared := c.table
	if shared.hosts == nil {
		shared.hosts = &hosts{}
	}
	if err := shared.hosts.tree.Insert(p, t); err != nil {
		if conflict, ok := errors.AsType[*pathtree.ConflictError](err); ok {
			other, _, _ := shared.hosts.tree.Match(conflict.Example, false, nil)
			fail(fmt.Sprintf("Host(%q) and Host(%q) (%s) match common hosts and neither is more specific", h.Pattern, other.pattern, other.place), "one Host for each pattern, in which routers and mounts of the host stand together; or another pattern")
		}
		return
	}
	shared.hosts.tables = append(shared.hosts.tables, t)

	patterns, mounts := c.patterns, c.mounts
	c.table, c.patterns, c.mounts, c.hostNames = t.Table, map[string]string{}, nil, t.names
	inner := c.derive(s, &in.Settings.Settings)
	c.versioned(inner, func(s *scope) { c.router(in.Router, s, in.Place) })
	c.table, c.patterns, c.mounts, c.hostNames = shared, patterns, mounts, nil
	for _, e := range t.endpoints {
		e.writeRare().host = t
	}
	shared.endpoints = append(shared.endpoints, t.endpoints...)
	shared.routers = append(shared.routers, t.routers...)
	shared.Warnings = append(shared.Warnings, t.Warnings...)
}

// Hosts returns the patterns of the hosts, in the order of declaration.
func (t *Table) Hosts() (out []string) {
	if t.hosts != nil {
		for _, h := range t.hosts.tables {
			out = append(out, h.pattern)
		}
	}
	return out
}

// isHostPattern reports whether a pattern has nothing that a host cannot have: it is ASCII, without port, path and spaces. An IPv6 address
// stands in brackets, and has colons.
func isHostPattern(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`/:@?#%\*,`, c) >= 0 && !strings.HasPrefix(s, "[") {
			return false
		}
	}
	return s != "" && !strings.HasPrefix(s, ".") && !strings.Contains(s, "..")
}

// hostPath returns a host, in lower case and without a dot at the end, as a path of its labels from the last one on. Names of wildcards
// keep their case.
func hostPath(host string) string {
	host = strings.TrimSuffix(host, ".")
	var b strings.Builder
	b.Grow(len(host) + 1)
	for {
		at := strings.LastIndexByte(host, '.')
		label := host[at+1:]
		if !strings.HasPrefix(label, "{") {
			label = strings.ToLower(label)
		}
		b.WriteByte('/')
		b.WriteString(label)
		if at < 0 {
			return b.String()
		}
		host = host[:at]
	}
}

// withoutPort returns a Host header without its port. An IPv6 address keeps its brackets.
func withoutPort(host string) string {
	if at := strings.LastIndexByte(host, ':'); at >= 0 && !strings.HasSuffix(host, "]") {
		return host[:at]
	}
	return host
}

// tableOf returns the table of the host of a request, or the app's own. Handlers read the values of the host's wildcards as path values.
func (t *Table) tableOf(r *http.Request) *Table {
	if t.hosts == nil {
		return t
	}
	host := withoutPort(exchange.HostOf(r))
	if !strings.ContainsAny(host, `/{\`) { // no host has them
		if found, values, ok := t.hosts.tree.Match(hostPath(host), false, nil); ok {
			exchange.SetPathValues(r, found.names, values)
			return found.Table
		}
	}
	return t
}
