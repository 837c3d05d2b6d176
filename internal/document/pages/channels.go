package pages

import (
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/document/asyncapi"
	"github.com/brio-go/brio/openapi/spec"
)

// channels returns the page that shows the AsyncAPI document: each WebSocket route with its handshake and its messages. The server writes
// its HTML, so it needs no script.
func channels(c Config) []Page {
	style := file{joinPath(c.Channels, "channels.css"), referenceCSS}
	icon := file{joinPath(c.Channels, "icon.svg"), iconOfOurs}
	a := lazyPage(func() ([]byte, error) {
		v := &channelsView{Style: style.link(c.Channels, Asset{}), Icon: icon.link(c.Channels, c.Assets.Icon), Title: c.Title, Document: relative(c.Channels, c.ChannelsDocument)}
		v.read(c.BuildChannels())
		return page(channelsPage, v)
	})
	a.policy = strictPolicy().allow("img-src", origin(c.Assets.Icon.URL)).String()
	return []Page{{c.Channels, a}, style.page(), icon.page()}
}

// channelsView is the data of the page's template.
type channelsView struct {
	Title, Document string
	Style, Icon     Asset
	Info            asyncapi.Info
	Description     template.HTML
	Servers         []*asyncapi.Server
	Channels        []channelView
	Schemas         []schemaView
}

// channelView is one channel.
type channelView struct {
	ID, Address, Title string
	Description        template.HTML
	Deprecated         bool
	Security           []string
	Parameters         []rowView
	Directions         []directionView
}

// directionView is the messages of one side of a channel.
type directionView struct {
	Title    string
	Messages []rowView
}

// read fills the view from a document.
func (v *channelsView) read(d *asyncapi.Document) {
	v.Info, v.Description = d.Info, prose(d.Info.Description)
	for _, name := range slices.Sorted(maps.Keys(d.Servers)) {
		v.Servers = append(v.Servers, d.Servers[name])
	}
	for _, id := range d.ChannelOrder {
		c := d.Channels[id]
		view := channelView{
			ID: "channel-" + anchor(id), Address: c.Address, Title: c.Title, Description: prose(c.Description), Deprecated: c.Deprecated, Security: c.Security,
			Parameters: readHandshake(c),
		}
		for _, side := range []struct{ action, title string }{{"Receive", "Messages from the client"}, {"Send", "Messages to the client"}} {
			view.Directions = append(view.Directions, directionView{side.title, readMessages(d, d.Operations[id+side.action])})
		}
		v.Channels = append(v.Channels, view)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		v.Schemas = append(v.Schemas, schemaView{name, "schema-" + anchor(name), readSchema(name, d.Components.Schemas[name])})
	}
}

// readHandshake returns a row for each parameter of a handshake.
func readHandshake(c *asyncapi.Channel) (rows []rowView) {
	add := func(in, name string, required bool, s *spec.Schema) {
		r := readSchema(name, s)
		r.In, r.Required = in, required
		rows = append(rows, r)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Parameters)) {
		p := c.Parameters[name]
		add("path", name, true, p.Schema)
		if p.Description != "" {
			rows[len(rows)-1].Description = prose(p.Description)
		}
	}
	for _, source := range []struct {
		in     string
		schema *spec.Schema
	}{{"query", c.Bindings.WS.Query}, {"header", c.Bindings.WS.Headers}} {
		if source.schema == nil {
			continue
		}
		for _, name := range orderedNames(source.schema.Properties, source.schema.PropertyOrder) {
			if name == "Cookie" && len(c.Cookies) > 0 {
				continue
			}
			add(source.in, name, slices.Contains(source.schema.Required, name), source.schema.Properties[name])
		}
	}
	for _, k := range c.Cookies {
		add("cookie", k.Name, k.Required, k.Schema)
	}
	return rows
}

// readMessages returns a row for each message of an operation.
func readMessages(d *asyncapi.Document, o *asyncapi.Operation) (rows []rowView) {
	for _, ref := range o.Messages {
		m := d.Components.Messages[ref.Ref[strings.LastIndexByte(ref.Ref, '/')+1:]]
		r := readSchema(m.Title, m.Payload)
		if m.Payload == nil || m.Payload.IsRef() {
			r.Description = prose(m.Description + m.Summary)
		}
		rows = append(rows, r)
	}
	return rows
}

// channelsPage has the templates of the reference's rows.
var channelsPage = template.Must(template.Must(referencePage.Clone()).New("channels").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} - WebSockets</title>
<link rel="icon" href="{{.Icon.URL}}">
<link rel="stylesheet" href="{{.Style.URL}}">
</head>
<body>
<nav aria-label="Contents">
<a class="title" href="#top">{{.Title}}</a>
<h2>WebSockets</h2>
<ul>{{range .Channels}}<li{{if .Deprecated}} class="deprecated"{{end}}><a href="#{{.ID}}">{{.Title}}</a></li>{{end}}</ul>
{{if .Schemas}}<h2><a href="#schemas">Schemas</a></h2>
<ul>{{range .Schemas}}<li><a href="#{{.ID}}">{{.Name}}</a></li>{{end}}</ul>
{{end}}</nav>
<main id="top">
<header>
<h1>{{.Title}} <span class="version">{{.Info.Version}}</span></h1>
{{.Description}}
<p class="links"><a href="{{.Document}}">AsyncAPI document</a></p>
{{with .Servers}}<h3>Servers</h3><ul>{{range .}}<li><code>{{.Protocol}}://{{.Host}}{{.Pathname}}</code> {{.Description}}</li>{{end}}</ul>{{end}}
</header>
{{range .Channels}}<article class="operation" id="{{.ID}}">
<h3{{if .Deprecated}} class="deprecated"{{end}}>{{.Title}}</h3>
<p class="request"><span class="method GET">WS</span> <code>{{.Address}}</code>{{if .Deprecated}} <span class="note">deprecated</span>{{end}}</p>
{{.Description}}
{{with .Security}}<p class="security">Needs {{range $i, $s := .}}{{if $i}}, or {{end}}<strong>{{$s}}</strong>{{end}}.</p>{{end}}
{{with .Parameters}}<h4>Handshake</h4>{{template "rows" .}}{{end}}
{{range .Directions}}<h4>{{.Title}}</h4>{{template "rows" .Messages}}{{end}}
</article>
{{else}}<p>There are no WebSocket routes.</p>
{{end}}{{if .Schemas}}<section id="schemas">
<h2>Schemas</h2>
{{range .Schemas}}<article class="schema" id="{{.ID}}"><h3>{{.Name}}</h3>{{with .Row}}<p class="type">{{.Type}}{{range .Notes}} <span class="note">{{.}}</span>{{end}}</p>{{.Description}}{{with .Members}}{{template "rows" .}}{{end}}{{end}}</article>
{{end}}</section>
{{end}}</main>
</body>
</html>
`))
