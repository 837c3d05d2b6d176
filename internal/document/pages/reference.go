package pages

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/openapi/spec"
)

// reference returns the page that shows the whole document, to be read, searched and printed. The server writes its HTML, so it needs no
// script. With a ReferenceScript it returns the page of that script instead.
func reference(c Config) []Page {
	style := file{joinPath(c.Reference, "reference.css"), referenceCSS}
	icon := iconFile(c.Reference)
	if c.Assets.ReferenceScript.URL != "" {
		return scriptedReference(c, style, icon)
	}
	a := lazyPage(func() ([]byte, error) {
		v := &referenceView{Style: style.link(c.Reference, Asset{}), Icon: icon.link(c.Reference, c.Assets.Icon), Title: c.Title, Document: relative(c.Reference, c.Documents[0].Path)}
		if d := c.Documents[0].Build(); d != nil {
			v.read(d)
		}
		return page(referencePage, v)
	})
	a.policy = strictPolicy().allow("img-src", origin(c.Assets.Icon.URL)).String()
	return []Page{{c.Reference, a}, style.page(), icon.page()}
}

// scriptedReference returns a page for a script of another server that fills the element redoc, as ReDoc does. Such scripts write style
// sheets into the page and start a worker from a blob, so the policy allows both.
func scriptedReference(c Config, style, icon file) []Page {
	a := lazyPage(func() ([]byte, error) {
		return page(scriptedPage, map[string]any{
			"Title": c.Title, "Document": relative(c.Reference, c.Documents[0].Path), "Script": c.Assets.ReferenceScript, "Style": style.link(c.Reference, Asset{}), "Icon": icon.link(c.Reference, c.Assets.Icon),
		})
	})
	a.policy = strictPolicy().
		allow("script-src", cmp.Or(origin(c.Assets.ReferenceScript.URL), "'self'")).
		allow("style-src", "'unsafe-inline'").
		allow("img-src", "data:").
		allow("worker-src", "blob:").
		allow("connect-src", "'self'").String()
	return []Page{{c.Reference, a}, style.page(), icon.page()}
}

// referenceView is the data of the page's template.
type referenceView struct {
	Title, Document string
	Style, Icon     Asset
	Info            spec.Info
	Description     template.HTML
	Servers         []spec.Server
	Groups          []*groupView
	Schemes         []schemeView
	Schemas         []schemaView
}

// groupView is the operations of one tag.
type groupView struct {
	Name, ID    string
	Description template.HTML
	Operations  []operationView
}

// operationView is one operation.
type operationView struct {
	ID, Method, Path, Summary string
	Description               template.HTML
	Deprecated                bool
	Security                  []string // alternatives; each has all its schemes
	Parameters                []rowView
	Body                      []mediaView
	BodyDescription           template.HTML
	Responses                 []responseView
}

// rowView is a parameter or a property.
type rowView struct {
	Name, In    string
	Type        template.HTML
	Required    bool
	Deprecated  bool
	Notes       []string // rules and defaults
	Description template.HTML
	Members     []rowView // of an object that has no name of its own
}

// mediaView is one media type.
type mediaView struct {
	MediaType string
	Row       rowView
}

// responseView is one response of an operation.
type responseView struct {
	Status      string
	Description template.HTML
	Content     []mediaView
	Headers     []rowView
}

// schemeView is one security scheme.
type schemeView struct {
	Name, Kind  string
	Description template.HTML
}

// schemaView is one component.
type schemaView struct {
	Name, ID string
	Row      rowView
}

// methods are the methods of operations in the order of the page.
var methods = []string{"get", "query", "post", "put", "patch", "delete", "head", "options", "trace"}

// read fills the view from a document: operations grouped by their tags, in the order of the document's tags, and then the schemas.
func (v *referenceView) read(d *spec.Document) {
	v.Info, v.Servers, v.Description = d.Info, d.Servers, prose(d.Info.Description)
	byName := map[string]*groupView{}
	add := func(name, description string) *groupView {
		g := &groupView{Name: cmp.Or(name, "Operations"), ID: "tag-" + anchor(name), Description: prose(description)}
		byName[name] = g
		v.Groups = append(v.Groups, g)
		return g
	}
	for _, t := range d.Tags {
		add(t.Name, t.Description)
	}
	each := func(paths map[string]*spec.PathItem, order []string, prefix string) {
		for _, path := range orderedNames(paths, order) {
			item := paths[path]
			for _, method := range slices.Concat(methods, additionalMethods(item.Operations)) {
				o := item.Operations[method]
				if o == nil {
					continue
				}
				tag := prefix
				if len(o.Tags) > 0 {
					tag = o.Tags[0]
				}
				g := byName[tag]
				if g == nil {
					g = add(tag, "")
				}
				g.Operations = append(g.Operations, readOperation(d, method, path, item, o))
			}
		}
	}
	each(d.Paths, d.PathOrder, "")
	each(d.Webhooks, d.WebhookOrder, "Webhooks")
	v.Groups = slices.DeleteFunc(v.Groups, func(g *groupView) bool { return len(g.Operations) == 0 })
	for _, name := range slices.Sorted(maps.Keys(d.Components.SecuritySchemes)) {
		s := d.Components.SecuritySchemes[name]
		kind := fmt.Sprint(s["type"])
		for _, key := range []string{"scheme", "in", "name"} {
			if s[key] != nil {
				kind += fmt.Sprintf(", %s %v", key, s[key])
			}
		}
		description, _ := s["description"].(string)
		v.Schemes = append(v.Schemes, schemeView{name, kind, prose(description)})
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		v.Schemas = append(v.Schemas, schemaView{name, "schema-" + anchor(name), readSchema(name, d.Components.Schemas[name])})
	}
}

// additionalMethods returns the methods of a path that are not in methods, sorted.
func additionalMethods(operations map[string]*spec.Operation) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(operations)), func(m string) bool { return slices.Contains(methods, m) })
}

// orderedNames returns the keys of a map in the order of the document.
func orderedNames[T any](m map[string]T, order []string) []string {
	known := slices.DeleteFunc(slices.Clone(order), func(k string) bool { _, ok := m[k]; return !ok })
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(known, k) {
			known = append(known, k)
		}
	}
	return known
}

// readOperation returns the view of an operation of the document d.
func readOperation(d *spec.Document, method, path string, item *spec.PathItem, o *spec.Operation) operationView {
	out := operationView{
		ID: "operation-" + anchor(cmp.Or(o.ID, method+"-"+path)), Method: strings.ToUpper(method), Path: path, Summary: o.Summary,
		Description: prose(o.Description), Deprecated: o.Deprecated,
	}
	security := o.Security
	if security == nil {
		security = d.Security
	}
	for _, all := range security {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if scopes := all[name]; len(scopes) > 0 {
				name += " (" + strings.Join(scopes, ", ") + ")"
			}
			names = append(names, name)
		}
		out.Security = append(out.Security, cmp.Or(strings.Join(names, " and "), "nothing"))
	}
	for _, p := range slices.Concat(item.Parameters, o.Parameters) {
		s := p.Schema
		for _, c := range p.Content {
			s = c.Schema
		}
		r := readSchema(p.Name, s)
		r.In, r.Required, r.Deprecated = p.In, p.Required != nil && *p.Required, p.Deprecated || r.Deprecated
		if p.Description != "" {
			r.Description = prose(p.Description)
		}
		out.Parameters = append(out.Parameters, r)
	}
	if o.RequestBody != nil {
		out.BodyDescription = prose(o.RequestBody.Description)
		for _, mediaType := range slices.Sorted(maps.Keys(o.RequestBody.Content)) {
			out.Body = append(out.Body, readContent(mediaType, o.RequestBody.Content[mediaType]))
		}
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		out.Responses = append(out.Responses, readAnswer(status, o.Responses[status]))
	}
	return out
}

// readAnswer returns the view of one response of an operation.
func readAnswer(status string, r *spec.Response) responseView {
	a := responseView{Status: status, Description: prose(r.Description)}
	for _, mediaType := range slices.Sorted(maps.Keys(r.Content)) {
		if m, ok := r.Content[mediaType].(*spec.MediaType); ok {
			a.Content = append(a.Content, readContent(mediaType, m))
		} else {
			a.Content = append(a.Content, mediaView{MediaType: mediaType})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		h, ok := r.Headers[name].(*spec.Header)
		if !ok {
			h = &spec.Header{}
		}
		row := readSchema(name, h.Schema)
		row.Required, row.Description = h.Required, prose(h.Description)
		a.Headers = append(a.Headers, row)
	}
	return a
}

func readContent(mediaType string, m *spec.MediaType) mediaView {
	items := m.ItemSchema
	if items == nil {
		items, _ = m.Extra["itemSchema"].(*spec.Schema) // under FastAPIDocument
	}
	if items != nil {
		r := readSchema("", items)
		r.Notes = append([]string{"a stream, each item"}, r.Notes...)
		return mediaView{mediaType, r}
	}
	return mediaView{mediaType, readSchema("", m.Schema)}
}
