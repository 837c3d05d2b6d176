package exchange

import (
	"net/http"

	"github.com/brio-go/brio/internal/httptext"
)

// Headers are the headers of a response. A nil *Headers has none.
type Headers struct {
	Fields  []Field     // a list, as there are few; each name is there once
	Map     http.Header // headers that the program has set; a name with no values removes the header
	Cookies []string    // values of Set-Cookie, beyond those of the others: cookies.Check has judged the cookies
}

// Field is one header with one value. That both are legal was found when it was made, so that it is sent as it is; what
// is not belongs in Headers.Map, which is judged when it is sent.
type Field struct {
	name  string
	value [1]string // an array of one cannot be appended to in place
}

// NewField makes a Field. It is not legal for a name that is no token and a value with a control character other than a tab.
func NewField(name, value string) (f Field, legal bool) {
	name, token := httptext.CanonicalName(name)
	if !token || controlAt(value) >= 0 {
		return Field{}, false
	}
	return Field{name, [1]string{value}}, true
}

// Name is the canonical name.
func (f *Field) Name() string { return f.name }

// Values are the one value, as headers have it. The slice is part of f.
func (f *Field) Values() []string { return f.value[:] }

// legal finds what must not be written.
func (h *Headers) legal() error {
	if h == nil || len(h.Map) == 0 {
		return nil
	}
	return legalHeaders(h.Map)
}

func legalHeaders(h http.Header) error {
	for name, values := range h {
		if err := legalHeader(name, values); err != nil {
			return err
		}
	}
	return nil
}

// plain reports whether h has nothing that must be judged, and says nothing of the framing.
func (h *Headers) plain() bool {
	if h == nil {
		return true
	}
	for i := range h.Fields {
		switch h.Fields[i].name {
		case "Content-Length", "Content-Type", "Set-Cookie", "Trailer", "Transfer-Encoding":
			return false
		}
	}
	return len(h.Map) == 0
}

// addTo writes h, which is plain and not nil, into an empty header: what mergeInto would do, without a look at what is there.
func (x *Exchange) addTo(header http.Header, h *Headers) {
	for i := range h.Fields {
		f := &h.Fields[i]
		header[f.name] = x.values.of(f.value[0])
	}
	if len(h.Cookies) > 0 {
		header["Set-Cookie"] = x.values.clone(h.Cookies)
	}
}

// mergeInto puts h into a header and reports whether h has a Content-Type.
func (x *Exchange) mergeInto(header http.Header, h *Headers) (ownType bool) {
	if h == nil {
		return false
	}
	for i := range h.Fields {
		f := &h.Fields[i]
		ownType = ownType || f.name == "Content-Type"
		x.merge(header, f.name, f.value[:])
	}
	for name, values := range h.Map {
		name = httptext.CanonicalKey(name)
		ownType = ownType || name == "Content-Type"
		x.merge(header, name, values)
	}
	if len(h.Cookies) > 0 {
		x.merge(header, "Set-Cookie", h.Cookies)
	}
	return ownType
}

// merge puts one header into header. The values are copied: those of h may be shared between requests, and those of
// header belong to the response alone.
func (x *Exchange) merge(header http.Header, name string, values []string) {
	if name == "Vary" || name == "Set-Cookie" {
		if set := header[name]; len(set) > 0 {
			header[name] = append(set[:len(set):len(set)], values...)
			return
		}
	}
	// nil without values, and not absent: it also stops net/http from adding its own Date.
	header[name] = x.values.clone(values)
}
