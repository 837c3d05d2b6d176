package model

import (
	"iter"
	"slices"
	"strings"
)

// Source is the part of a request that a parameter comes from. Its row in the table says what holds for types, documents and errors; how
// a request is read, package bind knows. A new source is a constant, a row, and a reader in package bind.
type Source uint8

// The order is that of errors and of documents.
const (
	None Source = iota
	Path
	Query
	Header
	Cookie
	FormText // a form field that is a text
	FormFile // a form field that is a file
	Body
)

// sourceRow is what holds for the parameters of one source.
type sourceRow struct {
	tag       string  // of fields: query:"q"
	loc       string  // the first element of an error's loc; forms are "body", as in FastAPI
	in        string  // the list of OpenAPI that has the parameters; "": the request body has them, or nothing
	styles    []Style // in which a value may stand in the text; none: the source has no texts
	whole     bool    // a field without a name takes all of the source: query:""
	unions    bool    // what takes all of the source may be a union
	always    bool    // a value is always there, so that it needs no default
	media     bool    // the tag media names media types
	ownNames  bool    // all names in it are meant for the app; browsers and proxies add none
	isForm    bool    // the names are those of a form, which texts and files share
	isHeaders bool    // names have no case, and those of a model's fields have hyphens in place of underscores
}

var sources = [...]sourceRow{
	None:     {},
	Path:     {tag: "path", loc: "path", in: "path", styles: []Style{Comma, JSON}, always: true},
	Query:    {tag: "query", loc: "query", in: "query", styles: []Style{Repeated, Comma, DeepObject, JSON}, whole: true, ownNames: true},
	Header:   {tag: "header", loc: "header", in: "header", styles: []Style{Repeated, Comma, JSON}, whole: true, isHeaders: true},
	Cookie:   {tag: "cookie", loc: "cookie", in: "cookie", styles: []Style{Comma, JSON}, whole: true},
	FormText: {tag: "form", loc: "body", styles: []Style{Repeated, Comma, DeepObject, JSON}, whole: true, ownNames: true, unions: true, isForm: true},
	FormFile: {tag: "file", loc: "body", media: true, isForm: true},
	Body:     {tag: "body", loc: "body", whole: true, media: true},
}

// sourceTags are the tags that make a field a parameter.
var sourceTags = eachSource(Source.String)

// Sources yields all sources.
func Sources() iter.Seq[Source] {
	return func(yield func(Source) bool) {
		for s := range sources {
			if Source(s) != None && !yield(Source(s)) {
				return
			}
		}
	}
}

// Places returns the places of all sources, in the order of errors.
func Places() []string { return slices.Compact(eachSource(Source.Place)) }

// eachSource returns a text of each source.
func eachSource(text func(Source) string) (all []string) {
	for s := range Sources() {
		all = append(all, text(s))
	}
	return all
}

// String returns the struct tag that names the source.
func (s Source) String() string { return sources[s].tag }

// Place returns the first element of an error's loc. Forms are "body", as in FastAPI.
func (s Source) Place() string { return sources[s].loc }

// In returns the place of the parameters in OpenAPI. It is "" if they are in the request body, or not documented.
func (s Source) In() string { return sources[s].in }

// IsText reports whether parameters of the source are read from text.
func (s Source) IsText() bool { return len(sources[s].styles) > 0 }

// IsForm reports whether the parameters are fields of a form.
func (s Source) IsForm() bool { return sources[s].isForm }

// OwnNames reports whether all names in the source are meant for the app. Browsers and proxies add headers and cookies of their own.
func (s Source) OwnNames() bool { return sources[s].ownNames }

// IsHeaders reports whether the names are those of headers. They have no case. Those of a model's fields have hyphens in place of
// underscores.
func (s Source) IsHeaders() bool { return sources[s].isHeaders }

// Allows reports whether values of the source may have the style.
func (s Source) Allows(style Style) bool { return slices.Contains(sources[s].styles, style) }

// Name returns equal texts for names that are one name in the source, as locs of errors have them.
func (s Source) Name(name string) string {
	if sources[s].isHeaders {
		return strings.ToLower(name)
	}
	return name
}

// Parameter returns equal texts for fields that read the same parameter of a request.
func (f *Field) Parameter() string {
	s := f.Source
	if s.IsForm() {
		s = FormText // a form field is a text or a file, not both
	}
	return s.String() + " " + s.Name(f.Name)
}
