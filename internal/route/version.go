package route

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/security"
)

// versions has a table for each version of an API that a header or a media type chooses.
type versions struct {
	*declare.Versions
	tables []*Table // in the order of Names
}

// version is the version for which routes are compiled.
type version struct {
	name  string
	index int
	media string // of JSON answers; "": that of the class
}

// versioned compiles entries, the routes of a table, for each version: below the prefix of the version, or into a table of its own.
// Routes that belong to no version are compiled once more, before. Without versions it compiles the entries once.
func (c *compiler) versioned(s *scope, entries func(s *scope)) {
	v := c.Versions
	if v == nil || c.describes {
		entries(s)
		c.addMounts()
		return
	}
	shared, rows := c.table, c.Scope.Rows
	entries(c.derive(s, &declare.Settings{}))
	if v.By != declare.ByPrefix {
		c.addMounts()
		shared.versions = &versions{Versions: v}
	}
	for i, name := range v.Names {
		settings := v.Settings[name]
		if settings == nil {
			settings = &declare.Settings{}
		}
		inner := c.derive(s, settings)
		c.version = &version{name, i, v.MediaOf(name)}
		c.Scope.Rows = injectables.Rows(injectables.Source{Logger: shared.currentLogger, Scopes: reflect.TypeFor[security.Scopes](),
			Link: func(route string, params ...any) (origin.Link, error) { return c.root.linkIn(name, route, params...) }})
		if v.By == declare.ByPrefix {
			inner.prefix += "/" + name
			entries(inner)
			continue
		}
		t := c.innerTable()
		t.outside.group.handlers = c.handlers(inner.ErrorHandlers)
		patterns, mounts := c.patterns, c.mounts
		c.table, c.patterns, c.mounts = t, map[string]string{}, nil
		entries(inner)
		c.addMounts()
		c.table, c.patterns, c.mounts = shared, patterns, mounts
		shared.versions.tables = append(shared.versions.tables, t)
		shared.endpoints = append(shared.endpoints, t.endpoints...)
		shared.routers = append(shared.routers, t.routers...)
		shared.Warnings = append(shared.Warnings, t.Warnings...)
	}
	c.version, c.Scope.Rows = nil, rows
	c.addMounts()
}

// innerTable returns an empty table whose state is that of the current one: for the routes of a host or of a version.
func (c *compiler) innerTable() *Table {
	t, shared := newTable(c.Config), c.table
	t.lifecycle, t.internal, t.raised, t.messages, t.noPlan = shared.lifecycle, shared.internal, shared.raised, shared.messages, shared.noPlan
	t.names, t.outer = shared.names, shared.outer
	t.outside.group.handlers, t.outside.plan = shared.outside.group.handlers, shared.noPlan
	return t
}

// isElsewhere reports whether a route with these settings belongs to other versions than the one that is compiled. A route that no
// version has is a mistake, found before the versions are compiled.
func (c *compiler) isElsewhere(s *scope, fail func(found, legal string)) bool {
	v := c.Versions
	switch {
	case v == nil || c.describes:
		return false
	case c.version != nil:
		return bool(s.Unversioned) || !v.Includes(s.Versions, c.version.index)
	case bool(s.Unversioned):
		return false
	}
	for i := range v.Names {
		if v.Includes(s.Versions, i) {
			return true
		}
	}
	fail("no version has the route: SinceVersion and UntilVersion of its levels exclude each other", "at least one of "+strings.Join(v.Names, ", "))
	return true
}

// checkVersions reports versions of a level that the app does not have.
func (c *compiler) checkVersions(s *declare.Settings) {
	for _, r := range s.Versions {
		option, name := "SinceVersion", r.Since
		if name == "" {
			option, name = "UntilVersion", r.Until
		}
		switch {
		case c.Versions == nil:
			c.add(routing.Mistake{Place: r.Place, Found: fmt.Sprintf("%s(%q), and the app has no versions", option, name), Legal: "brio.Versions among the options of the app"})
		case c.Versions.Index(name) < 0:
			c.add(routing.Mistake{Place: r.Place, Found: fmt.Sprintf("%s(%q): no version has this name", option, name), Legal: "one of " + strings.Join(c.Versions.Names, ", ")})
		}
	}
}

// serveChosen answers a request by the table of its host and version.
func (t *Table) serveChosen(w http.ResponseWriter, r *http.Request) {
	if chosen := t.chosen(w, r); chosen != nil {
		chosen.ServeHTTP(w, r)
	}
}

// chosen returns the table of a request. It is nil for a request that asks for no version that exists, which it has answered.
func (t *Table) chosen(w http.ResponseWriter, r *http.Request) *Table {
	t = t.tableOf(r)
	v := t.versions
	if v == nil {
		return t
	}
	_, target := exchange.TargetOf(r)
	path := readPath(target)
	if t.hasPath(path) || t.frontends != nil && !slices.ContainsFunc(v.tables, func(of *Table) bool { return of.hasPath(path) }) {
		return t // a page, a route without version, or a file of the frontend
	}
	i, err := v.choose(r)
	if v.By == declare.ByMediaType {
		exchange.AddHeader(w, "Vary", "Accept")
	} else {
		exchange.AddHeader(w, "Vary", v.Header)
	}
	if err != nil {
		t.outside.refuse(w, r, err)
		return nil
	}
	if v.By == declare.ByHeader {
		exchange.AddHeader(w, v.Header, v.Names[i])
	}
	return v.tables[i]
}

// hasPath reports whether a route, a WebSocket route or a mount has the path.
func (t *Table) hasPath(path requestPath) bool {
	if t.mounts != nil {
		if e, _ := t.endpoint(t.mounts, path, nil); e != nil {
			return true
		}
	}
	return len(t.allowed(path)) > 0
}

// choose returns the index of the version that a request asks for.
func (v *versions) choose(r *http.Request) (i int, err error) {
	if v.By == declare.ByMediaType {
		return v.chooseByMedia(r)
	}
	lines, name := exchange.HeaderLines(r, v.Header), ""
	if len(lines) > 0 {
		name = strings.TrimSpace(strings.Join(lines, ","))
	}
	failure := constraint.VersionUnknown(v.Names)
	switch i = v.Asked(name); {
	case i >= 0:
		return i, nil
	case name == "" && v.Default != "":
		return v.Index(v.Default), nil
	case name == "":
		failure = constraint.VersionMissing(v.Names)
	}
	return 0, &exchange.HeaderError{Header: strings.ToLower(v.Header), Kind: failure.Type, Msg: failure.Msg}
}

// chooseByMedia chooses by the media type in Accept that the client prefers and a version has, then by that of the body. Both must agree.
// A client that accepts only versions that do not exist gets 406; a body of another version than the answer is 415 (RFC 9110, 15.5).
func (v *versions) chooseByMedia(r *http.Request) (i int, err error) {
	best, weight, unknown, other := -1, 0.0, false, false
	for _, a := range httptext.ParseWeighted(exchange.HeaderLines(r, "Accept")) {
		if a.Weight == 0 {
			continue
		}
		name, ok := v.NameIn(a.Value)
		switch at := v.Index(name); {
		case !ok:
			other = true // errors and other answers have other media types, so the version is the default
		case at < 0:
			unknown = true
		case a.Weight > weight:
			best, weight = at, a.Weight
		}
	}
	if best < 0 && unknown && !other {
		return 0, response.NewError(http.StatusNotAcceptable, constraint.VersionUnknown(v.Names).Msg)
	}
	if name, ok := v.NameIn(mediaTypeOf(r)); ok {
		switch at := v.Index(name); {
		case at < 0:
			return 0, response.NewError(http.StatusUnsupportedMediaType, constraint.VersionUnknown(v.Names).Msg)
		case best >= 0 && at != best:
			return 0, response.NewError(http.StatusUnsupportedMediaType, "The body and the answer should be of one version of the API")
		default:
			return at, nil
		}
	}
	switch {
	case best >= 0:
		return best, nil
	case v.Default != "":
		return v.Index(v.Default), nil
	}
	return 0, response.NewError(http.StatusNotAcceptable, constraint.VersionMissing(v.Names).Msg)
}

// mediaTypeOf returns the media type of the body of a request, in lower case.
func mediaTypeOf(r *http.Request) string {
	lines := exchange.HeaderLines(r, "Content-Type")
	if len(lines) == 0 {
		return ""
	}
	mediaType, _, _ := strings.Cut(lines[0], ";")
	return strings.ToLower(strings.TrimSpace(mediaType))
}
